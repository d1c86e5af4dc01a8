// SPDX-License-Identifier: Apache-2.0
const paths = {
    now: "M2 9h3l2-5 3 10 2.5-7L14 9h2",
    audience: "M3 15V9m4 6V4m4 11V7m4 8V11",
    quality: "M9 2.5 15 5v4c0 3.5-2.5 5.6-6 6.5C5.5 14.6 3 12.5 3 9V5z",
    ads: "M2.5 5h13v8h-13zM7.5 7.3v3.4l3-1.7z",
    sessions: "M3 5h12M3 9h12M3 13h7",
    tracking: "M9 6v4m0 2.5v.1M9 2 1.8 15h14.4z",
    server: "M3 3.5h12v4H3zm0 7h12v4H3zM5.5 5.5h.1m-.1 7h.1",
    sun: `M9 1.5v2m0 11v2M1.5 9h2m11 0h2M4 4l1 1m8 8 1 1m0-10-1 1m-8 8-1 1
        M9 6a3 3 0 1 0 0 6 3 3 0 0 0 0-6`,
    moon: "M15 10.5A6.5 6.5 0 1 1 7.5 3a5 5 0 0 0 7.5 7.5z",
    clock: "M9 2.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM9 5.5V9l2.5 1.5",
    copy: "M6 6h8.5v8.5H6zM12 6V3.5H3.5V12H6",
    download: "M9 3v8m0 0 3-3m-3 3L6 8m-3 6.5h12",
    close: "M5 5l8 8m0-8-8 8",
    left: "M11 4 6 9l5 5",
    right: "M7 4l5 5-5 5",
    search: "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zm3.7 8.7L15 15",
    add: "M9 4v10M4 9h10",
};

export type IconName = keyof typeof paths;

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
    return (
        <svg
            width={size}
            height={size}
            viewBox="0 0 18 18"
            fill="none"
            stroke="currentColor"
            stroke-width="1.5"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d={paths[name]} />
        </svg>
    );
}
