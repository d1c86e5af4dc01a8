// SPDX-License-Identifier: Apache-2.0
import type { Metric } from "../catalogue";
import { asked, type Answer, type Condition, useOverTime, useReport } from "../report";
import { count, decimal } from "../text";
import { dayAndTime, type Granularity, granularityMs, type Range } from "../time";
import { Card } from "../ui/parts";
import { Trend } from "../ui/trend";

const mostSteps = 720;
const minuteMs = 60_000;

// The finest that can be drawn: each minute of a day's half, five of them for a day.
function stepFor(range: Range): Granularity {
    const fits = (step: Granularity) => (range.to - range.from) / granularityMs[step] <= mostSteps;
    const steps: Granularity[] = ["minute", "5minutes", "15minutes", "hour"];
    return steps.find(fits) ?? "day";
}

// Steps coarser than a minute are told as sums of their minutes: here as the average of these.
export function concurrency(step: Granularity): Metric {
    const minutes = granularityMs[step] / minuteMs;
    return {
        id: "concurrentViewers",
        name: "Concurrent viewers",
        kind: minutes === 1 ? "count" : "decimal",
        needs: ["concurrentViewers"],
        of: (metrics) => (metrics["concurrentViewers"] ?? 0) / minutes,
    };
}

// How many watch at the same time, and how many on average (metrics 12.4 to 12.7).
export function Concurrency({
    range,
    zone,
    conditions,
}: {
    range: Range;
    zone: string;
    conditions: Condition[];
}) {
    const step = stepFor(range);
    const metric = concurrency(step);
    const over = useOverTime(range, step, zone, conditions, metric.needs);
    const now = over.now.data;
    const average = useReport({
        ...asked(range, zone, conditions),
        metrics: ["periodAverageMinuteAudience"],
    });
    return (
        <Card title="Concurrent viewers" note={now && peakText(now, average.data, zone)}>
            <Trend metric={metric} over={over} height={220} />
        </Card>
    );
}

function peakText(answer: Answer, average: Answer | null, zone: string): string {
    const peak = answer.peaks?.["concurrentViewers"];
    if (!peak || peak.value === 0) return "Nobody in this time";
    const most = `At most ${count(peak.value)}, ${dayAndTime(peak.time, zone)}`;
    const mean = average?.totals["periodAverageMinuteAudience"];
    return mean === null || mean === undefined
        ? most
        : `${most}; average minute audience ${decimal(mean)}`;
}
