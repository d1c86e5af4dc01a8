// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// `npm run dev` shows the pages with what a server that runs beside it knows.
const server = process.env.PLAYHEAD_ADMIN ?? "http://127.0.0.1:8081";
const asked = ["/v1", "/metrics", "/readyz", "/healthz", "/openapi.json"];

// The fonts, in the one cut of each that is used.
const fonts = {
    "~text.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
    "~mono.woff2": "@fontsource/jetbrains-mono/files/jetbrains-mono-latin-400-normal.woff2",
};
const modules = fileURLToPath(new URL("node_modules/", import.meta.url));

export default defineConfig({
    resolve: {
        alias: Object.entries(fonts).map(([find, file]) => ({ find, replacement: modules + file })),
    },
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    build: {
        target: "es2022",
        // Nothing inline: the server's content security policy allows no data: but for pictures.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        reportCompressedSize: false,
    },
    server: {
        proxy: Object.fromEntries(asked.map((path) => [path, { target: server }])),
    },
});
