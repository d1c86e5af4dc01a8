// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import type {
    Ad,
    Chapter,
    ExplainedMetric,
    Explanation,
    MetricValue,
    Session,
    State,
} from "../model";
import { count, decimal, duration, none, plural } from "../text";
import { clock } from "../time";
import { Card } from "../ui/parts";
import { groups, type MetricName } from "./metric_names";

const yes = "Yes";
const no = "No";

function isNothing(value: MetricValue | undefined): boolean {
    if (Array.isArray(value)) return value.length === 0;
    return value === null || value === undefined || value === 0 || value === false || value === "";
}

function shown(value: MetricValue | undefined, name: MetricName, zone: string): string {
    if (value === null || value === undefined) return none;
    if (Array.isArray(value)) {
        if (value.length === 0) return none;
        return value.every((one) => typeof one === "string")
            ? value.join(", ")
            : count(value.length);
    }
    if (typeof value === "boolean") return value ? yes : no;
    if (typeof value === "string") return value;
    if (name.unit === "duration") return duration(value);
    if (name.unit === "time") return clock(value, zone);
    if (name.unit === "bitrate") return `${decimal(value)} kbit/s`;
    return decimal(value);
}

function valueClass(value: MetricValue | undefined): string {
    return isNothing(value) ? "number soft" : "number";
}

// All metrics of the session. The picked one tells its rule and why it is what it is, and lights up
// the events that made it.
export function MetricList({
    session,
    explanation,
    picked,
    zone,
    onPick,
}: {
    session: Session;
    explanation: Explanation | null;
    picked: ExplainedMetric | null;
    zone: string;
    onPick: (key: string | null) => void;
}) {
    const [all, setAll] = useState(false);
    return (
        <Card
            title="Metrics"
            flush
            note={picked ? undefined : "Pick one to see what made it"}
            tools={
                <button
                    class="button plain"
                    type="button"
                    aria-pressed={all}
                    onClick={() => setAll(!all)}
                >
                    {all ? "Without zeros" : "Also zeros"}
                </button>
            }
        >
            {explanation && !explanation.agrees && (
                <p class="metric-note">
                    These events, folded again, do not give all the stored numbers.
                </p>
            )}
            {groups.map((group) => {
                const metrics = group.metrics.filter(
                    (one) =>
                        all || one.key === picked?.metric || !isNothing(session.metrics[one.key]),
                );
                if (metrics.length === 0) return null;
                return (
                    <section key={group.name}>
                        <h3 class="metric-group">{group.name}</h3>
                        <ul>
                            {metrics.map((one) => (
                                <li key={one.key}>
                                    <button
                                        type="button"
                                        class="metric"
                                        aria-expanded={picked?.metric === one.key}
                                        aria-pressed={picked?.metric === one.key}
                                        onClick={() =>
                                            onPick(picked?.metric === one.key ? null : one.key)
                                        }
                                    >
                                        <span>{one.name}</span>
                                        <span class={valueClass(session.metrics[one.key])}>
                                            {shown(session.metrics[one.key], one, zone)}
                                        </span>
                                    </button>
                                    {picked?.metric === one.key && <Explained metric={picked} />}
                                </li>
                            ))}
                        </ul>
                    </section>
                );
            })}
        </Card>
    );
}

function Explained({ metric }: { metric: ExplainedMetric }) {
    const adding = metric.events.filter((event) => event.adds !== 0);
    const { value } = metric;
    return (
        <div class="explained">
            <p class="soft mono">{metric.metric}</p>
            {metric.whyNot !== null && <p>{metric.whyNot}</p>}
            {adding.length > 0 && metric.ms !== undefined && (
                <p>
                    {plural(adding.length, "interval")} that ended at the lit events, together{" "}
                    {(metric.ms / 1000).toFixed(3)} s.
                </p>
            )}
            <p class="soft">
                {plural(metric.events.length, "event")} alone{" "}
                {metric.events.length === 1 ? "gives" : "give"} this value, by {metric.rule}.
                {metric.nearMisses.length > 0 &&
                    ` ${plural(metric.nearMisses.length, "event")} nearly counted.`}
            </p>
            {Array.isArray(value) && value.length > 0 && typeof value[0] !== "string" && (
                <ul class="instances">
                    {(value as (Ad | Chapter | State)[]).map((one, index) => (
                        <li key={index}>{instance(one)}</li>
                    ))}
                </ul>
            )}
        </div>
    );
}

function instance(one: Ad | Chapter | State): string {
    if ("podId" in one) {
        return (
            `${one.podName ?? "Break"}, position ${one.podPosition}: ${one.id}, ` +
            `${duration(one.timePlayed)}${one.isCompleted ? ", completed" : ""}`
        );
    }
    if ("index" in one) {
        return (
            `${one.name ?? `Chapter ${one.index}`}: ${duration(one.timePlayed)}` +
            `${one.isCompleted ? ", completed" : ""}`
        );
    }
    return `${one.name}: ${plural(one.count, "time")}, ${duration(one.time)}`;
}
