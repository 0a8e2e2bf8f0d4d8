// Relations in one and two directions and within one table, rollups with every function, formulas, and values beyond 25.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { collectPaginatedAPI, iteratePaginatedAPI } from "@notionhq/client";
import { makeDatabase, makeRow, plain, text, titles, withEachVersion } from "./support.mjs";

const name = (content) => ({ Name: { title: text(content) } });
const relation = (...ids) => ({ relation: ids.map((id) => ({ id })) });

withEachVersion("relations", (at) => {
  let tasks, projects, project, task;
  const read = async (page_id) => (await at.notion.pages.retrieve({ page_id })).properties;
  const schema = async (data_source_id) => (await at.notion.dataSources.retrieve({ data_source_id })).properties;
  const item = (page_id, property_id, more = {}) => at.notion.pages.properties.retrieve({ page_id, property_id, ...more });

  before(async () => {
    projects = await makeDatabase(at, "Projects", { Name: { title: {} } });
    tasks = await makeDatabase(at, "Tasks", {
      Name: { title: {} },
      Project: { relation: { data_source_id: projects.source, dual_property: {} } },
      Later: { relation: { data_source_id: projects.source, single_property: {} } },
    });
    project = (await makeRow(at, projects.source, name("P"))).id;
    task = (await makeRow(at, tasks.source, { ...name("T"), Project: relation(project), Later: relation(project) })).id;
  });

  test("schemas say where relations lead, and the partner of one in two directions", async () => {
    const { Project, Later } = await schema(tasks.source);
    assert.equal(Project.relation.type, "dual_property");
    assert.equal(Project.relation.data_source_id, projects.source);
    assert.equal(Project.relation.database_id, projects.database);
    assert.equal(Project.relation.dual_property.synced_property_name, "Related to Tasks (Project)");
    assert.equal(Later.relation.type, "single_property");
    const partner = (await schema(projects.source))["Related to Tasks (Project)"];
    assert.equal(partner.relation.data_source_id, tasks.source);
    assert.equal(partner.relation.dual_property.synced_property_name, "Project");
    await at.notion.dataSources.update({ data_source_id: projects.source, properties: { [partner.id]: { name: "Tasks" } } });
    assert.equal((await schema(tasks.source)).Project.relation.dual_property.synced_property_name, "Tasks");
  });

  test("both sides of a relation in two directions change together", async () => {
    assert.deepEqual((await read(project)).Tasks.relation, [{ id: task }]);
    const other = (await makeRow(at, tasks.source, name("Other"))).id;
    await at.notion.pages.update({ page_id: project, properties: { Tasks: relation(other) } });
    assert.deepEqual((await read(other)).Project.relation, [{ id: project }]);
    assert.deepEqual((await read(task)).Project.relation, []);
    await at.notion.pages.update({ page_id: project, properties: { Tasks: relation(task, other) } });
    await at.notion.pages.update({ page_id: other, properties: { Project: relation() } });
    assert.deepEqual((await read(project)).Tasks, { id: (await schema(projects.source)).Tasks.id, type: "relation",
      relation: [{ id: task }], has_more: false });
    assert.deepEqual((await read(task)).Later.relation, [{ id: project }], "the one in one direction is as it was");
  });

  test("filters by relation", async () => {
    const find = async (operator, property = "Later") =>
      (await titles(at, tasks.source, { filter: { property, relation: operator } })).sort();
    assert.deepEqual(await find({ contains: project }), ["T"]);
    assert.deepEqual(await find({ does_not_contain: project }), ["Other"]);
    assert.deepEqual(await find({ is_empty: true }), ["Other"]);
    assert.deepEqual(await find({ is_not_empty: true }), ["T"]);
    assert.deepEqual(await find({ contains: project }, "Project"), ["T"]);
  });

  test("a relation within one table", async () => {
    const { source } = await makeDatabase(at, "Tree", { Name: { title: {} } });
    const { properties } = await at.notion.dataSources.update({
      data_source_id: source, properties: { Parent: { relation: { data_source_id: source, single_property: {} } } },
    });
    assert.equal(properties.Parent.relation.data_source_id, source);
    const root = (await makeRow(at, source, name("root"))).id;
    const leaf = (await makeRow(at, source, { ...name("leaf"), Parent: relation(root) })).id;
    assert.deepEqual((await read(leaf)).Parent.relation, [{ id: root }]);
    assert.deepEqual((await read(root)).Parent.relation, []);
  });

  test("30 links: 25 in the page, all of them in the property", async () => {
    const ids = [];
    for (let at_ = 0; at_ < 30; at_ += 1) ids.push((await makeRow(at, projects.source, name(`p${at_}`))).id);
    const { id } = await makeRow(at, tasks.source, { ...name("Many"), Later: relation(...ids) });
    const { Later } = await read(id);
    assert.equal(Later.relation.length, 25);
    assert.equal(Later.has_more, true);
    const whole = await item(id, Later.id);
    assert.deepEqual(whole.results.map(({ relation }) => relation.id), ids);
    assert.deepEqual([whole.object, whole.type, whole.property_item.type, whole.property_item.next_url],
      ["list", "property_item", "relation", null]);
    const paged = await collectPaginatedAPI(at.notion.pages.properties.retrieve, { page_id: id, property_id: Later.id, page_size: 7 });
    assert.deepEqual(paged.map(({ relation }) => relation.id), ids);
    const first = await item(id, Later.id, { page_size: 7 });
    assert.equal(first.has_more, true);
    assert.match(first.property_item.next_url, /^http/);
    let seen = 0;
    for await (const one of iteratePaginatedAPI(at.notion.pages.properties.retrieve, { page_id: id, property_id: Later.id, page_size: 25 })) {
      assert.equal(one.object, "property_item");
      seen += 1;
    }
    assert.equal(seen, 30);
  });

  test("a trashed page is not shown in relations", async () => {
    const gone = (await makeRow(at, projects.source, name("gone"))).id;
    const { id } = await makeRow(at, tasks.source, { ...name("x"), Later: relation(gone) });
    await at.notion.blocks.delete({ block_id: gone });
    assert.deepEqual((await read(id)).Later.relation, []);
  });

  test("what a relation cannot take", async () => {
    const write = (value) => at.notion.pages.update({ page_id: task, properties: { Later: value } });
    await assert.rejects(write(relation(crypto.randomUUID())), { code: "object_not_found", status: 404 });
    await assert.rejects(write({ relation: [{ id: "x" }] }), { code: "validation_error" });
    await assert.rejects(write(relation(...Array.from({ length: 101 }, () => project))), { code: "validation_error", message: /≤ `100`/ });
  });
});

