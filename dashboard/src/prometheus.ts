// SPDX-License-Identifier: Apache-2.0
// The numbers of the process, as GET /metrics gives them.

export interface Sample {
    name: string;
    labels: Record<string, string>;
    value: number;
}

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function samplesOf(text: string): Sample[] {
    const samples: Sample[] = [];
    for (const one of text.split("\n")) {
        const match = line.exec(one);
        if (!match) continue;
        const labels: Record<string, string> = {};
        for (const [, name, value] of (match[2] ?? "").matchAll(label)) labels[name!] = value!;
        samples.push({ name: match[1]!, labels, value: Number(match[3]) });
    }
    return samples;
}

export function sum(
    samples: Sample[],
    name: string,
    labels: Record<string, string> = {},
): number | null {
    const found = samples.filter(
        (one) =>
            one.name === name &&
            Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    );
    return found.length === 0 ? null : found.reduce((all, one) => all + one.value, 0);
}
