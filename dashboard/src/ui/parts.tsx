// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren, ComponentProps } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../api";
import { go } from "../address";
import { Icon, type IconName } from "./icon";

// A link within the dashboard, without loading the page again.
export function Link({ href, children, ...rest }: { href: string } & ComponentProps<"a">) {
    const follow = (event: MouseEvent) => {
        if (event.defaultPrevented || event.button !== 0) return;
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(href);
    };
    return (
        <a href={href} onClick={follow} {...rest}>
            {children}
        </a>
    );
}

export function Card({
    title,
    note,
    tools,
    children,
    flush = false,
}: {
    title: string;
    note?: ComponentChildren;
    tools?: ComponentChildren;
    children: ComponentChildren;
    flush?: boolean;
}) {
    return (
        <section class="card" aria-label={title}>
            <header class="card-head">
                <h2>{title}</h2>
                {note !== undefined && <span class="soft">{note}</span>}
                {tools}
            </header>
            <div class={flush ? "" : "card-body"}>{children}</div>
        </section>
    );
}

export function Waiting({ height = 160 }: { height?: number }) {
    return <div class="wait" style={{ height }} role="status" aria-label="Loading" />;
}

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
    return (
        <div class="state">
            <strong>{title}</strong>
            {children !== undefined && <p>{children}</p>}
        </div>
    );
}

export function Wrong({ error, again }: { error: Failure; again?: () => void }) {
    return (
        <div class="state" role="alert">
            <strong>
                {error.status === 0 ? "No answer" : `The server answered ${error.status}`}
            </strong>
            <p>{error.message}</p>
            {again && (
                <button class="button" type="button" onClick={again}>
                    Try again
                </button>
            )}
        </div>
    );
}

export function Figure({
    name,
    value,
    more,
    picked,
    onPick,
}: {
    name: string;
    value: ComponentChildren;
    more?: ComponentChildren;
    picked?: boolean;
    onPick?: () => void;
}) {
    const inside = (
        <>
            <span class="figure-name">{name}</span>
            <span class="figure-value">{value}</span>
            {more !== undefined && <span class="figure-more">{more}</span>}
        </>
    );
    if (!onPick) return <div class="figure">{inside}</div>;
    return (
        <button class="figure" type="button" aria-pressed={picked ?? false} onClick={onPick}>
            {inside}
        </button>
    );
}

export interface Choice {
    value: string;
    label: string;
}

export function Select({
    label,
    value,
    choices,
    onPick,
    hidden = true,
}: {
    label: string;
    value: string;
    choices: readonly (Choice | { group: string; choices: readonly Choice[] })[];
    onPick: (value: string) => void;
    hidden?: boolean;
}) {
    const option = (one: Choice) => (
        <option key={one.value} value={one.value}>
            {one.label}
        </option>
    );
    return (
        <label class={hidden ? "" : "field"}>
            <span class={hidden ? "only-heard" : ""}>{label}</span>
            <select
                class="select"
                value={value}
                onChange={(event) => onPick(event.currentTarget.value)}
            >
                {choices.map((one) =>
                    "group" in one ? (
                        <optgroup key={one.group} label={one.group}>
                            {one.choices.map(option)}
                        </optgroup>
                    ) : (
                        option(one)
                    ),
                )}
            </select>
        </label>
    );
}

export function Tabs({
    label,
    value,
    choices,
    onPick,
}: {
    label: string;
    value: string;
    choices: readonly Choice[];
    onPick: (value: string) => void;
}) {
    return (
        <div class="tabs" role="group" aria-label={label}>
            {choices.map((one) => (
                <button
                    key={one.value}
                    type="button"
                    aria-pressed={one.value === value}
                    onClick={() => onPick(one.value)}
                >
                    {one.label}
                </button>
            ))}
        </div>
    );
}

// A button with a panel below it, which closes with Escape and with a click elsewhere.
export function Over({
    label,
    icon,
    title,
    children,
}: {
    label: ComponentChildren;
    icon?: IconName;
    title: string;
    children: (close: () => void) => ComponentChildren;
}) {
    const [open, setOpen] = useState(false);
    const box = useRef<HTMLDivElement>(null);
    const button = useRef<HTMLButtonElement>(null);
    // With the panel, not after it was painted: an Escape that came in between would be lost.
    useLayoutEffect(() => {
        if (!open) return;
        const outside = (event: Event) => {
            if (!box.current?.contains(event.target as Node)) setOpen(false);
        };
        const escape = (event: KeyboardEvent) => {
            if (event.key !== "Escape") return;
            setOpen(false);
            button.current?.focus();
        };
        document.addEventListener("pointerdown", outside);
        document.addEventListener("keydown", escape);
        return () => {
            document.removeEventListener("pointerdown", outside);
            document.removeEventListener("keydown", escape);
        };
    }, [open]);
    return (
        <div class="over" ref={box}>
            <button
                ref={button}
                class="button"
                type="button"
                aria-expanded={open}
                title={title}
                onClick={() => setOpen(!open)}
            >
                {icon && <Icon name={icon} size={16} />}
                {label}
            </button>
            {open && (
                <div class="over-panel" role="group" aria-label={title}>
                    {children(() => setOpen(false))}
                </div>
            )}
        </div>
    );
}

let say: (text: string) => void = () => undefined;

// Tells shortly what was done, also to who listens.
export function tell(text: string): void {
    say(text);
}

export function Told() {
    const [text, setText] = useState("");
    useEffect(() => {
        say = setText;
    }, []);
    useEffect(() => {
        if (text === "") return;
        const timer = setTimeout(() => setText(""), 2400);
        return () => clearTimeout(timer);
    }, [text]);
    return (
        <div role="status" class={text === "" ? "" : "told"}>
            {text}
        </div>
    );
}

export async function copy(text: string, what: string): Promise<void> {
    try {
        await navigator.clipboard.writeText(text);
        tell(`${what} copied`);
    } catch {
        tell("The browser does not allow copying");
    }
}

export function CopyButton({
    text,
    what,
    children,
}: {
    text: string;
    what: string;
    children?: ComponentChildren;
}) {
    return (
        <button
            class={children === undefined ? "button plain icon" : "button"}
            type="button"
            aria-label={children === undefined ? `Copy ${what}` : undefined}
            title={`Copy ${what}`}
            onClick={() => void copy(text, what)}
        >
            <Icon name="copy" size={16} />
            {children}
        </button>
    );
}

export function save(blob: Blob, name: string): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function Swatch({ colour }: { colour: string }) {
    return <span class="swatch" style={{ "--colour": colour }} aria-hidden="true" />;
}
