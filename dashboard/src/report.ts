// SPDX-License-Identifier: Apache-2.0
// Questions over many sessions: POST /v1/reports.
import { post, useAsked, type Asked } from "./api";
import { before, type Granularity, type Range } from "./time";

export type Filter =
    | { dimension: string; equals: string | null }
    | { dimension: string; matches: string }
    | { and: Filter[] }
    | { or: Filter[] };

export interface Question {
    metrics: string[];
    dimensions?: string[];
    filter?: Filter;
    segment?: string;
    from?: number;
    to?: number;
    timeZone: string;
    granularity?: string;
    sort?: { by: string; descending?: boolean }[];
    limit?: number;
    programs?: { name: string; startTs: number; length: number }[];
}

export type Metrics = Record<string, number | null>;

export interface Item {
    time?: number;
    dimensions: Record<string, string | number | null>;
    metrics: Metrics;
}

export interface Answer {
    items: Item[];
    totals: Metrics;
    next: string | null;
    peaks?: Record<string, { value: number; time: number }>; // of one minute
    reflects: { closedShare?: number; openSessions?: number };
}

export const path = "/v1/reports";

export function useReport(question: Question | null, everyMs = 0): Asked<Answer> {
    const key = question === null ? null : JSON.stringify(question);
    return useAsked(key, (signal) => post<Answer>(path, question, signal), everyMs);
}

export function curl(question: Question): string {
    const body = JSON.stringify(question).replaceAll("'", "'\\''");
    return `curl -s ${location.origin}${path} -d '${body}'`;
}

// What the address says is looked at, as conditions that all hold: `media.channel=x|c.plan=free`.
export interface Condition {
    dimension: string;
    value: string | null; // null: sent no value
}

export function conditionsOf(query: URLSearchParams): Condition[] {
    return (query.get("where") ?? "")
        .split("|")
        .filter((part) => part !== "")
        .map((part) => {
            const equals = part.indexOf("=");
            if (equals < 0) return { dimension: decodeURIComponent(part), value: null };
            return {
                dimension: decodeURIComponent(part.slice(0, equals)),
                value: decodeURIComponent(part.slice(equals + 1)),
            };
        });
}

export function conditionsText(conditions: Condition[]): string | null {
    if (conditions.length === 0) return null;
    const safe = (text: string) => text.replace(/[%|=]/g, encodeURIComponent);
    return conditions
        .map((one) => safe(one.dimension) + (one.value === null ? "" : `=${safe(one.value)}`))
        .join("|");
}

export function filterOf(conditions: Condition[]): Filter | undefined {
    if (conditions.length === 0) return undefined;
    return { and: conditions.map((one) => ({ dimension: one.dimension, equals: one.value })) };
}

export function asked(range: Range, zone: string, conditions: Condition[]) {
    const filter = filterOf(conditions);
    return { from: range.from, to: range.to, timeZone: zone, ...(filter ? { filter } : {}) };
}

// What was asked of each step of a range and of the period before it.
export interface OverTime {
    range: Range;
    granularity: Granularity;
    zone: string;
    now: Asked<Answer>;
    before: Asked<Answer>;
}

export function useOverTime(
    range: Range,
    granularity: Granularity,
    zone: string,
    conditions: Condition[],
    metrics: string[],
): OverTime {
    const ask = (when: Range): Question => ({
        ...asked(when, zone, conditions),
        metrics,
        granularity,
        limit: 1000,
    });
    const now = useReport(ask(range));
    return { range, granularity, zone, now, before: useReport(ask(before(range))) };
}
