// SPDX-License-Identifier: Apache-2.0
// node agreement.mjs --server HOST:PORT [--schemas HOST:PORT] [--seed N] [--count N] [--first N]
//
// Sends generated bodies to a running playhead and holds each answer against what ajv says of the
// body by the schema that the same server (or the one of --schemas) publishes. Also holds each
// schema against the meta-schema of draft-04. Prints every difference (up to 20) with what repeats
// it, and one line that counts. Exit status 1 when there is a difference.
import fs from "node:fs";
import { parseArgs } from "node:util";
import Ajv from "ajv-draft-04";
import { Bodies } from "./bodies.mjs";
import { Pipeline } from "./pipeline.mjs";

const SHOWN = 20;
// Bodies that are sent before their answers are looked at.
const ROUND = 2000;

const catalogue = JSON.parse(
  fs.readFileSync(new URL("../spec/events.json", import.meta.url), "utf8"));

function options() {
  const { values } = parseArgs({ options: {
    server: { type: "string" },
    schemas: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    count: { type: "string", default: "20000" },
    first: { type: "string", default: "0" },
  } });
  return { server: values.server, schemas: values.schemas ?? values.server,
    seed: Number(values.seed), count: Number(values.count), first: Number(values.first) };
}

// Type -> what judges a body by the published schema. A schema that is none throws.
async function publishedSchemas(address) {
  const server = await Pipeline.open(address);
  const judges = new Map();
  for (const type of catalogue.eventTypes) {
    const answer = await server.ask("GET", `/api/v1/schemas/${type}`);
    if (answer.status !== 200) throw new Error(`schema of ${type}: ${answer.status}`);
    const schema = JSON.parse(answer.body);
    // strictTypes would refuse a list of types, which the lenient profile has for "or null".
    const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: false });
    if (!ajv.validateSchema(schema)) {
      throw new Error(`the schema of ${type} is none: ${ajv.errorsText()}`);
    }
    judges.set(type, ajv.compile(schema));
  }
  server.close();
  return judges;
}

// The schema that decides is that of the type the body says it is; where it says no known one, that
// of the type it began as (none of the 20 takes it).
function typeThatDecides(body, began, judges) {
  const said = body !== null && typeof body === "object" ? body.eventType : undefined;
  return typeof said === "string" && judges.has(said) ? said : began;
}

// Where a body goes. `media.downloaded` true at a session's start is refused outside a batch, by a
// rule of the endpoint: such a body is sent as a batch of its own.
function request(body, text, type, session) {
  const isStart = !Array.isArray(body) && type === "sessionStart";
  if (!isStart) return [`/api/v1/sessions/${session}/events`, text];
  if (body?.params?.["media.downloaded"] === true) return ["/api/v1/downloaded", `[${text}]`];
  return ["/api/v1/sessions", text];
}

const SESSION_START = JSON.stringify({
  playerTime: { playhead: 0, ts: 1714564800000 }, eventType: "sessionStart",
  params: { "analytics.trackingServer": "t", "analytics.reportSuite": "s",
    "visitor.marketingCloudOrgId": "o", "media.id": "m", "media.length": 60,
    "media.contentType": "VOD", "media.playerName": "p", "media.channel": "c" } });

async function openSession(server) {
  const answer = await server.ask("POST", "/api/v1/sessions", SESSION_START);
  if (answer.status !== 201) throw new Error(`no session: ${answer.status} ${answer.body}`);
  return answer.headers.get("location").split("/").pop();
}

// 410 and 404 come after the body was found good (protocol 5.3): a session may have ended.
function verdict(status) {
  if ([201, 204, 404, 410].includes(status)) return true;
  return status === 400 ? false : undefined;
}

// Judges one round and gives it, with both verdicts, when all answers are there.
async function round(server, bodies, judges, first, count) {
  const session = await openSession(server);
  const judged = [];
  for (let index = first; index < first + count; ++index) {
    const { type: began, changes, text } = bodies.at(index);
    const body = JSON.parse(text);
    const type = typeThatDecides(body, began, judges);
    const [path, sent] = request(body, text, type, session);
    const bySchema = judges.get(type)(body);
    const errors = judges.get(type).errors;
    const { answer } = await server.send("POST", path, sent);
    judged.push({ index, type, changes, text, bySchema, errors, answer });
  }
  for (const one of judged) {
    one.answer = await one.answer;
    one.byServer = verdict(one.answer.status);
  }
  return judged;
}

function tell(one, seed) {
  console.log(`DIFFERENCE --seed ${seed} --first ${one.index} --count 1 (${one.type})`);
  console.log(`  body    ${one.text}`);
  console.log(`  schema  ${one.bySchema ? "valid" : JSON.stringify(one.errors)}`);
  console.log(`  server  ${one.answer.status} ${one.answer.body}`);
}

async function main() {
  const { server: address, schemas, seed, count, first } = options();
  console.log(`seed ${seed}`);
  const started = Date.now();
  const judges = await publishedSchemas(schemas);
  const server = await Pipeline.open(address);
  const bodies = new Bodies(catalogue, seed);
  const total = { bodies: 0, valid: 0, invalid: 0, differences: 0 };
  const validOfType = new Map(catalogue.eventTypes.map((type) => [type, 0]));
  for (let at = first; at < first + count; at += ROUND) {
    const judged = await round(server, bodies, judges, at, Math.min(ROUND, first + count - at));
    for (const one of judged) {
      ++total.bodies;
      ++total[one.bySchema ? "valid" : "invalid"];
      if (one.bySchema) validOfType.set(one.type, validOfType.get(one.type) + 1);
      // What the catalogue itself calls valid must be so for both.
      const isWrong = one.bySchema !== one.byServer || (one.changes === 0 && !one.bySchema);
      if (isWrong && ++total.differences <= SHOWN) tell(one, seed);
    }
  }
  server.close();
  total.schemas = judges.size;
  total.fewest_valid_of_a_type = Math.min(...validOfType.values());
  total.seconds = (Date.now() - started) / 1000;
  console.log(JSON.stringify(total));
  process.exitCode = total.differences === 0 ? 0 : 1;
}

await main();
