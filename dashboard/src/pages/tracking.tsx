// SPDX-License-Identifier: Apache-2.0
import { useMemo } from "preact/hooks";
import { addressOf, set, useAddress } from "../address";
import { count, percent, plural } from "../text";
import { ago, dayAndTime, rangeOf, zoneOf } from "../time";
import { Icon } from "../ui/icon";
import { Page } from "../ui/page";
import { Card, Empty, Figure, Link, Select, Waiting, Wrong } from "../ui/parts";
import { TimePicker } from "../ui/time_picker";
import { type Counted, useCounted } from "./counted";
import { type Findings, type Group, useFindings } from "./findings";

// What the network does and not the player.
const ofNetworks = new Set(["reordered", "exact_duplicate", "late_beyond_window"]);

const samples = ["100", "200", "500", "1000"];

// What players in the field do wrong: since when, in which versions, how often, and how to mend it.
export function TrackingPage() {
    const { query } = useAddress();
    const zone = zoneOf(query);
    const minute = Math.floor(Date.now() / 60_000);
    const range = useMemo(
        () => rangeOf(query, minute * 60_000),
        [query.get("range"), query.get("from"), query.get("to"), minute >> 2],
    );
    const most = Number(samples.includes(query.get("sample") ?? "") ? query.get("sample") : "200");
    const { findings, error, again } = useFindings(range, most);
    const counted = useCounted(range, zone);
    return (
        <Page
            title="Health of the tracking"
            tools={
                <>
                    <Select
                        label="Sessions looked at"
                        value={String(most)}
                        choices={samples.map((one) => ({
                            value: one,
                            label: `Newest ${one} sessions`,
                        }))}
                        onPick={(value) => set({ sample: value }, true)}
                    />
                    <TimePicker />
                </>
            }
        >
            {error !== null && <Wrong error={error} again={again} />}
            {findings === null && error === null && <Waiting height={300} />}
            {findings !== null && <Shown findings={findings} counted={counted.data} zone={zone} />}
        </Page>
    );
}

// What is stored of every session, and beside it what only looking at a session finds.
function together(findings: Findings, counted: Counted | null): Group[] {
    if (counted === null) return findings.groups;
    const known = new Set(counted.groups.map((group) => group.code));
    const found = findings.groups.filter(
        (group) => group.outcome === "used" && !known.has(group.code),
    );
    return [...counted.groups, ...found];
}

function Shown({
    findings,
    counted,
    zone,
}: {
    findings: Findings;
    counted: Counted | null;
    zone: string;
}) {
    const { query } = useAddress();
    const hidden = new Set((query.get("without") ?? "").split(",").filter(Boolean));
    const whole = (group: Group): Whole =>
        group.isSample || counted === null
            ? { sessions: findings.looked, players: findings.players }
            : counted;
    const share = (group: Group) => group.sessions / Math.max(1, whole(group).sessions);
    const groups = together(findings, counted)
        .filter((group) => !hidden.has(group.code))
        .sort((a, b) => share(b) - share(a));
    const picked = groups.find((group) => group.code === query.get("code"));
    if (findings.wanted === 0) {
        return (
            <Empty title="No session in this time">
                Choose a longer time, or let players come.
            </Empty>
        );
    }
    const ofPlayers = groups.filter((group) => !ofNetworks.has(group.code));
    return (
        <>
            <div class="figures">
                <Figure
                    name="Sessions looked at"
                    value={count(findings.looked)}
                    more={
                        findings.done
                            ? "the newest of this time"
                            : `of ${findings.wanted}, looking…`
                    }
                />
                <Figure
                    name="Without a finding"
                    value={percent(findings.without / Math.max(1, findings.looked), 0)}
                    more={plural(findings.without, "session")}
                />
                <Figure
                    name="Kinds of findings"
                    value={count(ofPlayers.length)}
                    more="of players"
                />
                <Figure
                    name="Versions of players"
                    value={count(findings.players.size)}
                    more="in these sessions"
                />
            </div>
            {hidden.size > 0 && (
                <div class="row">
                    {[...hidden].map((code) => (
                        <span class="chip" key={code}>
                            <span class="soft">Without</span>
                            <span class="mono">{code}</span>
                            <button
                                type="button"
                                aria-label={`Show ${code} again`}
                                onClick={() =>
                                    set({
                                        without: [...hidden]
                                            .filter((one) => one !== code)
                                            .join(","),
                                    })
                                }
                            >
                                <Icon name="close" size={14} />
                            </button>
                        </span>
                    ))}
                </div>
            )}
            <Card title="Findings" note="Most frequent first" flush>
                {groups.length === 0 ? (
                    <Empty title={findings.done ? "Nothing is wrong" : "Nothing so far"} />
                ) : (
                    <ul class="findings">
                        {groups.map((group) => (
                            <FindingRow
                                key={group.code}
                                group={group}
                                whole={whole(group)}
                                zone={zone}
                                isPicked={group === picked}
                                hide={() => set({ without: [...hidden, group.code].join(",") })}
                            />
                        ))}
                    </ul>
                )}
            </Card>
        </>
    );
}

