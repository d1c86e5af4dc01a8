// SPDX-License-Identifier: Apache-2.0
// Verdicts that are stored with every session, counted over a whole time, not over a sample.
import { get, post, useAsked } from "../api";
import type { List, Session, SessionEvent } from "../model";
import { type Answer, type Item, path, type Question } from "../report";
import { granularityFor, type Range } from "../time";
import { type Group, nameOfPlayer } from "./findings";

const plain = "used";
const player = ["media.playerName", "media.sdkVersion", "media.libraryVersion"];
const examplesShown = 5;

export interface Counted {
    sessions: number; // of the time, with and without findings
    players: Map<string, number>;
    groups: Group[];
}

function playerOf(item: Item): string {
    const [name, version, library] = player.map((one) => item.dimensions[one] ?? null);
    return nameOfPlayer(name, version, library);
}

function starts(item: Item): number {
    return item.metrics["mediaStarts"] ?? 0;
}

function sums(items: Item[], key: (item: Item) => string): Map<string, number> {
    const found = new Map<string, number>();
    for (const item of items) found.set(key(item), (found.get(key(item)) ?? 0) + starts(item));
    return found;
}

// The text of a verdict, and sessions that have it, newest first.
async function exampleOf(code: string, base: Question, signal: AbortSignal) {
    const answer = await post<Answer>(
        path,
        {
            ...base,
            dimensions: ["session.id"],
            filter: { dimension: "event.code", equals: code },
            sort: [{ by: "session.id", descending: true }],
            limit: examplesShown,
        },
        signal,
    );
    const ids = answer.items.map((item) => String(item.dimensions["session.id"]));
    const examples = [];
    let text: SessionEvent["verdict"] | undefined;
    for (const id of ids) {
        const [session, page] = await Promise.all([
            get<Session>(`/v1/sessions/${id}`, signal),
            get<List<SessionEvent>>(`/v1/sessions/${id}/events?limit=1000`, signal),
        ]);
        const event = page.items.find((one) => one.verdict.code === code);
        if (!event) continue;
        text ??= event.verdict;
        const name = String(session.dimensions["media.name"] ?? session.dimensions["media.id"]);
        examples.push({ session: id, offset: event.offset, name, at: event.receivedAt });
    }
    return { text, examples };
}

async function count(range: Range, zone: string, signal: AbortSignal): Promise<Counted> {
    const base: Question = {
        metrics: ["mediaStarts"],
        from: range.from,
        to: range.to,
        timeZone: zone,
        limit: 1000,
    };
    const ask = (more: Partial<Question>) => post<Answer>(path, { ...base, ...more }, signal);
    const [all, byPlayer, byContent, overTime] = await Promise.all([
        ask({ dimensions: player }),
        ask({ dimensions: ["event.code", ...player] }),
        ask({
            dimensions: ["event.code", "media.name"],
            sort: [{ by: "mediaStarts", descending: true }],
        }),
        ask({ dimensions: ["event.code"], granularity: granularityFor(range) }),
    ]);
    const codes = new Set(byPlayer.items.map((item) => item.dimensions["event.code"]));
    const groups: Group[] = [];
    for (const code of codes) {
        if (code === plain || code === null || typeof code !== "string") continue;
        const of = (answer: Answer) =>
            answer.items.filter((item) => item.dimensions["event.code"] === code);
        const times = of(overTime).map((item) => item.time!);
        const { text, examples } = await exampleOf(code, base, signal);
        groups.push({
            code,
            outcome: text?.outcome ?? "ignored",
            message: text?.message ?? "",
            remedy: text?.remedy ?? "",
            rule: text?.rule ?? "",
            sessions: of(byPlayer).reduce((sum, item) => sum + starts(item), 0),
            events: null,
            first: Math.min(...times),
            last: Math.max(...times),
            players: sums(of(byPlayer), playerOf),
            contents: sums(of(byContent), (item) => String(item.dimensions["media.name"] ?? "–")),
            examples,
            isSample: false,
        });
    }
    return {
        sessions: all.totals["mediaStarts"] ?? 0,
        players: sums(all.items, playerOf),
        groups,
    };
}

export function useCounted(range: Range, zone: string) {
    const key = `counted ${range.from} ${range.to} ${zone}`;
    return useAsked(key, (signal) => count(range, zone, signal));
}
