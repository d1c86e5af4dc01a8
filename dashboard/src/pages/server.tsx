// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { useAddress } from "../address";
import { type Failure, get, getText, useAsked } from "../api";
import {
    type Bucket,
    bucketsOf,
    quantile,
    type Sample,
    samplesOf,
    since,
    sum,
} from "../prometheus";
import { count, none, percent, plural } from "../text";
import { zoneOf } from "../time";
import { Chart, Key, type Series } from "../ui/chart";
import { Page } from "../ui/page";
import { Card, Empty, Figure, Waiting, Wrong } from "../ui/parts";

const everyMs = 2000;
const kept = 150; // five minutes
const receivedTotal = "playhead_ingest_received_total";

interface Moment {
    at: number;
    samples: Sample[];
}

interface Ledger {
    received: number;
    counted: number;
    duplicate: number;
    ignored: number;
    late: number;
    rejected: number;
    pending: number;
    unaccounted: number;
    reasons: Record<string, Record<string, number>>;
    reportSuites: (Record<string, number> & { reportSuite: string | null })[];
}

// The last minutes of the process, as this page has seen them.
function useMoments(): { moments: Moment[]; error: Failure | null } {
    const [moments, setMoments] = useState<Moment[]>([]);
    const asked = useAsked("metrics", (signal) => getText("/metrics", signal), everyMs);
    const last = useRef<string | null>(null);
    useEffect(() => {
        if (asked.data === null || asked.data === last.current) return;
        last.current = asked.data;
        const moment = { at: Date.now(), samples: samplesOf(asked.data) };
        setMoments((old) => [...old.slice(-kept), moment]);
    }, [asked.data]);
    return { moments, error: asked.error };
}

// What was counted in each second between two moments.
function rates(moments: Moment[], name: string, labels: Record<string, string> = {}) {
    return moments.map((moment, index) => {
        const before = moments[index - 1];
        if (!before) return null;
        const now = sum(moment.samples, name, labels);
        const then = sum(before.samples, name, labels);
        if (now === null || then === null || now < then) return null;
        return ((now - then) * 1000) / (moment.at - before.at);
    });
}

// What a histogram got while this page looked; where that is nothing, since the start.
function lately(moments: Moment[], name: string): Bucket[] {
    const [first, last] = [moments[0], moments[moments.length - 1]];
    if (!first || !last) return [];
    const all = bucketsOf(last.samples, name);
    const seen = since(bucketsOf(first.samples, name), all);
    return quantile(1, seen) === null ? all : seen;
}

// A quantile of a histogram between two moments, in milliseconds.
function quantiles(moments: Moment[], name: string, share: number): (number | null)[] {
    return moments.map((moment, index) => {
        const before = moments[index - 1];
        if (!before) return null;
        const between = since(bucketsOf(before.samples, name), bucketsOf(moment.samples, name));
        const value = quantile(share, between);
        return value === null ? null : value * 1000;
    });
}

