// SPDX-License-Identifier: Apache-2.0
// Dark or light is the reader's, not the view's: it is kept in the browser, not in the address.
import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";

const key = "playhead-theme";
const listeners = new Set<() => void>();
const system = matchMedia("(prefers-color-scheme: dark)");

function chosen(): Theme {
    const kept = localStorage.getItem(key);
    if (kept === "light" || kept === "dark") return kept;
    return system.matches ? "dark" : "light";
}

export function applyTheme(): void {
    document.documentElement.dataset.theme = chosen();
    for (const listener of listeners) listener();
}

system.addEventListener("change", applyTheme);

export function useTheme(): [Theme, () => void] {
    const [theme, setTheme] = useState(chosen);
    useEffect(() => {
        const listen = () => setTheme(chosen());
        listeners.add(listen);
        return () => void listeners.delete(listen);
    }, []);
    const turn = () => {
        localStorage.setItem(key, chosen() === "dark" ? "light" : "dark");
        applyTheme();
    };
    return [theme, turn];
}

// A colour of the style sheets, for what is painted and not styled.
export function colour(name: string): string {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
