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

// How many values of a histogram were at most so large, by bound; the last bound is infinite.
export interface Bucket {
    bound: number;
    within: number;
}

export function bucketsOf(samples: Sample[], name: string): Bucket[] {
    return samples
        .filter((one) => one.name === `${name}_bucket`)
        .map((one) => ({
            bound: one.labels["le"] === "+Inf" ? Infinity : Number(one.labels["le"]),
            within: one.value,
        }));
}

// What came between two looks; all of it when the process began anew or there was no look before.
export function since(before: Bucket[], now: Bucket[]): Bucket[] {
    const begun = now.every((one, index) => one.within >= (before[index]?.within ?? 0));
    if (!begun) return now;
    return now.map((one, index) => ({
        bound: one.bound,
        within: one.within - (before[index]?.within ?? 0),
    }));
}

// The value below which this share lies, as Prometheus guesses it within a bucket; null without
// values. Above the last bound nothing is known but that.
export function quantile(share: number, buckets: Bucket[]): number | null {
    const all = buckets[buckets.length - 1]?.within ?? 0;
    if (all === 0) return null;
    const rank = share * all;
    const place = buckets.findIndex((one) => one.within >= rank);
    const { bound, within } = buckets[place]!;
    const below = buckets[place - 1] ?? { bound: 0, within: 0 };
    if (bound === Infinity) return below.bound;
    return below.bound + ((bound - below.bound) * (rank - below.within)) / (within - below.within);
}
