// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { addressOf, go, set, useAddress } from "../address";
import { Failure, get, post } from "../api";
import { type List, nameOf, numberOf, type Session, textOf, viewerOf } from "../model";
import { type Answer, conditionsOf, type Filter, filterOf, path, type Question } from "../report";
import { count, duration, none, shortId } from "../text";
import { ago, dayAndClock, rangeOf, zoneOf } from "../time";
import { Conditions } from "../ui/conditions";
import { Page } from "../ui/page";
import { Card, Empty, Link, Tabs, Waiting, Wrong } from "../ui/parts";
import { TimePicker } from "../ui/time_picker";

const pageSize = 50;
const followMs = 2000;

// Sessions of a time, found by what they say; or the newest ones as they come.
export function SessionsPage() {
    const { query } = useAddress();
    const follows = query.get("follow") === "live";
    return (
        <Page
            title="Sessions"
            tools={
                <>
                    <Tabs
                        label="What is shown"
                        value={follows ? "live" : "all"}
                        choices={[
                            { value: "all", label: "Find" },
                            { value: "live", label: "Follow live" },
                        ]}
                        onPick={(value) => set({ follow: value === "live" ? "live" : null })}
                    />
                    {!follows && <TimePicker />}
                </>
            }
        >
            {follows ? <Following /> : <Finding />}
        </Page>
    );
}

const isId = /[0-9a-f]{64}/;

function Search() {
    const { query } = useAddress();
    const [text, setText] = useState(query.get("q") ?? "");
    const find = (event: Event) => {
        event.preventDefault();
        const id = isId.exec(text.toLowerCase())?.[0];
        if (id) go(addressOf(`/sessions/${id}`));
        else set({ q: text.trim() });
    };
    return (
        <form onSubmit={find} role="search" class="search">
            <label>
                <span class="only-heard">Find by content, viewer or session id</span>
                <input
                    class="input"
                    type="search"
                    placeholder="Content, viewer or session id"
                    value={text}
                    onInput={(event) => setText(event.currentTarget.value)}
                />
            </label>
            <button class="button" type="submit">
                Find
            </button>
        </form>
    );
}

// A name or id of content that has the text in it, or a viewer of exactly this id.
function matching(text: string): Filter {
    const pattern = `(?i)${text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`;
    return {
        or: [
            { dimension: "media.name", matches: pattern },
            { dimension: "media.id", matches: pattern },
            { dimension: "session.viewer", equals: text },
        ],
    };
}

function questionOf(query: URLSearchParams): Question {
    const range = rangeOf(query, Date.now());
    const text = query.get("q") ?? "";
    const filters = [filterOf(conditionsOf(query)), text === "" ? undefined : matching(text)];
    const wanted = filters.filter((one) => one !== undefined);
    return {
        metrics: ["mediaStarts"],
        dimensions: ["session.id"],
        // Ids grow with the time of arrival.
        sort: [{ by: "session.id", descending: true }],
        limit: pageSize,
        from: range.from,
        to: range.to,
        timeZone: zoneOf(query),
        ...(wanted.length > 0 ? { filter: { and: wanted } } : {}),
    };
}

async function session(id: string): Promise<Session | null> {
    try {
        return await get<Session>(`/v1/sessions/${id}`);
    } catch (thrown) {
        if (thrown instanceof Failure && thrown.status === 404) return null;
        throw thrown;
    }
}

interface Found {
    key: string;
    sessions: Session[];
    next: string | null;
    all: number;
}

function useFound(question: Question) {
    const key = JSON.stringify(question);
    const [found, setFound] = useState<Found | null>(null);
    const [error, setError] = useState<Failure | null>(null);
    const [busy, setBusy] = useState(true);
    const asked = useRef(key);
    const load = async (cursor: string | null) => {
        asked.current = key;
        setBusy(true);
        try {
            const more = cursor === null ? {} : { cursor };
            const answer = await post<Answer>(path, { ...question, ...more });
            const ids = answer.items.map((item) => String(item.dimensions["session.id"]));
            const sessions = (await Promise.all(ids.map(session))).filter((one) => one !== null);
            if (asked.current !== key) return;
            setError(null);
            setFound((old) => ({
                key,
                sessions: cursor === null || !old ? sessions : [...old.sessions, ...sessions],
                next: answer.next,
                all: answer.totals["mediaStarts"] ?? 0,
            }));
        } catch (thrown) {
            if (asked.current !== key) return;
            setError(thrown instanceof Failure ? thrown : new Failure(0, String(thrown)));
        }
        setBusy(false);
    };
    useEffect(() => void load(null), [key]);
    return { found, error, busy: busy && found?.key !== key, load };
}

