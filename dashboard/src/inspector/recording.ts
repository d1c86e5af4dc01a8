// SPDX-License-Identifier: Apache-2.0
// The text of each event in a recording, as it was sent: parsing and writing it again would lose
// how numbers were spelled.
import type { SessionEvent } from "../model";

const marker = '"events":';

// The elements of the array behind `"events":`, each with its own text.
export function elementsOf(recording: string): string[] {
    const elements: string[] = [];
    let at = recording.indexOf(marker) + marker.length;
    let depth = 0;
    let from = at;
    for (let inText = false; at < recording.length; ++at) {
        const letter = recording[at];
        if (inText) {
            if (letter === "\\") ++at;
            else if (letter === '"') inText = false;
        } else if (letter === '"') {
            inText = true;
        } else if (letter === "{" || letter === "[") {
            if (++depth === 2) from = at;
        } else if (letter === "}" || letter === "]") {
            if (--depth === 1) elements.push(recording.slice(from, at + 1));
            if (depth === 0) break;
        }
    }
    return elements;
}

const arrival = /,"receivedAt":\d+\}$/;

// Gives each event its body. A recording is in the order of arrival, events in processed order.
export function withBodies(events: SessionEvent[], recording: string): SessionEvent[] {
    const bodies = elementsOf(recording).map((text) => text.replace(arrival, "}"));
    const order = events.map((_, index) => index);
    // The events of a batch share one offset and keep their order.
    order.sort((a, b) => events[a]!.offset - events[b]!.offset || a - b);
    const complete = [...events];
    order.forEach((index, place) => {
        const body = bodies[place];
        if (body !== undefined) complete[index] = { ...events[index]!, body };
    });
    return complete;
}
