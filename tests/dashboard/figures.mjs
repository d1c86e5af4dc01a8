// SPDX-License-Identifier: Apache-2.0
// Every number of the pages Quality, Ads and chapters, and Server is what the API gives, and what
// is copied as a request gives it too. Run by dashboard_test.py like pages.mjs, before it: while
// nobody watches, the numbers of the server stand still.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { get, origin, range, report, whole } from "./asked.mjs";
import { Tab, withClipboard } from "./browser.mjs";

const nothing = "–";
const two = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

const pad = (value) => String(value).padStart(2, "0");

const written = {
    count: (value) => whole.format(value),
    decimal: (value) => two.format(value),
    share: (value) => `${(100 * value).toFixed(1)} %`,
    seconds: (value) => `${value.toFixed(2)} s`,
    bitrate: (value) =>
        value < 1000 ? `${whole.format(value)} kbit/s` : `${(value / 1000).toFixed(2)} Mbit/s`,
    duration: (value) => {
        const all = Math.round(value);
        return `${pad(Math.floor(all / 3600))}:${pad(Math.floor(all / 60) % 60)}:${pad(all % 60)}`;
    },
};

const watched = ["mediaTimeSpent", "bufferTime", "stallTime"];

// What each figure is: its name, how it is written, and of what it is the sum or the ratio.
const quality = [
    ["Time to start", "seconds", ["timeToStart"], ["contentStarts"]],
    ["Buffering", "share", ["bufferTime"], watched],
    ["Stalled", "share", ["stallTime"], watched],
    ["Average bitrate", "bitrate", ["bitrateAverage"], ["contentStarts"]],
    ["Views with errors", "share", ["errorImpactedStreams"], ["mediaStarts"]],
    ["Drops before start", "share", ["dropsBeforeStart"], ["mediaStarts"]],
    ["Dropped frames", "decimal", ["droppedFrames"], ["contentStarts"]],
];
const ads = [
    ["Ad starts", "count", ["adStarts"]],
    ["Ad completes", "count", ["adCompletes"]],
    ["Ad completion rate", "share", ["adCompletes"], ["adStarts"]],
    ["Ad time spent", "duration", ["adTimeSpent"]],
    ["Time of an ad", "seconds", ["adTimeSpent"], ["adStarts"]],
];
const chapters = [
    ["Chapter starts", "count", ["chapterStarts"]],
    ["Chapter completes", "count", ["chapterCompletes"]],
    ["Chapter completion rate", "share", ["chapterCompletes"], ["chapterStarts"]],
    ["Chapter time spent", "duration", ["chapterTimeSpent"]],
];

const needs = (figures) => [
    ...new Set(figures.flatMap(([, , over, under]) => [...over, ...(under ?? [])])),
];

function text([, kind, over, under], metrics) {
    const sum = (names) => names.reduce((all, one) => all + (metrics[one] ?? 0), 0);
    if (under === undefined) return written[kind](sum(over));
    return sum(under) === 0 ? nothing : written[kind](sum(over) / sum(under));
}

let tab;

before(async () => {
    tab = await Tab.alone(origin, withClipboard);
});

after(async () => {
    await tab?.end();
});

async function shows(figures, totals) {
    for (const one of figures) assert.equal(await tab.figure(one[0]), text(one, totals), one[0]);
}

// All rows of a breakdown and the line below them.
async function breaksDown(title, dimension, figures) {
    const { items, totals } = await report({
        metrics: needs(figures),
        dimensions: [dimension],
        limit: 500,
    });
    assert.ok(items.length > 1, dimension);
    const shown = new Map((await tab.rows(title)).map(([name, ...cells]) => [name, cells]));
    const expected = items.map((item) => [
        String(item.dimensions[dimension] ?? "Sent none"),
        figures.map((one) => text(one, item.metrics)),
    ]);
    assert.deepEqual(shown, new Map(expected));
    const sums = await tab.card(title).locator("tfoot td").allInnerTexts();
    const all = sums.map((one) => one.trim());
    assert.deepEqual(
        all.slice(1),
        figures.map((one) => text(one, totals)),
    );
}

