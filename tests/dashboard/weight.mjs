// SPDX-License-Identifier: Apache-2.0
// What the front end weighs and how soon it is there. Run by dashboard_test.py like pages.mjs.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, Tab } from "./browser.mjs";

const origin = process.env.PLAYHEAD_ADMIN;
const mostBytes = 300_000;
const mostMs = 1000;
const tries = 5;

let browser;

before(async () => {
    browser = await launch();
});

after(async () => {
    await browser?.close();
});

// What came over the wire for the frame, its code, style and letters.
async function weightOf(path) {
    const tab = await Tab.open(browser, origin);
    let bytes = 0;
    const sizes = [];
    tab.page.on("requestfinished", (request) => {
        const own = ["document", "script", "stylesheet", "font", "image"];
        if (own.includes(request.resourceType())) sizes.push(request.sizes());
    });
    await tab.show(path);
    await tab.page.evaluate(() => document.fonts.ready);
    for (const { responseBodySize } of await Promise.all(sizes)) bytes += responseBodySize;
    await tab.close();
    return bytes;
}

test("the whole front end is under 300 kB compressed", async () => {
    const bytes = await weightOf("/sessions");
    console.log(`# ${bytes} bytes came over the wire`);
    assert.ok(bytes > 10_000, `${bytes}: not everything was seen`);
    assert.ok(bytes < mostBytes, `${bytes} bytes`);
});

// The best of some first visits, each with an empty cache: other work of the machine is not judged.
test("the first view is there in a second", async () => {
    const times = [];
    for (let i = 0; i < tries; ++i) {
        const tab = await Tab.open(browser, origin);
        await tab.page.goto(`${origin}/`);
        await tab.page.getByRole("heading", { name: "Now", level: 1 }).waitFor();
        times.push(
            await tab.page.evaluate(async () => {
                const told = performance.getEntriesByName("first-contentful-paint");
                if (told.length > 0) return told[0].startTime;
                return new Promise((resolve) => {
                    new PerformanceObserver((list) => {
                        const [first] = list.getEntriesByName("first-contentful-paint");
                        if (first) resolve(first.startTime);
                    }).observe({ type: "paint", buffered: true });
                });
            }),
        );
        await tab.close();
    }
    const best = Math.min(...times);
    console.log(`# first view after ${Math.round(best)} ms`);
    assert.ok(best < mostMs, `${times.map(Math.round)} ms`);
});
