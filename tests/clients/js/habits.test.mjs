// What programs do out of habit, and Notion takes or refuses all the same.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { makeDatabase, makeRow, plain, text, titles, withEachVersion } from "./support.mjs";

withEachVersion("habits", (at) => {
  let database, source;
  before(async () => {
    ({ database, source } = await makeDatabase(at, "Habits", { Name: { title: {} }, N: { number: {} }, S: { select: {} } }));
  });

  test("ids without dashes, and in capitals", async () => {
    const bare = source.replaceAll("-", "");
    assert.equal((await at.notion.dataSources.retrieve({ data_source_id: bare })).id, source);
    assert.equal((await at.notion.dataSources.retrieve({ data_source_id: bare.toUpperCase() })).id, source);
  });

  test("rows whose parent is the database, and titles without wrapping", async () => {
    const row = await at.notion.pages.create({ parent: { database_id: database }, properties: { Name: { title: text("By database") } } });
    assert.deepEqual(row.parent, { type: "data_source_id", data_source_id: source, database_id: database });
    const page = await at.notion.pages.create({ parent: { page_id: at.root }, properties: { title: text("Bare") } });
    assert.equal(plain(page.properties.title.title), "Bare");
    assert.match(page.url, /^https:\/\/[^/]+\/.*[0-9a-f]{32}$/);
  });

  test("a column is known by its encoded id everywhere", async () => {
    const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
    for (const { id } of Object.values(properties)) assert.equal(encodeURIComponent(decodeURIComponent(id)), id);
    const row = await makeRow(at, source, { [properties.N.id]: { number: 9 }, title: { title: text("nine") } });
    assert.equal(row.properties.N.number, 9);
    assert.deepEqual(await titles(at, source, { filter: { property: properties.N.id, number: { equals: 9 } } }), ["nine"]);
    const one = await at.notion.pages.retrieve({ page_id: row.id, filter_properties: [properties.N.id] });
    assert.deepEqual(Object.keys(one.properties), ["N"]);
    assert.equal((await at.notion.pages.properties.retrieve({ page_id: row.id, property_id: properties.N.id })).number, 9);
  });

  test("`archived` belongs to the older version", async () => {
    const row = await makeRow(at, source, { Name: { title: text("Old") } });
    const update = at.notion.pages.update({ page_id: row.id, archived: true });
    if (!at.newest) {
      assert.equal((await update).archived, true);
    } else {
      await assert.rejects(update, { message: "body failed validation: body.archived should be not present, instead was `true`." });
    }
  });

  test("names of options count without regard to case, numbers are no texts, and unknown keys are no keys", async () => {
    const row = (await makeRow(at, source, { S: { select: { name: "Big" } } })).id;
    const write = (properties, more = {}) => at.notion.request({ path: `pages/${row}`, method: "patch", body: { properties, ...more } });
    const again = await write({ S: { select: { name: "Big" } } });
    assert.equal((await at.notion.dataSources.retrieve({ data_source_id: source })).properties.S.select.options.length, 1);
    assert.equal(again.properties.S.select.name, "Big");
    await assert.rejects(write({ N: { number: "7" } }), { code: "validation_error", message: /should be a number/ });
    await assert.rejects(write({ Nope: { number: 7 } }), { message: "Nope is not a property that exists." });
    await assert.rejects(write({}, { colour: "red" }), { message: 'body failed validation: body.colour should be not present, instead was `"red"`.' });
    await assert.rejects(write({ N: { number: 1, text: "x" } }), { code: "validation_error" });
  });

  test("pages of a workspace, missing parents and wrong kinds of parents", async () => {
    const create = (parent) => at.notion.pages.create({ ...(parent && { parent }), properties: { title: { title: text("x") } } });
    await assert.rejects(create({ workspace: true }), { code: "validation_error" });
    await assert.rejects(create(undefined), { code: "validation_error" });
    await assert.rejects(create({ page_id: crypto.randomUUID() }), { code: "object_not_found" });
    await assert.rejects(create({ data_source_id: database }), { code: "object_not_found" });
    await assert.rejects(create({ page_id: at.root, type: "data_source_id" }), { code: "validation_error" });
  });

  test("what is in a trashed page is in the trash", async () => {
    const outer = await at.notion.pages.create({ parent: { page_id: at.root }, properties: { title: { title: text("Outer") } } });
    const inner = await at.notion.pages.create({ parent: { page_id: outer.id }, properties: { title: { title: text("Inner") } } });
    await at.notion.pages.update({ page_id: outer.id, in_trash: true });
    await assert.rejects(at.notion.blocks.children.append({ block_id: inner.id, children: [{ divider: {} }] }), { code: "validation_error" });
    assert.deepEqual((await at.notion.search({ query: "Inner" })).results, []);
    await at.notion.pages.update({ page_id: outer.id, in_trash: false });
    assert.deepEqual((await at.notion.search({ query: "Inner" })).results.map(({ id }) => id), [inner.id]);
  });

  test("many writes at once all arrive", async () => {
    const rows = await Promise.all(Array.from({ length: 40 }, (_, nth) => makeRow(at, source, { Name: { title: text(`p${nth}`) }, N: { number: 1000 + nth } })));
    assert.equal(new Set(rows.map(({ id }) => id)).size, 40);
    const found = await titles(at, source, { filter: { property: "N", number: { greater_than_or_equal_to: 1000 } } });
    assert.equal(found.length, 40);
  });
});
