// SPDX-License-Identifier: Apache-2.0
// Ranges of time, time zones, and how both are written.

export interface Range {
    from: number; // ms since the epoch
    to: number; // exclusive
    preset: string | null; // name of a preset, which moves with the clock
}

export const presets: Record<string, { label: string; ms: number }> = {
    "15m": { label: "Last 15 minutes", ms: 900_000 },
    "1h": { label: "Last hour", ms: 3_600_000 },
    "6h": { label: "Last 6 hours", ms: 21_600_000 },
    "24h": { label: "Last 24 hours", ms: 86_400_000 },
    "7d": { label: "Last 7 days", ms: 7 * 86_400_000 },
    "30d": { label: "Last 30 days", ms: 30 * 86_400_000 },
};

export const usualPreset = "24h";

export const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function isZone(name: string): boolean {
    try {
        new Intl.DateTimeFormat("en", { timeZone: name });
        return true;
    } catch {
        return false;
    }
}

export function zoneOf(query: URLSearchParams): string {
    const zone = query.get("tz");
    return zone !== null && isZone(zone) ? zone : browserZone;
}

export function rangeOf(query: URLSearchParams, now: number): Range {
    const from = Date.parse(query.get("from") ?? "");
    const to = Date.parse(query.get("to") ?? "");
    if (from < to) return { from, to, preset: null };
    const wanted = query.get("range") ?? usualPreset;
    const preset = wanted in presets ? wanted : usualPreset;
    const end = Math.ceil((now + 1) / 60_000) * 60_000;
    return { from: end - presets[preset]!.ms, to: end, preset };
}

// The period of the same length before.
export function before(range: Range): Range {
    return { from: range.from - (range.to - range.from), to: range.from, preset: null };
}

export type Granularity = "minute" | "5minutes" | "15minutes" | "hour" | "day";

export const granularityMs: Record<Granularity, number> = {
    minute: 60_000,
    "5minutes": 300_000,
    "15minutes": 900_000,
    hour: 3_600_000,
    day: 86_400_000,
};

// Fine enough to see something, coarse enough to see it at once.
export function granularityFor(range: Range): Granularity {
    const ms = range.to - range.from;
    if (ms <= 2 * 3_600_000) return "minute";
    if (ms <= 8 * 3_600_000) return "5minutes";
    if (ms <= 36 * 3_600_000) return "15minutes";
    if (ms <= 10 * 86_400_000) return "hour";
    return "day";
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = zone + JSON.stringify(options);
    let known = formats.get(key);
    if (!known) {
        known = new Intl.DateTimeFormat("en-GB", { timeZone: zone, ...options });
        formats.set(key, known);
    }
    return known;
}

export function clock(ms: number, zone: string): string {
    return format(zone, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(ms);
}

export function hourAndMinute(ms: number, zone: string): string {
    return format(zone, { hour: "2-digit", minute: "2-digit" }).format(ms);
}

export function dayAndMonth(ms: number, zone: string): string {
    return format(zone, { day: "numeric", month: "short" }).format(ms);
}

export function dayAndClock(ms: number, zone: string): string {
    return `${dayAndMonth(ms, zone)}, ${clock(ms, zone)}`;
}

export function dayAndTime(ms: number, zone: string): string {
    return `${dayAndMonth(ms, zone)}, ${hourAndMinute(ms, zone)}`;
}

// The text that <input type="datetime-local"> takes, and back.
export function localText(ms: number, zone: string): string {
    const parts = format(zone, {
        year: "numeric",
        month: "2-digit",
        day: "2-digit",
        hour: "2-digit",
        minute: "2-digit",
    }).formatToParts(ms);
    const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
    return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

export function fromLocalText(text: string, zone: string): number {
    const asUtc = Date.parse(`${text}:00Z`);
    // What the zone shows at that moment tells how far it is off; twice, for the hour that changes.
    let ms = asUtc;
    for (let i = 0; i < 2; ++i) ms += asUtc - Date.parse(`${localText(ms, zone)}:00Z`);
    return ms;
}

// In the address, to the minute.
export function addressText(ms: number): string {
    return `${new Date(ms).toISOString().slice(0, 16)}Z`;
}

// "3 minutes ago".
export function ago(ms: number, now: number): string {
    const seconds = Math.max(0, Math.round((now - ms) / 1000));
    const words = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "short" });
    if (seconds < 60) return words.format(-seconds, "second");
    if (seconds < 3600) return words.format(-Math.floor(seconds / 60), "minute");
    if (seconds < 86_400) return words.format(-Math.floor(seconds / 3600), "hour");
    return words.format(-Math.floor(seconds / 86_400), "day");
}
