// SPDX-License-Identifier: Apache-2.0
// What the page Tracking tells of each finding is what the API gives: how often, since when, in
// which players and contents. Run by dashboard_test.py like pages.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { get, origin, range, report, whole, zone } from "./asked.mjs";
import { Tab } from "./browser.mjs";

const players = ["media.playerName", "media.sdkVersion", "media.libraryVersion"];
const time = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hour: "2-digit",
    minute: "2-digit",
});
const day = new Intl.DateTimeFormat("en-GB", { timeZone: zone, day: "numeric", month: "short" });
const when = (ms) => `${day.format(ms)}, ${time.format(ms)}`;
const fiveMinutes = 300_000;

let tab;
let sessions; // looked at: each with the codes of its findings and when they arrived first

before(async () => {
    tab = await Tab.alone(origin);
    const { items } = await get("/v1/sessions?limit=100");
    // One after the other: few such questions may wait at the server.
    sessions = [];
    for (const item of items) sessions.push(await look(item));
    await tab.show(`/tracking?${range}&sample=100`);
    await tab.page.getByText("the newest of this time").waitFor();
    await tab.page.locator(".finding").first().waitFor();
});

after(async () => {
    await tab?.end();
});

async function look({ id, dimensions }) {
    const { items } = await get(`/v1/sessions/${id}/events?limit=1000`);
    const first = new Map();
    for (const { verdict, receivedAt } of items) {
        const codes = (verdict.mistakes ?? []).map((one) => one.code);
        if (verdict.outcome !== "used") codes.push(verdict.code);
        for (const code of codes)
            first.set(code, Math.min(first.get(code) ?? Infinity, receivedAt));
    }
    return { player: nameOf(dimensions), content: dimensions["media.name"], first };
}

function nameOf(dimensions) {
    const [name, version, library] = players.map((one) => dimensions[one] ?? null);
    const own = [name, version].filter((part) => part !== null && part !== "").join(" ");
    return own + (library ? ` (${library})` : "");
}

function grown(counts, key, by) {
    return counts.set(key, (counts.get(key) ?? 0) + by);
}

// Opens a finding, and gives what stands below it.
async function detail(code) {
    await tab.page.getByText(code, { exact: true }).click();
    const open = tab.page.locator(".findings li.open");
    await open.locator(".mono", { hasText: code }).first().waitFor();
    const table = async (place) =>
        open
            .locator("table")
            .nth(place)
            .locator("tbody tr")
            .evaluateAll((found) =>
                found.map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
            );
    return {
        text: await open.locator(".finding-detail").innerText(),
        players: await table(0),
        contents: await table(1),
        examples: await table(2),
    };
}

test("figures", async () => {
    assert.equal(await tab.figure("Sessions looked at"), whole.format(sessions.length));
    const without = sessions.filter((one) => one.first.size === 0).length;
    const share = `${((100 * without) / sessions.length).toFixed(0)} %`;
    assert.equal(await tab.figure("Without a finding"), share);
    const versions = new Set(sessions.map((one) => one.player));
    assert.equal(await tab.figure("Versions of players"), whole.format(versions.size));
});

test("a finding of all sessions: since when, in which players and contents", async () => {
    const code = "ad_outside_break";
    const filter = { dimension: "event.code", equals: code };
    const metrics = ["mediaStarts"];
    const shown = await detail(code);

    const { items } = await report({ metrics, filter, granularity: "5minutes", limit: 1000 });
    const times = items.filter((one) => one.metrics.mediaStarts > 0).map((one) => one.time);
    assert.ok(times.every((one) => one % fiveMinutes === 0));
    assert.ok(shown.text.includes(`First seen ${when(Math.min(...times))}, last `), shown.text);

    const all = new Map();
    for (const { dimensions, metrics: of } of (await report({ metrics, dimensions: players }))
        .items)
        grown(all, nameOf(dimensions), of.mediaStarts);
    const own = new Map();
    const found = await report({ metrics, filter, dimensions: players });
    for (const { dimensions, metrics: of } of found.items)
        grown(own, nameOf(dimensions), of.mediaStarts);
    const expected = [...own].map(([player, count]) => [
        player,
        whole.format(count),
        `${((100 * count) / all.get(player)).toFixed(0)} %`,
    ]);
    assert.deepEqual([...shown.players].sort(), expected.sort());

    const byContent = await report({ metrics, filter, dimensions: ["media.name"] });
    const contents = new Map(
        byContent.items.map((one) => [one.dimensions["media.name"], one.metrics.mediaStarts]),
    );
    assert.equal(shown.contents.length, Math.min(6, contents.size));
    for (const [content, count] of shown.contents) {
        assert.equal(count, whole.format(contents.get(content)), content);
    }
    assert.ok(shown.examples.length > 0 && shown.examples.length <= 5);
});

test("a finding of those looked at: since when, in which players and contents", async () => {
    const stored = await report({ metrics: ["mediaStarts"], dimensions: ["event.code"] });
    const known = new Set(stored.items.map((one) => one.dimensions["event.code"]));
    const counts = new Map();
    for (const { first } of sessions) for (const code of first.keys()) grown(counts, code, 1);
    const [code] = [...counts.keys()].filter((one) => !known.has(one));
    assert.ok(code !== undefined, "no finding that only looking at a session tells");
    const shown = await detail(code);
    const affected = sessions.filter((one) => one.first.has(code));
    const first = Math.min(...affected.map((one) => one.first.get(code)));
    assert.ok(shown.text.includes(`First seen ${when(first)}, last `), shown.text);
    const all = new Map();
    for (const one of sessions) grown(all, one.player, 1);
    const own = new Map();
    for (const one of affected) grown(own, one.player, 1);
    const expected = [...own].map(([player, count]) => [
        player,
        whole.format(count),
        `${((100 * count) / all.get(player)).toFixed(0)} %`,
    ]);
    assert.deepEqual([...shown.players].sort(), expected.sort());
    for (const [content, count] of shown.contents) {
        const told = affected.filter((one) => one.content === content).length;
        assert.equal(count, whole.format(told), content);
    }
});

test("no page wrote an error or asked another host", () => {
    assert.deepEqual(tab.faults, []);
});
