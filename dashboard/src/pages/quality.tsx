// SPDX-License-Identifier: Apache-2.0
import { useAddress } from "../address";
import { quality, written } from "../catalogue";
import { asked, conditionsOf, type Question, useOverTime, useReport } from "../report";
import { count, none, percent } from "../text";
import { granularityFor, rangeOf, zoneOf } from "../time";
import { Breakdown, Export } from "../ui/breakdown";
import { addCondition, Conditions } from "../ui/conditions";
import { Page } from "../ui/page";
import { Card, Empty, Waiting, Wrong } from "../ui/parts";
import { TimePicker } from "../ui/time_picker";
import { Trend } from "../ui/trend";
import { DimensionSelect, Numbers } from "./audience";

const figures = quality.slice(0, 7);
const needs = [...new Set(quality.flatMap((one) => one.needs))];

// How it played: how long it took to start, how often it stood still, how good the picture was.
export function QualityPage() {
    const { query } = useAddress();
    const zone = zoneOf(query);
    const range = rangeOf(query, Date.now());
    const conditions = conditionsOf(query);
    const metric = quality.find((one) => one.id === query.get("metric")) ?? quality[0]!;
    const dimension = query.get("by") ?? "media.playerName";
    const base = asked(range, zone, conditions);
    const over = useOverTime(range, granularityFor(range), zone, conditions, needs);
    const table: Question = {
        ...base,
        metrics: [...new Set([...needs, "mediaStarts"])],
        dimensions: [dimension],
        sort: [{ by: "mediaStarts", descending: true }],
        limit: 500,
    };
    const breakdown = useReport(table);
    const columns = quality.slice(0, 7);
    return (
        <Page title="Quality" tools={<TimePicker />}>
            <Conditions />
            <Numbers over={over} metrics={figures} picked={metric} />
            <Card title={`${metric.name} over time`}>
                <Trend metric={metric} over={over} height={220} />
            </Card>
            <div class="grid-3">
                <Distribution
                    title="Time to start"
                    question={base}
                    dimension="timeToStart"
                    steps={[1, 2, 3, 4, 5, 6, 8, 10]}
                    write={(low, high) => (high === null ? `${low} s and more` : `${low} s`)}
                    max={10}
                />
                <Distribution
                    title="Average bitrate"
                    question={base}
                    dimension="bitrateAverage"
                    steps={[0, 500, 1000, 2000, 3000, 4000, 5000, 6000, 8000]}
                    write={(low, high) =>
                        high === null
                            ? `${low / 1000} Mbit/s and more`
                            : `${low / 1000}–${high / 1000} Mbit/s`
                    }
                    max={8000}
                />
                <Errors question={base} />
            </div>
            <Card
                title="Breakdown"
                flush
                tools={
                    <div class="row">
                        <DimensionSelect value={dimension} />
                        <Export question={table} name={`quality-${dimension}`} />
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
        </Page>
    );
}

// How many views had a value between two steps.
function Distribution({
    title,
    question,
    dimension,
    steps,
    write,
    max,
}: {
    title: string;
    question: Omit<Question, "metrics">;
    dimension: string;
    steps: number[];
    write: (low: number, high: number | null) => string;
    max: number;
}) {
    const report = useReport({
        ...question,
        metrics: ["contentStarts"],
        dimensions: [dimension],
        limit: 1000,
    });
    const counts = steps.map(() => 0);
    for (const item of report.data?.items ?? []) {
        const value = item.dimensions[dimension];
        if (typeof value !== "number" || value <= 0) continue;
        let place = 0;
        while (place + 1 < steps.length && value >= steps[place + 1]!) ++place;
        counts[place]! += item.metrics["contentStarts"] ?? 0;
    }
    const all = counts.reduce((sum, one) => sum + one, 0);
    const most = Math.max(...counts, 1);
    return (
        <Card title={title} note={all > 0 ? `${count(all)} views` : undefined}>
            {report.data === null ? (
                report.error ? (
                    <Wrong error={report.error} />
                ) : (
                    <Waiting height={220} />
                )
            ) : all === 0 ? (
                <Empty title="No player told one" />
            ) : (
                <ol class="distribution">
                    {steps.map((low, index) => {
                        const high = low >= max ? null : (steps[index + 1] ?? null);
                        return (
                            <li key={low}>
                                <span class="nowrap">{write(low, high)}</span>
                                <span
                                    class="funnel-bar"
                                    style={{ "--share": counts[index]! / most }}
                                />
                                <span class="number">{percent(counts[index]! / all, 0)}</span>
                            </li>
                        );
                    })}
                </ol>
            )}
        </Card>
    );
}

// Which errors, by their ids.
function Errors({ question }: { question: Omit<Question, "metrics"> }) {
    const ask = (dimension: string) => ({
        ...question,
        metrics: ["errorImpactedStreams"],
        dimensions: [dimension],
        sort: [{ by: "errorImpactedStreams", descending: true }],
        limit: 8,
    });
    const player = useReport(ask("playerSdkErrors"));
    const external = useReport(ask("externalErrors"));
    const rows = [
        ...(player.data?.items ?? []).map((item) => ({
            item,
            id: "playerSdkErrors",
            from: "player",
        })),
        ...(external.data?.items ?? []).map((item) => ({
            item,
            id: "externalErrors",
            from: "external",
        })),
    ]
        .filter((row) => row.item.dimensions[row.id] !== null)
        .sort(
            (a, b) =>
                (b.item.metrics["errorImpactedStreams"] ?? 0) -
                (a.item.metrics["errorImpactedStreams"] ?? 0),
        )
        .slice(0, 8);
    return (
        <Card title="Errors" note="Views that had them" flush>
            {player.data === null ? (
                player.error ? (
                    <Wrong error={player.error} />
                ) : (
                    <Waiting height={220} />
                )
            ) : rows.length === 0 ? (
                <Empty title="No error in this time" />
            ) : (
                <table>
                    <thead>
                        <tr>
                            <th>Error</th>
                            <th>From</th>
                            <th class="number">Views</th>
                        </tr>
                    </thead>
                    <tbody>
                        {rows.map((row) => (
                            <tr key={row.from + String(row.item.dimensions[row.id])}>
                                <td class="mono">{String(row.item.dimensions[row.id] ?? none)}</td>
                                <td class="soft">{row.from}</td>
                                <td class="number">
                                    {written(
                                        row.item.metrics["errorImpactedStreams"] ?? 0,
                                        "count",
                                    )}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
        </Card>
    );
}
