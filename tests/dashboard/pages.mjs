// SPDX-License-Identifier: Apache-2.0
// Each page shows the numbers that the API gives for the same question. Run by dashboard_test.py,
// which starts the server, fills it with simulated viewers and plays Timeline 1.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import { clock, get, origin, range, report, whole } from "./asked.mjs";
import { launch, Tab } from "./browser.mjs";

const timeline = process.env.PLAYHEAD_TIMELINE_1;
const binary = process.env.PLAYHEAD_BINARY;

const pages = [
    ["Now", `/?${range}`],
    ["Audience", `/audience?${range}`],
    ["Quality", `/quality?${range}`],
    ["Ads and chapters", `/ads?${range}`],
    ["Sessions", `/sessions?${range}`],
    ["Inspector", `/sessions/${timeline}?${range}&metric=sessionDetails.timePlayed`],
    ["Tracking", `/tracking?${range}&sample=100`],
    ["Server", `/server?${range}`],
];

let browser;
let tab;

const figure = (name) => tab.figure(name);
const rows = (card) => tab.rows(card);

before(async () => {
    browser = await launch();
    tab = await Tab.open(browser, origin);
});

after(async () => {
    await browser?.close();
});

describe("each page shows what the API gives", () => {
    test("audience", async () => {
        await tab.show(`/audience?${range}`);
        const { totals } = await report({
            metrics: ["mediaStarts", "contentTimeSpent", "contentStarts", "contentCompletes"],
        });
        assert.equal(await figure("Media starts"), whole.format(totals.mediaStarts));
        assert.equal(await figure("Content time spent"), clock(totals.contentTimeSpent));
        const rate = (100 * totals.contentCompletes) / totals.contentStarts;
        assert.equal(await figure("Content completion rate"), `${rate.toFixed(1)} %`);
        const { items } = await report({
            metrics: ["mediaStarts", "contentTimeSpent"],
            dimensions: ["media.name"],
            sort: [{ by: "mediaStarts", descending: true }],
            limit: 500,
        });
        const shown = new Map((await rows("Breakdown")).map((row) => [row[0], row]));
        assert.equal(shown.size, items.length);
        for (const item of items) {
            const row = shown.get(item.dimensions["media.name"]);
            assert.equal(row[1], whole.format(item.metrics.mediaStarts));
            assert.equal(row[3], clock(item.metrics.contentTimeSpent));
        }
    });

    test("audience, broken down and filtered", async () => {
        await tab.show(`/audience?${range}&by=media.playerName&where=media.channel=Arena+Sports`);
        const { items, totals } = await report({
            metrics: ["mediaStarts"],
            dimensions: ["media.playerName"],
            filter: { dimension: "media.channel", equals: "Arena Sports" },
        });
        assert.equal(await figure("Media starts"), whole.format(totals.mediaStarts));
        const shown = new Map((await rows("Breakdown")).map((row) => [row[0], row[1]]));
        for (const item of items) {
            const name = item.dimensions["media.playerName"];
            assert.equal(shown.get(name), whole.format(item.metrics.mediaStarts));
        }
    });

    test("sessions", async () => {
        await tab.show(`/sessions?${range}`);
        const { items, totals } = await report({
            metrics: ["mediaStarts"],
            dimensions: ["session.id"],
            sort: [{ by: "session.id", descending: true }],
            limit: 50,
        });
        const ids = items.map((item) => item.dimensions["session.id"]);
        const sessions = await Promise.all(ids.map((id) => get(`/v1/sessions/${id}`)));
        const shown = await rows("Sessions");
        assert.equal(shown.length, sessions.length);
        await tab.page.getByText(`${whole.format(totals.mediaStarts)} in this time`).waitFor();
        sessions.forEach(({ metrics, dimensions, id }, index) => {
            const row = shown[index];
            assert.ok(row[1].startsWith(dimensions["media.name"]), row[1]);
            assert.equal(row[5], clock(metrics["sessionDetails.timePlayed"]));
            assert.ok(row[8].endsWith(id.slice(-6)));
        });
    });

    test("sessions, found by a viewer and by a part of a name", async () => {
        const viewers = await report({
            metrics: ["mediaStarts"],
            dimensions: ["session.viewer"],
            sort: [{ by: "mediaStarts", descending: true }],
            limit: 1,
        });
        const [{ dimensions, metrics }] = viewers.items;
        await tab.show(`/sessions?${range}`);
        const input = tab.page.getByRole("searchbox");
        await input.fill(dimensions["session.viewer"]);
        await input.press("Enter");
        await tab.page.getByText(`${metrics.mediaStarts} in this time`).waitFor();
        await input.fill("aReNa");
        await input.press("Enter");
        const shown = tab.page.locator("tbody td:nth-child(2) a");
        await shown.filter({ hasNotText: /arena/i }).first().waitFor({ state: "detached" });
        assert.ok((await shown.allTextContents()).includes("Arena Live"));
    });

    test("health of the tracking", async () => {
        await tab.show(`/tracking?${range}&sample=100`);
        await tab.page.getByText("the newest of this time").waitFor();
        const expected = new Map();
        const counted = await report({ metrics: ["mediaStarts"], dimensions: ["event.code"] });
        for (const { dimensions, metrics } of counted.items) {
            const code = dimensions["event.code"];
            if (code !== null && code !== "used") expected.set(code, metrics.mediaStarts);
        }
        assert.ok(expected.has("ad_outside_break"), [...expected.keys()].join());
        // What is stored with no session is found by looking at some.
        const sessions = (await get("/v1/sessions?limit=100")).items;
        const found = new Map();
        for (const { id } of sessions) {
            const { items } = await get(`/v1/sessions/${id}/events?limit=1000`);
            const mistakes = items.flatMap(({ verdict }) => verdict.mistakes ?? []);
            for (const code of new Set(mistakes.map((one) => one.code))) {
                found.set(code, (found.get(code) ?? 0) + 1);
            }
        }
        for (const [code, count] of found) if (!expected.has(code)) expected.set(code, count);
        const rows = tab.page.locator(".finding");
        for (const [code, count] of expected) {
            const row = rows.filter({ has: tab.page.getByText(code, { exact: true }) });
            const word = count === 1 ? "1 session" : `${whole.format(count)} sessions`;
            await row.getByText(word, { exact: true }).waitFor();
        }
        assert.equal(await rows.count(), expected.size);
        assert.equal(await figure("Sessions looked at"), String(sessions.length));
    });

    test("all sessions of a finding", async () => {
        const code = "ad_outside_break";
        await tab.page.getByText(code, { exact: true }).click();
        await tab.page.getByRole("link", { name: "All its sessions" }).click();
        const { totals } = await report({
            metrics: ["mediaStarts"],
            filter: { dimension: "event.code", equals: code },
        });
        await tab.page.getByText(`${whole.format(totals.mediaStarts)} in this time`).waitFor();
    });
});

