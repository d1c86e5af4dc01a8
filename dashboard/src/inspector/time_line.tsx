// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { set, useAddress } from "../address";
import type { SessionEvent } from "../model";
import { position } from "../text";
import { clock } from "../time";
import { Card, Swatch } from "../ui/parts";
import type { Lane, Picture } from "./lanes";

const nameWidth = 92;
const laneHeight = 26;
const barHeight = 18;
const curveHeight = 92;
const eventHeight = 34;
const axisHeight = 22;
const right = 14;

const keys: [string, string][] = [
    ["content", "Content"],
    ["ad", "Ad"],
    ["starting", "Starting"],
    ["paused", "Paused"],
    ["buffering", "Buffering"],
    ["stalled", "Stalled"],
    ["completed", "Completed"],
];

function useWidth() {
    const box = useRef<HTMLDivElement>(null);
    const [width, setWidth] = useState(0);
    useEffect(() => {
        const watch = new ResizeObserver(([entry]) =>
            setWidth(Math.floor(entry!.contentRect.width)),
        );
        watch.observe(box.current!);
        return () => watch.disconnect();
    }, []);
    return [box, width] as const;
}

// The part that is looked at, in ms since the session began; the whole unless the address says so.
function zoomOf(text: string | null, length: number): [number, number] {
    const [from, to] = (text ?? "").split("-").map(Number);
    if (from === undefined || to === undefined || !(to > from) || from < 0) return [0, length];
    return [from * 1000, Math.min(to * 1000, length)];
}

// Distances between marks on the axis, in seconds.
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800];

// What was going on, lane by lane over one axis, with the playhead below and the events as marks.
export function TimeLine({
    picture,
    events,
    zone,
    cited,
    near,
    picked,
    onPick,
}: {
    picture: Picture;
    events: SessionEvent[];
    zone: string;
    cited: Map<number, number> | null;
    near: Set<number>;
    picked: number;
    onPick: (index: number | null) => void;
}) {
    const { query } = useAddress();
    const [box, width] = useWidth();
    const [hover, setHover] = useState<number | null>(null);
    const [drag, setDrag] = useState<number | null>(null);
    const [from, to] = zoomOf(query.get("zoom"), picture.length);
    const isZoomed = from > 0 || to < picture.length;
    const inner = Math.max(1, width - nameWidth - right);
    const x = (at: number) => nameWidth + ((at - from) / (to - from)) * inner;
    const timeAt = (pixel: number) =>
        Math.min(to, Math.max(from, from + ((pixel - nameWidth) / inner) * (to - from)));
    const lanesBottom = picture.lanes.length * laneHeight + 6;
    const curveTop = lanesBottom + 8;
    const eventsTop = curveTop + curveHeight + 10;
    const height = eventsTop + eventHeight + axisHeight;

    const move = (event: PointerEvent) => {
        const left = (event.currentTarget as Element).getBoundingClientRect().left;
        setHover(timeAt(event.clientX - left));
    };
    const nearest = (at: number) => {
        let best = 0;
        for (let i = 1; i < picture.times.length; ++i) {
            if (Math.abs(picture.times[i]! - at) < Math.abs(picture.times[best]! - at)) best = i;
        }
        return best;
    };
    const drop = () => {
        if (drag === null || hover === null) return;
        const [a, b] = [Math.min(drag, hover), Math.max(drag, hover)];
        setDrag(null);
        if (x(b) - x(a) > 8 && b - a >= 200) {
            set({ zoom: `${(a / 1000).toFixed(1)}-${(b / 1000).toFixed(1)}` }, true);
        } else {
            onPick(nearest(hover));
        }
    };
    const kinds = new Set(picture.lanes.flatMap((lane) => lane.pieces).map((piece) => piece.kind));
    return (
        <Card
            title="Time line"
            note={<span class="wide-only">Drag to look closer, click for the nearest event</span>}
            tools={
                isZoomed && (
                    <button class="button" type="button" onClick={() => set({ zoom: null }, true)}>
                        Whole session
                    </button>
                )
            }
        >
            <div class="time-line" ref={box}>
                {width > 0 && (
                    <svg
                        width={width}
                        height={height}
                        role="img"
                        aria-label={summary(picture)}
                        onPointerMove={move}
                        onPointerLeave={() => setHover(null)}
                        onPointerDown={() => setDrag(hover)}
                        onPointerUp={drop}
                    >
                        <defs>
                            <clipPath id="inside">
                                <rect x={nameWidth} y="0" width={inner + 1} height={height} />
                            </clipPath>
                        </defs>
                        <Axis
                            from={from}
                            to={to}
                            x={x}
                            height={height - axisHeight}
                            inner={inner}
                        />
                        {picture.lanes.map((lane, index) => (
                            <LaneRow
                                key={lane.name}
                                lane={lane}
                                y={index * laneHeight + 4}
                                x={x}
                                from={from}
                                to={to}
                            />
                        ))}
                        <Curve picture={picture} top={curveTop} x={x} from={from} to={to} />
                        <Marks
                            picture={picture}
                            events={events}
                            top={eventsTop}
                            x={x}
                            cited={cited}
                            near={near}
                            picked={picked}
                            from={from}
                            to={to}
                        />
                        {drag !== null && hover !== null && (
                            <rect
                                class="drag"
                                x={Math.min(x(drag), x(hover))}
                                y="0"
                                width={Math.abs(x(hover) - x(drag))}
                                height={height - axisHeight}
                            />
                        )}
                        {hover !== null && (
                            <line
                                class="cross"
                                x1={x(hover)}
                                x2={x(hover)}
                                y1="0"
                                y2={height - axisHeight}
                            />
                        )}
                    </svg>
                )}
                {hover !== null && width > 0 && (
                    <Tip
                        picture={picture}
                        events={events}
                        at={hover}
                        zone={zone}
                        near={nearest(hover)}
                        left={x(hover)}
                        width={width}
                    />
                )}
            </div>
            <div class="chart-key">
                {keys
                    .filter(([kind]) => kinds.has(kind))
                    .map(([kind, name]) => (
                        <span key={kind} class="key-item">
                            <Swatch colour={`var(--${kind})`} />
                            {name}
                        </span>
                    ))}
            </div>
        </Card>
    );
}

