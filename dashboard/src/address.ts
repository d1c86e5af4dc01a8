// SPDX-License-Identifier: Apache-2.0
// The address is the state: whoever opens the same address sees the same view. Pages read
// parameters and set them; nothing that decides what is shown lives anywhere else.
import { useEffect, useState } from "preact/hooks";

export interface Address {
    path: string;
    query: URLSearchParams;
}

type Changes = Record<string, string | null>;

// Parameters that go along from page to page: the time that is looked at.
const shared = ["range", "from", "to", "tz"];

const listeners = new Set<() => void>();

function read(): Address {
    return { path: location.pathname, query: new URLSearchParams(location.search) };
}

function text(path: string, query: URLSearchParams): string {
    // Times and zones are readable as they are.
    const search = query.toString().replaceAll("%3A", ":").replaceAll("%2F", "/");
    return search === "" ? path : `${path}?${search}`;
}

function open(target: string, replace: boolean): void {
    if (target === location.pathname + location.search) return;
    history[replace ? "replaceState" : "pushState"](null, "", target);
    for (const listener of listeners) listener();
}

export function useAddress(): Address {
    const [address, setAddress] = useState(read);
    useEffect(() => {
        const listen = () => setAddress(read());
        listeners.add(listen);
        addEventListener("popstate", listen);
        listen();
        return () => {
            listeners.delete(listen);
            removeEventListener("popstate", listen);
        };
    }, []);
    return address;
}

// The address of another page at the same time; `changes` are its own parameters.
export function addressOf(path: string, changes: Changes = {}): string {
    const query = new URLSearchParams();
    const now = read().query;
    for (const name of shared) {
        const value = now.get(name);
        if (value !== null) query.set(name, value);
    }
    apply(query, changes);
    return text(path, query);
}

// The address of this page with some parameters changed; null takes one away.
export function changed(changes: Changes): string {
    const { path, query } = read();
    apply(query, changes);
    return text(path, query);
}

export function go(target: string): void {
    open(target, false);
    scrollTo(0, 0);
    document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
}

// Changes what this page shows. `replace` where going back should not stop here.
export function set(changes: Changes, replace = false): void {
    open(changed(changes), replace);
}

function apply(query: URLSearchParams, changes: Changes): void {
    for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === "") query.delete(name);
        else query.set(name, value);
    }
}
