// SPDX-License-Identifier: Apache-2.0
// A headless Chromium that notes what no page of the dashboard may do: write an error to the
// console, fail, or ask another host.
import { chromium } from "playwright-core";

export async function launch() {
    return chromium.launch({
        executablePath: process.env.PLAYHEAD_CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    });
}

// For pages that copy something.
export const withClipboard = { permissions: ["clipboard-read", "clipboard-write"] };

export class Tab {
    constructor(page, origin) {
        this.page = page;
        this.origin = origin;
        this.faults = [];
        page.on("console", (message) => {
            if (message.type() === "error") this.faults.push(`console: ${message.text()}`);
        });
        page.on("pageerror", (error) => this.faults.push(`page: ${error.message}`));
        page.on("response", async (response) => {
            if (response.status() < 500) return;
            const asked = `${response.request().method()} ${response.url()}`;
            const body = await response.text().catch(() => "");
            this.faults.push(`${response.status()} to ${asked}: ${body}`);
        });
        page.on("request", (request) => {
            const url = request.url();
            if (url.startsWith("blob:") || new URL(url).origin === origin) return;
            this.faults.push(`asked ${url}`);
        });
    }

    static async open(browser, origin, options = {}) {
        const context = await browser.newContext({
            viewport: { width: 1440, height: 1000 },
            locale: "en-GB",
            timezoneId: "Europe/Berlin",
            ...options,
        });
        const page = await context.newPage();
        page.setDefaultTimeout(60_000);
        return new Tab(page, origin);
    }

    // In a browser of its own, which ends with it.
    static async alone(origin, options) {
        return Tab.open(await launch(), origin, options);
    }

    async end() {
        await this.page.context().browser().close();
    }

    // Shows a view and waits until nothing is loading any more.
    async show(path) {
        await this.page.goto(this.origin + path);
        await this.settled();
    }

    async settled() {
        await this.page.locator("main").first().waitFor();
        await this.page.locator(".wait").first().waitFor({ state: "detached" });
    }

    // The text of what is shown, without the spaces that only lay it out.
    async text(selector) {
        const texts = await this.page.locator(selector).allInnerTexts();
        return texts.map((one) => one.replace(/\s+/g, " ").trim());
    }

    // The value of the figure of this name, as it is shown.
    async figure(name) {
        const one = this.page.locator(".figure", {
            has: this.page.getByText(name, { exact: true }),
        });
        return (await one.locator(".figure-value").innerText()).trim();
    }

    // The card of this title.
    card(title) {
        return this.page.getByRole("region", { name: title, exact: true });
    }

    // The rows of the table in the card of this title.
    async rows(title) {
        const section = this.card(title);
        await section.locator("tbody tr").first().waitFor();
        return section
            .locator("tbody tr")
            .evaluateAll((found) =>
                found.map((row) => [...row.cells].map((cell) => cell.innerText.trim())),
            );
    }

    async close() {
        await this.page.context().close();
    }
}