export function ServerPage() {
    const { query } = useAddress();
    const zone = zoneOf(query);
    const { moments, error } = useMoments();
    const ledger = useAsked("ledger", (signal) => get<Ledger>("/v1/ledger", signal), everyMs);
    const ready = useAsked(
        "readyz",
        (signal) => get<{ ready: boolean; reasons: string[] }>("/readyz", signal),
        everyMs,
    );
    const last = moments[moments.length - 1]?.samples ?? [];
    const times = moments.map((moment) => moment.at);
    const received = rates(moments, receivedTotal);
    const folded = rates(moments, "playhead_records_folded_total");
    const commits = rates(moments, "playhead_journal_commits_total");
    const latest = (values: (number | null)[]) => values[values.length - 1] ?? null;
    const accepted = sum(last, "playhead_submissions_total", { outcome: "accepted" });
    const behind = ledger.data?.pending ?? null;
    const perCommit = latest(commits);
    return (
        <Page
            title="Health of the server"
            tools={
                ready.data && (
                    <span class={`badge ${ready.data.ready ? "good" : "bad"}`}>
                        {ready.data.ready ? "Ready" : "Not ready"}
                    </span>
                )
            }
        >
            {ready.data !== null && ready.data.reasons.length > 0 && (
                <ul class="reasons" role="alert">
                    {ready.data.reasons.map((reason) => (
                        <li key={reason}>{reason}</li>
                    ))}
                </ul>
            )}
            {moments.length === 0 ? (
                error ? (
                    <Wrong error={error} />
                ) : (
                    <Waiting height={86} />
                )
            ) : (
                <div class="figures ten">
                    <Figure
                        name="Requests of players"
                        value={perSecond(latest(received))}
                        more={`${count(sum(last, receivedTotal))} since the start`}
                    />
                    <Figure
                        name="Made durable"
                        value={count(accepted)}
                        more={perCommit === null ? "" : `${perSecond(perCommit)} commits`}
                    />
                    <Figure
                        name="Understood"
                        value={perSecond(latest(folded))}
                        more="records folded"
                    />
                    <Figure name="Waiting" value={count(behind)} more="events without a verdict" />
                    <Took
                        name="Wait of players"
                        buckets={lately(moments, "playhead_request_wait_seconds")}
                    />
                    <Took name="Commit" buckets={lately(moments, commitTime)} />
                    <Took name="Fold lag" buckets={lately(moments, "playhead_fold_age_seconds")} />
                    <Figure
                        name="Store backlog"
                        value={count(sum(last, "playhead_store_rows_waiting"))}
                        more="closed sessions on their way"
                    />
                    <Figure
                        name="Refused"
                        value={count(ledger.data?.rejected ?? null)}
                        more={ledger.data && `${shareRefused(ledger.data)} of all`}
                    />
                    <Figure
                        name="Connections"
                        value={count(connections(last))}
                        more="of players, so far"
                    />
                </div>
            )}
            <div class="grid-2">
                <Card title="Events a second" note="As this page sees it">
                    <Line
                        times={times}
                        zone={zone}
                        series={[
                            {
                                name: "Received",
                                values: received,
                                colour: "series-1",
                                filled: true,
                            },
                            { name: "Folded", values: folded, colour: "series-2", dashed: true },
                        ]}
                    />
                </Card>
                <Latency moments={moments} zone={zone} />
            </div>
            <LedgerCard ledger={ledger.data} error={ledger.error} />
        </Page>
    );
}

function shareRefused(ledger: Ledger): string {
    return percent(ledger.rejected / Math.max(1, ledger.received));
}

function connections(samples: Sample[]): number | null {
    return sum(samples, "playhead_http_connections_total", {
        server: "players",
        outcome: "accepted",
    });
}

function perSecond(value: number | null): string {
    if (value === null) return none;
    return `${value < 10 && value > 0 ? value.toFixed(1) : count(value)}/s`;
}

function Line({ times, series, zone }: { times: number[]; series: Series[]; zone: string }) {
    if (times.length < 3) return <Waiting height={200} />;
    return (
        <>
            <Chart
                label={series.map((one) => one.name).join(" and ")}
                times={times}
                series={series}
                zone={zone}
                height={200}
                write={(value) => `${count(value)}/s`}
                writeAxis={count}
                seconds
                whole
            />
            <Key series={series} />
        </>
    );
}

const commitTime = "playhead_journal_commit_seconds";

// Median and 99th percentile of a histogram of seconds.
function Took({ name, buckets }: { name: string; buckets: Bucket[] }) {
    const slowest = quantile(0.99, buckets);
    return (
        <Figure
            name={name}
            value={took(quantile(0.5, buckets))}
            more={slowest === null ? "nothing yet" : `p99 ${took(slowest)}`}
        />
    );
}

function took(seconds: number | null): string {
    if (seconds === null) return none;
    if (seconds >= 1) return `${seconds.toFixed(2)} s`;
    const ms = seconds * 1000;
    return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}

