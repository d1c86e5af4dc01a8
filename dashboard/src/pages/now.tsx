// SPDX-License-Identifier: Apache-2.0
import { useEffect, useState } from "preact/hooks";
import { addressOf, go, set, useAddress } from "../address";
import { Failure, follow, get, useAsked } from "../api";
import type { List, Session } from "../model";
import { dimensions, nameOfDimension } from "../catalogue";
import { useReport } from "../report";
import { count, duration, none, percent, plural } from "../text";
import { zoneOf } from "../time";
import { Chart, Key } from "../ui/chart";
import { Page } from "../ui/page";
import { Card, Empty, Figure, Link, Select, Swatch, Waiting, Wrong } from "../ui/parts";
import { Start } from "./start";

export interface Watching {
    sessions: number;
    viewers: number;
}

type Doings = Partial<Record<DoingName, Watching>>;

const doings = [
    ["content", "Content"],
    ["ad", "Ads"],
    ["starting", "Starting"],
    ["paused", "Paused"],
    ["buffering", "Buffering"],
    ["stalled", "Stalled"],
    ["completed", "Completed"],
] as const;

type DoingName = (typeof doings)[number][0];

interface LiveItem extends Watching {
    value: string;
    doing: Doings;
}

interface Live extends Watching {
    at: number;
    doing: Doings;
    seconds: (Watching & { at: number; doing?: Doings })[];
    values?: number;
    items?: LiveItem[];
    without?: Watching;
}

const window = 900; // seconds that are shown
const asked = 100; // values; the busiest of them are shown
const rows = 12;

// The state now, each second, with the seconds before it.
function useLive(by: string) {
    const [live, setLive] = useState<Live | null>(null);
    const [error, setError] = useState<Failure | null>(null);
    const [round, setRound] = useState(0);
    useEffect(() => {
        const abort = new AbortController();
        const path = (seconds: number) =>
            `/v1/live?by=${encodeURIComponent(by)}&limit=${asked}&seconds=${seconds}`;
        const took = (now: Live) => {
            setError(null);
            setLive((old) => {
                const known = old?.seconds ?? [];
                const last = known[known.length - 1]?.at ?? 0;
                const fresh = now.seconds.filter((one) => one.at > last);
                return { ...now, seconds: [...known, ...fresh].slice(-window) };
            });
        };
        const watch = async () => {
            const first = await get<Live>(path(window), abort.signal);
            setLive(first);
            await follow<Live>(path(3), took, abort.signal);
        };
        let timer = 0;
        // A stream that ends, for whatever reason, is opened again.
        watch()
            .catch((thrown: unknown) => {
                if (abort.signal.aborted) return;
                setError(thrown instanceof Failure ? thrown : new Failure(0, String(thrown)));
            })
            .finally(() => {
                if (abort.signal.aborted) return;
                timer = globalThis.setTimeout(() => setRound((old) => old + 1), 2000);
            });
        return () => {
            abort.abort();
            clearTimeout(timer);
        };
    }, [by, round]);
    return { live, error };
}

// What is going on at this moment; the page moves by itself.
export function NowPage() {
    const { query } = useAddress();
    const zone = zoneOf(query);
    const by = query.get("by") ?? "media.name";
    const { live, error } = useLive(by);
    const [hour, setHour] = useState(hourUntilNow());
    useEffect(() => {
        const timer = setInterval(() => setHour(hourUntilNow()), 10_000);
        return () => clearInterval(timer);
    }, []);
    const starts = useReport({
        metrics: ["mediaStarts", "contentTimeSpent", "errorCount", "dropsBeforeStart"],
        ...hour,
        timeZone: zone,
        granularity: "minute",
    });
    const newest = useAsked(
        "newest",
        (signal) => get<List<Session>>("/v1/sessions?limit=1", signal),
        5000,
    );
    const isEmpty = newest.data?.items.length === 0 && live?.sessions === 0;
    const total = (metric: string) => starts.data?.totals[metric] ?? null;
    const troubled = (live?.doing.buffering?.sessions ?? 0) + (live?.doing.stalled?.sessions ?? 0);
    return (
        <Page
            title="Now"
            tools={
                <span class={`badge ${error ? "bad" : "good live"}`}>
                    {error ? "Interrupted" : "Live"}
                </span>
            }
        >
            {live === null ? (
                error ? (
                    <Wrong error={error} />
                ) : (
                    <Waiting height={300} />
                )
            ) : isEmpty ? (
                <Start />
            ) : (
                <>
                    <div class="figures">
                        <Figure
                            name="Viewers"
                            value={count(live.viewers)}
                            more={sessionsText(live)}
                        />
                        <Figure
                            name="Starts"
                            value={count(total("mediaStarts"))}
                            more="last hour"
                        />
                        <Figure
                            name="Watched"
                            value={duration(total("contentTimeSpent"))}
                            more="ended in the last hour"
                        />
                        <Figure
                            name="Stand still"
                            value={count(troubled)}
                            more={`${percent(troubled / Math.max(1, watching(live)))} of sessions`}
                        />
                        <Figure
                            name="Errors"
                            value={count(total("errorCount"))}
                            more="ended in the last hour"
                        />
                        <Figure
                            name="Never started"
                            value={count(total("dropsBeforeStart"))}
                            more="last hour"
                        />
                    </div>
                    <Card title="Watching" note="Every second of the last 15 minutes">
                        <Watchers live={live} zone={zone} />
                    </Card>
                    <Card title="What they are doing">
                        <DoingMeter doing={live.doing} all={watching(live)} tall />
                        <DoingKey doing={live.doing} />
                    </Card>
                    <Watched live={live} by={by} />
                </>
            )}
        </Page>
    );
}

