// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { addressOf, go, set, useAddress } from "./address";
import { get, rememberToken, useAsked } from "./api";
import { Inspector } from "./inspector/inspector";
import { AdsPage } from "./pages/ads";
import { AudiencePage } from "./pages/audience";
import { NowPage } from "./pages/now";
import { QualityPage } from "./pages/quality";
import { ServerPage } from "./pages/server";
import { SessionsPage } from "./pages/sessions";
import { TrackingPage } from "./pages/tracking";
import { useTheme } from "./theme";
import { browserZone, usualPreset } from "./time";
import { Icon, type IconName } from "./ui/icon";
import { Empty, Link, Told } from "./ui/parts";

interface Page {
    path: string;
    name: string;
    icon: IconName;
    apart?: boolean;
    show: () => ComponentChildren;
}

const pages: Page[] = [
    { path: "/", name: "Now", icon: "now", show: () => <NowPage /> },
    { path: "/audience", name: "Audience", icon: "audience", show: () => <AudiencePage /> },
    { path: "/quality", name: "Quality", icon: "quality", show: () => <QualityPage /> },
    { path: "/ads", name: "Ads and chapters", icon: "ads", show: () => <AdsPage /> },
    { path: "/sessions", name: "Sessions", icon: "sessions", show: () => <SessionsPage /> },
    {
        path: "/tracking",
        name: "Tracking",
        icon: "tracking",
        apart: true,
        show: () => <TrackingPage />,
    },
    { path: "/server", name: "Server", icon: "server", show: () => <ServerPage /> },
];

interface Readiness {
    ready: boolean;
    reasons: string[];
}

export function App() {
    const { path, query } = useAddress();
    // Every view is a link: what a reader sees without having chosen it is in the address too.
    useEffect(() => {
        const changes: Record<string, string> = { tz: query.get("tz") ?? browserZone };
        if (!query.has("from") && !query.has("range")) changes["range"] = usualPreset;
        set(changes, true);
    }, [path, query]);
    const session = /^\/sessions\/([0-9a-f]{64})$/.exec(path)?.[1];
    const page = pages.find((one) => one.path === path);
    const shown = session ? pages.find((one) => one.path === "/sessions") : page;
    useEffect(() => {
        document.title = `${session ? "Session" : (shown?.name ?? "Not found")} · playhead`;
    }, [shown, session]);
    return (
        <>
            <a class="skip" href="#main">
                Skip to the content
            </a>
            <div class="frame">
                <Side current={shown} />
                <div class="page">
                    {session ? <Inspector id={session} /> : page ? page.show() : <NotFound />}
                </div>
            </div>
            <TokenDialog />
            <Told />
        </>
    );
}

// On a phone the names of the pages scroll.
function showWhole(link: HTMLElement | null): void {
    link?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function Side({ current }: { current: Page | undefined }) {
    const [theme, turn] = useTheme();
    const ready = useAsked("ready", (signal) => get<Readiness>("/readyz", signal), 10_000);
    const isGood = ready.data?.ready === true && ready.error === null;
    const lamp = ready.error ? "bad" : isGood ? "good" : "";
    const word = ready.error ? "No answer" : isGood ? "Ready" : ready.data ? "Not ready" : "…";
    return (
        <div class="side">
            <Link class="brand" href={addressOf("/")} aria-label="playhead, first page">
                <img src="/icon.svg" alt="" />
                playhead
            </Link>
            <nav aria-label="Pages">
                <ul>
                    {pages.map((page) => (
                        <li key={page.path} class={page.apart ? "apart" : ""}>
                            <Link
                                ref={page === current ? showWhole : undefined}
                                href={addressOf(page.path)}
                                aria-current={page === current ? "page" : undefined}
                            >
                                <Icon name={page.icon} />
                                {page.name}
                            </Link>
                        </li>
                    ))}
                </ul>
            </nav>
            <div class="side-foot">
                <span class={`lamp ${lamp}`} title={ready.data?.reasons.join(" ")}>
                    {word}
                </span>
                <button
                    class="button plain icon"
                    type="button"
                    onClick={turn}
                    aria-label={theme === "dark" ? "Light colours" : "Dark colours"}
                >
                    <Icon name={theme === "dark" ? "sun" : "moon"} />
                </button>
            </div>
        </div>
    );
}

// Asks for a token where the server wants one.
function TokenDialog() {
    const [token, setToken] = useState("");
    const asked = useAsked("token", (signal) => get("/v1/ledger", signal));
    if (asked.error?.status !== 401) return null;
    const keep = (event: Event) => {
        event.preventDefault();
        rememberToken(token.trim());
        location.reload();
    };
    return (
        <dialog
            ref={(element) => {
                if (element && !element.open) element.showModal();
            }}
            aria-label="Token"
        >
            <form onSubmit={keep}>
                <h2>This server asks for a token</h2>
                <p class="soft">
                    Make one on its machine with <code>playhead token create</code>. It is kept
                    until this tab closes.
                </p>
                <label class="field">
                    Token
                    <input
                        class="input"
                        type="password"
                        value={token}
                        autocomplete="off"
                        required
                        onInput={(event) => setToken(event.currentTarget.value)}
                    />
                </label>
                <div class="row end">
                    <button class="button main" type="submit">
                        Use it
                    </button>
                </div>
            </form>
        </dialog>
    );
}

function NotFound() {
    return (
        <main id="main" tabIndex={-1}>
            <Empty title="There is no such page">
                <button class="button" type="button" onClick={() => go(addressOf("/"))}>
                    To the first page
                </button>
            </Empty>
        </main>
    );
}
