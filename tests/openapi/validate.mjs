// SPDX-License-Identifier: Apache-2.0
// Holds answers against the document: node validate.mjs DOCUMENT ANSWERS, where each answer is a
// line of JSON: {door, method, path, status, type, headers, body}. Prints what is not described,
// and as the last line JSON: how many answers were looked at, and of which operations they are.
import { Ajv2020 } from "ajv/dist/2020.js";
import { readFileSync } from "node:fs";

const document = JSON.parse(readFileSync(process.argv[2], "utf8"));
const answers = readFileSync(process.argv[3], "utf8").split("\n").filter(Boolean);

const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(document, "api");

// Compiled once for each place of the document.
const compiled = new Map();
function validator(pointer) {
  if (!compiled.has(pointer)) compiled.set(pointer, ajv.compile({ $ref: `api#${pointer}` }));
  return compiled.get(pointer);
}

const escaped = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1");
const isOfPlayers = (path) => path.startsWith("/api/");

const paths = Object.keys(document.paths).map((path) => ({
  path,
  door: isOfPlayers(path) ? "players" : "operators",
  pattern: new RegExp(`^${path.replaceAll(/[.]/g, "[.]").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
}));

// A path without parameters goes before one with them.
function find(answer) {
  const target = answer.path.split("?")[0];
  const of = paths.filter((one) => one.door === answer.door && one.pattern.test(target));
  return of.find((one) => !one.path.includes("{")) ?? of[0];
}

function resolve(response, pointer) {
  if (!response.$ref) return [response, pointer];
  const at = response.$ref.slice(1);
  return [at.split("/").slice(1).reduce((place, name) => place[name], document), at];
}

// What the document says of an answer: [pointer, response], or why it says nothing.
function describe(answer, found) {
  const method = answer.method === "HEAD" ? "get" : answer.method.toLowerCase();
  const operation = found && document.paths[found.path][method];
  const error = answer.door === "players" ? "CollectionError" : "Problem";
  const pointer = `/components/responses/${error}`;
  if (!operation) {
    const isRefusal = answer.status >= 400 && answer.status < 500;
    if (!isRefusal) return `${found ? method : "path"} is not in the document`;
    return [pointer, document.components.responses[error]];
  }
  const statuses = [String(answer.status), `${Math.floor(answer.status / 100)}XX`];
  const status = statuses.find((one) => operation.responses[one]);
  if (!status) return `status ${answer.status} is not in the document`;
  const at = `/paths/${escaped(found.path)}/${method}/responses/${status}`;
  const [response, place] = resolve(operation.responses[status], at);
  return [place, response, operation.operationId];
}

function problemsOf(answer, described) {
  const [pointer, response] = described;
  const missing = Object.entries(response.headers ?? {})
    .filter(([name, header]) => header.required && !answer.headers.includes(name.toLowerCase()))
    .map(([name]) => `has no header ${name}`);
  const content = response.content;
  if (!content) return answer.body === "" ? missing : [...missing, "has a body"];
  const type = answer.type.split(";")[0].trim();
  if (!content[type]) return [...missing, `type ${type} is not in the document`];
  if (answer.method === "HEAD") return missing;
  const isJson = type.endsWith("json");
  const value = isJson ? JSON.parse(answer.body) : answer.body;
  const validate = validator(`${pointer}/content/${escaped(type)}/schema`);
  if (validate(value)) return missing;
  return [...missing, ...validate.errors.map((one) => `${one.instancePath} ${one.message}`)];
}

const operations = new Set();
let wrong = 0;
for (const line of answers) {
  const answer = JSON.parse(line);
  const described = describe(answer, find(answer));
  const problems = typeof described === "string" ? [described] : problemsOf(answer, described);
  if (described[2] && answer.status < 400) operations.add(described[2]);
  for (const problem of problems) {
    wrong += 1;
    console.log(`WRONG ${answer.method} ${answer.path} ${answer.status}: ${problem}`);
  }
}
console.log(JSON.stringify({ answers: answers.length, wrong, operations: [...operations].sort() }));
process.exitCode = wrong === 0 ? 0 : 1;
