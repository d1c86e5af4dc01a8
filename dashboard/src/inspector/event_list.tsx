// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { set, useAddress } from "../address";
import type { ExplainedMetric, Outcome, SessionEvent } from "../model";
import { plural, position } from "../text";
import { clock } from "../time";
import { Card, CopyButton, Tabs } from "../ui/parts";
import type { Picture } from "./lanes";

const shownAtOnce = 300;

const tones: Record<Outcome, string> = {
    used: "good",
    repaired: "warn",
    late: "warn",
    ignored: "bad",
    duplicate: "",
};

function isPlain(event: SessionEvent): boolean {
    return event.verdict.outcome === "used" && !event.verdict.mistakes?.length;
}

// Every event with its verdict and the body as it was sent. Those that made the picked metric are
// lit; the others can be left out.
export function EventList({
    picture,
    events,
    zone,
    cited,
    near,
    unit,
    picked,
    onPick,
}: {
    picture: Picture;
    events: SessionEvent[];
    zone: string;
    cited: Map<number, number> | null;
    near: Set<number>;
    unit: ExplainedMetric | null;
    picked: number;
    onPick: (index: number | null) => void;
}) {
    const { query } = useAddress();
    const wanted = query.get("show") ?? "all";
    const [limit, setLimit] = useState(shownAtOnce);
    const indexes = events
        .map((_, index) => index)
        .filter((index) => {
            if (wanted === "findings") return !isPlain(events[index]!);
            if (wanted === "pings") return events[index]!.eventType !== "ping";
            if (wanted === "cited") return cited?.has(index) || near.has(index);
            return true;
        });
    const findings = events.filter((event) => !isPlain(event)).length;
    const shown = indexes.slice(0, Math.max(limit, indexes.indexOf(picked) + 1));
    const choices = [
        { value: "all", label: "All" },
        { value: "pings", label: "Without pings" },
        { value: "findings", label: `Findings (${findings})` },
        ...(cited ? [{ value: "cited", label: `Cited (${cited.size})` }] : []),
    ];
    return (
        <Card
            title="Events"
            note={plural(events.length, "event")}
            flush
            tools={
                <Tabs
                    label="Which events"
                    value={wanted}
                    choices={choices}
                    onPick={(value) => set({ show: value === "all" ? null : value }, true)}
                />
            }
        >
            {shown.length === 0 && <div class="state">Nothing of that kind.</div>}
            <div class="event-line event-head" aria-hidden="true">
                <span class="number">Time</span>
                <span>Event</span>
                <span class="number">Playhead</span>
                <span class="number">Verdict</span>
            </div>
            <ol class="events">
                {shown.map((index) => (
                    <Row
                        key={index}
                        event={events[index]!}
                        at={picture.times[index]!}
                        zone={zone}
                        adds={cited?.get(index)}
                        dim={cited !== null && !cited.has(index)}
                        isNear={near.has(index)}
                        metric={unit}
                        isPicked={index === picked}
                        onPick={() => onPick(index === picked ? null : index)}
                    />
                ))}
            </ol>
            {shown.length < indexes.length && (
                <div class="card-body row end">
                    <button class="button" type="button" onClick={() => setLimit(limit + 1000)}>
                        {plural(indexes.length - shown.length, "more event")}
                    </button>
                </div>
            )}
        </Card>
    );
}

function Row({
    event,
    at,
    zone,
    adds,
    dim,
    isNear,
    metric,
    isPicked,
    onPick,
}: {
    event: SessionEvent;
    at: number;
    zone: string;
    adds: number | undefined;
    dim: boolean;
    isNear: boolean;
    metric: ExplainedMetric | null;
    isPicked: boolean;
    onPick: () => void;
}) {
    const row = useRef<HTMLLIElement>(null);
    useEffect(() => {
        if (isPicked) row.current?.scrollIntoView({ block: "nearest" });
    }, [isPicked]);
    const mistakes = event.verdict.mistakes ?? [];
    const isLit = adds !== undefined;
    return (
        <li
            ref={row}
            class={`event ${isLit ? "lit" : ""} ${isNear ? "near" : ""} ${dim ? "dim" : ""}`}
        >
            <button type="button" class="event-line" aria-expanded={isPicked} onClick={onPick}>
                <span class="event-at number" title={clock(event.playerTime.ts, zone)}>
                    {position(at / 1000)}
                </span>
                <span class={`event-type kind-${event.eventType}`}>{event.eventType}</span>
                <span class="event-playhead number">{position(event.playerTime.playhead)}</span>
                <span class="event-verdict">
                    {event.verdict.outcome !== "used" && (
                        <span class={`badge ${tones[event.verdict.outcome]}`}>
                            {event.verdict.outcome}
                        </span>
                    )}
                    {mistakes.map((mistake) => (
                        <span key={mistake.code} class="badge warn">
                            {mistake.code}
                        </span>
                    ))}
                    {isNear && <span class="badge warn">near miss</span>}
                    {isLit && adds !== 0 && <span class="badge adds">{added(adds!, metric)}</span>}
                </span>
            </button>
            {isPicked && <Detail event={event} zone={zone} />}
        </li>
    );
}

function added(adds: number, metric: ExplainedMetric | null): string {
    const sign = adds < 0 ? "−" : "+";
    const size = Math.abs(adds);
    return metric?.ms === undefined ? `${sign}${size}` : `${sign}${(size / 1000).toFixed(1)} s`;
}

function arrival(event: SessionEvent, zone: string): string {
    const delay = event.receivedAt - event.playerTime.ts;
    const after = `${delay >= 0 ? "+" : "−"}${(Math.abs(delay) / 1000).toFixed(1)} s`;
    return (
        `Stamped ${clock(event.playerTime.ts, zone)}, arrived ` +
        `${clock(event.receivedAt, zone)} (${after}), at ${event.offset} in the journal`
    );
}

function Detail({ event, zone }: { event: SessionEvent; zone: string }) {
    const { verdict } = event;
    const said = [verdict, ...(verdict.mistakes ?? [])].filter(
        (one, index, all) => all.findIndex((other) => other.code === one.code) === index,
    );
    return (
        <div class="event-detail">
            {said.map((one) => (
                <div key={one.code}>
                    <p>
                        <strong class="mono">{one.code}</strong>{" "}
                        <span class="soft">{one.rule}</span>
                    </p>
                    <p>{one.message}</p>
                    {one.remedy !== "" && <p class="soft">{one.remedy}</p>}
                </div>
            ))}
            <p class="soft">{arrival(event, zone)}</p>
            {event.body !== undefined && (
                <div class="raw">
                    <pre class="code" tabIndex={0} aria-label="Body as it was sent">
                        {event.body}
                    </pre>
                    <CopyButton text={event.body} what="body" />
                </div>
            )}
        </div>
    );
}