test("an empty server says what to do, until the first viewer comes", async () => {
    const empty = await Tab.open(browser, process.env.PLAYHEAD_EMPTY_ADMIN);
    await empty.show(`/?${range}`);
    await empty.page.getByText("Try it in a minute").waitFor();
    const [start] = process.env.PLAYHEAD_TIMELINE_1_BODIES.split("\n");
    const answer = await fetch(`${process.env.PLAYHEAD_EMPTY_PLAYERS}/api/v1/sessions`, {
        method: "POST",
        body: start,
    });
    assert.equal(answer.status, 201);
    await empty.page.getByText("Every second of the last 15 minutes").waitFor();
    assert.deepEqual(empty.faults, []);
    await empty.close();
});

describe("the inspector", () => {
    const path = `/sessions/${timeline}?${range}`;

    test("explains the 45 seconds of content of Timeline 1", async () => {
        await tab.show(path);
        assert.equal(await figure("Content time"), "00:00:45");
        await tab.page.getByRole("button", { name: /Content time spent/ }).click();
        const explanation = await get(`/v1/sessions/${timeline}/explain`);
        const metric = explanation.metrics.find(
            (one) => one.metric === "sessionDetails.timePlayed",
        );
        assert.equal(metric.value, 45);
        const lit = tab.page.locator(".event.lit");
        await lit.first().waitFor();
        assert.equal(await lit.count(), metric.events.length);
        const seconds = (await tab.text(".badge.adds")).map((text) => Number.parseFloat(text));
        assert.equal(Math.round(seconds.reduce((sum, one) => sum + one, 0)), 45);
    });

    test("its address shows the same again", async () => {
        await tab.page.locator(".event", { hasText: "bufferStart" }).getByRole("button").click();
        await tab.page.getByLabel("Body as it was sent").waitFor();
        const address = new URL(tab.page.url());
        const read = () =>
            Promise.all([".event.lit", ".event-detail", ".explained"].map((one) => tab.text(one)));
        const seen = await read();
        const other = await Tab.open(browser, origin);
        await other.show(address.pathname + address.search);
        await other.page.locator(".event.lit").first().waitFor();
        const again = await Promise.all([
            other.text(".event.lit"),
            other.text(".event-detail"),
            other.text(".explained"),
        ]);
        assert.deepEqual(again, seen);
        await other.close();
    });

    test("shows each body as it was sent", async () => {
        await tab.show(path);
        const ad = tab.page.locator(".event", { hasText: "adStart" }).first();
        await ad.getByRole("button").click();
        const body = await tab.page.getByLabel("Body as it was sent").innerText();
        const sent = process.env.PLAYHEAD_TIMELINE_1_BODIES.split("\n").find((one) =>
            one.includes('"adStart"'),
        );
        assert.equal(body, sent);
    });

    test("gives a file that fold reads", async () => {
        await tab.show(path);
        const coming = tab.page.waitForEvent("download");
        await tab.page.getByRole("button", { name: "Download this session" }).click();
        const file = await (await coming).path();
        const folded = JSON.parse(execFileSync(binary, ["fold", file], { encoding: "utf8" }));
        assert.equal(folded["sessionDetails.timePlayed"], 45);
        assert.equal(folded["sessionDetails.adCount"], 3);
    });

    test("of an unknown session says so", async () => {
        await tab.page.goto(`${origin}/sessions/${"0".repeat(64)}?${range}`);
        await tab.page.getByText("There is no such session").waitFor();
        tab.faults = tab.faults.filter((fault) => !fault.includes("404"));
    });
});

