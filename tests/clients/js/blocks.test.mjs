// Blocks of every type: appended where they are wanted, read with their children, changed, trashed and restored.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { collectPaginatedAPI, isFullBlock } from "@notionhq/client";
import { plain, text, withEachVersion } from "./support.mjs";

const rich = (content) => ({ rich_text: text(content) });
const address = { type: "external", external: { url: "https://example.com/media" } };

/** What is sent, and what of it has to come back besides. */
const everyType = {
  paragraph: rich("Words"),
  heading_1: rich("One"),
  heading_2: { ...rich("Two"), color: "red" },
  heading_3: { ...rich("Three"), is_toggleable: true },
  heading_4: rich("Four"),
  bulleted_list_item: rich("Bullet"),
  numbered_list_item: rich("Number"),
  to_do: { ...rich("Do"), checked: true },
  toggle: rich("Open me"),
  quote: { ...rich("Said"), color: "blue_background" },
  callout: { ...rich("Look"), icon: { type: "emoji", emoji: "💡" }, color: "yellow_background" },
  code: { ...rich("let x = 1;"), language: "rust", caption: text("Code") },
  equation: { expression: "a^2" },
  divider: {},
  breadcrumb: {},
  table_of_contents: { color: "gray" },
  bookmark: { url: "https://example.com/", caption: text("Mark") },
  embed: { url: "https://example.com/embed" },
  image: { ...address, caption: text("Picture") },
  video: address,
  pdf: address,
  audio: address,
  file: { ...address, name: "media.bin" },
  synced_block: { synced_from: null, children: [{ paragraph: rich("In sync") }] },
  column_list: {
    children: [{ column: { children: [{ paragraph: rich("Left") }] } }, { column: { children: [{ paragraph: rich("Right") }] } }],
  },
  table: {
    table_width: 2, has_column_header: true, has_row_header: false,
    children: [{ table_row: { cells: [text("A"), text("B")] } }, { table_row: { cells: [text("1"), []] } }],
  },
};

