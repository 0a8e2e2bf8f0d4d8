// The answers that all scenarios got are what the client's types declare, except where Notion's own answers are not.
//
// Run after the scenarios, which leave their journals in the folder that NOTION_JOURNALS names.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { exceptions } from "./exceptions.mjs";
import { answersIn, endpoints, judge } from "./judge.mjs";

/** Ways to break an answer of a kind, each of which has to be found out. */
const mutations = {
  "client.PageObjectResponse": [
    (page) => { delete page.parent; },
    (page) => { page.id = 1; },
    (page) => { page.icon = { type: "smiley" }; },
    (page) => { page.in_trash = "no"; },
    (page) => { page.created_time = null; },
    (page) => { page.colour = "red"; },
    (page) => { page.parent = { type: "data_source_id", database_id: page.id }; },
    (page) => { value(page, "title").title = null; },
    (page) => { value(page, "title").title = [{ type: "text", plain_text: "x" }]; },
    (page) => { page.properties.New = { id: "x", type: "number", number: "1" }; },
    (page) => { page.properties.New = { id: "x", type: "select", select: { id: "y", name: "z", color: "teal" } }; },
    (page) => { page.properties.New = { id: "x", type: "rollup", rollup: { type: "number", number: 1 } }; },
  ],
  "client.DataSourceObjectResponse": [
    (source) => { delete source.database_parent; },
    (source) => { source.object = "database"; },
    (source) => { source.properties = []; },
    (source) => { source.properties.New = { id: "x", name: "New", type: "number", number: {} }; },
    (source) => { source.properties.New = { id: "x", name: "New", type: "number", number: { format: "dollar" } }; },
  ],
  "client.DatabaseObjectResponse": [
    (database) => { delete database.data_sources; },
    (database) => { database.data_sources = [{ id: "x" }]; },
    (database) => { database.properties = {}; },
  ],
  "client.BlockObjectResponse": [
    (block) => { block.has_children = null; },
    (block) => { delete block[block.type]; },
    (block) => { block.type = "heading_9"; },
    (block) => { block.last_edited_by = {}; },
  ],
  "client.CommentObjectResponse": [(comment) => { delete comment.discussion_id; }, (comment) => { comment.rich_text = "x"; }],
  "client.FileUploadObjectResponse": [(upload) => { upload.status = "done"; }, (upload) => { delete upload.created_by; }],
  "client.ListUsersResponse": [(list) => { list.type = "users"; }, (list) => { list.has_more = "false"; }, (list) => { list.results = [{}]; }],
  "client.DataSourceViewObjectResponse": [(view) => { view.type = "pie"; }, (view) => { view.filter = "x"; }],
  "client.OauthTokenResponse": [(tokens) => { tokens.token_type = "mac"; }, (tokens) => { delete tokens.bot_id; }],
  "client.PageCreatedWebhookPayload": [(event) => { delete event.entity; }, (event) => { event.type = "page.deleted"; }],
};
const value = (page, type) => Object.values(page.properties).find((value) => value.type === type);

const mended = ({ answer, version }, left = exceptions) => {
  const copy = structuredClone(answer);
  for (const { mend } of left) mend(copy, version);
  return copy;
};

let folder, answers;
before(() => {
  assert.ok(process.env.NOTION_JOURNALS, "NOTION_JOURNALS names the folder with the journals of the scenarios");
  folder = mkdtempSync(`${tmpdir()}/notion-types-`);
  answers = answersIn(process.env.NOTION_JOURNALS);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test("every endpoint was asked", () => {
  const asked = new Set(answers.map((found) => found.asked));
  assert.deepEqual(Object.keys(endpoints).filter((endpoint) => !asked.has(endpoint)), []);
});

test("every answer is of the type of its endpoint", (t) => {
  assert.deepEqual([...new Set(answers.filter(({ type }) => !type).map(({ asked }) => asked))], [], "endpoints without a type");
  const verdicts = judge(folder, answers.map((found) => ({ type: found.type, answer: mended(found) })));
  const wrong = verdicts.map((verdict, nth) => verdict && `${answers[nth].asked} (${answers[nth].version}): ${verdict}`).filter(Boolean);
  assert.deepEqual(wrong, []);
  t.diagnostic(`${answers.length} answers of different shape, ${new Set(answers.map(({ type }) => type)).size} types`);
});

test("each exception is one: without it there is an answer that is refused", () => {
  const cases = exceptions.flatMap((exception) => {
    const others = exceptions.filter((other) => other !== exception);
    const needy = answers.filter((found) => JSON.stringify(mended(found)) !== JSON.stringify(mended(found, others)));
    const ofEachType = needy.filter(({ type }, nth) => needy.findIndex((other) => other.type === type) === nth);
    return ofEachType.map((found) => ({ exception, type: found.type, answer: mended(found, others) }));
  });
  const verdicts = judge(folder, cases);
  const needed = new Set(cases.filter((_, nth) => verdicts[nth]).map(({ exception }) => exception));
  assert.deepEqual(exceptions.filter((exception) => !needed.has(exception)).map(({ name }) => name), []);
});

test("the judge is awake: broken answers are refused", (t) => {
  const cases = Object.entries(mutations).flatMap(([type, breaks]) => {
    const found = answers.find((answer) => answer.type === type);
    assert.ok(found, `no answer is a ${type}`);
    return breaks.map((breakIt) => {
      const answer = mended(found);
      breakIt(answer);
      return { type, answer, breakIt };
    });
  });
  const verdicts = judge(folder, cases);
  assert.deepEqual(cases.filter((_, nth) => !verdicts[nth]).map(({ type, breakIt }) => `${type}: ${breakIt}`), []);
  t.diagnostic(`${cases.length} broken answers`);
});
