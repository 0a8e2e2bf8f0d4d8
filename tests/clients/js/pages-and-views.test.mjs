// Pages that are made from templates and Markdown, moved, and looked at through views.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { collectDataSourceTemplates, collectPaginatedAPI, isFullView, iterateDataSourceTemplates } from "@notionhq/client";
import { makeDatabase, makeRow, plain, reseed, text, titles, withEachVersion } from "./support.mjs";

const name = (content) => ({ Name: { title: text(content) } });

withEachVersion("views", (at) => {
  let database, source, status;
  before(async () => {
    ({ database, source } = await makeDatabase(at, "Viewed", {
      Name: { title: {} }, N: { number: {} }, Day: { date: {} }, State: { select: { options: [{ name: "on" }, { name: "off" }] } }, Where: { place: {} },
    }));
    status = (await at.notion.dataSources.retrieve({ data_source_id: source })).properties.State.id;
    for (const [at_, state] of ["on", "off", "on"].entries()) {
      await makeRow(at, source, { ...name(`r${at_}`), N: { number: at_ }, State: { select: { name: state } } });
    }
  });
  const create = (type, more = {}) => at.notion.views.create({ database_id: database, data_source_id: source, name: `A ${type}`, type, ...more });

  test("a database begins with a table", async () => {
    const { results } = await at.notion.views.list({ database_id: database });
    assert.equal(results.length, 1);
    const view = await at.notion.views.retrieve({ view_id: results[0].id });
    assert.ok(isFullView(view));
    assert.deepEqual([view.type, view.name, view.parent.database_id, view.data_source_id], ["table", "Default view", database, source]);
  });

  const configurations = () => ({
    table: undefined, list: undefined, gallery: undefined, form: undefined,
    board: { type: "board", group_by: { type: "select", property_id: status, sort: { type: "manual" } } },
    calendar: undefined, timeline: undefined, map: undefined, chart: undefined,
  });
  for (const type of ["table", "list", "gallery", "form", "board", "calendar", "timeline", "map", "chart"]) {
    test(`a ${type} is made, renamed, read and deleted`, async () => {
      let configuration = configurations()[type];
      const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
      if (type === "calendar") configuration = { type, date_property_id: properties.Day.id };
      if (type === "timeline") configuration = { type, date_property_id: properties.Day.id };
      if (type === "map") configuration = { type, map_by: properties.Where.id };
      if (type === "chart") configuration = { type, chart_type: "column", x_axis: { type: "select", property_id: status, sort: { type: "manual" } } };
      const made = await create(type, configuration && { configuration });
      assert.ok(isFullView(made));
      assert.equal(made.type, type);
      const renamed = await at.notion.views.update({ view_id: made.id, name: "Renamed" });
      assert.equal(renamed.name, "Renamed");
      assert.equal((await at.notion.views.retrieve({ view_id: made.id })).name, "Renamed");
      const deleted = await at.notion.views.delete({ view_id: made.id });
      assert.deepEqual([deleted.object, deleted.id], ["view", made.id]);
      await assert.rejects(at.notion.views.retrieve({ view_id: made.id }), { code: "object_not_found" });
    });
  }

  test("its rows, page by page", async () => {
    const view = await create("table", {
      filter: { property: "State", select: { equals: "on" } }, sorts: [{ property: "N", direction: "descending" }],
    });
    const rows = await titles(at, source, { filter: { property: "State", select: { equals: "on" } }, sorts: [{ property: "N", direction: "descending" }] });
    const query = await at.notion.views.queries.create({ view_id: view.id, page_size: 1 });
    assert.deepEqual([query.object, query.view_id, query.total_count, query.results.length], ["view_query", view.id, 2, 1]);
    const all = await collectPaginatedAPI(at.notion.views.queries.results, { view_id: view.id, query_id: query.id, page_size: 1 });
    const names = await Promise.all(all.map(async ({ id }) => plain((await at.notion.pages.retrieve({ page_id: id })).properties.Name.title)));
    assert.deepEqual(names, rows);
    assert.deepEqual(names, ["r2", "r0"]);
    assert.equal((await at.notion.views.queries.delete({ view_id: view.id, query_id: query.id })).deleted, true);
    const cleared = await at.notion.views.update({ view_id: view.id, filter: null, sorts: null });
    assert.deepEqual([cleared.filter, cleared.sorts], [null, null]);
    assert.equal((await at.notion.views.queries.create({ view_id: view.id })).total_count, 3);
  });

  test("the last view stays", async () => {
    const { results } = await at.notion.views.list({ data_source_id: source });
    for (const { id } of results.slice(1)) await at.notion.views.delete({ view_id: id });
    await assert.rejects(at.notion.views.delete({ view_id: results[0].id }), { code: "validation_error" });
  });
});