// What "Request as curl" puts on the clipboard, run by a shell, tells the same rows.
async function copies(title, dimension, figures) {
    await tab.card(title).getByRole("button", { name: "Export" }).click();
    await tab.page.evaluate(() => navigator.clipboard.writeText(""));
    await tab.page.getByRole("button", { name: "Request as curl" }).click();
    await tab.page.waitForFunction(async () => (await navigator.clipboard.readText()) !== "");
    const request = await tab.page.evaluate(() => navigator.clipboard.readText());
    const { items } = JSON.parse(execFileSync("sh", ["-c", request], { encoding: "utf8" }));
    const shown = new Map((await tab.rows(title)).map(([name, ...cells]) => [name, cells]));
    const told = items.map((item) => [
        String(item.dimensions[dimension] ?? "Sent none"),
        figures.map((one) => text(one, item.metrics)),
    ]);
    assert.deepEqual(new Map(told), shown);
}

describe("quality", () => {
    before(async () => tab.show(`/quality?${range}`));

    test("figures", async () => {
        await shows(quality, (await report({ metrics: needs(quality) })).totals);
    });

    test("breakdown", () => breaksDown("Breakdown", "media.playerName", quality));

    test("request as curl", () => copies("Breakdown", "media.playerName", quality));

    for (const [title, dimension] of [
        ["Time to start", "timeToStart"],
        ["Average bitrate", "bitrateAverage"],
    ]) {
        test(`distribution: ${title}`, async () => {
            const { items } = await report({
                metrics: ["contentStarts"],
                dimensions: [dimension],
                limit: 1000,
            });
            const values = items
                .map((item) => [item.dimensions[dimension], item.metrics.contentStarts])
                .filter(([value]) => value > 0);
            const all = values.reduce((sum, [, views]) => sum + views, 0);
            assert.ok(all > 0);
            await tab.card(title)
                .getByText(`${whole.format(all)} views`)
                .waitFor();
            const lines = await tab.card(title)
                .locator(".distribution li")
                .evaluateAll((found) =>
                    found.map((line) => [...line.children].map((one) => one.innerText.trim())),
                );
            const unit = dimension === "bitrateAverage" ? 1000 : 1;
            const low = lines.map(([label]) => Number(/^[\d.]+/.exec(label)[0]) * unit);
            lines.forEach(([label, , share], index) => {
                const least = index === 0 ? 0 : low[index];
                const end = low[index + 1] ?? Infinity;
                const within = values.filter(([value]) => value >= least && value < end);
                const views = within.reduce((sum, [, one]) => sum + one, 0);
                assert.equal(share, `${((100 * views) / all).toFixed(0)} %`, label);
            });
        });
    }

    test("errors", async () => {
        const found = [];
        for (const [dimension, source] of [
            ["playerSdkErrors", "player"],
            ["externalErrors", "external"],
        ]) {
            const { items } = await report({
                metrics: ["errorImpactedStreams"],
                dimensions: [dimension],
                sort: [{ by: "errorImpactedStreams", descending: true }],
                limit: 8,
            });
            for (const { dimensions, metrics } of items) {
                if (dimensions[dimension] === null) continue;
                const views = whole.format(metrics.errorImpactedStreams);
                found.push([dimensions[dimension], source, views]);
            }
        }
        assert.ok(found.length > 0);
        const shown = await tab.rows("Errors");
        assert.deepEqual([...shown].sort(), found.sort().slice(0, 8));
    });
});

describe("ads and chapters", () => {
    before(async () => tab.show(`/ads?${range}`));

    test("figures", async () => {
        await shows(ads, (await report({ metrics: needs(ads) })).totals);
    });

    for (const [title, dimension, figures] of [
        ["Ads", "media.ad.advertiser", ads],
        ["Chapters", "media.chapter.friendlyName", chapters],
    ]) {
        test(`breakdown: ${title}`, () => breaksDown(title, dimension, figures));

        test(`request as curl: ${title}`, () => copies(title, dimension, figures));
    }
});

test("audience: request as curl", async () => {
    await tab.show(`/audience?${range}&by=media.channel`);
    await copies("Breakdown", "media.channel", [
        ["Media starts", "count", ["mediaStarts"]],
        ["Content starts", "count", ["contentStarts"]],
        ["Content time spent", "duration", ["contentTimeSpent"]],
        ["Content completion rate", "share", ["contentCompletes"], ["contentStarts"]],
        ["Content time of a view", "duration", ["contentTimeSpent"], ["contentStarts"]],
    ]);
});

