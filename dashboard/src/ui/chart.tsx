// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { colour, useTheme } from "../theme";
import { clock, dayAndMonth, dayAndTime, hourAndMinute, localText } from "../time";
import { Swatch } from "./parts";

export interface Series {
    name: string;
    values: (number | null)[];
    colour: string; // name of a colour of the style sheet
    filled?: boolean;
    dashed?: boolean;
    bars?: boolean;
    stepped?: boolean;
}

interface Properties {
    label: string; // for who does not see it
    times: number[]; // ms
    series: Series[];
    zone: string;
    height?: number;
    write: (value: number) => string;
    writeAxis: (value: number) => string;
    seconds?: boolean; // times are told to the second
    whole?: boolean; // no marks between whole numbers
    time?: boolean; // values are seconds: marks at whole minutes and hours
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [
    ...[5 * second, 10 * second, 15 * second, 30 * second, minute, 2 * minute, 5 * minute],
    ...[10 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour],
    ...[day, 2 * day, 7 * day, 14 * day, 28 * day],
];

// Distances between marks on an axis of durations, in seconds.
const times = [
    ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200],
    ...[1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000].map((days) => days * 86_400),
];

// Marks at round times of the zone.
function marks(from: number, to: number, zone: string, width: number): number[] {
    const step = steps.find((one) => (to - from) / one <= width / 84) ?? 56 * day;
    const offset = Date.parse(`${localText(from, zone)}:00Z`) - Math.floor(from / minute) * minute;
    const found = [];
    for (let at = Math.ceil((from + offset) / step) * step - offset; at <= to; at += step) {
        found.push(at);
    }
    return found;
}

function markText(at: number, zone: string, step: number): string {
    if (step >= day) return dayAndMonth(at, zone);
    if (step < minute) return clock(at, zone);
    const text = hourAndMinute(at, zone);
    return text === "00:00" ? dayAndMonth(at, zone) : text;
}

function options(given: Properties, width: number, pick: (index: number | null) => void) {
    const { series, zone, height = 220, writeAxis } = given;
    const line = colour("line");
    const axis = {
        stroke: colour("text-faint"),
        font: `11.5px Inter, sans-serif`,
        ticks: { show: false },
        grid: { stroke: line, width: 1 },
    };
    const bars = uPlot.paths.bars!({ size: [0.72, 40], radius: 0.15 });
    const stepped = uPlot.paths.stepped!({ align: 1 });
    const made: uPlot.Options = {
        width,
        height,
        // On the right is room for half of the last mark's text.
        padding: [10, given.seconds ? 28 : 18, 0, 0],
        legend: { show: false },
        cursor: {
            y: false,
            drag: { x: false, y: false },
            points: { size: 7, width: 2, stroke: colour("surface") },
        },
        scales: {
            x: { time: false },
            y: { range: (_, low, high) => [Math.min(0, low ?? 0), nice(high ?? 0, given.whole)] },
        },
        axes: [
            {
                ...axis,
                grid: { show: false },
                size: 26,
                gap: 6,
                splits: (plot, _, from, to) => marks(from, to, zone, plot.width),
                values: (_, splits) => {
                    const step = splits.length > 1 ? splits[1]! - splits[0]! : hour;
                    return splits.map((at) => markText(at, zone, step));
                },
            },
            {
                ...axis,
                size: (_, values) => 14 + 6.6 * Math.max(2, ...(values ?? []).map((v) => v.length)),
                gap: 6,
                space: 42,
                ...(given.time ? { incrs: times } : {}),
                values: (_, splits) =>
                    splits.map((value) =>
                        given.whole && !Number.isInteger(value) ? "" : writeAxis(value),
                    ),
            },
        ],
        series: [
            {},
            ...series.map((one) => ({
                label: one.name,
                stroke: colour(one.colour),
                width: one.bars ? 0 : 1.75,
                ...(one.dashed ? { dash: [5, 4] } : {}),
                ...(one.filled ? { fill: `${colour(one.colour)}22` } : {}),
                ...(one.bars ? { fill: colour(one.colour), paths: bars } : {}),
                ...(one.stepped ? { paths: stepped } : {}),
                points: { show: false },
            })),
        ],
        hooks: { setCursor: [(plot) => pick(plot.cursor.idx ?? null)] },
    };
    return made;
}

