// SPDX-License-Identifier: Apache-2.0
// The metrics of one session as people read them. Metrics that are not here are shown by their key.

export type Unit = "duration" | "count" | "flag" | "text" | "ratio" | "bitrate" | "time" | "list";

export interface MetricName {
    key: string;
    name: string;
    unit: Unit;
}

export interface MetricGroup {
    name: string;
    metrics: MetricName[];
}

function of(prefix: string, names: [string, string, Unit][]): MetricName[] {
    return names.map(([key, name, unit]) => ({ key: prefix + key, name, unit }));
}

export const groups: MetricGroup[] = [
    {
        name: "Playback",
        metrics: of("sessionDetails.", [
            ["timePlayed", "Content time spent", "duration"],
            ["totalTimePlayed", "Media time spent", "duration"],
            ["uniqueTimePlayed", "Unique time played", "duration"],
            ["isPlayed", "Content start", "flag"],
            ["isCompleted", "Content complete", "flag"],
            ["hasResume", "Resumed", "flag"],
            ["pauseCount", "Pauses", "count"],
            ["pauseTime", "Paused", "duration"],
            ["segment", "Content segment", "text"],
            ["hasProgress10", "10 % reached", "flag"],
            ["hasProgress25", "25 % reached", "flag"],
            ["hasProgress50", "50 % reached", "flag"],
            ["hasProgress75", "75 % reached", "flag"],
            ["hasProgress95", "95 % reached", "flag"],
            ["averageMinuteAudience", "Average minute audience", "ratio"],
            ["estimatedStreams", "Estimated streams", "count"],
        ]),
    },
    {
        name: "Ads and chapters",
        metrics: [
            ...of("", [["sessionDetails.adCount", "Ad starts", "count"]]),
            ...of("advertisingDetails.", [
                ["completes", "Ad completes", "count"],
                ["timePlayed", "Ad time spent", "duration"],
            ]),
            ...of("", [
                ["sessionDetails.chapterCount", "Chapter starts", "count"],
                ["chapterDetails.completes", "Chapter completes", "count"],
                ["ads", "Each ad", "list"],
                ["chapters", "Each chapter", "list"],
                ["states", "Player states", "list"],
            ]),
        ],
    },
    {
        name: "Quality",
        metrics: of("qoeDataDetails.", [
            ["timeToStart", "Time to start", "duration"],
            ["bufferCount", "Bufferings", "count"],
            ["bufferTime", "Buffering", "duration"],
            ["stallCount", "Stalls", "count"],
            ["stallTime", "Stalled", "duration"],
            ["bitrateAverage", "Average bitrate", "bitrate"],
            ["bitrateChangeCount", "Bitrate changes", "count"],
            ["droppedFrames", "Dropped frames", "count"],
            ["errorCount", "Errors", "count"],
            ["playerSdkErrors", "Errors of the player", "list"],
            ["externalErrors", "Errors from outside", "list"],
            ["isDroppedBeforeStart", "Dropped before start", "flag"],
        ]),
    },
    {
        name: "The session",
        metrics: [
            ...of("sessionDetails.", [
                ["secondsSinceLastCall", "Since the last event", "duration"],
                ["isDownloaded", "Downloaded", "flag"],
                ["isFederated", "Federated", "flag"],
            ]),
            ...of("session.", [
                ["closeReason", "Closed by", "text"],
                ["closeTs", "Closed at", "time"],
                ["lastEventTs", "Last event", "time"],
                ["duplicatesDropped", "Duplicates dropped", "count"],
                ["eventsAfterClose", "Events after the close", "count"],
            ]),
        ],
    },
];