withEachVersion("blocks", (at) => {
  let page;
  const fresh = async (children) => (await at.notion.pages.create({
    parent: { page_id: at.root }, properties: { title: { title: text("Blocks") } }, children,
  })).id;
  const append = async (block_id, children, more = {}) => (await at.notion.blocks.children.append({ block_id, children, ...more })).results;
  const list = async (block_id) => (await at.notion.blocks.children.list({ block_id })).results;
  const words = async (block_id) => (await list(block_id)).map((block) => plain(block[block.type].rich_text));

  before(async () => { page = await fresh(); });

  for (const [type, content] of Object.entries(everyType)) {
    test(`${type}: appended and read back`, async () => {
      const [block] = await append(page, [{ [type]: content }]);
      assert.ok(isFullBlock(block));
      assert.equal(block.type, type);
      assert.equal(block.parent.page_id, page);
      const { children, ...own } = content;
      assert.equal(block.has_children, children !== undefined);
      for (const [key, value] of Object.entries(own)) {
        const found = block[type][key];
        if (Array.isArray(value)) assert.equal(plain(found), value[0].text.content);
        else assert.deepEqual(found, value, key);
      }
      assert.equal("children" in block[type], false);
      const { request_id, ...read } = await at.notion.blocks.retrieve({ block_id: block.id });
      assert.deepEqual(read, block);
      if (children) assert.equal((await list(block.id)).length, children.length);
    });
  }

  test("the page has them all, in order, however small the pages of the list", async () => {
    const found = await collectPaginatedAPI(at.notion.blocks.children.list, { block_id: page, page_size: 3 });
    assert.deepEqual(found.map(({ type }) => type), Object.keys(everyType));
    assert.deepEqual((await list(page)).map(({ id }) => id), found.map(({ id }) => id));
  });

  test("two levels of children at once, and more by further requests", async () => {
    const [top] = await append(page, [{
      toggle: { ...rich("1"), children: [{ toggle: { ...rich("2"), children: [{ paragraph: rich("3") }] } }] },
    }]);
    const [second] = await list(top.id);
    assert.equal(second.parent.block_id, top.id);
    const [third] = await list(second.id);
    assert.equal(plain(third.paragraph.rich_text), "3");
    const [fourth] = await append(third.id, [{ paragraph: rich("4") }]);
    assert.equal(fourth.parent.block_id, third.id);
    assert.equal((await at.notion.blocks.retrieve({ block_id: third.id })).has_children, true);
    const deep = { toggle: { ...rich("a"), children: [{ toggle: { ...rich("b"), children: [
      { toggle: { ...rich("c"), children: [{ paragraph: rich("d") }] } }] } }] } };
    await assert.rejects(append(page, [deep]), { code: "validation_error", message: /should be not present/ });
  });

  test("at the start, in the middle, at the end", async () => {
    const page = await fresh([{ paragraph: rich("b") }]);
    const [{ id }] = await list(page);
    await append(page, [{ paragraph: rich("e") }]);
    const between = at.newest ? { position: { type: "after_block", after_block: { id } } } : { after: id };
    const answer = await append(page, [{ paragraph: rich("c") }, { paragraph: rich("d") }], between);
    assert.deepEqual(answer.map((block) => plain(block.paragraph.rich_text)), ["c", "d", "e"], "those that follow are told, too");
    assert.deepEqual(await words(page), ["b", "c", "d", "e"]);
    if (at.newest) {
      await append(page, [{ paragraph: rich("a") }], { position: { type: "start" } });
      await append(page, [{ paragraph: rich("f") }], { position: { type: "end" } });
      assert.deepEqual(await words(page), ["a", "b", "c", "d", "e", "f"]);
      await assert.rejects(append(page, [{ divider: {} }], { after: id }), { code: "validation_error" });
    }
  });

  test("blocks are changed, but not in their type", async () => {
    const page = await fresh([{ to_do: rich("do") }, { callout: rich("look") }, { code: { ...rich("x"), language: "python" } }]);
    const [todo, callout, code] = await list(page);
    const changed = await at.notion.blocks.update({ block_id: todo.id, to_do: { ...rich("done"), checked: true, color: "green" } });
    assert.deepEqual([plain(changed.to_do.rich_text), changed.to_do.checked, changed.to_do.color], ["done", true, "green"]);
    const ticked = await at.notion.blocks.update({ block_id: todo.id, to_do: { checked: false } });
    assert.deepEqual([plain(ticked.to_do.rich_text), ticked.to_do.checked], ["done", false]);
    const iconic = await at.notion.blocks.update({ block_id: callout.id, callout: { icon: { type: "emoji", emoji: "🚧" } } });
    assert.equal(iconic.callout.icon.emoji, "🚧");
    const coded = await at.notion.blocks.update({ block_id: code.id, code: { ...rich("y"), language: "typescript" } });
    assert.equal(coded.code.language, "typescript");
    await assert.rejects(at.notion.blocks.update({ block_id: todo.id, paragraph: rich("no") }), { code: "validation_error" });
  });

  test("a block is trashed and comes back", async () => {
    const page = await fresh([{ paragraph: rich("here") }, { paragraph: rich("there") }]);
    const [{ id }] = await list(page);
    const gone = await at.notion.blocks.delete({ block_id: id });
    assert.equal(gone.in_trash, true);
    assert.equal(gone.archived, at.newest ? undefined : true);
    assert.deepEqual(await words(page), ["there"]);
    assert.equal((await at.notion.blocks.retrieve({ block_id: id })).in_trash, true);
    await assert.rejects(at.notion.blocks.update({ block_id: id, paragraph: rich("x") }),
      { code: "validation_error", message: /Can't edit block that is archived/ });
    const back = await at.notion.blocks.update({ block_id: id, in_trash: false });
    assert.equal(back.in_trash, false);
    assert.equal((await list(page)).length, 2);
  });

  test("pages and databases are blocks", async () => {
    const page = await fresh();
    const child = await at.notion.pages.create({ parent: { page_id: page }, properties: { title: { title: text("Child") } } });
    const database = await at.notion.databases.create({
      parent: { type: "page_id", page_id: page }, title: text("Table"), initial_data_source: { properties: { Name: { title: {} } } },
    });
    const blocks = await list(page);
    assert.deepEqual(blocks.map((block) => [block.id, block[block.type].title]), [[child.id, "Child"], [database.id, "Table"]]);
    assert.deepEqual(blocks.map(({ type }) => type), ["child_page", "child_database"]);
    assert.equal((await at.notion.blocks.retrieve({ block_id: page })).type, "child_page");
    const links = await append(page, [
      { link_to_page: { type: "page_id", page_id: child.id } }, { link_to_page: { type: "database_id", database_id: database.id } },
    ]);
    assert.deepEqual(links.map(({ link_to_page }) => link_to_page.type), ["page_id", "database_id"]);
    const moved = await at.notion.pages.move({ page_id: child.id, parent: { type: "page_id", page_id: at.root } });
    assert.equal(moved.parent.page_id, at.root);
    assert.equal((await list(page)).some(({ id }) => id === child.id), false);
    assert.equal((await list(at.root)).some(({ id }) => id === child.id), true);
  });

  test("a synced copy shows what the original holds", async () => {
    const page = await fresh([{ synced_block: { synced_from: null, children: [{ paragraph: rich("original") }] } }]);
    const [original] = await list(page);
    const [copy] = await append(page, [{ synced_block: { synced_from: { block_id: original.id } } }]);
    assert.equal(copy.synced_block.synced_from.block_id, original.id);
    assert.deepEqual(await words(copy.id), ["original"]);
  });

  test("tables grow by rows of their width", async () => {
    const page = await fresh([{ table: everyType.table }]);
    const [table] = await list(page);
    await append(table.id, [{ table_row: { cells: [text("x"), text("y")] } }]);
    assert.equal((await list(table.id)).length, 3);
    await assert.rejects(append(table.id, [{ table_row: { cells: [text("only")] } }]), { code: "validation_error" });
    const [row] = await list(table.id);
    const changed = await at.notion.blocks.update({ block_id: row.id, table_row: { cells: [text("C"), text("D")] } });
    assert.deepEqual(changed.table_row.cells.map(plain), ["C", "D"]);
  });

  test("tabs hold labelled paragraphs", async () => {
    const tab = { tab: { children: [{ paragraph: { ...rich("First"), icon: { type: "emoji", emoji: "1️⃣" } } }, { paragraph: rich("Second") }] } };
    const [block] = await append(page, [tab]);
    assert.equal(block.type, "tab");
    assert.deepEqual(await words(block.id), ["First", "Second"]);
  });

  test("limits are named with their place", async () => {
    const many = Array.from({ length: 101 }, () => ({ divider: {} }));
    await assert.rejects(append(page, many), { message: "body failed validation: body.children.length should be ≤ `100`, instead was `101`." });
    await assert.rejects(append(page, [{ paragraph: rich("x".repeat(2001)) }]), {
      message: "body failed validation: body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`.",
    });
    await assert.rejects(append(page, [{ column_list: { children: [] } }]), { code: "validation_error" });
    await assert.rejects(append(page, [{ code: { ...rich("x"), language: "klingon" } }]), { code: "validation_error" });
  });

  test("a page is emptied, and its content replaced", async () => {
    const page = await fresh([{ paragraph: rich("old") }]);
    await at.notion.pages.update({ page_id: page, erase_content: true });
    assert.deepEqual(await list(page), []);
  });
});
