// SPDX-License-Identifier: Apache-2.0
// What the tests ask of the server and over which time, and how its numbers are written.
import assert from "node:assert/strict";

export const origin = process.env.PLAYHEAD_ADMIN;

// A time that does not move, so that page and API are asked the same: all that was simulated.
export const from = Number(process.env.PLAYHEAD_FROM);
export const to = Number(process.env.PLAYHEAD_TO);

export const zone = "Europe/Berlin";

export const minutes = (ms) => `${new Date(ms).toISOString().slice(0, 16)}Z`;

export const range = `from=${minutes(from)}&to=${minutes(to)}&tz=${zone}`;

export const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function clock(seconds) {
    const pad = (value) => String(value).padStart(2, "0");
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    return parts.map(pad).join(":");
}

export async function get(path) {
    const answer = await fetch(origin + path);
    assert.equal(answer.status, 200, path);
    return answer.json();
}

// Over that time, unless the question says another.
export async function report(question) {
    const answer = await fetch(`${origin}/v1/reports`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ from, to, timeZone: zone, ...question }),
    });
    if (answer.status !== 200) assert.fail(`${answer.status}: ${await answer.text()}`);
    return answer.json();
}