withEachVersion("templates", (at) => {
  test("listed, and applied to new rows", async () => {
    const { source } = await makeDatabase(at, "With templates", { Name: { title: {} }, N: { number: {} } });
    const ids = [];
    for (const title of ["Weekly", "Monthly"]) {
      const made = await makeRow(at, source, { ...name(title), N: { number: 7 } }, { children: [{ paragraph: { rich_text: text("From the template") } }] });
      ids.push(made.id);
    }
    await reseed(at, (state) => {
      state.templates = ids.map((page_id, nth) => ({ data_source_id: source, page_id, is_default: nth === 0 }));
    });
    const listed = await collectDataSourceTemplates(at.notion, { data_source_id: source, page_size: 1 });
    assert.deepEqual(listed.map(({ name, is_default }) => [name, is_default]), [["Weekly", true], ["Monthly", false]]);
    let count = 0;
    for await (const template of iterateDataSourceTemplates(at.notion, { data_source_id: source, name: "Monthly" })) count += template.id === ids[1] ? 1 : 0;
    assert.equal(count, 1);
    const row = await at.notion.pages.create({
      parent: { type: "data_source_id", data_source_id: source }, properties: name("New"), template: { type: "template_id", template_id: ids[1] },
    });
    const children = async (block_id) => (await at.notion.blocks.children.list({ block_id })).results;
    let blocks = [];
    for (let tries = 0; blocks.length === 0 && tries < 50; tries += 1) blocks = await children(row.id);
    assert.equal(plain(blocks[0].paragraph.rich_text), "From the template");
    const read = await at.notion.pages.retrieve({ page_id: row.id });
    assert.deepEqual([plain(read.properties.Name.title), read.properties.N.number], ["New", 7]);
    const byDefault = await at.notion.pages.create({ parent: { data_source_id: source }, template: { type: "default" } });
    assert.equal(byDefault.object, "page");
    assert.ok(!(await titles(at, source)).includes("Monthly"), "templates are no rows");
  });
});

withEachVersion("moving", (at) => {
  test("pages move below pages and into tables, databases move too", async () => {
    const { database, source } = await makeDatabase(at, "Goal", { Name: { title: {} } });
    const page = await at.notion.pages.create({ parent: { page_id: at.root }, properties: { title: { title: text("Wanderer") } } });
    const moved = await at.notion.pages.move({ page_id: page.id, parent: { type: "data_source_id", data_source_id: source } });
    assert.equal(moved.parent.data_source_id, source);
    assert.equal(plain(moved.properties.Name.title), "Wanderer");
    assert.deepEqual(await titles(at, source), ["Wanderer"]);
    const back = await at.notion.pages.move({ page_id: page.id, parent: { type: "page_id", page_id: at.root } });
    assert.deepEqual(back.parent, { type: "page_id", page_id: at.root });
    const there = await at.notion.databases.update({ database_id: database, parent: { type: "page_id", page_id: page.id } });
    assert.equal(there.parent.page_id, page.id);
    await assert.rejects(at.notion.pages.move({ page_id: page.id, parent: { page_id: page.id } }), { code: "validation_error" });
  });
});