describe("a reader", () => {
    test("comes everywhere by keyboard", async () => {
        await tab.show(`/sessions?${range}`);
        await tab.page.keyboard.press("Tab");
        await tab.page.keyboard.press("Enter"); // skip to the content
        const focused = () => tab.page.evaluate(() => document.activeElement?.id);
        assert.equal(await focused(), "main");
        await tab.page.getByRole("link", { name: "Audience" }).focus();
        await tab.page.keyboard.press("Enter");
        await tab.page.getByRole("heading", { name: "Audience", level: 1 }).waitFor();
        await tab.page.getByRole("button", { name: "Filter" }).focus();
        await tab.page.keyboard.press("Enter");
        await tab.page.getByLabel("Dimension").waitFor();
        await tab.page.keyboard.press("Escape");
        await tab.page.getByLabel("Dimension").waitFor({ state: "detached" });
    });

    test("picks a value and goes back", async () => {
        await tab.show(`/audience?${range}&by=media.channel`);
        const all = await figure("Media starts");
        await tab.page.getByRole("button", { name: "Arena Sports" }).click();
        await tab.page.locator(".chip", { hasText: "Arena Sports" }).waitFor();
        await tab.settled();
        const { totals } = await report({
            metrics: ["mediaStarts"],
            filter: { dimension: "media.channel", equals: "Arena Sports" },
        });
        const value = tab.page.locator(".figure-value", { hasText: /^[\d,]+$/ }).first();
        await value.and(tab.page.getByText(whole.format(totals.mediaStarts))).waitFor();
        await tab.page.goBack();
        await value.and(tab.page.getByText(all)).waitFor();
    });

    test("chooses dark colours, which stay", async () => {
        await tab.show(`/sessions?${range}`);
        await tab.page.getByRole("button", { name: "Dark colours" }).click();
        const theme = () => tab.page.evaluate(() => document.documentElement.dataset.theme);
        assert.equal(await theme(), "dark");
        await tab.show(`/audience?${range}`);
        assert.equal(await theme(), "dark");
        await tab.page.getByRole("button", { name: "Light colours" }).click();
        assert.equal(await theme(), "light");
    });
});

