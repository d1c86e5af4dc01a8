// SPDX-License-Identifier: Apache-2.0
import { useMemo } from "preact/hooks";
import { addressOf, set, useAddress } from "../address";
import { get, getFile, getText, useAsked } from "../api";
import {
    type Explanation,
    type List,
    nameOf,
    numberOf,
    type Session,
    type SessionEvent,
    textOf,
    viewerOf,
} from "../model";
import { StateBadge } from "../pages/sessions";
import { count, decimal, duration, none, percent, plural, shortId } from "../text";
import { ago, dayAndClock, zoneOf } from "../time";
import { Icon } from "../ui/icon";
import { Page } from "../ui/page";
import {
    Card,
    copy,
    CopyButton,
    Empty,
    Figure,
    Link,
    Over,
    save,
    tell,
    Waiting,
    Wrong,
} from "../ui/parts";
import { EventList } from "./event_list";
import { paint } from "./lanes";
import { MetricList } from "./metric_list";
import { withBodies } from "./recording";
import { TimeLine } from "./time_line";

const openEveryMs = 5000;

// The events of a session, all pages of them, with the bodies as they were sent.
async function allEvents(id: string, signal: AbortSignal): Promise<SessionEvent[]> {
    const recording = getText(`/v1/sessions/${id}/recording`, signal);
    const events: SessionEvent[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
        const behind: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const page: List<SessionEvent> = await get(
            `/v1/sessions/${id}/events?limit=1000${behind}`,
            signal,
        );
        events.push(...page.items);
        cursor = page.next;
    }
    return withBodies(events, await recording);
}

// One session, event by event: what was sent, what became of it, and which event made which number.
export function Inspector({ id }: { id: string }) {
    const { query } = useAddress();
    const zone = zoneOf(query);
    const session = useAsked(
        `session ${id}`,
        (signal) => get<Session>(`/v1/sessions/${id}`, signal),
        openEveryMs,
    );
    // What was read of a closed session does not change.
    const version = `${id} ${session.data?.lastReceivedAt} ${session.data?.state}`;
    const ready = session.data ? version : null;
    const events = useAsked(ready, (signal) => allEvents(id, signal));
    const explained = useAsked(ready, (signal) =>
        get<Explanation>(`/v1/sessions/${id}/explain`, signal),
    );
    if (session.data === null) {
        return (
            <Page title={<Back text="Session" />}>
                {session.error?.status === 404 ? (
                    <Empty title="There is no such session">
                        Nothing with the id <code>{shortId(id)}</code> was kept here.
                    </Empty>
                ) : session.error ? (
                    <Wrong error={session.error} again={session.again} />
                ) : (
                    <Waiting height={420} />
                )}
            </Page>
        );
    }
    const shown = session.data;
    return (
        <Page title={<Back text={nameOf(shown)} />} tools={<Tools session={shown} />}>
            <Facts session={shown} zone={zone} />
            <Numbers session={shown} />
            {events.data ? (
                <Events
                    session={shown}
                    events={events.data}
                    explanation={explained.data}
                    zone={zone}
                />
            ) : events.error ? (
                <Card title="Events">
                    <Wrong error={events.error} again={events.again} />
                </Card>
            ) : (
                <Waiting height={420} />
            )}
        </Page>
    );
}

function Back({ text }: { text: string }) {
    return (
        <span class="row">
            <Link class="button plain icon" href={addressOf("/sessions")} aria-label="All sessions">
                <Icon name="left" />
            </Link>
            <span class="cut">{text}</span>
        </span>
    );
}

function Tools({ session }: { session: Session }) {
    const path = `/v1/sessions/${session.id}`;
    const asked = (what: string) => `curl -s ${location.origin}${path}${what}`;
    const download = async () => {
        try {
            save(await getFile(`${path}/recording`), `session-${session.id}.json`);
        } catch (error) {
            tell(String(error instanceof Error ? error.message : error));
        }
    };
    return (
        <>
            <Over label="Copy as curl" icon="copy" title="Copy as curl">
                {(close) =>
                    [
                        ["The session", ""],
                        ["Its events with verdicts", "/events"],
                        ["Its explanation", "/explain"],
                        ["What was sent", "/recording"],
                    ].map(([name, what]) => (
                        <button
                            key={name}
                            type="button"
                            class="choice"
                            onClick={() => {
                                void copy(asked(what!), "Command");
                                close();
                            }}
                        >
                            {name}
                        </button>
                    ))
                }
            </Over>
            <button
                class="button"
                type="button"
                onClick={() => void download()}
                title="A file that `playhead fold` reads"
            >
                <Icon name="download" size={16} />
                Download this session
            </button>
        </>
    );
}

