// SPDX-License-Identifier: Apache-2.0
import { set, useAddress } from "../address";
import { type Answer, type Condition, filterOf, type Question, useReport } from "../report";
import { count, decimal, duration } from "../text";
import { addressText, dayAndTime, fromLocalText, localText, type Range } from "../time";
import { Export } from "../ui/breakdown";
import { Icon } from "../ui/icon";
import { Card, Empty, Over, tell, Waiting, Wrong } from "../ui/parts";

export interface Programme {
    name: string;
    from: number; // ms
    minutes: number;
}

const minuteMs = 60_000;

// In the address: `2026-11-20T19:00Z,15,News|…`.
export function programmesOf(query: URLSearchParams): Programme[] {
    const found: Programme[] = [];
    for (const part of (query.get("programmes") ?? "").split("|")) {
        const [from, minutes, ...name] = part.split(",");
        const one = {
            from: Date.parse(from ?? ""),
            minutes: Number(minutes),
            name: decodeURIComponent(name.join(",")),
        };
        if (one.from >= 0 && one.minutes > 0 && one.name !== "") found.push(one);
    }
    return found.sort((a, b) => a.from - b.from);
}

function programmesText(all: Programme[]): string {
    return all
        .map((one) => {
            const name = one.name.replace(/[%|]/g, encodeURIComponent);
            return `${addressText(one.from)},${one.minutes},${name}`;
        })
        .join("|");
}

function endOf(one: Programme): number {
    return one.from + one.minutes * minuteMs;
}

// A schedule is one stream's: the server refuses programmes that run at the same time.
function meets(all: Programme[], added: Programme): boolean {
    return all.some((one) => one.from < endOf(added) && added.from < endOf(one));
}

function questionOf(all: Programme[], zone: string, conditions: Condition[]): Question {
    const filter = filterOf(conditions);
    return {
        metrics: ["scheduleRecords", "scheduleTimePlayed"],
        dimensions: ["program"],
        programs: all.map((one) => ({
            name: one.name,
            startTs: one.from,
            length: one.minutes * 60,
        })),
        timeZone: zone,
        limit: 1000,
        ...(filter ? { filter } : {}),
    };
}

// How many watched while something was on: the average minute audience of programmes that the
// reader names, of what the filters leave (a channel, most often).
export function Programmes({
    range,
    zone,
    conditions,
}: {
    range: Range;
    zone: string;
    conditions: Condition[];
}) {
    const { query } = useAddress();
    const all = programmesOf(query);
    const question = questionOf(all, zone, conditions);
    const report = useReport(all.length > 0 ? question : null);
    return (
        <Card
            title="Programmes"
            note="Average minute audience while they were on"
            flush
            tools={
                <div class="row">
                    <Over label="Programme" icon="add" title="Add a programme">
                        {(close) => <Adding all={all} range={range} zone={zone} close={close} />}
                    </Over>
                    {all.length > 0 && <Export question={question} name="programmes" />}
                </div>
            }
        >
            {all.length === 0 ? (
                <Empty title="No programme yet">
                    Say what was on and when; a filter says on which channel.
                </Empty>
            ) : report.data ? (
                <Table all={all} answer={report.data} zone={zone} />
            ) : report.error ? (
                <Wrong error={report.error} again={report.again} />
            ) : (
                <Waiting height={120} />
            )}
        </Card>
    );
}

function Table({ all, answer, zone }: { all: Programme[]; answer: Answer; zone: string }) {
    const items = new Map(answer.items.map((item) => [item.dimensions["program"], item.metrics]));
    const without = (gone: Programme) =>
        set({ programmes: programmesText(all.filter((one) => one !== gone)) });
    return (
        <div class="table-wrap">
            <table>
                <thead>
                    <tr>
                        <th>Programme</th>
                        <th>Began</th>
                        <th class="number">Minutes</th>
                        <th class="number">Sessions</th>
                        <th class="number">Content time</th>
                        <th class="number">Average minute audience</th>
                        <th>
                            <span class="only-heard">Take away</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {all.map((one) => {
                        const played = items.get(one.name)?.["scheduleTimePlayed"] ?? 0;
                        return (
                            <tr key={one.from}>
                                <td class="main">{one.name}</td>
                                <td class="nowrap">{dayAndTime(one.from, zone)}</td>
                                <td class="number">{count(one.minutes)}</td>
                                <td class="number">
                                    {count(items.get(one.name)?.["scheduleRecords"] ?? 0)}
                                </td>
                                <td class="number">{duration(played)}</td>
                                <td class="number">{decimal(played / (one.minutes * 60))}</td>
                                <td>
                                    <button
                                        type="button"
                                        class="button plain icon"
                                        aria-label={`Without ${one.name}`}
                                        onClick={() => without(one)}
                                    >
                                        <Icon name="close" size={14} />
                                    </button>
                                </td>
                            </tr>
                        );
                    })}
                </tbody>
            </table>
        </div>
    );
}

function Adding({
    all,
    range,
    zone,
    close,
}: {
    all: Programme[];
    range: Range;
    zone: string;
    close: () => void;
}) {
    const begin = all.length > 0 ? endOf(all[all.length - 1]!) : range.to - 60 * minuteMs;
    const add = (event: SubmitEvent) => {
        event.preventDefault();
        const given = new FormData(event.currentTarget as HTMLFormElement);
        const added = {
            name: String(given.get("name")).trim(),
            from: fromLocalText(String(given.get("from")), zone),
            minutes: Number(given.get("minutes")),
        };
        if (all.some((one) => one.name === added.name)) return tell("This name is taken");
        if (meets(all, added)) return tell("Another programme is on at that time");
        set({ programmes: programmesText([...all, added]) });
        close();
    };
    return (
        <form class="fields" onSubmit={add}>
            <label class="field">
                Name
                <input class="input" name="name" required maxLength={80} pattern=".*\S.*" />
            </label>
            <label class="field">
                Begins
                <input
                    class="input"
                    name="from"
                    type="datetime-local"
                    required
                    defaultValue={localText(begin, zone)}
                />
            </label>
            <label class="field">
                Minutes
                <input
                    class="input"
                    name="minutes"
                    type="number"
                    required
                    min={1}
                    max={1440}
                    defaultValue="30"
                />
            </label>
            <button class="button main" type="submit">
                Add
            </button>
        </form>
    );
}
