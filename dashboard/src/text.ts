// SPDX-License-Identifier: Apache-2.0
// How numbers are written.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const two = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const none = "–";

export function count(value: number | null | undefined): string {
    return value === null || value === undefined ? none : whole.format(value);
}

export function short(value: number): string {
    return Math.abs(value) < 10_000 ? two.format(value) : compact.format(value);
}

export function decimal(value: number | null | undefined): string {
    return value === null || value === undefined ? none : two.format(value);
}

export function percent(value: number | null | undefined, digits = 1): string {
    if (value === null || value === undefined || !Number.isFinite(value)) return none;
    return `${(value * 100).toFixed(digits)} %`;
}

// HH:MM:SS, as the documentation shows durations; hours grow beyond two digits.
export function duration(seconds: number | null | undefined): string {
    if (seconds === null || seconds === undefined) return none;
    const all = Math.max(0, Math.round(seconds));
    const pad = (value: number) => String(value).padStart(2, "0");
    return `${pad(Math.floor(all / 3600))}:${pad(Math.floor(all / 60) % 60)}:${pad(all % 60)}`;
}

// A position on a time line, as short as can be: 1:02:03 or 2:03.
export function position(seconds: number): string {
    const all = Math.max(0, Math.floor(seconds));
    const pad = (value: number) => String(value).padStart(2, "0");
    const hours = Math.floor(all / 3600);
    const rest = `${Math.floor(all / 60) % 60}`;
    return hours > 0
        ? `${hours}:${rest.padStart(2, "0")}:${pad(all % 60)}`
        : `${rest}:${pad(all % 60)}`;
}

export function bytes(value: number): string {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    let rest = value;
    while (rest >= 1000 && unit + 1 < units.length) {
        rest /= 1000;
        ++unit;
    }
    return `${rest < 10 && unit > 0 ? rest.toFixed(1) : Math.round(rest)} ${units[unit]}`;
}

export function shortId(id: string): string {
    return `${id.slice(0, 8)}…${id.slice(-6)}`;
}

export function plural(value: number, one: string, many = `${one}s`): string {
    return `${whole.format(value)} ${value === 1 ? one : many}`;
}
