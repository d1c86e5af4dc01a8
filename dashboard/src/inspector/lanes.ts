// SPDX-License-Identifier: Apache-2.0
// What the player was doing, drawn from its events. This follows the state machine of the server
// (docs/session-states.md) as far as a picture needs it; every number on the page is the server's.
import type { ExplainedMetric, SessionEvent } from "../model";

export type Doing =
    "starting" | "content" | "ad" | "gap" | "paused" | "buffering" | "stalled" | "completed";

export interface Piece {
    from: number; // ms since the session began
    to: number;
    kind: string; // a colour of the style sheet
    label: string;
}

export interface Lane {
    name: string;
    pieces: Piece[];
}

export interface Picture {
    begin: number; // ts of sessionStart
    length: number; // ms
    times: number[]; // of each event, ms since the beginning, never running back
    lanes: Lane[];
    curve: { at: number; playhead: number }[]; // seconds; broken where an ad runs
}

interface Body {
    params?: Record<string, unknown>;
    qoeData?: Record<string, unknown>;
}

const names: Record<Doing, string> = {
    starting: "Starting",
    content: "Content",
    ad: "Ad",
    gap: "In the break",
    paused: "Paused",
    buffering: "Buffering",
    stalled: "Stalled",
    completed: "Completed",
};

// Grows pieces one after another; equal neighbours become one.
class Strip {
    readonly pieces: Piece[] = [];
    private open: Piece | null = null;

    set(at: number, kind: string | null, label = ""): void {
        if (this.open && this.open.kind === kind && this.open.label === label) return;
        this.end(at);
        this.open = kind === null ? null : { from: at, to: at, kind, label };
    }

    end(at: number): void {
        if (!this.open) return;
        this.open.to = at;
        if (at > this.open.from) this.pieces.push(this.open);
        this.open = null;
    }
}

type PlayerState = "starting" | "content" | "paused" | "buffering" | "completed";

class Painter {
    private readonly player = new Strip();
    private readonly breaks = new Strip();
    private readonly ads = new Strip();
    private readonly chapters = new Strip();
    private readonly bitrate = new Strip();
    private readonly states = new Map<string, Strip>();
    readonly curve: Picture["curve"] = [];
    private state: PlayerState = "starting";
    private saved: PlayerState | null = null;
    private inBreak = false;
    private ad = false;

    take(event: SessionEvent, at: number): void {
        const body = parsed(event);
        const param = (name: string) => body.params?.[name];
        const playhead = event.playerTime.playhead;
        if (!this.ad) this.curve.push({ at, playhead });
        this.takeQuality(body, at);
        switch (event.eventType) {
            case "play":
                return this.playerSays("content", at);
            case "pauseStart":
                return this.playerSays("paused", at);
            case "bufferStart":
                return this.playerSays("buffering", at);
            case "adBreakStart":
                this.endAd(at);
                this.inBreak = true;
                this.breaks.set(at, "break", text(param("media.ad.podFriendlyName")) || "Break");
                break;
            case "adBreakComplete":
                this.endAd(at);
                this.inBreak = false;
                this.breaks.set(at, null);
                break;
            case "adStart":
                this.endAd(at);
                this.ad = true;
                if (this.state !== "content") this.saved = this.state;
                this.state = "content";
                this.ads.set(at, "ad", text(param("media.ad.name")) || text(param("media.ad.id")));
                break;
            case "adComplete":
            case "adSkip":
                this.endAd(at);
                break;
            case "chapterStart":
                this.chapters.set(at, null);
                this.chapters.set(
                    at,
                    "chapter",
                    text(param("media.chapter.friendlyName")) ||
                        `Chapter ${text(param("media.chapter.index"))}`,
                );
                break;
            case "chapterComplete":
            case "chapterSkip":
                this.chapters.set(at, null);
                break;
            case "stateStart":
                this.turn(text(param("media.state.name")), true, at);
                break;
            case "stateEnd":
                this.turn(text(param("media.state.name")), false, at);
                break;
            case "statesUpdate":
                for (const name of listed(param("statesEnd"))) this.turn(name, false, at);
                for (const name of listed(param("statesStart"))) this.turn(name, true, at);
                break;
            case "sessionComplete":
                if (this.ad) this.saved = "completed";
                else this.state = "completed";
                break;
        }
        this.show(at);
    }