withEachVersion("rollups", (at) => {
  let source, row, empty, other;
  const target = {
    Name: { title: {} }, N: { number: {} }, D: { date: {} }, C: { checkbox: {} }, S: { select: { options: [{ name: "x" }, { name: "y" }] } },
    T: { rich_text: {} }, M: { multi_select: { options: [{ name: "m" }] } }, P: { people: {} },
  };

  before(async () => {
    other = (await makeDatabase(at, "Targets", target)).source;
    const me = (await at.notion.users.me({})).id;
    const ids = [];
    for (const [title, values] of [
      ["one", { N: { number: 1 }, D: { date: { start: "2026-01-01" } }, C: { checkbox: true }, S: { select: { name: "x" } },
        T: { rich_text: text("aa") }, M: { multi_select: [{ name: "m" }] }, P: { people: [{ id: me }] } }],
      ["two", { N: { number: 4 }, D: { date: { start: "2026-01-11" } }, S: { select: { name: "y" } }, T: { rich_text: text("bb") } }],
      ["three", { N: { number: 4 }, S: { select: { name: "x" } } }],
      ["four", {}],
    ]) ids.push((await makeRow(at, other, { ...name(title), ...values })).id);
    ({ source } = await makeDatabase(at, "Rolled up", {
      Name: { title: {} }, Link: { relation: { data_source_id: other, single_property: {} } },
    }));
    row = (await makeRow(at, source, { ...name("full"), Link: relation(...ids) })).id;
    empty = (await makeRow(at, source, name("empty"))).id;
  });

  const number = (number) => ({ type: "number", number });
  const functions = [
    ["count", "N", number(4)], ["count_values", "N", number(3)], ["empty", "N", number(1)], ["not_empty", "N", number(3)],
    ["unique", "N", number(2)], ["percent_empty", "N", number(0.25)], ["percent_not_empty", "N", number(0.75)],
    ["sum", "N", number(9)], ["average", "N", number(3)], ["median", "N", number(4)], ["min", "N", number(1)], ["max", "N", number(4)],
    ["range", "N", number(3)], ["checked", "C", number(1)], ["unchecked", "C", number(3)], ["percent_checked", "C", number(0.25)],
    ["percent_unchecked", "C", number(0.75)],
    ["earliest_date", "D", { type: "date", date: { start: "2026-01-01", end: null, time_zone: null } }],
    ["latest_date", "D", { type: "date", date: { start: "2026-01-11", end: null, time_zone: null } }],
    ["date_range", "D", { type: "date", date: { start: "2026-01-01", end: "2026-01-11", time_zone: null } }],
  ];
  const lists = [
    ["show_original", "Name", 4], ["show_original", "N", 4], ["show_original", "D", 4], ["show_original", "C", 4],
    ["show_original", "S", 4], ["show_original", "T", 4], ["show_original", "M", 4], ["show_original", "P", 4],
    ["show_unique", "S", null], ["count_per_group", "S", null], ["percent_per_group", "S", null],
  ];

  /** Makes a rollup column and returns its value in both rows. */
  const rollup = async (name, column) => {
    const key = `${name} of ${column}`;
    const { properties } = await at.notion.dataSources.update({
      data_source_id: source,
      properties: { [key]: { rollup: { relation_property_name: "Link", rollup_property_name: column, function: name } } },
    });
    assert.equal(properties[key].rollup.function, name);
    assert.equal(properties[key].rollup.relation_property_name, "Link");
    assert.equal(properties[key].rollup.rollup_property_name, column);
    const value = async (page_id) => (await at.notion.pages.retrieve({ page_id })).properties[key].rollup;
    return { key, id: properties[key].id, full: await value(row), empty: await value(empty) };
  };

  for (const [fn, column, wanted] of functions) {
    test(`${fn} of ${column}`, async () => {
      const { full, empty, id } = await rollup(fn, column);
      assert.deepEqual(full, { ...wanted, function: fn });
      assert.equal(empty.type, wanted.type);
      if (fn === "count") assert.equal(empty.number, 0);
      if (wanted.type === "date") assert.equal(empty.date, null);
      const item = await at.notion.pages.properties.retrieve({ page_id: row, property_id: id });
      assert.equal(item.object, "list");
      assert.equal(item.property_item.type, "rollup");
      const unsupported = ["unique", "median"].includes(fn);
      assert.deepEqual(item.property_item.rollup.type, unsupported ? "unsupported" : wanted.type);
    });
  }

  for (const [fn, column, length] of lists) {
    test(`${fn} of ${column}`, async () => {
      const { full, empty, id } = await rollup(fn, column);
      assert.equal(full.function, fn);
      if (length !== null) {
        assert.equal(full.type, "array");
        assert.ok(full.array.length <= length && full.array.length > 0, JSON.stringify(full));
        assert.deepEqual(empty.array, []);
        for (const value of full.array) assert.ok(value.type in value && !("id" in value), JSON.stringify(value));
        const item = await at.notion.pages.properties.retrieve({ page_id: row, property_id: id });
        assert.deepEqual(item.property_item.rollup.array, []);
        assert.ok(item.results.length > 0);
      }
    });
  }

  test("filters by rollup", async () => {
    const find = async (property, rollup) => (await titles(at, source, { filter: { property, rollup } })).sort();
    assert.deepEqual(await find("sum of N", { number: { greater_than: 8 } }), ["full"]);
    assert.deepEqual(await find("count of N", { number: { equals: 0 } }), ["empty"]);
    assert.deepEqual(await find("latest_date of D", { date: { on_or_after: "2026-01-11" } }), ["full"]);
    assert.deepEqual(await find("latest_date of D", { date: { is_empty: true } }), ["empty"]);
    assert.deepEqual(await find("show_original of S", { any: { select: { equals: "y" } } }), ["full"]);
    assert.deepEqual(await find("show_original of S", { every: { select: { equals: "x" } } }), []);
    assert.deepEqual(await find("show_original of S", { none: { select: { equals: "z" } } }), ["empty", "full"]);
    assert.deepEqual(await find("show_original of N", { any: { number: { equals: 4 } } }), ["full"]);
    assert.deepEqual(await find("show_original of T", { any: { rich_text: { contains: "a" } } }), ["full"]);
    assert.deepEqual(await find("show_original of Name", { any: { rich_text: { equals: "four" } } }), ["full"]);
    assert.deepEqual(await find("show_original of C", { any: { checkbox: { equals: true } } }), ["full"]);
    assert.deepEqual(await find("show_original of M", { any: { multi_select: { contains: "m" } } }), ["full"]);
    assert.deepEqual(await find("show_original of D", { any: { date: { equals: "2026-01-01" } } }), ["full"]);
    assert.deepEqual(await find("show_original of P", { any: { people: { is_empty: true } } }), ["full"]);
  });

  test("more links than a page of items: incomplete until the last one", async () => {
    const ids = [];
    for (let at_ = 0; at_ < 30; at_ += 1) ids.push((await makeRow(at, other, { ...name(`${at_}`), N: { number: 1 } })).id);
    const { id } = await makeRow(at, source, { ...name("many"), Link: relation(...ids) });
    const { properties } = await at.notion.pages.retrieve({ page_id: id });
    const property_id = properties["sum of N"].id;
    let answer = await at.notion.pages.properties.retrieve({ page_id: id, property_id, page_size: 20 });
    assert.equal(answer.property_item.rollup.type, "incomplete");
    answer = await at.notion.pages.properties.retrieve({ page_id: id, property_id, page_size: 20, start_cursor: answer.next_cursor });
    assert.deepEqual(answer.property_item.rollup, { ...number(30), function: "sum" });
  });
});

