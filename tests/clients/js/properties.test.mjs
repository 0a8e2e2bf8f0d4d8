// Databases with every kind of property in every form, and the values of their rows: written, read, changed, cleared.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { isFullDatabase, isFullDataSource, isFullPage } from "@notionhq/client";
import { makeDatabase, makeRow, plain, text, withEachVersion } from "./support.mjs";

const colors = ["default", "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red"];
const formats = `number number_with_commas percent dollar australian_dollar canadian_dollar singapore_dollar euro pound yen ruble
  rupee won yuan real lira rupiah franc hong_kong_dollar new_zealand_dollar krona norwegian_krone mexican_peso rand
  new_taiwan_dollar danish_krone zloty baht forint koruna shekel chilean_peso philippine_peso dirham colombian_peso riyal ringgit
  leu argentine_peso uruguayan_peso peruvian_sol vietnamese_dong pakistani_rupee nigerian_naira bitcoin`.split(/\s+/);

const everyKind = {
  Name: { title: {} },
  Text: { rich_text: {}, description: "Anything" },
  Number: { number: { format: "euro" } },
  Select: { select: { options: [{ name: "A", color: "green", description: "first" }, { name: "B" }] } },
  Multi: { multi_select: { options: [{ name: "x", color: "red" }, { name: "y", color: "pink" }] } },
  Status: { status: { options: [{ name: "Todo" }, { name: "Doing", color: "blue" }] } },
  Date: { date: {} },
  People: { people: {} },
  Files: { files: {} },
  Done: { checkbox: {} },
  Url: { url: {} },
  Email: { email: {} },
  Phone: { phone_number: {} },
  Place: { place: {} },
  Id: { unique_id: { prefix: "T" } },
  Made: { created_time: {} },
  Maker: { created_by: {} },
  Edited: { last_edited_time: {} },
  Editor: { last_edited_by: {} },
};

