// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

// What every page looks like: its name and tools on top, which stay, and its content.
export function Page({
    title,
    tools,
    children,
}: {
    title: ComponentChildren;
    tools?: ComponentChildren;
    children: ComponentChildren;
}) {
    return (
        <>
            <header class="page-head">
                <h1>{title}</h1>
                <div class="page-tools">{tools}</div>
            </header>
            <main id="main" tabIndex={-1}>
                {children}
            </main>
        </>
    );
}
