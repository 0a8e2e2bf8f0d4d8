// The client of before databases were split into data sources, which speaks version 2022-06-28.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { APIErrorCode, Client, collectPaginatedAPI, isFullDatabase, isFullPage, isFullPageOrDatabase } from "notionhq-client-2";
import { Client as NewClient } from "@notionhq/client";
import { startSimulator } from "../../simulator.mjs";
import { plain, text } from "./support.mjs";

describe("the client of version 2022-06-28", () => {
  let sim, notion, root, database;
  const row = (properties, more = {}) => notion.pages.create({ parent: { database_id: database }, properties, ...more });
  const names = async (query) => (await notion.databases.query({ database_id: database, ...query })).results.map(
    ({ properties }) => plain(properties.Name.title));

  before(async () => {
    sim = await startSimulator();
    notion = new Client({ auth: sim.token, baseUrl: sim.base_url, logger: () => {} });
    root = sim.parent_page_id;
    const made = await notion.databases.create({
      parent: { type: "page_id", page_id: root }, title: text("Old"),
      properties: { Name: { title: {} }, N: { number: {} }, S: { select: { options: [{ name: "x" }] } } },
    });
    assert.ok(isFullDatabase(made));
    database = made.id;
    for (const n of [1, 2, 3]) await row({ Name: { title: text(`r${n}`) }, N: { number: n } });
  });
  after(() => sim?.stop());

  test("databases have their schema themselves", async () => {
    const found = await notion.databases.retrieve({ database_id: database });
    assert.deepEqual(Object.keys(found.properties).sort(), ["N", "Name", "S"]);
    assert.equal(found.archived, false);
    assert.equal("data_sources" in found, false);
    const changed = await notion.databases.update({ database_id: database, title: text("Older"), properties: { D: { date: {} } } });
    assert.equal(changed.properties.D.type, "date");
    assert.equal(plain(changed.title), "Older");
  });

  test("rows have the database as their parent, and are found by queries of it", async () => {
    const { results, type } = await notion.databases.query({
      database_id: database, filter: { property: "N", number: { greater_than: 1 } }, sorts: [{ property: "N", direction: "descending" }],
    });
    assert.equal(type, "page_or_database");
    assert.ok(results.every(isFullPage));
    assert.deepEqual(results.map(({ properties }) => plain(properties.Name.title)), ["r3", "r2"]);
    assert.deepEqual(results[0].parent, { type: "database_id", database_id: database });
    assert.equal((await collectPaginatedAPI(notion.databases.query, { database_id: database, page_size: 1 })).length, 3);
    const changed = await notion.pages.update({ page_id: results[0].id, properties: { N: { number: 30 } } });
    assert.equal(changed.properties.N.number, 30);
    assert.equal((await notion.pages.update({ page_id: results[0].id, archived: true })).archived, true);
    assert.deepEqual(await names({ filter: { property: "N", number: { equals: 30 } } }), []);
    await notion.pages.update({ page_id: results[0].id, archived: false });
  });

  test("relations name databases", async () => {
    const other = await notion.databases.create({
      parent: { type: "page_id", page_id: root }, title: text("Linked"),
      properties: { Name: { title: {} }, Link: { relation: { database_id: database, single_property: {} } } },
    });
    assert.equal(other.properties.Link.relation.database_id, database);
  });

  test("search finds databases", async () => {
    const { results } = await notion.search({ query: "Older", filter: { property: "object", value: "database" } });
    assert.ok(results.every(isFullPageOrDatabase));
    assert.deepEqual(results.map(({ id, object }) => [id, object]), [[database, "database"]]);
    await assert.rejects(notion.search({ filter: { property: "object", value: "data_source" } }), { code: APIErrorCode.ValidationError });
  });

  test("blocks, comments and users as ever", async () => {
    const { results } = await notion.blocks.children.append({ block_id: root, children: [{ paragraph: { rich_text: text("a") } }] });
    await notion.blocks.children.append({ block_id: root, children: [{ paragraph: { rich_text: text("b") } }], after: results[0].id });
    assert.equal((await notion.blocks.delete({ block_id: results[0].id })).archived, true);
    const comment = await notion.comments.create({ parent: { page_id: root }, rich_text: text("c") });
    assert.deepEqual((await notion.comments.list({ block_id: root })).results.map(({ id }) => id), [comment.id]);
    assert.equal((await notion.users.me({})).type, "bot");
  });

  test("a database with two data sources is too much for it, and says since when it would not be", async () => {
    const modern = new NewClient({ auth: sim.token, baseUrl: sim.base_url, logger: () => {} });
    await modern.dataSources.create({ parent: { type: "database_id", database_id: database }, properties: { T: { title: {} } } });
    await assert.rejects(notion.databases.retrieve({ database_id: database }), (error) => {
      const { additional_data } = JSON.parse(error.body);
      assert.deepEqual([error.status, error.code], [400, APIErrorCode.ValidationError]);
      assert.equal(error.message, "Databases with multiple data sources are not supported in this API version.");
      assert.deepEqual([additional_data.error_type, additional_data.minimum_api_version, additional_data.child_data_source_ids.length],
        ["multiple_data_sources_for_database", "2025-09-03", 2]);
      return true;
    });
    await assert.rejects(notion.request({ path: `data_sources/${database}`, method: "get" }), { code: APIErrorCode.InvalidRequestURL });
  });
});
