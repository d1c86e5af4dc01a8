// SPDX-License-Identifier: Apache-2.0
// node embed.mjs FOLDER FILE: writes the files of a folder as C++, each as it is and compressed.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [folder, output] = process.argv.slice(2);

const types = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
};

function filesIn(where) {
    return readdirSync(where, { withFileTypes: true }).flatMap((entry) => {
        const path = join(where, entry.name);
        return entry.isDirectory() ? filesIn(path) : [path];
    });
}

// Three octal digits each, so that no digit behind can be taken for part of it.
function literal(bytes) {
    let text = "";
    const lines = [];
    for (const byte of bytes) {
        const isPlain =
            byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c && byte !== 0x3f;
        text += isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, "0")}`;
        if (text.length < 4000) continue;
        lines.push(`"${text}"`);
        text = "";
    }
    lines.push(`"${text}"`);
    return `std::string_view(${lines.join("\n")}, ${bytes.length})`;
}

const nothing = Buffer.alloc(0);
const entries = filesIn(folder)
    .sort()
    .map((file) => {
        const path = `/${relative(folder, file).replaceAll("\\", "/")}`;
        const type = types[extname(file)];
        if (!type) throw new Error(`${path}: no media type is known for this ending`);
        const plain = readFileSync(file);
        const packs = !path.endsWith(".woff2"); // compressed by itself
        const brotli = packs
            ? brotliCompressSync(plain, {
                  params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
              })
            : nothing;
        const gzip = packs ? gzipSync(plain, { level: 9 }) : nothing;
        const tag = createHash("sha256").update(plain).digest("hex").slice(0, 16);
        const literals = [plain, gzip, brotli].map(literal).join(",\n");
        return `    {"${path}", "${type}", "${tag}",\n${literals}},`;
    });

writeFileSync(
    output,
    `// Made by dashboard/embed.mjs.
#include "web/asset.h"

namespace playhead::web {
namespace {

constexpr Asset assets[] = {
${entries.join("\n")}
};

}  // namespace

std::span<const Asset> embedded_assets() {
    return assets;
}

}  // namespace playhead::web
`,
);
