// SPDX-License-Identifier: Apache-2.0
// What the verdicts of many sessions have in common: looked at one by one, grouped by code.
import { useEffect, useState } from "preact/hooks";
import { Failure, get } from "../api";
import { type List, nameOf, type Session, type SessionEvent, textOf } from "../model";
import type { Range } from "../time";

export interface Example {
    session: string;
    offset: number;
    name: string;
    at: number;
}

export interface Group {
    code: string;
    outcome: string;
    message: string;
    remedy: string;
    rule: string;
    sessions: number;
    events: number | null; // null: not counted
    first: number; // of a sample, arrivals; else the beginning of a step of time
    last: number;
    players: Map<string, number>; // sessions
    contents: Map<string, number>;
    examples: Example[];
    isSample: boolean; // of the sessions that were looked at; else of all
}

export interface Findings {
    looked: number;
    wanted: number;
    without: number; // sessions with nothing to say
    players: Map<string, number>; // sessions that were looked at, by player
    groups: Group[];
    done: boolean;
}

const sideBySide = 4;
const examplesKept = 5;

export function nameOfPlayer(...parts: (string | number | null)[]): string {
    const [name, version, library] = parts;
    const own = [name, version].filter((part) => part !== null && part !== "").join(" ");
    return own + (library ? ` (${library})` : "");
}

function playerOf(session: Session): string {
    const of = (name: string) => textOf(session, name);
    return nameOfPlayer(of("media.playerName"), of("media.sdkVersion"), of("media.libraryVersion"));
}

class Grouping {
    private readonly groups = new Map<string, Group>();
    private readonly players = new Map<string, number>();
    private looked = 0;
    private without = 0;

    add(session: Session, events: SessionEvent[]): void {
        ++this.looked;
        const player = playerOf(session);
        grow(this.players, player);
        const seen = new Set<string>();
        for (const event of events) {
            const { verdict } = event;
            const said = [...(verdict.mistakes ?? [])].map((one) => ({ ...one, outcome: "used" }));
            if (verdict.outcome !== "used") said.unshift(verdict);
            for (const one of said) {
                const group = this.groupOf(one, event.receivedAt);
                group.events = (group.events ?? 0) + 1;
                group.first = Math.min(group.first, event.receivedAt);
                group.last = Math.max(group.last, event.receivedAt);
                if (seen.has(one.code)) continue;
                seen.add(one.code);
                ++group.sessions;
                grow(group.players, player);
                grow(group.contents, nameOf(session));
                if (group.examples.length < examplesKept) {
                    group.examples.push({
                        session: session.id,
                        offset: event.offset,
                        name: nameOf(session),
                        at: event.receivedAt,
                    });
                }
            }
        }
        if (seen.size === 0) ++this.without;
    }

    result(wanted: number, done: boolean): Findings {
        const groups = [...this.groups.values()].sort((a, b) => b.sessions - a.sessions);
        return {
            looked: this.looked,
            wanted,
            without: this.without,
            players: this.players,
            groups,
            done,
        };
    }

    private groupOf(
        said: { code: string; outcome: string; message: string; remedy: string; rule: string },
        at: number,
    ): Group {
        let group = this.groups.get(said.code);
        if (!group) {
            const { code, outcome, message, remedy, rule } = said;
            group = {
                ...{ code, outcome, message, remedy, rule },
                ...{ sessions: 0, events: 0, first: at, last: at },
                players: new Map(),
                contents: new Map(),
                examples: [],
                isSample: true,
            };
            this.groups.set(said.code, group);
        }
        return group;
    }
}

function grow(counts: Map<string, number>, key: string): void {
    counts.set(key, (counts.get(key) ?? 0) + 1);
}

// The newest sessions that arrived in this time, at most `most`.
async function newest(range: Range, most: number, signal: AbortSignal): Promise<Session[]> {
    const found: Session[] = [];
    for (let cursor: string | null = ""; cursor !== null && found.length < most;) {
        const behind: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const page: List<Session> = await get(`/v1/sessions?limit=100${behind}`, signal);
        for (const session of page.items) {
            if (session.lastReceivedAt >= range.from && session.firstReceivedAt < range.to) {
                found.push(session);
            }
        }
        const last = page.items[page.items.length - 1];
        cursor = last && last.firstReceivedAt < range.from ? null : page.next;
    }
    return found.slice(0, most);
}

// Looks at the newest `most` sessions of the time; what is found grows while it looks.
export function useFindings(range: Range, most: number) {
    const [findings, setFindings] = useState<Findings | null>(null);
    const [error, setError] = useState<Failure | null>(null);
    const [round, setRound] = useState(0);
    useEffect(() => {
        const abort = new AbortController();
        const { signal } = abort;
        const look = async () => {
            const sessions = await newest(range, most, signal);
            const grouping = new Grouping();
            const waiting = [...sessions];
            setFindings(grouping.result(sessions.length, sessions.length === 0));
            const worker = async () => {
                for (let one = waiting.shift(); one; one = waiting.shift()) {
                    try {
                        const path = `/v1/sessions/${one.id}/events?limit=1000`;
                        const page = await get<List<SessionEvent>>(path, signal);
                        grouping.add(one, page.items);
                    } catch (thrown) {
                        // Its events may not be kept any longer; the others are.
                        if (signal.aborted || !(thrown instanceof Failure)) throw thrown;
                        if (thrown.status !== 410 && thrown.status !== 404) throw thrown;
                    }
                    if (waiting.length % 10 === 0) {
                        setFindings(grouping.result(sessions.length, false));
                    }
                }
            };
            await Promise.all(Array.from({ length: sideBySide }, worker));
            setFindings(grouping.result(sessions.length, true));
            setError(null);
        };
        look().catch((thrown: unknown) => {
            if (signal.aborted) return;
            setError(thrown instanceof Failure ? thrown : new Failure(0, String(thrown)));
        });
        return () => abort.abort();
    }, [range.from, range.to, most, round]);
    return { findings, error, again: () => setRound((old) => old + 1) };
}
