// Every list, from a server that never sends more than two results at once: the client's helpers still bring everything.
import assert from "node:assert/strict";
import { test } from "node:test";
import { collectAllDataSourceRows, collectDataSourceTemplates, collectPaginatedAPI } from "@notionhq/client";
import { makeDatabase, makeRow, reseed, text, withEachVersion } from "./support.mjs";

withEachVersion("pages of two", (at) => {
  const five = async (make) => {
    const ids = [];
    for (let nth = 0; nth < 5; nth += 1) ids.push((await make(nth)).id);
    return ids;
  };
  const all = (list, args) => collectPaginatedAPI(list, args).then((found) => found.map(({ id }) => id));

  test("lists of all kinds", async () => {
    const { database, source } = await makeDatabase(at, "Five", { Name: { title: {} }, Links: { rich_text: {} } });
    const rows = await five((nth) => makeRow(at, source, { Name: { title: text(`row ${nth}`) } }));
    assert.deepEqual((await all(at.notion.dataSources.query, { data_source_id: source })).sort(), [...rows].sort());
    assert.equal((await collectAllDataSourceRows(at.notion, { data_source_id: source })).length, 5);
    assert.equal((await all(at.notion.search, { query: "row", filter: { property: "object", value: "page" } })).length, 5);

    const { results } = await at.notion.blocks.children.append({ block_id: rows[0], children: Array.from({ length: 5 }, () => ({ divider: {} })) });
    assert.deepEqual(await all(at.notion.blocks.children.list, { block_id: rows[0] }), results.map(({ id }) => id));

    const comments = await five((nth) => at.notion.comments.create({ parent: { page_id: rows[0] }, rich_text: text(`${nth}`) }));
    assert.deepEqual(await all(at.notion.comments.list, { block_id: rows[0] }), comments);

    const uploads = await five((nth) => at.notion.fileUploads.create({ filename: `${nth}.txt`, content_type: "text/plain" }));
    assert.deepEqual((await all(at.notion.fileUploads.list, {})).sort(), uploads.sort());

    const views = await five((nth) => at.notion.views.create({ database_id: database, data_source_id: source, name: `${nth}`, type: "table" }));
    assert.deepEqual((await all(at.notion.views.list, { database_id: database })).slice(1), views);
    const query = await at.notion.views.queries.create({ view_id: views[0] });
    const seen = await all(at.notion.views.queries.results, { view_id: views[0], query_id: query.id });
    assert.deepEqual(seen.sort(), [...rows].sort());

    const mentions = Array.from({ length: 5 }, () => ({ mention: { page: { id: rows[0] } } }));
    const { properties } = await at.notion.pages.update({ page_id: rows[1], properties: { Links: { rich_text: mentions } } });
    const items = await collectPaginatedAPI(at.notion.pages.properties.retrieve, { page_id: rows[1], property_id: properties.Links.id });
    assert.equal(items.length, 5);

    await reseed(at, (state) => {
      state.templates = rows.map((page_id) => ({ data_source_id: source, page_id, is_default: false }));
      state.custom_emojis = ["a", "b", "c"].map((name) => ({ id: crypto.randomUUID(), name, url: `https://example.com/${name}.png` }));
    });
    assert.equal((await collectDataSourceTemplates(at.notion, { data_source_id: source })).length, 5);
    assert.equal((await all(at.notion.customEmojis.list, {})).length, 3);
    assert.ok((await all(at.notion.users.list, {})).length >= 2);
  });

  test("cursors that nobody gave out are refused", async () => {
    const { source } = await makeDatabase(at, "Cursors", { Name: { title: {} } });
    const start_cursor = "made-up";
    for (const ask of [
      () => at.notion.dataSources.query({ data_source_id: source, start_cursor }),
      () => at.notion.search({ start_cursor }),
      () => at.notion.users.list({ start_cursor }),
      () => at.notion.blocks.children.list({ block_id: at.root, start_cursor }),
      () => at.notion.comments.list({ block_id: at.root, start_cursor }),
      () => at.notion.fileUploads.list({ start_cursor }),
      () => at.notion.views.list({ data_source_id: source, start_cursor }),
    ]) await assert.rejects(ask(), { code: "validation_error", status: 400 }, String(ask));
  });
}, ["--max-page-size", "2"]);
