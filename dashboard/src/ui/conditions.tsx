// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { set, useAddress } from "../address";
import { adDimensions, dimensions, nameOfDimension } from "../catalogue";
import { type Condition, conditionsOf, conditionsText } from "../report";
import { Icon } from "./icon";
import { Over, Select } from "./parts";

export function addCondition(query: URLSearchParams, added: Condition): void {
    const others = conditionsOf(query).filter((one) => one.dimension !== added.dimension);
    set({ where: conditionsText([...others, added]) });
}

// What is left of everything: each condition can be taken away, another can be added.
export function Conditions({ withAds = false }: { withAds?: boolean }) {
    const { query } = useAddress();
    const conditions = conditionsOf(query);
    const without = (index: number) =>
        set({ where: conditionsText(conditions.filter((_, place) => place !== index)) });
    return (
        <div class="row" aria-label="Filters" role="group">
            {conditions.map((one, index) => (
                <span class="chip" key={one.dimension}>
                    <span class="soft">{nameOfDimension(one.dimension)}</span>
                    {one.value ?? "Sent none"}
                    <button
                        type="button"
                        aria-label={`Without the filter ${nameOfDimension(one.dimension)}`}
                        onClick={() => without(index)}
                    >
                        <Icon name="close" size={14} />
                    </button>
                </span>
            ))}
            <Over label="Filter" icon="add" title="Add a filter">
                {(close) => <Adding withAds={withAds} query={query} close={close} />}
            </Over>
        </div>
    );
}

function Adding({
    withAds,
    query,
    close,
}: {
    withAds: boolean;
    query: URLSearchParams;
    close: () => void;
}) {
    const [dimension, setDimension] = useState("media.channel");
    const [own, setOwn] = useState("");
    const [value, setValue] = useState("");
    const known = withAds ? [...dimensions, ...adDimensions] : dimensions;
    const isOwn = dimension === "c.";
    const add = (event: Event) => {
        event.preventDefault();
        const name = isOwn ? `c.${own.trim()}` : dimension;
        addCondition(query, { dimension: name, value: value === "" ? null : value });
        close();
    };
    return (
        <form class="fields" onSubmit={add}>
            <Select
                label="Dimension"
                hidden={false}
                value={dimension}
                onPick={setDimension}
                choices={[
                    ...known.map((one) => ({ value: one.id, label: one.name })),
                    { value: "c.", label: "Custom metadata" },
                ]}
            />
            {isOwn && (
                <label class="field">
                    Key
                    <input
                        class="input"
                        required
                        value={own}
                        onInput={(event) => setOwn(event.currentTarget.value)}
                    />
                </label>
            )}
            <label class="field">
                Is
                <input
                    class="input"
                    value={value}
                    placeholder="Empty: sent no value"
                    onInput={(event) => setValue(event.currentTarget.value)}
                />
            </label>
            <button class="button main" type="submit">
                Add
            </button>
        </form>
    );
}
