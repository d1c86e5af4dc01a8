// SPDX-License-Identifier: Apache-2.0
import { set, useAddress } from "../address";
import { audience, dimensions, type Metric, quality, written } from "../catalogue";
import {
    asked,
    conditionsOf,
    type OverTime,
    type Question,
    useOverTime,
    useReport,
} from "../report";
import { percent, position } from "../text";
import { granularityFor, rangeOf, zoneOf } from "../time";
import { addCondition, Conditions } from "../ui/conditions";
import { Breakdown, Export } from "../ui/breakdown";
import { Page } from "../ui/page";
import { Card, Empty, Figure, Select, Waiting, Wrong } from "../ui/parts";
import { TimePicker } from "../ui/time_picker";
import { Change, Trend } from "../ui/trend";
import { Concurrency } from "./concurrency";
import { Programmes } from "./programmes";

const figures = [
    "mediaStarts",
    "contentTimeSpent",
    "avgContentTimeSpent",
    "contentCompletionRate",
    "averageMinuteAudience",
];
const tableIds = [
    "mediaStarts",
    "contentStarts",
    "contentTimeSpent",
    "avgContentTimeSpent",
    "contentCompletionRate",
];
const all = [...audience, ...quality];

function needs(metrics: Metric[]): string[] {
    return [...new Set(metrics.flatMap((one) => one.needs))];
}

// Who watched what, how much and how long, over time and by anything that players say.
export function AudiencePage() {
    const { query } = useAddress();
    const zone = zoneOf(query);
    const range = rangeOf(query, Date.now());
    const conditions = conditionsOf(query);
    const metric = all.find((one) => one.id === query.get("metric")) ?? audience[0]!;
    const dimension = query.get("by") ?? "media.name";
    const shown = audience.filter((one) => figures.includes(one.id) || one === metric);
    const base = asked(range, zone, conditions);
    const wanted = needs([...shown, metric]);
    const over = useOverTime(range, granularityFor(range), zone, conditions, wanted);
    const columns = all.filter((one) => tableIds.includes(one.id) || one === metric);
    const table: Question = {
        ...base,
        metrics: needs(columns),
        dimensions: [dimension],
        sort: [{ by: metric.needs[0]!, descending: true }],
        limit: 500,
    };
    const breakdown = useReport(table);
    return (
        <Page title="Audience" tools={<TimePicker />}>
            <Conditions />
            <Numbers over={over} metrics={shown} picked={metric} />
            <Card
                title={metric.name}
                tools={
                    <Select
                        label="Metric"
                        value={metric.id}
                        onPick={(id) => set({ metric: id }, true)}
                        choices={[
                            { group: "Audience", choices: audience.map(choiceOf) },
                            { group: "Quality", choices: quality.map(choiceOf) },
                        ]}
                    />
                }
            >
                <Trend metric={metric} over={over} />
            </Card>
            <Card
                title="Breakdown"
                flush
                tools={
                    <div class="row">
                        <DimensionSelect value={dimension} />
                        <Export question={table} name={`audience-${dimension}`} />
                    </div>
                }
            >
                <Breakdown
                    asked={breakdown}
                    dimension={dimension}
                    metrics={columns}
                    sort={query.get("sort") ?? metric.id}
                    onPick={(value) => addCondition(query, { dimension, value })}
                />
            </Card>
            <Concurrency range={range} zone={zone} conditions={conditions} />
            <Programmes range={range} zone={zone} conditions={conditions} />
            <Leaving question={base} />
        </Page>
    );
}

function choiceOf(metric: Metric) {
    return { value: metric.id, label: metric.name };
}

export function DimensionSelect({ value, name = "by" }: { value: string; name?: string }) {
    const known = dimensions.some((one) => one.id === value);
    return (
        <Select
            label="Broken down by"
            value={value}
            onPick={(id) => set({ [name]: id, sort: null }, true)}
            choices={[
                ...dimensions.map((one) => ({ value: one.id, label: one.name })),
                ...(known ? [] : [{ value, label: value }]),
            ]}
        />
    );
}

export function Numbers({
    over: { now, before },
    metrics,
    picked,
}: {
    over: OverTime;
    metrics: Metric[];
    picked: Metric;
}) {
    if (now.data === null) return now.error ? null : <Waiting height={86} />;
    return (
        <div class="figures">
            {metrics.map((one) => {
                const value = one.of(now.data!.totals);
                return (
                    <Figure
                        key={one.id}
                        name={one.name}
                        value={written(value, one.kind)}
                        more={
                            before.data ? (
                                <Change
                                    now={value}
                                    before={one.of(before.data.totals)}
                                    lessIsBetter={one.lessIsBetter}
                                />
                            ) : (
                                "…"
                            )
                        }
                        picked={one === picked}
                        onPick={() => set({ metric: one.id }, true)}
                    />
                );
            })}
        </div>
    );
}

const stations: [string, string][] = [
    ["mediaStarts", "Asked for it"],
    ["contentStarts", "Content started"],
    ["progress10", "10 % reached"],
    ["progress25", "25 % reached"],
    ["progress50", "50 % reached"],
    ["progress75", "75 % reached"],
    ["progress95", "95 % reached"],
    ["contentCompletes", "Completed"],
];

// Where viewers leave: how many of those who asked for it came how far. Live content has no share
// of its length, so only on-demand content is counted.
function Leaving({ question }: { question: Omit<Question, "metrics"> }) {
    const report = useReport({
        ...question,
        segment: "vod",
        metrics: stations.map(([id]) => id),
    });
    const segments = useReport({
        ...question,
        segment: "vod",
        metrics: ["contentStarts"],
        dimensions: ["segment"],
        sort: [{ by: "contentStarts", descending: true }],
        limit: 6,
    });
    const begun = report.data?.totals["mediaStarts"] ?? 0;
    return (
        <Card title="Where viewers leave" note="On-demand content">
            {report.data === null ? (
                report.error ? (
                    <Wrong error={report.error} />
                ) : (
                    <Waiting height={220} />
                )
            ) : begun === 0 ? (
                <Empty title="Nothing on demand in this time" />
            ) : (
                <ol class="funnel">
                    {stations.map(([id, name], index) => {
                        const reached = report.data!.totals[id] ?? 0;
                        const prior =
                            index === 0
                                ? begun
                                : (report.data!.totals[stations[index - 1]![0]] ?? 0);
                        return (
                            <li key={id}>
                                <span>{name}</span>
                                <span class="funnel-bar" style={{ "--share": reached / begun }} />
                                <span class="number">{percent(reached / begun, 0)}</span>
                                <span class="number soft">
                                    {index > 0 && prior > reached
                                        ? `−${percent((prior - reached) / begun, 0)}`
                                        : ""}
                                </span>
                            </li>
                        );
                    })}
                </ol>
            )}
            {(segments.data?.items.length ?? 0) > 0 && (
                <p class="soft small">
                    Most watched parts:{" "}
                    {segments
                        .data!.items.filter((item) => item.dimensions["segment"] !== null)
                        .slice(0, 4)
                        .map((item) => segmentText(String(item.dimensions["segment"])))
                        .join(", ")}
                </p>
            )}
        </Card>
    );
}

function segmentText(label: string): string {
    const [from, to] = label.replace(/[[\]]/g, "").split("-").map(Number);
    return `${position((from ?? 0) * 60)} to ${position((to ?? 0) * 60)}`;
}
