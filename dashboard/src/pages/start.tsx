// SPDX-License-Identifier: Apache-2.0
import { CopyButton } from "../ui/parts";

// Where players post to is not known here: the usual address is named.
const players = `http://${location.hostname}:8080`;

const firstStart = {
    eventType: "sessionStart",
    playerTime: { playhead: 0, ts: 0 },
    params: {
        "analytics.trackingServer": "collect.example.com",
        "analytics.reportSuite": "example",
        "visitor.marketingCloudOrgId": "0123456789ABCDEF01234567@AdobeOrg",
        "media.id": "first-clip",
        "media.name": "A first clip",
        "media.length": 60,
        "media.contentType": "vod",
        "media.playerName": "curl",
        "media.channel": "try",
    },
};

const firstBody = JSON.stringify(firstStart).replace('"ts":0', `"ts":'$(date +%s000)'`);

const steps: { title: string; text: string; command: string }[] = [
    {
        title: "Let viewers come",
        text:
            "A hundred synthetic viewers with the habits of real players, for ten minutes. " +
            "You see them here.",
        command: `playhead simulate --target ${players} --viewers 100 --seconds 600`,
    },
    {
        title: "Fill a day",
        text: "The last 24 hours in two minutes: the viewers' clocks run 720 times as fast.",
        command:
            `playhead simulate --target ${players} --viewers 100 ` + "--seconds 120 --speed 720",
    },
    {
        title: "Point a player here",
        text:
            "Players and SDKs of the Media Collection API change a host name, and nothing else. " +
            "By hand, a session begins like this:",
        command: `curl -i ${players}/api/v1/sessions -d '${firstBody}'`,
    },
];

// What an empty server shows.
export function Start() {
    return (
        <section class="start">
            <h2>Nothing has come yet. Try it in a minute:</h2>
            <ol>
                {steps.map((step, index) => (
                    <li key={step.title} class="card">
                        <span class="start-number" aria-hidden="true">
                            {index + 1}
                        </span>
                        <div>
                            <h3>{step.title}</h3>
                            <p class="soft">{step.text}</p>
                            <div class="raw">
                                <pre class="code" tabIndex={0}>
                                    {step.command}
                                </pre>
                                <CopyButton text={step.command} what="command" />
                            </div>
                        </div>
                    </li>
                ))}
            </ol>
        </section>
    );
}
