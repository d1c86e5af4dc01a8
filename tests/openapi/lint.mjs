// SPDX-License-Identifier: Apache-2.0
// Prints what the linter finds in the document on standard input, a line each; nothing: exit 0.
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { text } from "node:stream/consumers";

const config = await createConfig({ extends: ["recommended-strict"] });
const problems = await lintFromString({
  source: await text(process.stdin),
  absoluteRef: "openapi.json",
  config,
});
for (const problem of problems) {
  const places = problem.location.map((place) => place.pointer ?? "").join(" ");
  console.log(`${problem.ruleId} ${places}: ${problem.message}`);
}
process.exitCode = problems.length === 0 ? 0 : 1;
