// SPDX-License-Identifier: Apache-2.0
// What the admin side gives, as far as pages look at it.

export type MetricValue = string | number | boolean | null | string[] | Ad[] | Chapter[] | State[];

export interface Ad {
    id: string;
    podId: string;
    podName: string | null;
    podOffset: number;
    podPosition: number;
    length: number;
    timePlayed: number;
    isCompleted: boolean;
}

export interface Chapter {
    id: string;
    index: number;
    name: string | null;
    offset: number;
    length: number;
    timePlayed: number;
    isCompleted: boolean;
}

export interface State {
    name: string;
    isSet: boolean;
    count: number;
    time: number;
}

export interface Session {
    id: string;
    state: "open" | "closed";
    startTs: number;
    lastEventTs: number;
    closeTs: number | null;
    firstReceivedAt: number;
    lastReceivedAt: number;
    reportSuite: string;
    dimensions: Record<string, string | number>;
    customMetadata: Record<string, string>;
    metrics: Record<string, MetricValue>;
}

export type Outcome = "used" | "ignored" | "duplicate" | "late" | "repaired";

export interface Verdict {
    outcome: Outcome;
    code: string;
    message: string;
    rule: string;
    remedy: string;
    mistakes?: { code: string; message: string; rule: string; remedy: string }[];
}

export interface SessionEvent {
    eventType: string;
    playerTime: { playhead: number; ts: number };
    receivedAt: number;
    offset: number;
    verdict: Verdict;
    body?: string; // as it arrived
}

export interface List<T> {
    items: T[];
    next: string | null;
}

export interface ExplainedMetric {
    metric: string;
    value: MetricValue;
    stored?: MetricValue;
    ms?: number;
    rule: string;
    offsets: number[];
    elements?: number[];
    events: { offset: number; eventType: string; adds: number; element?: number }[];
    whyNot: string | null;
    nearMisses: { offset: number; eventType: string; element?: number }[];
}

export interface Explanation {
    id: string;
    agrees: boolean;
    ruleSet: number;
    metrics: ExplainedMetric[];
}

export function textOf(session: Session, dimension: string): string | null {
    const value = session.dimensions[dimension];
    return value === undefined || value === "" ? null : String(value);
}

export function numberOf(session: Session, metric: string): number {
    const value = session.metrics[metric];
    return typeof value === "number" ? value : 0;
}

export function nameOf(session: Session): string {
    return textOf(session, "media.name") ?? textOf(session, "media.id") ?? "Without a name";
}

// The first non-empty identity, as the metrics count viewers.
export function viewerOf(session: Session): string | null {
    for (const name of [
        "visitor.marketingCloudUserId",
        "analytics.visitorId",
        "analytics.aid",
        "appInstallationId",
    ]) {
        const value = textOf(session, name);
        if (value !== null) return value;
    }
    return null;
}
