// SPDX-License-Identifier: Apache-2.0
//
// A small player for a test: it speaks to a collector of another origin as players in a browser do,
// with XMLHttpRequest (like the browser SDK, three requests in flight) and with fetch (like
// THEOplayer's connector), and posts what it saw to its own origin.
"use strict";

const query = new URLSearchParams(location.search);
const collector = query.get("collector");
const firstTs = Number(query.get("ts"));

// One request of the browser SDK; gives what script can see of the answer.
function xhr(path, body, headers) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", collector + path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onload = () => resolve({
      status: request.status,
      location: request.getResponseHeader("Location"),
      body: request.responseText,
    });
    request.onerror = () => reject(new Error("no answer that script may see: " + path));
    request.send(body);
  });
}

async function fetched(path, body, headers, more = {}) {
  const answer = await fetch(collector + path, { method: "POST", body, headers, ...more });
  return {
    status: answer.status,
    location: answer.headers.get("Location"),
    body: await answer.text(),
  };
}

const json = { "Content-Type": "application/json" };

function start(name) {
  return JSON.stringify({
    eventType: "sessionStart",
    playerTime: { playhead: 0, ts: firstTs },
    params: {
      "analytics.trackingServer": "collect.example.net",
      "analytics.reportSuite": "browser",
      "analytics.enableSSL": false,
      "visitor.marketingCloudOrgId": "0123456789@AdobeOrg",
      "media.id": name,
      "media.length": 60,
      "media.contentType": "vod",
      "media.playerName": "browser test",
      "media.channel": "tests",
      "media.sdkVersion": "1",
    },
  });
}

function event(eventType, seconds, playhead) {
  return JSON.stringify({ eventType, playerTime: { playhead, ts: firstTs + 1000 * seconds } });
}

// The piece after /sessions/, as THEOplayer's connector finds it.
function sessionOf(answer) {
  return answer.location === null ? "nobody" : answer.location.split("/sessions/")[1];
}

function eventsPath(session) {
  return `/api/v1/sessions/${session}/events`;
}

// A session over XMLHttpRequest: 10 s played, 5 s paused, 7 s played.
async function playWithXhr(seen) {
  seen.start = await xhr("/api/v1/sessions", start("with xhr"), json);
  const path = eventsPath(sessionOf(seen.start));
  seen.play = await xhr(path, event("play", 0, 0), json);
  // No Content-Type of ours: the browser says text/plain and asks no preflight.
  seen.plain = await xhr(path, event("ping", 5, 5), {});
  seen.parallel = await Promise.all([
    xhr(path, event("pauseStart", 10, 10), json),
    xhr(path, event("play", 15, 10), json),
    xhr(path, event("ping", 20, 15), json),
  ]);
  seen.complete = await xhr(path, event("sessionComplete", 22, 17), json);
  seen.end = await xhr(path, event("sessionEnd", 23, 17), json);
  // Not before the end in the session's time, so that it is no straggler.
  seen.afterEnd = await xhr(path, event("ping", 40, 17), json);
}

// What script sees of answers that are no success, and of headers that it sets.
async function tryErrors(seen) {
  seen.unknown = await fetched(eventsPath("0".repeat(64)), event("play", 0, 0), json);
  seen.invalid = await fetched("/api/v1/sessions", start("x").replace("60", '"60"'), json);
  seen.noJson = await xhr("/api/v1/sessions", "{", json);
  seen.custom = await fetched("/api/v1/sessions", start("with a header"),
    { ...json, "X-Custom": "1" });
  // With a content type it would not come so far: there is nothing to allow on this path.
  seen.noPath = await fetched("/nothing", "{}", {});
}

// The whole of a page in a frame without an origin of its own, such as a file has none.
function playInSandbox() {
  const told = new Promise((resolve) => {
    addEventListener("message", (message) => resolve(message.data), { once: true });
  });
  const frame = document.createElement("iframe");
  frame.sandbox = "allow-scripts";
  frame.srcdoc = `<script>
    const tell = (seen) => parent.postMessage({ origin: String(self.origin), ...seen }, "*");
    fetch(${JSON.stringify(collector)} + "/api/v1/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: ${JSON.stringify(start("in a sandbox"))},
    }).then((answer) => tell({ status: answer.status, location: answer.headers.get("Location") }),
            (error) => tell({ error: String(error) }));
  </${"script"}>`;
  document.body.append(frame);
  return told;
}

// A page that is left while its player plays. The frame ends its two sessions in its last moment,
// one with a beacon (text/plain), one with fetch and keepalive.
async function leave(seen) {
  const sessions = [];
  for (const name of ["left with a beacon", "left with fetch"]) {
    const answer = await fetched("/api/v1/sessions", start(name), json);
    sessions.push(sessionOf(answer));
    await fetched(eventsPath(sessions.at(-1)), event("play", 0, 0), json);
  }
  const frame = document.createElement("iframe");
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  frame.src = "/leaving.html?" + new URLSearchParams({
    beacon: collector + eventsPath(sessions[0]),
    keepalive: collector + eventsPath(sessions[1]),
    body: event("sessionEnd", 30, 30),
  });
  document.body.append(frame);
  await loaded;
  frame.remove();
  seen.left = sessions;
}

async function run() {
  const seen = { origin: location.origin };
  try {
    await playWithXhr(seen);
    await tryErrors(seen);
    seen.sandbox = await playInSandbox();
    await leave(seen);
  } catch (error) {
    seen.error = String(error);
  }
  await fetch("/findings", { method: "POST", body: JSON.stringify(seen) });
}

run();