// What a group is a share of.
interface Whole {
    sessions: number;
    players: Map<string, number>;
}

// The player in which it is most frequent, when it is not everywhere.
function mostOf(group: Group, whole: Whole): string {
    let best = "";
    let bestShare = 0;
    for (const [player, sessions] of group.players) {
        const share = sessions / (whole.players.get(player) ?? sessions);
        if (sessions * share > bestShare) {
            bestShare = sessions * share;
            best = player;
        }
    }
    return group.players.size > 1 ? `${best} and ${group.players.size - 1} more` : best;
}

function FindingRow({
    group,
    whole,
    zone,
    isPicked,
    hide,
}: {
    group: Group;
    whole: Whole;
    zone: string;
    isPicked: boolean;
    hide: () => void;
}) {
    const share = group.sessions / Math.max(1, whole.sessions);
    const tone = group.outcome === "used" || group.outcome === "repaired" ? "warn" : "bad";
    return (
        <li class={isPicked ? "open" : ""}>
            <button
                type="button"
                class="finding"
                aria-expanded={isPicked}
                onClick={() => set({ code: isPicked ? null : group.code }, true)}
            >
                <span class="finding-what">
                    <span class="finding-code">
                        <span class="mono">{group.code}</span>
                        {group.outcome !== "used" && (
                            <span class={`badge ${tone}`}>{group.outcome}</span>
                        )}
                        {group.isSample && <span class="badge">in those looked at</span>}
                    </span>
                    <span>{group.message}</span>
                    <span class="soft">{mostOf(group, whole)}</span>
                </span>
                <span class="finding-share">
                    <span class="number">{percent(share, share < 0.1 ? 1 : 0)}</span>
                    <span class="soft number">{plural(group.sessions, "session")}</span>
                    <span class="meter" aria-hidden="true">
                        <span style={{ "--share": share, "--colour": `var(--${tone})` }} />
                    </span>
                </span>
            </button>
            {isPicked && <Detail group={group} whole={whole} zone={zone} hide={hide} />}
        </li>
    );
}

function Detail({
    group,
    whole,
    zone,
    hide,
}: {
    group: Group;
    whole: Whole;
    zone: string;
    hide: () => void;
}) {
    const players = [...group.players].sort((a, b) => b[1] - a[1]);
    const contents = [...group.contents].sort((a, b) => b[1] - a[1]).slice(0, 6);
    return (
        <div class="finding-detail">
            {group.remedy !== "" && (
                <p>
                    <strong>What to change:</strong> {group.remedy}
                </p>
            )}
            <p class="soft">
                First seen {dayAndTime(group.first, zone)}, last {ago(group.last, Date.now())};{" "}
                {group.events !== null && `${plural(group.events, "event")}; `}
                {group.rule}.{" "}
                {!group.isSample && (
                    <>
                        <Link
                            class="cell-link"
                            href={addressOf("/sessions", { where: `event.code=${group.code}` })}
                        >
                            All its sessions
                        </Link>{" "}
                    </>
                )}
                <button type="button" class="text-button" onClick={hide}>
                    Leave it out
                </button>
            </p>
            <div class="grid-3">
                <table>
                    <thead>
                        <tr>
                            <th>Player</th>
                            <th class="number">Sessions</th>
                            <th class="number">Of its own</th>
                        </tr>
                    </thead>
                    <tbody>
                        {players.map(([player, sessions]) => (
                            <tr key={player}>
                                <td>{player}</td>
                                <td class="number">{count(sessions)}</td>
                                <td class="number">
                                    {percent(sessions / (whole.players.get(player) ?? 1), 0)}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
                <table>
                    <thead>
                        <tr>
                            <th>Content</th>
                            <th class="number">Sessions</th>
                        </tr>
                    </thead>
                    <tbody>
                        {contents.map(([content, sessions]) => (
                            <tr key={content}>
                                <td>{content}</td>
                                <td class="number">{count(sessions)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
                <table>
                    <thead>
                        <tr>
                            <th>Example</th>
                            <th>Arrived</th>
                        </tr>
                    </thead>
                    <tbody>
                        {group.examples.map((one) => (
                            <tr key={one.session}>
                                <td>
                                    <Link
                                        class="cell-link"
                                        href={addressOf(`/sessions/${one.session}`, {
                                            event: String(one.offset),
                                        })}
                                    >
                                        {one.name}
                                    </Link>
                                </td>
                                <td class="nowrap">{dayAndTime(one.at, zone)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </div>
    );
}
