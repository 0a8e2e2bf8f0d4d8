// Every request that can leave notion-core is one that the official client's types allow, and the judge is awake.
//
// NOTION_PAYLOADS names the file with the requests, which tests/types/main.rs writes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { broken } from "./broken.mjs";
import { exceptions } from "./exceptions.mjs";
import { claim, judge } from "./judge.mjs";
import { requestsIn } from "./requests.mjs";
import { sections } from "./sections.mjs";
import { shapesOf, shapesOfTypes } from "./shapes.mjs";

assert.ok(process.env.NOTION_PAYLOADS, "NOTION_PAYLOADS names the file with the requests");
const requests = requestsIn(process.env.NOTION_PAYLOADS);

/** A request as the types say it, which is the request itself for nearly all. */
function mended(request, left = exceptions) {
  const args = structuredClone(request.args);
  for (const { mend } of left) mend(args, request.endpoint);
  const isSame = JSON.stringify(args) === JSON.stringify(request.args);
  return isSame ? request : { ...request, args, text: JSON.stringify(args) };
}

const none = (problems) => assert.equal(problems.length, 0, `\n${problems.join("\n")}`);

test("every request is of the type of its endpoint", (t) => {
  const cases = requests.map((request) => mended(request));
  const verdicts = judge(cases.map(claim));
  const wrong = cases.flatMap(({ endpoint, text }, nth) => verdicts[nth] ? [`${endpoint} ${text}: ${verdicts[nth]}`] : []);
  none(wrong);
  for (const endpoint of new Set(requests.map(({ endpoint }) => endpoint))) {
    t.diagnostic(`${requests.filter((request) => request.endpoint === endpoint).length} ${endpoint}`);
  }
  t.diagnostic(`${requests.length} requests accepted, of which ${requests.filter(({ isSent }) => !isSent).length} were made of recordings`);
});

test("each exception is one: without it there is a request that is refused", (t) => {
  const cases = exceptions.flatMap((exception) => {
    const others = exceptions.filter((other) => other !== exception);
    const needy = requests.filter((request) => mended(request).text !== mended(request, others).text);
    return needy.map((request) => ({ ...mended(request, others), exception }));
  });
  const verdicts = judge(cases.map(claim));
  for (const exception of exceptions) {
    const needed = cases.filter((one, nth) => one.exception === exception && verdicts[nth]).length;
    assert.notEqual(needed, 0, `no request needs the exception "${exception.name}"`);
    t.diagnostic(`exception: ${exception.name} (${exception.source}), ${needed} requests`);
  }
  t.diagnostic(`${exceptions.length} exceptions`);
});

test("the judge is awake: each broken request is refused", (t) => {
  const cases = broken.map(({ name, from, change }) => {
    const request = requests.map((request) => mended(request)).find(({ endpoint, args }) => from(endpoint, args));
    assert.ok(request, `there is no request to break: ${name}`);
    const args = structuredClone(request.args);
    change(args);
    return { ...request, name, text: JSON.stringify(args) };
  });
  const verdicts = judge(cases.map(claim));
  none(cases.filter((_, nth) => !verdicts[nth]).map(({ name, text }) => `${name}: ${text}`));
  t.diagnostic(`${cases.length} broken requests refused`);
});

test("what the official types can hold is written, or there is a reason", (t) => {
  const known = shapesOfTypes(sections.map(({ type }) => type));
  const problems = [];
  for (const [nth, { name, of, parts = (args) => [args], without = [] }] of sections.entries()) {
    const found = requests.filter(({ endpoint, isSent }) => isSent && endpoint === of).flatMap(({ args }) => parts(args));
    const written = new Set(found.flatMap((part) => shapesOf(part)));
    const missing = known[nth].filter((shape) => !written.has(shape));
    t.diagnostic(`${name}: ${known[nth].length - missing.length} of ${known[nth].length} shapes are written`);
    const left = new Set(missing);
    for (const [pattern, why] of without) {
      const excused = [...left].filter((shape) => pattern.test(shape));
      if (excused.length === 0) problems.push(`${name}: nothing is left out as ${pattern}`);
      t.diagnostic(`  ${excused.length} are not: ${why}`);
      for (const shape of excused) left.delete(shape);
    }
    problems.push(...[...left].map((shape) => `${name}: ${shape}`));
  }
  none(problems);
});