function summary(picture: Picture): string {
    const player = picture.lanes.find((lane) => lane.name === "Player")?.pieces ?? [];
    const said = player
        .slice(0, 60)
        .map((piece) => `${piece.label} until ${position(piece.to / 1000)}`);
    return `Time line of the session: ${said.join(", ")}.`;
}

function Axis({
    from,
    to,
    x,
    height,
    inner,
}: {
    from: number;
    to: number;
    x: (at: number) => number;
    height: number;
    inner: number;
}) {
    const seconds = (to - from) / 1000;
    const step = steps.find((one) => inner / (seconds / one) >= 76) ?? 57_600;
    const marks = [];
    for (let at = Math.ceil(from / 1000 / step) * step; at * 1000 <= to; at += step) marks.push(at);
    return (
        <g class="axis">
            {marks.map((at) => (
                <g key={at}>
                    <line x1={x(at * 1000)} x2={x(at * 1000)} y1="0" y2={height} />
                    <text x={x(at * 1000)} y={height + 16} text-anchor="middle">
                        {position(at)}
                    </text>
                </g>
            ))}
        </g>
    );
}

function LaneRow({
    lane,
    y,
    x,
    from,
    to,
}: {
    lane: Lane;
    y: number;
    x: (at: number) => number;
    from: number;
    to: number;
}) {
    return (
        <g>
            <text class="lane-name" x="0" y={y + 13}>
                {lane.name}
            </text>
            <g clip-path="url(#inside)">
                {lane.pieces
                    .filter((piece) => piece.to >= from && piece.from <= to)
                    .map((piece) => {
                        const left = Math.max(x(piece.from), nameWidth);
                        const size = Math.max(1, x(Math.min(piece.to, to)) - left - 1);
                        const fits = Math.floor((size - 10) / 6.4);
                        return (
                            <g key={piece.from} class={`piece kind-${piece.kind}`}>
                                <rect x={left} y={y} width={size} height={barHeight} rx="3" />
                                {fits >= 4 && (
                                    <text x={left + 6} y={y + 13}>
                                        {piece.label.length > fits
                                            ? `${piece.label.slice(0, fits - 1)}…`
                                            : piece.label}
                                    </text>
                                )}
                            </g>
                        );
                    })}
            </g>
        </g>
    );
}

