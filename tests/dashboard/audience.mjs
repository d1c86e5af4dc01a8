// SPDX-License-Identifier: Apache-2.0
// What the page Audience tells by the minute and by programme, and gives to take along. Run by
// dashboard_test.py like pages.mjs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { from, minutes, origin, range, report, to, whole } from "./asked.mjs";
import { Tab, withClipboard } from "./browser.mjs";

const hourMs = 3_600_000;

let tab;

before(async () => {
    tab = await Tab.alone(origin, withClipboard);
});

after(async () => {
    await tab?.end();
});

test("most viewers at the same time, and how many on average", async () => {
    await tab.show(`/audience?${range}`);
    const { peaks } = await report({
        ...{ metrics: ["concurrentViewers"], granularity: "minute", from, to },
    });
    assert.ok(peaks.concurrentViewers.value > 1);
    const average = await report({ metrics: ["periodAverageMinuteAudience"], from, to });
    const mean = average.totals.periodAverageMinuteAudience;
    assert.ok(mean > 0);
    const note = tab.card("Concurrent viewers").locator(".card-head .soft");
    await note.filter({ hasText: "average minute audience" }).waitFor();
    const [, most, told] = /^At most ([\d,]+), .* audience ([\d.,]+)$/.exec(await note.innerText());
    assert.equal(most, whole.format(peaks.concurrentViewers.value));
    assert.ok(Math.abs(Number(told.replaceAll(",", "")) - mean) <= mean * 0.02 + 0.05, told);
});

test("the average minute audience of a programme that a reader names", async () => {
    await tab.show(`/audience?${range}`);
    const middle = Math.floor((from + to) / 2 / 60_000) * 60_000;
    const local = new Date(middle).toLocaleString("sv", { timeZone: "Europe/Berlin" });
    await tab.page.getByRole("button", { name: "Programme", exact: true }).click();
    await tab.page.getByLabel("Name").fill("News, at 8");
    await tab.page.getByLabel("Begins").fill(local.slice(0, 16).replace(" ", "T"));
    await tab.page.getByLabel("Minutes").fill("60");
    await tab.page.getByLabel("Minutes").press("Enter");
    const programs = [{ name: "News, at 8", startTs: middle, length: 3600 }];
    const { items } = await report({
        metrics: ["scheduleRecords", "scheduleTimePlayed"],
        dimensions: ["program"],
        programs,
    });
    const { scheduleRecords, scheduleTimePlayed } = items[0].metrics;
    assert.ok(scheduleTimePlayed > 0);
    const read = async () => {
        const row = tab.card("Programmes").locator("tbody tr");
        await row.waitFor();
        return row.locator("td").allInnerTexts();
    };
    const cells = await read();
    assert.equal(cells[0], "News, at 8");
    assert.equal(cells[3], whole.format(scheduleRecords));
    const told = Number(cells[5].replaceAll(",", ""));
    const mean = scheduleTimePlayed / 3600;
    assert.ok(Math.abs(told - mean) <= mean * 0.02 + 0.05, cells[5]);
    await tab.page.reload();
    assert.deepEqual(await read(), cells);
    await tab.page.getByRole("button", { name: "Without News, at 8" }).click();
    await tab.page.getByText("No programme yet").waitFor();
});

test("where viewers leave", async () => {
    await tab.show(`/audience?${range}`);
    const names = ["mediaStarts", "contentStarts", "progress50", "contentCompletes"];
    const { totals } = await report({ metrics: names, segment: "vod", from, to });
    const shown = await tab.text(".funnel li");
    const labels = ["Asked for it", "Content started", "50 % reached", "Completed"];
    labels.forEach((label, index) => {
        const share = `${((100 * totals[names[index]]) / totals.mediaStarts).toFixed(0)} %`;
        const line = shown.find((one) => one.startsWith(label));
        assert.ok(line.slice(label.length).trim().startsWith(share), `${line}, not ${share}`);
    });
});

test("compared with the period before", async () => {
    const middle = Math.floor((from + to) / 2 / hourMs) * hourMs;
    const length = to - middle;
    const late = `from=${minutes(middle)}&to=${minutes(middle + length)}&tz=Europe/Berlin`;
    await tab.show(`/audience?${late}`);
    const ask = (begin) => report({ metrics: ["mediaStarts"], from: begin, to: begin + length });
    const now = (await ask(middle)).totals.mediaStarts;
    const then = (await ask(middle - length)).totals.mediaStarts;
    assert.ok(now > 0, "nothing in the later half");
    const told = tab.page.locator(".figure", {
        has: tab.page.getByText("Media starts", { exact: true }),
    });
    const expected = () => {
        if (then === 0) return "nothing before";
        const change = now / then - 1;
        if (Math.abs(change) < 0.0005) return "as before";
        if (change > 9.99) return `${(now / then).toFixed(0)} times as before`;
        return `${(Math.abs(change) * 100).toFixed(1)} % to before`;
    };
    await told.getByText(expected()).waitFor();
});

test("a table is sorted, filtered, and taken along as CSV, Parquet and request", async () => {
    await tab.show(`/audience?${range}&by=media.channel`);
    const table = tab.card("Breakdown");
    const column = async () =>
        (await table.locator("tbody td:nth-child(2)").allInnerTexts()).map((text) =>
            Number(text.replaceAll(",", "")),
        );
    const ascending = [...(await column())].sort((a, b) => a - b);
    const head = table.getByRole("button", { name: /^Media starts/ });
    await head.click();
    await table.locator("th[aria-sort=ascending]").waitFor();
    assert.deepEqual(await column(), ascending);
    await table.getByRole("searchbox").fill("arena");
    await table
        .locator("tbody tr", { hasNotText: /arena/i })
        .first()
        .waitFor({ state: "detached" });
    assert.deepEqual(await table.locator("tbody td:nth-child(1)").allInnerTexts(), [
        "Arena Sports",
    ]);
    const take = async (choice) => {
        await table.getByRole("button", { name: "Export" }).click();
        await tab.page.getByRole("button", { name: choice }).click();
    };
    const file = async (choice) => {
        const coming = tab.page.waitForEvent("download");
        await take(choice);
        return readFileSync(await (await coming).path());
    };
    const csv = (await file("CSV file")).toString();
    assert.ok(csv.startsWith("media.channel,mediaStarts,"), csv.slice(0, 80));
    assert.match(csv, /^Arena Sports,\d+/m);
    const parquet = await file("Parquet file");
    assert.equal(parquet.subarray(0, 4).toString(), "PAR1");
    assert.equal(parquet.subarray(-4).toString(), "PAR1");
    await take("Request as curl");
    await tab.page.getByText("Request copied").waitFor();
    const request = await tab.page.evaluate(() => navigator.clipboard.readText());
    const [, url, body] = /^curl -s (\S+) -d '(.*)'$/s.exec(request);
    const answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body,
    });
    assert.equal(answer.status, 200);
    assert.ok(JSON.parse(body).dimensions.includes("media.channel"));
});

test("no page wrote an error or asked another host", () => {
    assert.deepEqual(tab.faults, []);
});
