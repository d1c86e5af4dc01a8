// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import { set, useAddress } from "../address";
import {
    addressText,
    browserZone,
    dayAndTime,
    fromLocalText,
    localText,
    presets,
    rangeOf,
    zoneOf,
} from "../time";
import { Over, Select } from "./parts";

const usualZones = [
    "UTC",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Helsinki",
    "Africa/Johannesburg",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "America/Sao_Paulo",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
];

// The time that is looked at, and the zone in which it is told; both in the address.
export function TimePicker() {
    const { query } = useAddress();
    const zone = zoneOf(query);
    const range = rangeOf(query, Date.now());
    const label =
        range.preset !== null
            ? presets[range.preset]!.label
            : `${dayAndTime(range.from, zone)} – ${dayAndTime(range.to, zone)}`;
    return (
        <Over label={label} icon="clock" title="Time range">
            {(close) => (
                <>
                    {Object.entries(presets).map(([name, preset]) => (
                        <button
                            key={name}
                            type="button"
                            class="choice"
                            aria-current={range.preset === name}
                            onClick={() => {
                                set({ range: name, from: null, to: null });
                                close();
                            }}
                        >
                            {preset.label}
                        </button>
                    ))}
                    <hr />
                    <Custom from={range.from} to={range.to} zone={zone} close={close} />
                    <hr />
                    <div class="fields">
                        <ZoneSelect zone={zone} />
                    </div>
                </>
            )}
        </Over>
    );
}

export function ZoneSelect({ zone }: { zone: string }) {
    const zones = [...new Set([browserZone, zone, ...usualZones])];
    return (
        <Select
            label="Time zone"
            hidden={false}
            value={zone}
            choices={zones.map((name) => ({ value: name, label: name.replaceAll("_", " ") }))}
            onPick={(name) => set({ tz: name })}
        />
    );
}

function Custom({
    from,
    to,
    zone,
    close,
}: {
    from: number;
    to: number;
    zone: string;
    close: () => void;
}) {
    const [begin, setBegin] = useState(localText(from, zone));
    const [end, setEnd] = useState(localText(to, zone));
    const isRange = fromLocalText(begin, zone) < fromLocalText(end, zone);
    const apply = (event: Event) => {
        event.preventDefault();
        set({
            range: null,
            from: addressText(fromLocalText(begin, zone)),
            to: addressText(fromLocalText(end, zone)),
        });
        close();
    };
    return (
        <form class="fields" onSubmit={apply}>
            <label class="field">
                From
                <input
                    class="input"
                    type="datetime-local"
                    value={begin}
                    required
                    onInput={(event) => setBegin(event.currentTarget.value)}
                />
            </label>
            <label class="field">
                To
                <input
                    class="input"
                    type="datetime-local"
                    value={end}
                    required
                    onInput={(event) => setEnd(event.currentTarget.value)}
                />
            </label>
            <button class="button main" type="submit" disabled={!isRange}>
                Show this time
            </button>
        </form>
    );
}
