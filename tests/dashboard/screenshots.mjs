// SPDX-License-Identifier: Apache-2.0
// node screenshots.mjs ADMIN FOLDER: the pictures of the README (script/screenshots).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, Tab } from "./browser.mjs";

const [origin, folder] = process.argv.slice(2);
const zone = "tz=Europe/Berlin&range=24h";
mkdirSync(folder, { recursive: true });

// The session with the most to see: pauses, bufferings, ads, chapters.
async function eventful() {
    const { items } = await (await fetch(`${origin}/v1/sessions?limit=1000`)).json();
    const weight = ({ metrics, dimensions }) => {
        const of = (name) => metrics[name] ?? 0;
        if (!(dimensions["media.length"] < 4000) || of("sessionDetails.chapterCount") < 3) return 0;
        return (
            Math.min(4, of("sessionDetails.pauseCount")) +
            Math.min(3, of("qoeDataDetails.bufferCount")) +
            Math.min(8, of("sessionDetails.adCount")) +
            3 * Math.min(1, of("qoeDataDetails.stallCount"))
        );
    };
    return items.reduce((best, one) => (weight(one) > weight(best) ? one : best)).id;
}

const browser = await launch();
const shots = [
    ["audience", `/audience?${zone}&metric=contentTimeSpent&by=media.show`, "light"],
    [
        "inspector",
        `/sessions/${await eventful()}?${zone}&metric=sessionDetails.timePlayed&show=pings`,
        "dark",
    ],
];
for (const [name, path, colorScheme] of shots) {
    const tab = await Tab.open(browser, origin, {
        viewport: { width: 1360, height: 900 },
        colorScheme,
    });
    await tab.show(path);
    await tab.page.screenshot({ path: join(folder, `${name}.png`) });
    if (tab.faults.length > 0) throw new Error(tab.faults.join("\n"));
    await tab.close();
}
await browser.close();