describe("server", () => {
    let series;

    before(async () => {
        await tab.show(`/server?${range}`);
        const lines = (await (await fetch(`${origin}/metrics`)).text()).split("\n");
        series = lines.filter((line) => line !== "" && !line.startsWith("#"));
    });

    // Of all series that begin so.
    function sum(begin) {
        const found = series.filter((line) => line.startsWith(begin));
        assert.ok(found.length > 0, begin);
        return found.reduce((all, line) => all + Number(line.slice(line.lastIndexOf(" "))), 0);
    }

    // The bucket that a quantile lies in: where within it, is the guess of the page.
    function bounds(name, share) {
        const buckets = series
            .map((line) => new RegExp(`^${name}_bucket\\{le="(.+)"\\} (\\d+)$`).exec(line))
            .filter((match) => match !== null)
            .map(([, bound, within]) => [
                bound === "+Inf" ? Infinity : Number(bound),
                Number(within),
            ]);
        const rank = share * buckets[buckets.length - 1][1];
        assert.ok(rank > 0, name);
        const place = buckets.findIndex(([, within]) => within >= rank);
        return [place > 0 ? buckets[place - 1][0] : 0, buckets[place][0]];
    }

    const seconds = (shown) => {
        const [, number, unit] = /([\d.]+) (ms|s)$/.exec(shown);
        return unit === "ms" ? Number(number) / 1000 : Number(number);
    };

    const more = (name) =>
        tab.page
            .locator(".figure", { has: tab.page.getByText(name, { exact: true }) })
            .locator(".figure-more")
            .innerText();

    test("figures", async () => {
        const ledger = await get("/v1/ledger");
        const received = whole.format(sum("playhead_ingest_received_total"));
        assert.equal(await more("Requests of players"), `${received} since the start`);
        const accepted = sum('playhead_submissions_total{outcome="accepted"}');
        assert.equal(await tab.figure("Made durable"), whole.format(accepted));
        assert.equal(await tab.figure("Waiting"), whole.format(ledger.pending));
        assert.equal(await tab.figure("Refused"), whole.format(ledger.rejected));
        const refused = written.share(ledger.rejected / ledger.received);
        assert.equal(await more("Refused"), `${refused} of all`);
        const connections = sum(
            'playhead_http_connections_total{server="players",outcome="accepted"}',
        );
        assert.equal(await tab.figure("Connections"), whole.format(connections));
        const waiting = sum("playhead_store_rows_waiting");
        assert.equal(await tab.figure("Store backlog"), whole.format(waiting));
    });

    for (const [name, histogram] of [
        ["Wait of players", "playhead_request_wait_seconds"],
        ["Commit", "playhead_journal_commit_seconds"],
        ["Fold lag", "playhead_fold_age_seconds"],
    ]) {
        test(`${name}: median and p99`, async () => {
            for (const [shown, share] of [
                [await tab.figure(name), 0.5],
                [await more(name), 0.99],
            ]) {
                const [low, high] = bounds(histogram, share);
                const value = seconds(shown);
                assert.ok(value >= low && value <= high, `${shown} is not in ${low} to ${high}`);
            }
        });
    }

    test("ledger", async () => {
        const ledger = await get("/v1/ledger");
        const rows = await tab.rows("Ledger");
        const parts = [
            ["Counted", "counted"],
            ["Duplicates", "duplicate"],
            ["Ignored", "ignored"],
            ["Late", "late"],
            ["Refused", "rejected"],
            ["Waiting", "pending"],
        ];
        const shown = new Map(rows.filter((row) => row.length === 3).map((row) => [row[0], row]));
        for (const [name, key] of parts) {
            const share = `${((100 * ledger[key]) / ledger.received).toFixed(2)} %`;
            assert.deepEqual(shown.get(name), [name, whole.format(ledger[key]), share]);
            for (const [code, events] of Object.entries(ledger.reasons[key] ?? {})) {
                if (code === "used") continue;
                assert.deepEqual(shown.get(code), [code, name, whole.format(events)]);
            }
        }
        const suites = rows.filter((row) => row.length === 8);
        assert.deepEqual(
            suites,
            ledger.reportSuites.map((suite) => [
                suite.reportSuite ?? "Of none",
                whole.format(suite.received),
                ...parts.map(([, key]) => whole.format(suite[key])),
            ]),
        );
        assert.deepEqual(await tab.text(".badge.good >> text=unaccounted"), ["0 unaccounted"]);
    });
});

test("no page wrote an error or asked another host", () => {
    assert.deepEqual(tab.faults, []);
});