function Curve({
    picture,
    top,
    x,
    from,
    to,
}: {
    picture: Picture;
    top: number;
    x: (at: number) => number;
    from: number;
    to: number;
}) {
    const seen = picture.curve.filter(
        (point, index, all) =>
            (all[index + 1]?.at ?? point.at) >= from && (all[index - 1]?.at ?? point.at) <= to,
    );
    if (seen.length === 0) return null;
    const low = Math.min(...seen.map((point) => point.playhead));
    const high = Math.max(...seen.map((point) => point.playhead), low + 1);
    const y = (playhead: number) =>
        top + curveHeight - ((playhead - low) / (high - low)) * curveHeight;
    const line = seen
        .map(
            (point, index) =>
                (index === 0 ? "M" : "L") +
                `${x(point.at).toFixed(1)} ${y(point.playhead).toFixed(1)}`,
        )
        .join("");
    return (
        <g class="curve">
            <text class="lane-name" x="0" y={top + 12}>
                Playhead
            </text>
            <text class="lane-more" x="0" y={top + 28}>
                {position(high)}
            </text>
            <text class="lane-more" x="0" y={top + curveHeight}>
                {position(low)}
            </text>
            <line x1={nameWidth} x2={x(to)} y1={y(high)} y2={y(high)} />
            <line x1={nameWidth} x2={x(to)} y1={y(low)} y2={y(low)} />
            <path clip-path="url(#inside)" d={line} />
        </g>
    );
}

function Marks({
    picture,
    events,
    top,
    x,
    cited,
    near,
    picked,
    from,
    to,
}: {
    picture: Picture;
    events: SessionEvent[];
    top: number;
    x: (at: number) => number;
    cited: Map<number, number> | null;
    near: Set<number>;
    picked: number;
    from: number;
    to: number;
}) {
    return (
        <g>
            <text class="lane-name" x="0" y={top + 17}>
                Events
            </text>
            <line class="marks-ground" x1={nameWidth} x2={x(to)} y1={top + 24} y2={top + 24} />
            {events.map((event, index) => {
                const at = picture.times[index]!;
                if (at < from || at > to) return null;
                const isLit = cited?.has(index) ?? false;
                const finding =
                    event.verdict.outcome === "used"
                        ? event.verdict.mistakes?.length
                            ? "mistake"
                            : ""
                        : event.verdict.outcome;
                const size = event.eventType === "ping" ? 7 : 13;
                const kind =
                    `mark ${event.eventType === "ping" ? "ping" : ""} ${finding} ` +
                    `${isLit ? "lit" : ""} ${near.has(index) ? "near" : ""} ` +
                    `${cited && !isLit ? "dim" : ""} ${index === picked ? "picked" : ""}`;
                return (
                    <g key={index} class={kind}>
                        <line x1={x(at)} x2={x(at)} y1={top + 24 - size} y2={top + 24} />
                        {(finding !== "" || isLit) && (
                            <circle cx={x(at)} cy={top + 24 - size - 3} r="3" />
                        )}
                    </g>
                );
            })}
        </g>
    );
}

function Tip({
    picture,
    events,
    at,
    zone,
    near,
    left,
    width,
}: {
    picture: Picture;
    events: SessionEvent[];
    at: number;
    zone: string;
    near: number;
    left: number;
    width: number;
}) {
    const event = events[near];
    const place = left > width / 2 ? { right: width - left + 12 } : { left: left + 12 };
    return (
        <div class="chart-tip" style={{ top: 4, ...place }}>
            <strong class="number">{position(at / 1000)}</strong>
            <span class="soft">{clock(picture.begin + at, zone)}</span>
            {picture.lanes.map((lane) => {
                const piece = lane.pieces.find((one) => one.from <= at && at < one.to);
                return (
                    piece && (
                        <span key={lane.name}>
                            <span class="soft">{lane.name}</span> {piece.label}
                        </span>
                    )
                );
            })}
            {event && (
                <span>
                    <span class="soft">nearest</span> {event.eventType}
                </span>
            )}
        </div>
    );
}
