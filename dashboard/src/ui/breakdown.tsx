// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { set } from "../address";
import { postForFile } from "../api";
import { type Metric, nameOfDimension, written } from "../catalogue";
import { curl, type Answer, type Item, path, type Question } from "../report";
import { copy, Empty, Over, save, tell, Waiting, Wrong } from "./parts";
import type { Asked } from "../api";

const withoutValue = "Sent none";

// A table of one dimension with some metrics: sorted by any of them, filtered by what a value has
// in it. Picking a value looks closer at it.
export function Breakdown({
    asked,
    dimension,
    metrics,
    sort,
    onPick,
}: {
    asked: Asked<Answer>;
    dimension: string;
    metrics: Metric[];
    sort: string; // id of a metric, from the address; "-" before it turns the order
    onPick?: (value: string | null) => void;
}) {
    const [part, setPart] = useState("");
    if (asked.data === null) {
        return asked.error ? (
            <Wrong error={asked.error} again={asked.again} />
        ) : (
            <div class="card-body">
                <Waiting height={260} />
            </div>
        );
    }
    const turned = sort.startsWith("-");
    const by = metrics.find((one) => one.id === sort.replace("-", "")) ?? metrics[0]!;
    const value = (item: Item) => by.of(item.metrics) ?? Number.NEGATIVE_INFINITY;
    const text = (item: Item) => {
        const own = item.dimensions[dimension];
        return own === null || own === undefined || own === "" ? withoutValue : String(own);
    };
    const items = asked.data.items
        .filter((item) => text(item).toLowerCase().includes(part.toLowerCase()))
        .sort((a, b) => (turned ? value(a) - value(b) : value(b) - value(a)));
    const most = Math.max(...items.map((item) => Math.max(0, value(item))), 0);
    const sorted = turned ? "ascending" : "descending";
    return (
        <>
            <div class="card-body">
                <label>
                    <span class="only-heard">Filter this table</span>
                    <input
                        class="input"
                        type="search"
                        placeholder={`Find ${nameOfDimension(dimension).toLowerCase()}`}
                        value={part}
                        onInput={(event) => setPart(event.currentTarget.value)}
                    />
                </label>
            </div>
            {items.length === 0 ? (
                <Empty title="Nothing in this time">
                    Choose a longer time, or take a filter away.
                </Empty>
            ) : (
                <div class="table-wrap tall">
                    <table>
                        <thead>
                            <tr>
                                <th>{nameOfDimension(dimension)}</th>
                                {metrics.map((one) => (
                                    <th
                                        key={one.id}
                                        class="number"
                                        {...(one === by ? { "aria-sort": sorted } : {})}
                                    >
                                        <button
                                            type="button"
                                            onClick={() =>
                                                set(
                                                    {
                                                        sort:
                                                            one === by && !turned
                                                                ? `-${one.id}`
                                                                : one.id,
                                                    },
                                                    true,
                                                )
                                            }
                                        >
                                            {one.name}
                                            {one === by && (turned ? " ↑" : " ↓")}
                                        </button>
                                    </th>
                                ))}
                            </tr>
                        </thead>
                        <tbody>
                            {items.map((item) => {
                                const name = text(item);
                                const own = item.dimensions[dimension];
                                const pick =
                                    onPick && (() => onPick(own === null ? null : String(own)));
                                const share = most > 0 ? Math.max(0, value(item)) / most : 0;
                                return (
                                    <tr key={name} class={pick ? "pickable" : ""} onClick={pick}>
                                        <td class="main bar-cell" style={{ "--share": share }}>
                                            {pick ? (
                                                <button type="button" class="text-button">
                                                    {name}
                                                </button>
                                            ) : (
                                                name
                                            )}
                                        </td>
                                        {metrics.map((one) => (
                                            <td key={one.id} class="number">
                                                {written(one.of(item.metrics), one.kind)}
                                            </td>
                                        ))}
                                    </tr>
                                );
                            })}
                        </tbody>
                        <tfoot>
                            <tr>
                                <td>All</td>
                                {metrics.map((one) => (
                                    <td key={one.id} class="number">
                                        {written(one.of(asked.data!.totals), one.kind)}
                                    </td>
                                ))}
                            </tr>
                        </tfoot>
                    </table>
                </div>
            )}
        </>
    );
}

// What is shown, as a file or as the request that gives it.
export function Export({ question, name }: { question: Question; name: string }) {
    const file = async (type: string, ending: string) => {
        try {
            save(await postForFile(path, question, type), `${name}.${ending}`);
        } catch (error) {
            tell(error instanceof Error ? error.message : String(error));
        }
    };
    return (
        <Over label="Export" icon="download" title="Export what is shown">
            {(close) => {
                const choice = (label: string, act: () => Promise<void>) => (
                    <button
                        type="button"
                        class="choice"
                        onClick={() => {
                            close();
                            void act();
                        }}
                    >
                        {label}
                    </button>
                );
                return (
                    <>
                        {choice("CSV file", () => file("text/csv", "csv"))}
                        {choice("Parquet file", () =>
                            file("application/vnd.apache.parquet", "parquet"),
                        )}
                        {choice("Request as curl", () => copy(curl(question), "Request"))}
                    </>
                );
            }}
        </Over>
    );
}