function Finding() {
    const { query } = useAddress();
    const { found, error, busy, load } = useFound(questionOf(query));
    const zone = zoneOf(query);
    return (
        <>
            <div class="row">
                <Search key={query.get("q") ?? ""} />
                <Conditions />
            </div>
            {found === null ? (
                error ? (
                    <Wrong error={error} again={() => void load(null)} />
                ) : (
                    <Waiting height={420} />
                )
            ) : found.sessions.length === 0 ? (
                <Empty title="No session like that">
                    Choose a longer time, or take a filter away.
                </Empty>
            ) : (
                <Card
                    title="Sessions"
                    note={`${count(found.all)} in this time, newest first`}
                    flush
                    tools={
                        error ? (
                            <span class="badge bad">{error.message}</span>
                        ) : (
                            busy && <span class="badge">Loading…</span>
                        )
                    }
                >
                    <SessionTable sessions={found.sessions} zone={zone} />
                    {found.next !== null && (
                        <div class="card-body row end">
                            <button
                                class="button"
                                type="button"
                                disabled={busy}
                                onClick={() => void load(found.next)}
                            >
                                Older sessions
                            </button>
                        </div>
                    )}
                </Card>
            )}
        </>
    );
}

function Following() {
    const { query } = useAddress();
    const [sessions, setSessions] = useState<Session[] | null>(null);
    const [error, setError] = useState<Failure | null>(null);
    useEffect(() => {
        const abort = new AbortController();
        const ask = async () => {
            try {
                const list = `/v1/sessions?limit=${pageSize}`;
                const page = await get<List<Session>>(list, abort.signal);
                setSessions(page.items);
                setError(null);
            } catch (thrown) {
                if (abort.signal.aborted) return;
                setError(thrown instanceof Failure ? thrown : new Failure(0, String(thrown)));
            }
        };
        void ask();
        const timer = setInterval(() => void ask(), followMs);
        return () => {
            clearInterval(timer);
            abort.abort();
        };
    }, []);
    if (sessions === null) {
        return error ? <Wrong error={error} /> : <Waiting height={420} />;
    }
    if (sessions.length === 0) {
        return <Empty title="No session yet">As soon as a player starts one, it is here.</Empty>;
    }
    return (
        <Card
            title="Newest sessions"
            note="As they come"
            flush
            tools={error && <span class="badge bad">{error.message}</span>}
        >
            <SessionTable sessions={sessions} zone={zoneOf(query)} />
        </Card>
    );
}

function SessionTable({ sessions, zone }: { sessions: Session[]; zone: string }) {
    const now = Date.now();
    return (
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th>Started</th>
                        <th>Content</th>
                        <th>Player</th>
                        <th>Viewer</th>
                        <th>State</th>
                        <th class="number">Content time</th>
                        <th class="number">Ads</th>
                        <th class="number">Errors</th>
                        <th>Session</th>
                    </tr>
                </thead>
                <tbody>
                    {sessions.map((one) => (
                        <SessionRow key={one.id} session={one} zone={zone} now={now} />
                    ))}
                </tbody>
            </table>
        </div>
    );
}

function SessionRow({ session, zone, now }: { session: Session; zone: string; now: number }) {
    const target = addressOf(`/sessions/${session.id}`);
    const viewer = viewerOf(session);
    const errors = numberOf(session, "qoeDataDetails.errorCount");
    return (
        <tr
            class="pickable"
            onClick={(event) => {
                if (!(event.target as HTMLElement).closest("a")) go(target);
            }}
        >
            <td class="nowrap" title={`Arrived ${ago(session.firstReceivedAt, now)}`}>
                {dayAndClock(session.startTs, zone)}
            </td>
            <td class="main">
                <Link class="cell-link" href={target}>
                    {nameOf(session)}
                </Link>
                <div class="soft">{textOf(session, "media.channel") ?? none}</div>
            </td>
            <td>
                {textOf(session, "media.playerName") ?? none}
                <div class="soft">{textOf(session, "media.sdkVersion") ?? none}</div>
            </td>
            <td class="mono nowrap" title={viewer ?? ""}>
                {viewer === null ? none : viewer.length > 12 ? `…${viewer.slice(-8)}` : viewer}
            </td>
            <td>
                <StateBadge session={session} />
            </td>
            <td class="number">{duration(numberOf(session, "sessionDetails.timePlayed"))}</td>
            <td class="number">{count(numberOf(session, "sessionDetails.adCount"))}</td>
            <td class="number">
                {errors > 0 ? <span class="badge bad">{count(errors)}</span> : count(0)}
            </td>
            <td class="mono nowrap">{shortId(session.id)}</td>
        </tr>
    );
}

const closings: Record<string, string> = {
    sessionEnd: "Ended",
    inactivity: "Went silent",
    idle: "Stood still",
    batchEnd: "Downloaded",
};

export function StateBadge({ session }: { session: Session }) {
    if (session.state === "open") return <span class="badge good live">Open</span>;
    const reason = String(session.metrics["session.closeReason"] ?? "");
    const completed = session.metrics["sessionDetails.isCompleted"] === true;
    return <span class="badge">{completed ? "Completed" : (closings[reason] ?? "Closed")}</span>;
}
