// What every scenario needs: a simulator of its own for each API version, and the official client on it.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, describe } from "node:test";
import { Client } from "@notionhq/client";
import { startSimulator } from "../../simulator.mjs";

/** The version that the client sends by itself, and the newest one. */
const versions = [undefined, "2026-03-11"];

/**
 * Defines `tests` once for each API version. `at` holds `sim`, `notion` (the client), `root` (a page to put things below) and
 * `newest` (whether this is the newest version) as soon as a test runs. Tests put what webhooks told into `at.events`.
 */
export function withEachVersion(name, tests, args = []) {
  for (const notionVersion of versions) {
    const version = notionVersion ?? Client.defaultNotionVersion;
    describe(`${name}, ${version}`, () => {
      const at = { version, newest: notionVersion !== undefined };
      before(async () => {
        at.sim = await startSimulator(...args);
        at.root = at.sim.parent_page_id;
        at.connect = (options = {}) =>
          new Client({ auth: at.sim.token, baseUrl: at.sim.base_url, notionVersion, logger: () => {}, ...options });
        at.notion = at.connect({ retry: false });
      });
      after(async () => {
        if (!at.sim) return;
        const { requests } = await at.sim.control("GET", "requests");
        keep(`${name} ${version}`, [...requests, ...(at.events ?? []).map((event) => ({
          method: "WEBHOOK", path: event.type, notion_version: version, response_body: event,
        }))]);
        at.sim.stop();
        const broken = requests.filter(({ status, fault }) => status >= 500 && fault === null);
        assert.deepEqual(broken.map(({ method, path, status }) => `${method} ${path} ${status}`), []);
      });
      tests(at);
    });
  }
}

/** Leaves what was asked and answered, and told by webhooks, to the judge of types. */
function keep(name, requests) {
  const folder = process.env.NOTION_JOURNALS;
  if (folder) writeFileSync(`${folder}/js-${name.replace(/\W+/g, "-")}.json`, JSON.stringify(requests));
}

export const text = (content) => [{ text: { content } }];
export const plain = (items) => items.map((item) => item.plain_text).join("");

/** Makes a database and returns its id and that of its data source. */
export async function makeDatabase(at, name, properties) {
  const database = await at.notion.databases.create({
    parent: { type: "page_id", page_id: at.root },
    title: text(name),
    initial_data_source: { properties },
  });
  return { database: database.id, source: database.data_sources[0].id, answer: database };
}

export const makeRow = (at, source, properties, more = {}) =>
  at.notion.pages.create({ parent: { data_source_id: source }, properties, ...more });

/** Changes what the API cannot: `change` gets the workspace as a seed document, which then replaces it. */
export async function reseed(at, change) {
  const state = await at.sim.control("GET", "state");
  change(state);
  assert.deepEqual(await at.sim.control("POST", "seed", state), { ok: true });
}

/** The titles of the rows that a query finds, in its order. */
export async function titles(at, source, query = {}) {
  const { results } = await at.notion.dataSources.query({ data_source_id: source, ...query });
  return results.map((row) => plain(Object.values(row.properties).find(({ type }) => type === "title").title));
}