// A session whose content was completed stays open until it is ended or falls silent; nobody
// watches.
function finished(one: { doing: Doings }): number {
    return one.doing.completed?.sessions ?? 0;
}

function watching(one: { sessions: number; doing: Doings }): number {
    return one.sessions - finished(one);
}

function sessionsText(live: Live): string {
    const open = `in ${plural(watching(live), "session")}`;
    return finished(live) > 0 ? `${open}, ${count(finished(live))} more finished` : open;
}

function hourUntilNow() {
    const to = Math.floor(Date.now() / 60_000) * 60_000 + 60_000;
    return { from: to - 3_600_000, to };
}

function Watchers({ live, zone }: { live: Live; zone: string }) {
    if (live.seconds.length < 2) return <Waiting height={240} />;
    const last = live.seconds[live.seconds.length - 1]!.at;
    const known = new Map(live.seconds.map((one) => [one.at, one]));
    const times: number[] = [];
    for (let at = Math.max(live.seconds[0]!.at, last - window * 1000); at <= last; at += 1000) {
        times.push(at);
    }
    const of = (pick: (one: Live["seconds"][number]) => number) =>
        times.map((at) => {
            const one = known.get(at);
            return one ? pick(one) : null;
        });
    const series = [
        {
            name: "Viewers",
            values: of((one) => one.viewers),
            colour: "series-1",
            filled: true,
            stepped: true,
        },
        {
            name: "In ads",
            values: of((one) => one.doing?.ad?.viewers ?? 0),
            colour: "series-2",
            stepped: true,
        },
        {
            name: "Standing still",
            values: of(
                (one) => (one.doing?.buffering?.viewers ?? 0) + (one.doing?.stalled?.viewers ?? 0),
            ),
            colour: "stalled",
            stepped: true,
        },
    ];
    return (
        <>
            <Chart
                label="Viewers each second"
                times={times}
                series={series}
                zone={zone}
                height={240}
                write={count}
                writeAxis={count}
                seconds
                whole
            />
            <Key series={series} />
        </>
    );
}

function shares(doing: Doings, all: number) {
    return doings
        .filter(([name]) => name !== "completed")
        .map(([name, label]) => ({ name, label, sessions: doing[name]?.sessions ?? 0 }))
        .map((one) => ({ ...one, share: all > 0 ? one.sessions / all : 0 }));
}

function DoingMeter({ doing, all, tall = false }: { doing: Doings; all: number; tall?: boolean }) {
    const told = shares(doing, all).filter((one) => one.sessions > 0);
    const text = told.map((one) => `${one.label} ${one.sessions}`).join(", ") || "Nobody";
    return (
        <div class={`meter ${tall ? "tall" : ""}`} role="img" aria-label={text} title={text}>
            {told.map((one) => (
                <span
                    key={one.name}
                    style={{ "--share": one.share, "--colour": `var(--${one.name})` }}
                />
            ))}
        </div>
    );
}

function DoingKey({ doing }: { doing: Doings }) {
    return (
        <dl class="doing-key">
            {doings.map(([name, label]) => (
                <div key={name}>
                    <dt class="key-item">
                        <Swatch colour={`var(--${name})`} />
                        {label}
                    </dt>
                    <dd class="number">{count(doing[name]?.sessions ?? 0)}</dd>
                </div>
            ))}
        </dl>
    );
}

function Watched({ live, by }: { live: Live; by: string }) {
    const items = [...(live.items ?? [])].sort((a, b) => watching(b) - watching(a)).slice(0, rows);
    const look = (value: string) =>
        go(
            addressOf("/audience", {
                where: `${by}=${value.replace(/[%|=]/g, encodeURIComponent)}`,
            }),
        );
    return (
        <Card
            title="Most watched"
            flush
            note={live.values === undefined ? undefined : `${count(live.values)} in all`}
            tools={
                <Select
                    label="Broken down by"
                    value={by}
                    choices={dimensions
                        .filter((one) => !["segment", "session.closeReason"].includes(one.id))
                        .map((one) => ({ value: one.id, label: one.name }))}
                    onPick={(id) => set({ by: id }, true)}
                />
            }
        >
            {items.length === 0 ? (
                <Empty title="Nobody is watching at this moment" />
            ) : (
                <div class="table-wrap">
                    <table>
                        <thead>
                            <tr>
                                <th>{nameOfDimension(by)}</th>
                                <th class="number">Watching</th>
                                <th class="number">Standing still</th>
                                <th class="number">Finished</th>
                                <th class="wide">What they are doing</th>
                            </tr>
                        </thead>
                        <tbody>
                            {items.map((item) => {
                                const still =
                                    (item.doing.buffering?.sessions ?? 0) +
                                    (item.doing.stalled?.sessions ?? 0);
                                return (
                                    <tr key={item.value}>
                                        <td>
                                            <button
                                                type="button"
                                                class="text-button"
                                                onClick={() => look(item.value)}
                                            >
                                                {item.value === "" ? none : item.value}
                                            </button>
                                        </td>
                                        <td class="number">{count(watching(item))}</td>
                                        <td class="number">
                                            {still > 0 ? (
                                                <span class="badge bad">{count(still)}</span>
                                            ) : (
                                                count(0)
                                            )}
                                        </td>
                                        <td class="number soft">{count(finished(item))}</td>
                                        <td class="wide">
                                            <DoingMeter doing={item.doing} all={watching(item)} />
                                        </td>
                                    </tr>
                                );
                            })}
                        </tbody>
                    </table>
                </div>
            )}
            <div class="card-body row end">
                <Link class="button plain" href={addressOf("/sessions", { follow: "live" })}>
                    Follow the sessions
                </Link>
            </div>
        </Card>
    );
}