function Facts({ session, zone }: { session: Session; zone: string }) {
    const viewer = viewerOf(session);
    const facts: [string, string | null][] = [
        ["Channel", textOf(session, "media.channel")],
        [
            "Player",
            [textOf(session, "media.playerName"), textOf(session, "media.sdkVersion")]
                .filter(Boolean)
                .join(" "),
        ],
        ["Library", textOf(session, "media.libraryVersion")],
        ["Report suite", session.reportSuite],
    ];
    return (
        <dl class="facts">
            <div>
                <dt>State</dt>
                <dd>
                    <StateBadge session={session} />
                </dd>
            </div>
            <div>
                <dt>Started</dt>
                <dd title={ago(session.startTs, Date.now())}>
                    {dayAndClock(session.startTs, zone)}
                </dd>
            </div>
            {facts.map(([name, value]) =>
                value ? (
                    <div key={name}>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ) : null,
            )}
            {viewer !== null && (
                <div>
                    <dt>Viewer</dt>
                    <dd class="mono">{viewer}</dd>
                </div>
            )}
            <div>
                <dt>Session</dt>
                <dd class="mono row">
                    {shortId(session.id)}
                    <CopyButton text={session.id} what="session id" />
                </dd>
            </div>
        </dl>
    );
}

function Numbers({ session }: { session: Session }) {
    const number = (key: string) => numberOf(session, key);
    const length = session.dimensions["media.length"];
    const played = number("sessionDetails.timePlayed");
    const share =
        typeof length === "number" && length > 0 && length < 86_400 ? played / length : null;
    const bitrate = session.metrics["qoeDataDetails.bitrateAverage"];
    const errors = number("qoeDataDetails.errorCount");
    return (
        <div class="figures">
            <Figure
                name="Content time"
                value={duration(played)}
                more={share === null ? undefined : `${percent(share, 0)} of the content`}
            />
            <Figure
                name="Ad time"
                value={duration(number("advertisingDetails.timePlayed"))}
                more={plural(number("sessionDetails.adCount"), "ad")}
            />
            <Figure
                name="Paused"
                value={duration(number("sessionDetails.pauseTime"))}
                more={plural(number("sessionDetails.pauseCount"), "time")}
            />
            <Figure
                name="Buffering"
                value={duration(number("qoeDataDetails.bufferTime"))}
                more={plural(number("qoeDataDetails.bufferCount"), "time")}
            />
            <Figure
                name="Stalled"
                value={duration(number("qoeDataDetails.stallTime"))}
                more={plural(number("qoeDataDetails.stallCount"), "time")}
            />
            <Figure
                name="Average bitrate"
                value={typeof bitrate === "number" ? decimal(bitrate) : none}
                more="kbit/s"
            />
            <Figure
                name="Errors"
                value={count(errors)}
                more={session.metrics["sessionDetails.isCompleted"] ? "Completed" : "Not completed"}
            />
        </div>
    );
}

function Events({
    session,
    events,
    explanation,
    zone,
}: {
    session: Session;
    events: SessionEvent[];
    explanation: Explanation | null;
    zone: string;
}) {
    const { query } = useAddress();
    const metric = explanation?.metrics.find((one) => one.metric === query.get("metric")) ?? null;
    const picked = events.findIndex((_, index) => eventKey(events, index) === query.get("event"));
    const stallTime = explanation?.metrics.find((one) => one.metric === "qoeDataDetails.stallTime");
    const picture = useMemo(() => paint(events, stallTime), [events, stallTime]);
    // Each cited event by its place in the list, with what it added.
    const cited = useMemo(() => {
        const found = new Map<number, number>();
        for (const one of metric?.events ?? []) {
            const index = placeOf(events, one.offset, one.element);
            if (index >= 0) found.set(index, one.adds);
        }
        return found;
    }, [metric, events]);
    const near = useMemo(
        () =>
            new Set(
                (metric?.nearMisses ?? []).map((one) => placeOf(events, one.offset, one.element)),
            ),
        [metric, events],
    );
    const pick = (index: number | null) =>
        set({ event: index === null ? null : eventKey(events, index) }, true);
    return (
        <>
            <TimeLine
                picture={picture}
                events={events}
                zone={zone}
                cited={metric ? cited : null}
                near={near}
                picked={picked}
                onPick={pick}
            />
            <div class="main-and-side">
                <EventList
                    picture={picture}
                    events={events}
                    zone={zone}
                    cited={metric ? cited : null}
                    near={near}
                    unit={metric}
                    picked={picked}
                    onPick={pick}
                />
                <div class="stack">
                    <MetricList
                        session={session}
                        explanation={explanation}
                        picked={metric}
                        zone={zone}
                        onPick={(key) => set({ metric: key }, true)}
                    />
                    <Dimensions session={session} />
                </div>
            </div>
        </>
    );
}

// An event by its place in the journal; of a batch, which has one place, also by its number.
function eventKey(events: SessionEvent[], index: number): string {
    const { offset } = events[index]!;
    const first = events.findIndex((event) => event.offset === offset);
    return first === index ? String(offset) : `${offset}.${index - first}`;
}

function placeOf(events: SessionEvent[], offset: number, element: number | undefined): number {
    const first = events.findIndex((event) => event.offset === offset);
    return first < 0 || element === undefined ? first : first + element;
}

function Dimensions({ session }: { session: Session }) {
    const own = Object.entries(session.customMetadata);
    return (
        <Card title="Dimensions" flush>
            <dl class="pairs">
                {Object.entries(session.dimensions).map(([name, value]) => (
                    <div key={name}>
                        <dt class="mono">{name}</dt>
                        <dd>{String(value)}</dd>
                    </div>
                ))}
                {own.map(([name, value]) => (
                    <div key={name}>
                        <dt class="mono">c.{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ))}
            </dl>
        </Card>
    );
}
