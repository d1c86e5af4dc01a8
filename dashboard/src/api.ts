// SPDX-License-Identifier: Apache-2.0
// Questions to the admin side. Where it asks for a token, the frame asks the reader for one.
import { useEffect, useRef, useState } from "preact/hooks";

export class Failure extends Error {
    constructor(
        readonly status: number,
        message: string,
    ) {
        super(message);
    }
}

const tokenKey = "playhead-token";

export function rememberToken(token: string): void {
    sessionStorage.setItem(tokenKey, token);
}

function headers(more: Record<string, string>): Record<string, string> {
    const token = sessionStorage.getItem(tokenKey);
    return token ? { Authorization: `Bearer ${token}`, ...more } : more;
}

async function ask(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    let response: Response;
    try {
        response = await fetch(path, signal ? { ...init, signal } : init);
    } catch (error) {
        if (signal?.aborted) throw error;
        throw new Failure(0, "The server does not answer.");
    }
    if (response.ok) return response;
    let told = response.statusText;
    try {
        const problem = (await response.json()) as { title?: string; detail?: string };
        told = problem.detail ?? problem.title ?? told;
    } catch {
        // no problem details: the status must do
    }
    throw new Failure(response.status, told);
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
    const response = await ask(path, { headers: headers({ Accept: "application/json" }) }, signal);
    return (await response.json()) as T;
}

export async function getText(path: string, signal?: AbortSignal): Promise<string> {
    return (await ask(path, { headers: headers({}) }, signal)).text();
}

export async function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
    const init = {
        method: "POST",
        headers: headers({ Accept: "application/json", "Content-Type": "application/json" }),
        body: JSON.stringify(body),
    };
    return (await (await ask(path, init, signal)).json()) as T;
}

export async function postForFile(path: string, body: unknown, type: string): Promise<Blob> {
    const init = {
        method: "POST",
        headers: headers({ Accept: type, "Content-Type": "application/json" }),
        body: JSON.stringify(body),
    };
    const file = await (await ask(path, init)).blob();
    if (file.type.startsWith(type)) return file;
    throw new Failure(406, "This server does not give it as such a file.");
}

export async function getFile(path: string): Promise<Blob> {
    return (await ask(path, { headers: headers({}) })).blob();
}

// Server-sent events over fetch, so that a token can go along. Calls `took` with each.
export async function follow<T>(path: string, took: (value: T) => void, signal: AbortSignal) {
    const response = await ask(path, { headers: headers({ Accept: "text/event-stream" }) }, signal);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    while (true) {
        const { done, value } = await reader.read();
        if (done) return;
        const parts = (rest + value).split("\n\n");
        rest = parts.pop() ?? "";
        for (const part of parts) {
            const data = part.split("\n").filter((line) => line.startsWith("data:"));
            if (data.length === 0) continue;
            took(JSON.parse(data.map((line) => line.slice(5)).join("\n")) as T);
        }
    }
}

export interface Asked<T> {
    data: T | null; // the last that came, also while the next is under way
    error: Failure | null;
    loading: boolean;
    again: () => void;
}

// Asks when `key` changes, and again every `everyMs` while the page is seen. A null key asks
// nothing.
export function useAsked<T>(
    key: string | null,
    question: (signal: AbortSignal) => Promise<T>,
    everyMs = 0,
): Asked<T> {
    const [state, setState] = useState<{
        key: string | null;
        data: T | null;
        error: Failure | null;
        loading: boolean;
    }>({ key: null, data: null, error: null, loading: key !== null });
    const [round, setRound] = useState(0);
    const latest = useRef(question);
    latest.current = question;
    useEffect(() => {
        if (key === null) return;
        const abort = new AbortController();
        setState((old) => ({ ...old, loading: true }));
        latest.current(abort.signal).then(
            (data) => {
                if (!abort.signal.aborted) setState({ key, data, error: null, loading: false });
            },
            (thrown: unknown) => {
                if (abort.signal.aborted) return;
                const error = thrown instanceof Failure ? thrown : new Failure(0, String(thrown));
                // Old numbers under a new question would be wrong ones.
                setState((old) => ({
                    key,
                    data: old.key === key ? old.data : null,
                    error,
                    loading: false,
                }));
            },
        );
        return () => abort.abort();
    }, [key, round]);
    useEffect(() => {
        if (everyMs === 0 || key === null) return;
        const timer = setInterval(() => {
            if (!document.hidden) setRound((old) => old + 1);
        }, everyMs);
        return () => clearInterval(timer);
    }, [key, everyMs]);
    return {
        data: state.data,
        error: state.error,
        loading: state.loading,
        again: () => setRound((old) => old + 1),
    };
}