describe("now", () => {
    let viewers;

    before(() => {
        viewers = spawn(binary, [
            ...["simulate", "--target", process.env.PLAYHEAD_PLAYERS, "--viewers", "25"],
            ...["--seconds", "600", "--seed", "5"],
        ]);
    });

    after(async () => {
        viewers.kill("SIGINT");
        await once(viewers, "exit");
    });

    // Asked until page and API say the same: both move.
    async function agree(shown, told) {
        for (let tries = 0; ; ++tries) {
            const asked = get("/v1/live?by=media.name&limit=100");
            const [page, api] = await Promise.all([shown(), asked]);
            if (page === told(api)) return page;
            assert.ok(tries < 200, `the page shows ${page}, the API says ${told(api)}`);
        }
    }

    test("viewers are those that the API counts, and move", async () => {
        await tab.show(`/?${range}`);
        const shown = () => figure("Viewers");
        const first = await agree(shown, (live) => whole.format(live.viewers));
        const value = tab.page.locator(".figure-value").first();
        await value.filter({ hasNotText: new RegExp(`^${first}$`) }).waitFor();
        await agree(shown, (live) => whole.format(live.viewers));
    });

    test("what they watch and do is what the API says", async () => {
        const top = async () => {
            const row = tab.page.locator("section[aria-label='Most watched'] tbody tr").first();
            const cells = await row.locator("td").allInnerTexts();
            return `${cells[0].trim()} ${cells[1]}`;
        };
        const watching = ({ sessions, doing }) => sessions - doing.completed.sessions;
        await agree(top, ({ items }) => {
            const [most] = items.sort((a, b) => watching(b) - watching(a));
            return most ? `${most.value} ${watching(most)}` : "";
        });
        const content = () => tab.page.locator(".doing-key dd").first().innerText();
        await agree(content, ({ doing }) => whole.format(doing.content.sessions));
    });

    test("sessions are followed as they come", async () => {
        await tab.show(`/sessions?${range}&follow=live`);
        const [first] = await rows("Newest sessions");
        const newest = tab.page.locator("tbody tr").first();
        await newest.filter({ hasNotText: first[8] }).waitFor();
    });
});

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };

for (const [device, options] of [
    ["desktop, light", { colorScheme: "light" }],
    ["desktop, dark", { colorScheme: "dark" }],
    ["phone, light", { ...phone, colorScheme: "light" }],
    ["phone, dark", { ...phone, colorScheme: "dark" }],
]) {
    describe(device, () => {
        for (const [name, path] of pages) {
            test(`${name} has nothing serious for axe, and fits`, async () => {
                const own = await Tab.open(browser, origin, options);
                await own.show(path);
                await own.page.evaluate(axe.source);
                const { violations } = await own.page.evaluate(() => globalThis.axe.run());
                const serious = violations
                    .filter((one) => one.impact === "serious" || one.impact === "critical")
                    .map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join("\n")}`);
                assert.deepEqual(serious, []);
                const [width, shown] = await own.page.evaluate(() => [
                    document.documentElement.scrollWidth,
                    document.documentElement.clientWidth,
                ]);
                assert.ok(width <= shown, `${width} wide on ${shown}`);
                assert.deepEqual(own.faults, []);
                await own.close();
            });
        }
    });
}

test("no page wrote an error or asked another host", () => {
    assert.deepEqual(tab.faults, []);
});