// A little more than the largest value, and never nothing.
function nice(high: number, whole: boolean | undefined): number {
    if (high <= 0) return 1;
    return whole && high < 4 ? Math.ceil(high) + 1 : high * 1.08;
}

// Values over time. What the pointer is at is told beside it; who does not see it hears `label`.
export function Chart(given: Properties) {
    const { times, series, zone, height = 220, write } = given;
    const [theme] = useTheme();
    const box = useRef<HTMLDivElement>(null);
    const plot = useRef<uPlot | null>(null);
    const [width, setWidth] = useState(0);
    const [at, setAt] = useState<number | null>(null);
    useEffect(() => {
        const watch = new ResizeObserver(([entry]) => {
            setWidth(Math.floor(entry!.contentRect.width));
        });
        watch.observe(box.current!);
        return () => watch.disconnect();
    }, []);
    const data = [times, ...series.map((one) => one.values)] as uPlot.AlignedData;
    const shape = JSON.stringify(
        series.map(({ values: _, ...rest }) => rest).concat([{ name: zone, colour: theme }]),
    );
    useEffect(() => {
        if (width === 0) return;
        const made = new uPlot(options(given, width, setAt), data, box.current!);
        plot.current = made;
        return () => {
            made.destroy();
            plot.current = null;
        };
    }, [width, height, shape]);
    useEffect(() => plot.current?.setData(data), [times, ...series.map((one) => one.values)]);
    const left = at === null ? 0 : (plot.current?.valToPos(times[at] ?? 0, "x") ?? 0);
    const offset = plot.current ? plot.current.bbox.left / devicePixelRatio : 0;
    const isRight = left > width / 2;
    return (
        <figure class="chart" style={{ minHeight: height }}>
            <div ref={box} role="img" aria-label={`${given.label}. ${spoken(given)}`} />
            {at !== null && times[at] !== undefined && (
                <div
                    class="chart-tip"
                    style={{
                        top: 6,
                        ...(isRight
                            ? { right: width - left - offset + 12 }
                            : { left: left + offset + 12 }),
                    }}
                >
                    <strong>
                        {given.seconds ? clock(times[at]!, zone) : dayAndTime(times[at]!, zone)}
                    </strong>
                    {series.map((one) => {
                        const value = one.values[at];
                        return (
                            <span class="spread" key={one.name}>
                                <span class="key-item">
                                    <Swatch colour={`var(--${one.colour})`} />
                                    {one.name}
                                </span>
                                <span class="number">
                                    {value === null || value === undefined ? "–" : write(value)}
                                </span>
                            </span>
                        );
                    })}
                </div>
            )}
        </figure>
    );
}

// The most that a sentence can say about each line.
function spoken({ series, times, zone, write }: Properties): string {
    return series
        .map((one) => {
            let best = -1;
            one.values.forEach((value, index) => {
                if (value !== null && (best < 0 || value > one.values[best]!)) best = index;
            });
            if (best < 0) return `${one.name}: no values`;
            const top = `${write(one.values[best]!)} at ${dayAndTime(times[best]!, zone)}`;
            return `${one.name}: highest ${top}`;
        })
        .join(". ");
}

export function Key({ series }: { series: { name: string; colour: string; dashed?: boolean }[] }) {
    return (
        <div class="chart-key" aria-hidden="true">
            {series.map((one) => (
                <span class="key-item" key={one.name}>
                    <Swatch colour={`var(--${one.colour})`} />
                    {one.name}
                </span>
            ))}
        </div>
    );
}