    lanes(end: number): Lane[] {
        const lanes: Lane[] = [];
        const add = (name: string, strip: Strip) => {
            strip.end(end);
            if (strip.pieces.length > 0) lanes.push({ name, pieces: strip.pieces });
        };
        add("Player", this.player);
        add("Breaks", this.breaks);
        add("Ads", this.ads);
        add("Chapters", this.chapters);
        for (const [name, strip] of this.states) add(name, strip);
        add("kbit/s", this.bitrate);
        return lanes;
    }

    private playerSays(state: PlayerState, at: number): void {
        if (this.saved !== "completed") this.saved = null;
        this.state = state;
        this.show(at);
    }

    private endAd(at: number): void {
        if (!this.ad) return;
        this.ad = false;
        this.ads.set(at, null);
        if (this.saved) this.state = this.saved;
        this.saved = null;
    }

    private show(at: number): void {
        let doing: Doing = this.state;
        if (doing === "content" && this.ad) doing = "ad";
        else if (doing === "content" && this.inBreak) doing = "gap";
        this.player.set(at, doing, names[doing]);
    }

    private turn(name: string, on: boolean, at: number): void {
        const key = name.toLowerCase();
        if (key === "") return;
        let strip = this.states.get(key);
        if (!strip) {
            strip = new Strip();
            this.states.set(key, strip);
        }
        strip.set(at, on ? "state" : null, on ? name : "");
    }

    private takeQuality(body: Body, at: number): void {
        for (const from of [body.qoeData, body.params]) {
            const bitrate = from?.["media.qoe.bitrate"] ?? from?.["bitrate"];
            if (typeof bitrate !== "number" || bitrate <= 0) continue;
            this.bitrate.set(at, "bitrate", Math.trunc(bitrate).toLocaleString("en"));
            return;
        }
    }
}

function parsed(event: SessionEvent): Body {
    if (event.body === undefined) return {};
    try {
        return JSON.parse(event.body) as Body;
    } catch {
        return {};
    }
}

function text(value: unknown): string {
    return value === undefined || value === null ? "" : String(value);
}

function listed(value: unknown): string[] {
    if (!Array.isArray(value)) return [];
    return value.map((one) => text((one as Record<string, unknown>)["media.state.name"]));
}

// Time in which the server found the picture standing still: explained by the events that ended it.
function stalls(picture: Picture, events: SessionEvent[], explained: ExplainedMetric | undefined) {
    const player = picture.lanes.find((lane) => lane.name === "Player");
    if (!player || !explained) return;
    for (const cited of explained.events) {
        const index = events.findIndex((event) => event.offset === cited.offset);
        const to = picture.times[index];
        if (cited.adds <= 0 || to === undefined) continue;
        const from = to - cited.adds;
        player.pieces = player.pieces.flatMap((piece) => {
            if (piece.to <= from || piece.from >= to || piece.kind !== "content") return [piece];
            return [
                { ...piece, to: from },
                {
                    ...piece,
                    from: Math.max(from, piece.from),
                    to: Math.min(to, piece.to),
                    kind: "stalled",
                    label: names.stalled,
                },
                { ...piece, from: to },
            ].filter((part) => part.to > part.from);
        });
    }
}

export function paint(events: SessionEvent[], stallTime?: ExplainedMetric): Picture {
    const begin = events[0]?.playerTime.ts ?? 0;
    const painter = new Painter();
    const times: number[] = [];
    let last = 0;
    for (const event of events) {
        const counts = event.verdict.outcome !== "ignored" && event.verdict.outcome !== "duplicate";
        if (counts) {
            last = Math.max(last, event.playerTime.ts - begin);
            painter.take(event, last);
        }
        times.push(counts ? last : Math.max(0, Math.min(last, event.playerTime.ts - begin)));
    }
    const picture = {
        begin,
        length: Math.max(last, 1),
        times,
        lanes: painter.lanes(last),
        curve: painter.curve,
    };
    stalls(picture, events, stallTime);
    return picture;
}