withEachVersion("Markdown", (at) => {
  const page = (markdown, more = {}) => at.notion.pages.create({ parent: { page_id: at.root }, markdown, ...more });
  const read = async (page_id) => (await at.notion.pages.retrieveMarkdown({ page_id })).markdown;

  test("a page is made of it, and it is read back", async () => {
    const made = await page("# Title\n\nSome **bold** words\n- one\n- two\n\n```js\nlet x;\n```");
    assert.equal(plain(made.properties.title.title), "Title");
    const { results } = await at.notion.blocks.children.list({ block_id: made.id });
    assert.deepEqual(results.map(({ type }) => type), ["paragraph", "bulleted_list_item", "bulleted_list_item", "code"]);
    const answer = await at.notion.pages.retrieveMarkdown({ page_id: made.id });
    assert.deepEqual([answer.object, answer.id, answer.truncated, answer.unknown_block_ids], ["page_markdown", made.id, false, []]);
    assert.match(answer.markdown, /Some \*\*bold\*\* words\n- one\n- two\n```javascript\nlet x;\n```/);
  });

  test("it is changed by search, at a place, and as a whole", async () => {
    const { id } = await page("# Title\n\nalpha\nbeta");
    await at.notion.pages.updateMarkdown({
      page_id: id, type: "update_content", update_content: { content_updates: [{ old_str: "alpha", new_str: "ALPHA" }] },
    });
    assert.match(await read(id), /ALPHA\nbeta/);
    await at.notion.pages.updateMarkdown({ page_id: id, type: "insert_content", insert_content: { content: "gamma" } });
    assert.match(await read(id), /ALPHA\nbeta\ngamma/);
    await at.notion.pages.updateMarkdown({ page_id: id, type: "replace_content", replace_content: { new_str: "## New\n\nall" } });
    assert.equal((await read(id)).trim(), "## New\nall");
    const missing = { page_id: id, type: "update_content", update_content: { content_updates: [{ old_str: "nowhere", new_str: "x" }] } };
    await assert.rejects(at.notion.pages.updateMarkdown(missing), { code: "validation_error" });
  });

  test("a page that is made of the Markdown of another is the same", async () => {
    const source = await page([
      "# Title", "First **bold**, *italic*, ~~gone~~, `code`, [link](https://example.com/) and $x^2$", "## Two", "### Three", "#### Four",
      "- bullet", "\t- inner", "1. number", "- [x] done", "- [ ] open", "> quote", "---", "```rust\nlet x = 1;\n```", "$$\na^2\n$$",
      "<callout icon=\"💡\" color=\"gray_bg\">\n\tLook\n</callout>", "<details>\n<summary>Open</summary>\n\tInside\n</details>",
      "<table header-row=\"true\">\n<tr>\n<td>A</td>\n<td>B</td>\n</tr>\n</table>", "![Picture](https://example.com/i.png)",
      "<columns>\n\t<column>\n\t\tLeft\n\t</column>\n\t<column>\n\t\tRight\n\t</column>\n</columns>",
    ].join("\n"));
    const kinds = async (block_id) => {
      const { results } = await at.notion.blocks.children.list({ block_id });
      return Promise.all(results.map(async ({ id, type, has_children }) => [type, has_children ? await kinds(id) : []]));
    };
    const markdown = await read(source.id);
    const copy = await page(markdown);
    assert.deepEqual(await kinds(copy.id), await kinds(source.id));
    assert.equal(await read(copy.id), markdown);
    const types = (await kinds(source.id)).map(([type]) => type);
    for (const type of ["heading_2", "heading_3", "heading_4", "bulleted_list_item", "numbered_list_item", "to_do", "quote", "divider", "code",
      "equation", "callout", "toggle", "table", "image", "column_list"]) assert.ok(types.includes(type), `${type} of ${types}`);
  });

  test("what would be found twice or would take a page away is refused", async () => {
    const { id } = await page("# Title\n\nsame\nsame");
    const update = (content_updates, more = {}) => at.notion.pages.updateMarkdown({
      page_id: id, type: "update_content", update_content: { content_updates, ...more },
    });
    await assert.rejects(update([{ old_str: "same", new_str: "other" }]), { code: "validation_error" });
    await update([{ old_str: "same", new_str: "other", replace_all_matches: true }]);
    assert.equal((await read(id)).trim(), "other\nother");
    const child = await at.notion.pages.create({ parent: { page_id: id }, properties: { title: { title: text("Child") } } });
    const replace = (more) => at.notion.pages.updateMarkdown({
      page_id: id, type: "replace_content", replace_content: { new_str: "nothing else", ...more },
    });
    await assert.rejects(replace({}), { code: "validation_error" });
    assert.equal((await at.notion.pages.retrieve({ page_id: child.id })).in_trash, false);
    await replace({ allow_deleting_content: true });
    assert.equal((await at.notion.pages.retrieve({ page_id: child.id })).in_trash, true);
    await assert.rejects(at.notion.pages.retrieveMarkdown({ page_id: crypto.randomUUID() }), { code: "object_not_found" });
  });

  test("in the background", async () => {
    const { id } = await page("old");
    const task = await at.notion.pages.updateMarkdown({
      page_id: id, type: "replace_content", replace_content: { new_str: "new" }, allow_async: true,
    });
    assert.deepEqual([task.object, task.operation.name], ["async_task", "PATCH /v1/pages/:page_id/markdown"]);
    let state = task;
    for (let tries = 0; tries < 100 && ["queued", "running", "retrying"].includes(state.status); tries += 1) {
      state = await at.notion.asyncTasks.retrieve({ task_id: task.id });
    }
    assert.equal(state.status, "succeeded");
    assert.equal((await read(id)).trim(), "new");
    await assert.rejects(at.notion.asyncTasks.retrieve({ task_id: `task_${"0".repeat(32)}` }), { code: "object_not_found" });
  });
});