withEachVersion("properties", (at) => {
  let source, row, me;
  const update = (properties) => at.notion.pages.update({ page_id: row, properties });
  const read = async () => (await at.notion.pages.retrieve({ page_id: row })).properties;

  before(async () => {
    me = (await at.notion.users.me({})).id;
    ({ source } = await makeDatabase(at, "Every kind", everyKind));
    row = (await makeRow(at, source, {})).id;
  });

  test("a database, its data source and a row are full objects", async () => {
    const { answer } = await makeDatabase(at, "Small", { Name: { title: {} } });
    assert.ok(isFullDatabase(answer));
    assert.equal(plain(answer.title), "Small");
    assert.equal("archived" in answer, !at.newest);
    assert.ok(isFullDatabase(await at.notion.databases.retrieve({ database_id: answer.id })));
    const data_source_id = answer.data_sources[0].id;
    assert.ok(isFullDataSource(await at.notion.dataSources.retrieve({ data_source_id })));
    assert.ok(isFullPage(await makeRow(at, data_source_id, { Name: { title: text("One") } })));
  });

  test("the schema comes back with every kind and what was said of it", async () => {
    const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
    assert.deepEqual(Object.keys(properties).sort(), Object.keys(everyKind).sort());
    for (const [name, wanted] of Object.entries(everyKind)) {
      const [kind] = Object.keys(wanted);
      assert.equal(properties[name].type, kind, name);
      assert.equal(properties[name].name, name);
      assert.equal(properties[name].description, wanted.description ?? null);
    }
    assert.equal(properties.Name.id, "title");
    assert.equal(properties.Number.number.format, "euro");
    assert.equal(properties.Id.unique_id.prefix, "T");
    const options = properties.Select.select.options.map(({ name, color, description }) => [name, color, description]);
    assert.deepEqual(options[0], ["A", "green", "first"]);
    assert.equal(options[1][0], "B");
    const groups = properties.Status.status.groups;
    const known = properties.Status.status.options.map(({ id }) => id);
    assert.deepEqual(groups.flatMap(({ option_ids }) => option_ids).sort(), known.sort());
  });

  test("every number format", async () => {
    const columns = Object.fromEntries(formats.map((format) => [format, { number: { format } }]));
    const { source } = await makeDatabase(at, "Formats", { Name: { title: {} }, ...columns });
    const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
    for (const format of formats) assert.equal(properties[format].number.format, format);
  });

  test("every colour, for options of all three kinds", async () => {
    const options = colors.map((color) => ({ name: color, color }));
    const { source } = await makeDatabase(at, "Colours", {
      Name: { title: {} }, Select: { select: { options } }, Multi: { multi_select: { options } }, Status: { status: { options } },
    });
    const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
    for (const list of [properties.Select.select, properties.Multi.multi_select, properties.Status.status]) {
      assert.deepEqual(list.options.map(({ name, color }) => ({ name, color })), options);
    }
  });

  test("a row without values has the empty one of each kind", async () => {
    const { id } = await makeRow(at, source, {});
    const { properties } = await at.notion.pages.retrieve({ page_id: id });
    const empty = {
      Name: [], Text: [], Number: null, Select: null, Multi: [], Date: null, People: [], Files: [], Done: false, Url: null,
      Email: null, Phone: null, Place: null,
    };
    for (const [name, value] of Object.entries(empty)) {
      assert.deepEqual(properties[name][properties[name].type], value, name);
    }
    assert.equal(properties.Status.status.name, "Todo");
    assert.equal(properties.Id.unique_id.prefix, "T");
    assert.match(properties.Made.created_time, /:00\.000Z$/);
    assert.equal(properties.Maker.created_by.id, me);
    assert.equal(properties.Editor.last_edited_by.id, me);
  });

  const upload = "https://example.com/a.pdf";
  const cases = [
    ["Name", text("A title"), (value) => plain(value) === "A title", []],
    ["Text", text("Words"), (value) => plain(value) === "Words", []],
    ["Number", 12.5, 12.5, null],
    ["Number", -0.001, -0.001, null],
    ["Number", 0, 0, null],
    ["Number", 9007199254740991, 9007199254740991, null],
    ["Select", { name: "A" }, (value) => value.name === "A" && value.color === "green", null],
    ["Select", { name: "Brand new" }, (value) => value.name === "Brand new" && value.id, null],
    ["Multi", [{ name: "y" }, { name: "x" }], (value) => value.map(({ name }) => name).join() === "y,x", []],
    ["Multi", [{ name: "z" }], (value) => value[0].name === "z", []],
    ["Status", { name: "Doing" }, (value) => value.name === "Doing" && value.color === "blue", undefined],
    ["Date", { start: "2026-09-15" }, { start: "2026-09-15", end: null, time_zone: null }, null],
    ["Date", { start: "2026-09-15", end: "2026-09-17" }, { start: "2026-09-15", end: "2026-09-17", time_zone: null }, null],
    ["Date", { start: "2026-09-15T09:00:31+02:00" }, { start: "2026-09-15T09:00:00.000+02:00", end: null, time_zone: null }, null],
    ["Date", { start: "2026-09-15T09:00:00", time_zone: "Europe/Berlin" },
      { start: "2026-09-15T09:00:00.000+02:00", end: null, time_zone: null }, null],
    ["Date", { start: "2026-09-15T09:00:00Z", end: "2026-09-15T10:00:00Z" },
      { start: "2026-09-15T09:00:00.000+00:00", end: "2026-09-15T10:00:00.000+00:00", time_zone: null }, null],
    ["Files", [{ name: "a.pdf", external: { url: upload } }],
      [{ name: "a.pdf", type: "external", external: { url: upload } }], []],
    ["Done", true, true, false],
    ["Url", "https://example.com/x?y=1#z", "https://example.com/x?y=1#z", null],
    ["Email", "a@example.com", "a@example.com", null],
    ["Phone", "+49 (0) 30-1", "+49 (0) 30-1", null],
    ["Place", { lat: 52.52, lon: 13.405, name: "Home", address: "Berlin" },
      { lat: 52.52, lon: 13.405, name: "Home", address: "Berlin", aws_place_id: null, google_place_id: null }, null],
  ];
  for (const [name, written, wanted, cleared] of cases) {
    const [kind] = Object.keys(everyKind[name]);
    test(`${kind} takes ${JSON.stringify(written)} and is cleared`, async () => {
      const check = (value) => typeof wanted === "function"
        ? assert.ok(wanted(value), JSON.stringify(value))
        : assert.deepEqual(value, wanted);
      const before = await read();
      const answer = await update({ [name]: { [kind]: written } });
      check(answer.properties[name][kind]);
      const stored = await read();
      check(stored[name][kind]);
      for (const other of Object.keys(everyKind)) {
        if (![name, "Edited", "Editor"].includes(other)) assert.deepEqual(stored[other], before[other], other);
      }
      if (cleared === undefined) return;
      await update({ [name]: { [kind]: cleared } });
      assert.deepEqual((await read())[name][kind], cleared);
    });
  }

  test("people, by id, are shown whole", async () => {
    const { properties } = await update({ People: { people: [{ id: me }] } });
    assert.equal(properties.People.people[0].id, me);
    assert.equal(properties.People.people[0].object, "user");
    assert.equal(properties.People.people[0].type, "bot");
    await update({ People: { people: [] } });
    assert.deepEqual((await read()).People.people, []);
  });

  test("clearing a status resets it to the first option", async () => {
    await update({ Status: { status: { name: "Doing" } } });
    await update({ Status: { status: null } });
    assert.equal((await read()).Status.status.name, "Todo");
  });

  test("a value can be written by the id of its property and of its option", async () => {
    const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
    const [option] = properties.Select.select.options;
    await update({ [properties.Select.id]: { select: { id: option.id } }, [properties.Number.id]: { number: 3 } });
    const values = await read();
    assert.equal(values.Select.select.name, option.name);
    assert.equal(values.Number.number, 3);
  });

  test("rich text of every form survives a round trip", async () => {
    const annotations = { bold: true, italic: true, strikethrough: true, underline: true, code: true, color: "red_background" };
    const { properties } = await update({
      Text: {
        rich_text: [
          { text: { content: "bold ", link: null }, annotations },
          { text: { content: "link", link: { url: "https://example.com/" } } },
          { equation: { expression: "e^{i\\pi}" } },
          { mention: { user: { id: me } } },
          { mention: { page: { id: row } } },
          { mention: { date: { start: "2026-01-02", end: null } } },
          { mention: { database: { id: (await makeDatabase(at, "Mentioned", { Name: { title: {} } })).database } } },
        ],
      },
    });
    const items = properties.Text.rich_text;
    assert.deepEqual(items.map(({ type }) => type), ["text", "text", "equation", "mention", "mention", "mention", "mention"]);
    assert.deepEqual(items[0].annotations, annotations);
    assert.equal(items[1].href, "https://example.com/");
    assert.equal(items[2].plain_text, "e^{i\\pi}");
    assert.deepEqual(items.slice(3).map(({ mention }) => mention.type), ["user", "page", "date", "database"]);
    assert.equal(items[5].plain_text, "2026-01-02");
    assert.equal(items[6].plain_text, "Mentioned");
    const again = await update({ Text: { rich_text: items } });
    assert.deepEqual(again.properties.Text.rich_text, items);
  });

  test("what a page has besides its properties", async () => {
    const emoji = { type: "emoji", emoji: "🌱" };
    const cover = { type: "external", external: { url: "https://example.com/c.png" } };
    const page = await at.notion.pages.update({ page_id: row, icon: emoji, cover, is_locked: true });
    assert.deepEqual(page.icon, emoji);
    assert.deepEqual(page.cover, cover);
    assert.equal(page.is_locked, true);
    const icon = { type: "icon", icon: { name: "pizza", color: "blue" } };
    assert.deepEqual((await at.notion.pages.update({ page_id: row, icon })).icon, icon);
    const bare = await at.notion.pages.update({ page_id: row, icon: null, cover: null, is_locked: false });
    assert.equal(bare.icon, null);
    assert.equal(bare.cover, null);
  });

  test("only the wanted properties are sent", async () => {
    const { properties } = await at.notion.pages.retrieve({ page_id: row, filter_properties: ["title"] });
    assert.deepEqual(Object.keys(properties), ["Name"]);
    const found = await at.notion.dataSources.query({ data_source_id: source, filter_properties: ["Number", "title"] });
    assert.deepEqual(Object.keys(found.results[0].properties).sort(), ["Name", "Number"]);
  });

  test("a row is trashed and comes back", async () => {
    const { id } = await makeRow(at, source, { Name: { title: text("Gone") } });
    const flag = at.newest ? "in_trash" : "archived";
    const trashed = await at.notion.pages.update({ page_id: id, [flag]: true });
    assert.equal(trashed.in_trash, true);
    assert.equal(trashed.archived, at.newest ? undefined : true);
    await assert.rejects(at.notion.pages.update({ page_id: id, properties: { Number: { number: 1 } } }), { code: "validation_error" });
    assert.equal((await at.notion.pages.retrieve({ page_id: id })).in_trash, true);
    assert.equal((await at.notion.pages.update({ page_id: id, in_trash: false })).in_trash, false);
  });

  test("columns are added, renamed, turned into another kind, and taken away", async () => {
    const { source, database } = await makeDatabase(at, "Changing", { Name: { title: {} }, Old: { rich_text: {} } });
    const { id } = await makeRow(at, source, { Old: { rich_text: text("42") } });
    const change = (properties) => at.notion.dataSources.update({ data_source_id: source, properties });
    const added = await change({ Points: { number: { format: "percent" } } });
    assert.equal(added.properties.Points.number.format, "percent");
    const renamed = await change({ [added.properties.Points.id]: { name: "Score" } });
    assert.equal(renamed.properties.Score.id, added.properties.Points.id);
    const converted = await change({ Old: { number: {} } });
    assert.equal(converted.properties.Old.type, "number");
    assert.equal((await at.notion.pages.retrieve({ page_id: id })).properties.Old.number, 42);
    assert.equal("Old" in (await change({ Old: null })).properties, false);
    const options = await change({ Tags: { multi_select: { options: [{ name: "a" }, { name: "b" }] } } });
    const [first] = options.properties.Tags.multi_select.options;
    const fewer = await change({ Tags: { multi_select: { options: [{ id: first.id }, { name: "c" }] } } });
    assert.deepEqual(fewer.properties.Tags.multi_select.options.map(({ name }) => name), ["a", "c"]);
    const titled = await at.notion.dataSources.update({ data_source_id: source, title: text("Source"), icon: { emoji: "🧪" } });
    assert.equal(plain(titled.title), "Source");
    assert.equal(titled.icon.emoji, "🧪");
    const named = await at.notion.databases.update({
      database_id: database, title: text("Container"), description: text("All of it"), is_inline: true, is_locked: true,
      icon: { type: "emoji", emoji: "🗄️" },
    });
    assert.deepEqual([plain(named.title), plain(named.description), named.is_inline, named.is_locked],
      ["Container", "All of it", true, true]);
  });

  test("a database can have several data sources, and be trashed", async () => {
    const { database, source } = await makeDatabase(at, "Two", { Name: { title: {} } });
    const second = await at.notion.dataSources.create({
      parent: { type: "database_id", database_id: database }, title: text("Second"),
      properties: { Title: { title: {} }, N: { number: {} } },
    });
    assert.equal(second.parent.database_id, database);
    assert.equal(second.database_parent.page_id, at.root);
    const { data_sources } = await at.notion.databases.retrieve({ database_id: database });
    assert.deepEqual(data_sources.map(({ id }) => id), [source, second.id]);
    const trashed = await at.notion.databases.update({ database_id: database, in_trash: true });
    assert.equal(trashed.in_trash, true);
    assert.equal((await at.notion.databases.update({ database_id: database, in_trash: false })).in_trash, false);
  });
});
