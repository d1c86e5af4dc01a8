// SPDX-License-Identifier: Apache-2.0
import { type Metric, shortly, written } from "../catalogue";
import type { Item, OverTime } from "../report";
import { before as periodBefore, type Granularity, granularityMs, type Range } from "../time";
import { Chart, Key, type Series } from "./chart";
import { Waiting, Wrong } from "./parts";

// Values at each step of a range; a step without anything is 0, or unknown for a ratio.
export function stepsOf(range: Range, granularity: Granularity, items: Item[], metric: Metric) {
    const step = granularityMs[granularity];
    const known = new Map(items.map((item) => [item.time!, item]));
    // Days and hours begin where the zone has them, which the answer knows.
    const anchor = items[0]?.time ?? Math.ceil(range.from / step) * step;
    const first = anchor - Math.floor((anchor - range.from) / step) * step;
    const times: number[] = [];
    const values: (number | null)[] = [];
    const nothing = metric.needs.length > 1 ? null : 0;
    // A step that is not over yet would look like a fall.
    const end = Math.min(range.to, Date.now() - step);
    for (let at = first; at < end; at += step) {
        const item = known.get(at);
        times.push(at);
        values.push(item ? metric.of(item.metrics) : nothing);
    }
    return { times, values };
}

// A metric over time, with the period before as a second line once it is known.
export function Trend({
    metric,
    over,
    height = 260,
}: {
    metric: Metric;
    over: OverTime;
    height?: number;
}) {
    const { range, granularity, zone, now, before } = over;
    if (now.data === null) {
        if (now.error) return <Wrong error={now.error} again={now.again} />;
        return <Waiting height={height} />;
    }
    const { times, values } = stepsOf(range, granularity, now.data.items, metric);
    const series: Series[] = [];
    if (before.data) {
        const old = stepsOf(periodBefore(range), granularity, before.data.items, metric).values;
        series.push({
            name: "Period before",
            values: times.map((_, index) => old[index] ?? null),
            colour: "before",
            dashed: true,
        });
    }
    series.push({ name: metric.name, values, colour: "series-1", filled: true });
    return (
        <>
            <Chart
                label={`${metric.name} over time`}
                times={times}
                series={series}
                zone={zone}
                height={height}
                write={(value) => written(value, metric.kind)}
                writeAxis={(value) => shortly(value, metric.kind)}
                whole={metric.kind === "count"}
                time={metric.kind === "duration"}
            />
            <Key
                series={[
                    { name: metric.name, colour: "series-1" },
                    { name: "Period before", colour: "before" },
                ]}
            />
        </>
    );
}

// How much more or less than before; null when there was nothing.
export function changeOf(now: number | null, before: number | null): number | null {
    if (now === null || before === null || before === 0) return null;
    return now / before - 1;
}

export function Change({
    now,
    before,
    lessIsBetter,
}: {
    now: number | null;
    before: number | null;
    lessIsBetter?: boolean | undefined;
}) {
    const change = changeOf(now, before);
    if (change === null) return <>nothing before</>;
    if (Math.abs(change) < 0.0005) return <>as before</>;
    const isGood = lessIsBetter ? change < 0 : change > 0;
    // Beside next to nothing a percentage says nothing.
    const text =
        change > 9.99
            ? `${(change + 1).toFixed(0)} times as before`
            : `${(Math.abs(change) * 100).toFixed(1)} % to before`;
    return (
        <span class={`change ${change > 0 ? "up" : "down"} ${isGood ? "" : "worse"}`}>{text}</span>
    );
}