withEachVersion("formulas", (at) => {
  let source, row;
  const formulas = {
    Double: ['prop("N") * 2', { type: "number", number: 14 }],
    Words: ['prop("Name") + "!"', { type: "string", string: "seven!" }],
    Big: ['prop("N") > 5', { type: "boolean", boolean: true }],
    Next: ['dateAdd(prop("D"), 1, "days")', { type: "date", date: { start: "2026-02-02", end: null, time_zone: null } }],
    Which: ['if(prop("Big"), "big", "small")', { type: "string", string: "big" }],
    Length: ['length(prop("Name"))', { type: "number", number: 5 }],
  };

  before(async () => {
    ({ source } = await makeDatabase(at, "Formulas", { Name: { title: {} }, N: { number: {} }, D: { date: {} } }));
    for (const [key, [expression]] of Object.entries(formulas)) {
      await at.notion.dataSources.update({ data_source_id: source, properties: { [key]: { formula: { expression } } } });
    }
    row = (await makeRow(at, source, { ...name("seven"), N: { number: 7 }, D: { date: { start: "2026-02-01" } } })).id;
    await makeRow(at, source, { ...name("one"), N: { number: 1 } });
  });

  for (const [key, [expression, wanted]] of Object.entries(formulas)) {
    test(`${expression}`, async () => {
      const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
      assert.equal(properties[key].formula.expression, expression);
      assert.deepEqual((await at.notion.pages.retrieve({ page_id: row })).properties[key].formula, wanted);
      const item = await at.notion.pages.properties.retrieve({ page_id: row, property_id: properties[key].id });
      assert.deepEqual(item.formula, wanted);
    });
  }

  test("filters and sorts by formula", async () => {
    const find = (property, formula) => titles(at, source, { filter: { property, formula } });
    assert.deepEqual(await find("Double", { number: { equals: 2 } }), ["one"]);
    assert.deepEqual(await find("Double", { number: { greater_than: 3 } }), ["seven"]);
    assert.deepEqual(await find("Words", { string: { contains: "SEV" } }), ["seven"]);
    assert.deepEqual(await find("Big", { checkbox: { equals: true } }), ["seven"]);
    assert.deepEqual(await find("Next", { date: { equals: "2026-02-02" } }), ["seven"]);
    assert.deepEqual(await find("Next", { date: { is_empty: true } }), ["one"]);
    assert.deepEqual(await titles(at, source, { sorts: [{ property: "Double", direction: "ascending" }] }), ["one", "seven"]);
  });

  test("an expression that is none is refused, and so is a value for a formula", async () => {
    const add = (expression) => at.notion.dataSources.update({ data_source_id: source, properties: { Bad: { formula: { expression } } } });
    await assert.rejects(add('prop("Nobody") + 1'), { code: "validation_error" });
    await assert.rejects(add("1 +"), { code: "validation_error" });
    const write = at.notion.pages.update({ page_id: row, properties: { Double: { formula: { number: 1 } } } });
    await assert.rejects(write, { code: "validation_error" });
    assert.equal(plain((await at.notion.pages.retrieve({ page_id: row })).properties.Name.title), "seven");
  });
});