// How long a commit takes, which every answer to a player waits for.
function Latency({ moments, zone }: { moments: Moment[]; zone: string }) {
    const times = moments.map((moment) => moment.at);
    const series: Series[] = [
        {
            name: "Median",
            values: quantiles(moments, commitTime, 0.5),
            colour: "series-3",
            filled: true,
        },
        {
            name: "p99",
            values: quantiles(moments, commitTime, 0.99),
            colour: "series-2",
            dashed: true,
        },
    ];
    return (
        <Card title="Commit latency" note="In milliseconds">
            {times.length < 3 ? (
                <Waiting height={200} />
            ) : (
                <>
                    <Chart
                        label="Commit latency"
                        times={times}
                        series={series}
                        zone={zone}
                        height={200}
                        write={(value) => `${value.toFixed(2)} ms`}
                        writeAxis={(value) => value.toFixed(1)}
                        seconds
                    />
                    <Key series={series} />
                </>
            )}
        </Card>
    );
}

const parts: [keyof Ledger & string, string, string][] = [
    ["counted", "Counted", "completed"],
    ["duplicate", "Duplicates", "series-5"],
    ["ignored", "Ignored", "ad"],
    ["late", "Late", "buffering"],
    ["rejected", "Refused", "stalled"],
    ["pending", "Waiting", "paused"],
];

// Everything that was received, by what became of it; nothing is dropped in silence.
function LedgerCard({ ledger, error }: { ledger: Ledger | null; error: Failure | null }) {
    if (ledger === null) {
        return (
            <Card title="Ledger">{error ? <Wrong error={error} /> : <Waiting height={180} />}</Card>
        );
    }
    if (ledger.received === 0) {
        return (
            <Card title="Ledger">
                <Empty title="Nothing has been received yet" />
            </Card>
        );
    }
    const number = (key: string) => (ledger as unknown as Record<string, number>)[key] ?? 0;
    const reasons = parts.flatMap(([key, name]) =>
        Object.entries(ledger.reasons[key] ?? {})
            .filter(([code]) => code !== "used")
            .map(([code, value]) => ({ key, name, code, value })),
    );
    reasons.sort((a, b) => b.value - a.value);
    return (
        <Card
            title="Ledger"
            note={`${plural(ledger.received, "event")} since the data folder was made`}
            tools={
                <span class={`badge ${ledger.unaccounted === 0 ? "good" : "bad"}`}>
                    {count(ledger.unaccounted)} unaccounted
                </span>
            }
        >
            <div class="meter tall" aria-hidden="true">
                {parts.map(([key, name, colour]) => (
                    <span
                        key={key}
                        title={name}
                        style={{
                            "--share": number(key) / ledger.received,
                            "--colour": `var(--${colour})`,
                        }}
                    />
                ))}
            </div>
            <div class="ledger">
                <table>
                    <thead>
                        <tr>
                            <th>What became of it</th>
                            <th class="number">Events</th>
                            <th class="number">Share</th>
                        </tr>
                    </thead>
                    <tbody>
                        {parts.map(([key, name, colour]) => (
                            <tr key={key}>
                                <td>
                                    <span class="key-item">
                                        <span
                                            class="swatch"
                                            style={{ "--colour": `var(--${colour})` }}
                                        />
                                        {name}
                                    </span>
                                </td>
                                <td class="number">{count(number(key))}</td>
                                <td class="number">{percent(number(key) / ledger.received, 2)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
                <table>
                    <thead>
                        <tr>
                            <th>Reason</th>
                            <th />
                            <th class="number">Events</th>
                        </tr>
                    </thead>
                    <tbody>
                        {reasons.length === 0 && (
                            <tr>
                                <td colSpan={3} class="soft">
                                    All were counted as they came.
                                </td>
                            </tr>
                        )}
                        {reasons.map((one) => (
                            <tr key={one.key + one.code}>
                                <td class="mono">{one.code}</td>
                                <td class="soft">{one.name}</td>
                                <td class="number">{count(one.value)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
            <table class="suites" tabIndex={0}>
                <thead>
                    <tr>
                        <th>Report suite</th>
                        <th class="number">Received</th>
                        {parts.map(([key, name]) => (
                            <th key={key} class="number">
                                {name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {ledger.reportSuites.map((suite) => (
                        <tr key={suite.reportSuite ?? ""}>
                            <td>{suite.reportSuite ?? <span class="soft">Of none</span>}</td>
                            <td class="number">{count(suite["received"])}</td>
                            {parts.map(([key]) => (
                                <td key={key} class="number">
                                    {count(suite[key])}
                                </td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </Card>
    );
}
