// SPDX-License-Identifier: Apache-2.0
// What can be asked for, by the names that people use.
import type { Metrics } from "./report";
import { count, decimal, duration, none, percent } from "./text";

export type Kind = "count" | "duration" | "share" | "decimal" | "bitrate" | "seconds";

export interface Metric {
    id: string;
    name: string;
    kind: Kind;
    needs: string[]; // metrics of a report
    of: (metrics: Metrics) => number | null;
    lessIsBetter?: boolean;
}

function plain(id: string, name: string, kind: Kind, lessIsBetter = false): Metric {
    return { id, name, kind, needs: [id], of: (metrics) => metrics[id] ?? null, lessIsBetter };
}

function ratio(
    id: string,
    name: string,
    kind: Kind,
    over: string[],
    under: string[],
    lessIsBetter = false,
): Metric {
    const sum = (metrics: Metrics, names: string[]) =>
        names.reduce((all, one) => all + (metrics[one] ?? 0), 0);
    return {
        id,
        name,
        kind,
        needs: [...new Set([...over, ...under])],
        of: (metrics) => {
            const whole = sum(metrics, under);
            return whole === 0 ? null : sum(metrics, over) / whole;
        },
        lessIsBetter,
    };
}

const watched = ["mediaTimeSpent", "bufferTime", "stallTime"];

export const audience: Metric[] = [
    plain("mediaStarts", "Media starts", "count"),
    plain("contentStarts", "Content starts", "count"),
    plain("contentTimeSpent", "Content time spent", "duration"),
    plain("mediaTimeSpent", "Media time spent", "duration"),
    plain("uniqueTimePlayed", "Unique time played", "duration"),
    plain("contentCompletes", "Content completes", "count"),
    ratio(
        "contentCompletionRate",
        "Content completion rate",
        "share",
        ["contentCompletes"],
        ["contentStarts"],
    ),
    ratio(
        "avgContentTimeSpent",
        "Content time of a view",
        "duration",
        ["contentTimeSpent"],
        ["contentStarts"],
    ),
    plain("averageMinuteAudience", "Average minute audience", "decimal"),
    plain("contentResumes", "Content resumes", "count"),
    plain("pauseCount", "Pauses", "count"),
    plain("pauseTime", "Time paused", "duration"),
    plain("estimatedStreams", "Estimated streams", "count"),
    plain("dropsBeforeStart", "Drops before start", "count", true),
];

export const quality: Metric[] = [
    ratio("startTime", "Time to start", "seconds", ["timeToStart"], ["contentStarts"], true),
    ratio("bufferShare", "Buffering", "share", ["bufferTime"], watched, true),
    ratio("stallShare", "Stalled", "share", ["stallTime"], watched, true),
    ratio("bitrate", "Average bitrate", "bitrate", ["bitrateAverage"], ["contentStarts"]),
    ratio(
        "errorShare",
        "Views with errors",
        "share",
        ["errorImpactedStreams"],
        ["mediaStarts"],
        true,
    ),
    ratio("dropShare", "Drops before start", "share", ["dropsBeforeStart"], ["mediaStarts"], true),
    ratio(
        "droppedFramesPerView",
        "Dropped frames",
        "decimal",
        ["droppedFrames"],
        ["contentStarts"],
        true,
    ),
    plain("bufferCount", "Bufferings", "count", true),
    plain("stallCount", "Stalls", "count", true),
    plain("errorCount", "Errors", "count", true),
    plain("bitrateChangeCount", "Bitrate changes", "count"),
    plain("bufferTime", "Time buffering", "duration", true),
    plain("stallTime", "Time stalled", "duration", true),
];

export const ads: Metric[] = [
    plain("adStarts", "Ad starts", "count"),
    plain("adCompletes", "Ad completes", "count"),
    ratio("adCompletionRate", "Ad completion rate", "share", ["adCompletes"], ["adStarts"]),
    plain("adTimeSpent", "Ad time spent", "duration"),
    ratio("avgAdTimeSpent", "Time of an ad", "seconds", ["adTimeSpent"], ["adStarts"]),
];

export const chapters: Metric[] = [
    plain("chapterStarts", "Chapter starts", "count"),
    plain("chapterCompletes", "Chapter completes", "count"),
    ratio(
        "chapterCompletionRate",
        "Chapter completion rate",
        "share",
        ["chapterCompletes"],
        ["chapterStarts"],
    ),
    plain("chapterTimeSpent", "Chapter time spent", "duration"),
];

export function written(value: number | null, kind: Kind): string {
    if (value === null) return none;
    switch (kind) {
        case "count":
            return count(value);
        case "duration":
            return duration(value);
        case "share":
            return percent(value);
        case "bitrate":
            return value < 1000 ? `${count(value)} kbit/s` : `${(value / 1000).toFixed(2)} Mbit/s`;
        case "seconds":
            return `${value.toFixed(2)} s`;
        case "decimal":
            return decimal(value);
    }
}

const shorter = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

// A short form for axes.
export function shortly(value: number, kind: Kind): string {
    if (kind === "share") return percent(value, value !== 0 && Math.abs(value) < 0.02 ? 1 : 0);
    if (kind === "duration") {
        if (value === 0) return "0";
        if (value >= 3600) return `${shorter.format(value / 3600)} h`;
        if (value >= 60) return `${Math.round(value / 60)} min`;
        return `${Math.round(value)} s`;
    }
    if (kind === "seconds") return `${decimal(value)} s`;
    if (kind === "bitrate") return `${decimal(value / 1000)} Mbit/s`;
    return shorter.format(value);
}

export interface Dimension {
    id: string;
    name: string;
}

export const dimensions: Dimension[] = [
    { id: "media.name", name: "Content" },
    { id: "media.show", name: "Show" },
    { id: "media.channel", name: "Channel" },
    { id: "media.genre", name: "Genre" },
    { id: "media.contentType", name: "Content type" },
    { id: "media.streamType", name: "Stream type" },
    { id: "media.playerName", name: "Player" },
    { id: "media.sdkVersion", name: "App version" },
    { id: "media.libraryVersion", name: "Library version" },
    { id: "media.network", name: "Network" },
    { id: "media.feed", name: "Feed" },
    { id: "media.dayPart", name: "Day part" },
    { id: "media.pass.mvpd", name: "Provider" },
    { id: "analytics.reportSuite", name: "Report suite" },
    { id: "segment", name: "Content segment" },
    { id: "session.closeReason", name: "Closed by" },
    { id: "event.code", name: "Verdict" },
];

export const adDimensions: Dimension[] = [
    { id: "media.ad.advertiser", name: "Advertiser" },
    { id: "media.ad.name", name: "Ad" },
    { id: "media.ad.creativeId", name: "Creative" },
    { id: "media.ad.campaignId", name: "Campaign" },
    { id: "media.ad.podPosition", name: "Place in the pod" },
    { id: "media.ad.podFriendlyName", name: "Pod" },
    { id: "media.ad.length", name: "Length" },
];

export const chapterDimensions: Dimension[] = [
    { id: "media.chapter.friendlyName", name: "Chapter" },
    { id: "media.chapter.index", name: "Place of the chapter" },
    { id: "media.name", name: "Content" },
    { id: "media.show", name: "Show" },
];

export function nameOfDimension(id: string): string {
    const all = [...dimensions, ...adDimensions, ...chapterDimensions];
    const known = all.find((one) => one.id === id);
    if (known) return known.name;
    return id.startsWith("c.") ? id.slice(2) : id;
}
