// What programs do not make, but find: wikis with verification, buttons, rows with many people and mentions, types yet to come.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { collectPaginatedAPI, isFullBlock, isFullPage } from "@notionhq/client";
import { makeDatabase, makeRow, plain, reseed, text, titles, withEachVersion } from "./support.mjs";

withEachVersion("what a workspace may hold", (at) => {
  let source, row;
  const people = Array.from({ length: 30 }, (_, nth) => ({
    object: "user", id: crypto.randomUUID(), type: "person", name: `Person ${nth}`, avatar_url: null, person: { email: `p${nth}@example.com` },
  }));

  before(async () => {
    ({ source } = await makeDatabase(at, "Wiki", { Name: { title: {} }, People: { people: {} }, Text: { rich_text: {} } }));
    row = (await makeRow(at, source, { Name: { title: text("Verified") } })).id;
    await makeRow(at, source, { Name: { title: text("Plain") } });
    await reseed(at, (state) => {
      state.users.push(...people);
      const { properties } = state.data_sources.find(({ id }) => id === source);
      const column = (id, name, type) => ({ id, name, description: null, type, [type]: {} });
      properties.Verification = column("verification", "Verification", "verification");
      properties.Press = column("prss", "Press", "button");
      properties.Future = column("ftre", "Future", "hologram");
      const page = state.pages.find(({ id }) => id === row);
      page.properties.Future = { id: "ftre", type: "hologram", hologram: { depth: 3 } };
    });
  });

  test("columns of kinds that are not made by programs", async () => {
    const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
    assert.deepEqual([properties.Verification.type, properties.Press.type, properties.Future.type], ["verification", "button", "hologram"]);
    const page = await at.notion.pages.retrieve({ page_id: row });
    assert.ok(isFullPage(page));
    assert.deepEqual(page.properties.Press.button, {});
    assert.deepEqual(page.properties.Future.hologram, { depth: 3 });
  });

  test("verification is written, told by whom, filtered by, and ends", async () => {
    const me = (await at.notion.users.me({})).id;
    const write = (verification) => at.notion.pages.update({ page_id: row, properties: { Verification: { verification } } });
    const date = { start: "2026-01-01T09:00:00.000Z", end: "2099-01-01T09:00:00.000Z" };
    const { verification } = (await write({ state: "verified", date })).properties.Verification;
    assert.deepEqual([verification.state, verification.verified_by.id], ["verified", me]);
    const find = (verification) => titles(at, source, { filter: { property: "Verification", verification } });
    assert.deepEqual(await find({ status: "verified" }), ["Verified"]);
    assert.deepEqual(await find({ status: "none" }), ["Plain"]);
    assert.deepEqual(await find({ status: "expired" }), []);
    assert.deepEqual((await write({ state: "unverified" })).properties.Verification.verification,
      { state: "unverified", date: null, verified_by: null });
    assert.deepEqual(await find({ status: "verified" }), []);
  });

  test("30 people: 25 in the page, all of them in the property", async () => {
    const written = await at.notion.pages.update({ page_id: row, properties: { People: { people: people.map(({ id }) => ({ id })) } } });
    assert.equal(written.properties.People.people.length, 25);
    const items = await collectPaginatedAPI(at.notion.pages.properties.retrieve,
      { page_id: row, property_id: written.properties.People.id, page_size: 8 });
    assert.deepEqual(items.map(({ people }) => people.id), people.map(({ id }) => id));
    assert.equal(items[0].people.person.email, "p0@example.com");
  });

  test("30 mentions: all of them in the property", async () => {
    const mentions = Array.from({ length: 30 }, () => ({ mention: { page: { id: row } } }));
    const { properties } = await at.notion.pages.update({ page_id: row, properties: { Text: { rich_text: mentions } } });
    const items = await collectPaginatedAPI(at.notion.pages.properties.retrieve, { page_id: row, property_id: properties.Text.id });
    assert.equal(items.length, 30);
    assert.ok(items.every(({ rich_text }) => rich_text.mention.page.id === row));
  });

  test("every kind of property, one item or a list of them", async () => {
    const { properties } = await at.notion.pages.retrieve({ page_id: row });
    for (const [name, { id, type }] of Object.entries(properties)) {
      if (type === "hologram") continue;
      const item = await at.notion.pages.properties.retrieve({ page_id: row, property_id: id });
      const isList = ["title", "rich_text", "people", "relation", "rollup"].includes(type);
      assert.equal(item.object, isList ? "list" : "property_item", name);
      assert.equal(isList ? item.property_item.id : item.id, id);
    }
  });

  test("blocks that the API cannot make", async () => {
    const made = await at.notion.blocks.children.append({ block_id: row, children: [{ divider: {} }, { divider: {} }] });
    await reseed(at, (state) => {
      const [preview, unsupported] = made.results.map(({ id }) => state.blocks.find((block) => block.id === id));
      Object.assign(preview, { type: "link_preview", divider: undefined, link_preview: { url: "https://example.com/pr/1" } });
      Object.assign(unsupported, { type: "unsupported", divider: undefined, unsupported: { block_type: "button" } });
    });
    const { results } = await at.notion.blocks.children.list({ block_id: row });
    assert.ok(results.every(isFullBlock));
    assert.equal(results[0].link_preview.url, "https://example.com/pr/1");
    assert.equal(results[1].unsupported.block_type, "button");
  });

  test("status options go into groups", async () => {
    const option = (name, group) => ({ name, group });
    const { source } = await makeDatabase(at, "Grouped", {
      Name: { title: {} }, State: { status: { options: [option("Idea", "To-do"), option("Work", "In progress"), option("Done", "Complete")] } },
    });
    const { properties } = await at.notion.dataSources.retrieve({ data_source_id: source });
    const { options, groups } = properties.State.status;
    assert.deepEqual(groups.map(({ name, option_ids }) => [name, option_ids.map((id) => options.find((known) => known.id === id).name)]),
      [["To-do", ["Idea"]], ["In progress", ["Work"]], ["Complete", ["Done"]]]);
    const plainStatus = await makeDatabase(at, "Plain status", { Name: { title: {} }, State: { status: {} } });
    const standard = await at.notion.dataSources.retrieve({ data_source_id: plainStatus.source });
    assert.deepEqual(standard.properties.State.status.options.map(({ name }) => name), ["Not started", "In progress", "Done"]);
    const fresh = await makeRow(at, plainStatus.source, {});
    await assert.rejects(at.notion.pages.update({ page_id: fresh.id, properties: { State: { status: { name: "Never" } } } }), { code: "validation_error" });
  });

  test("options are matched, described and never recoloured by accident", async () => {
    const { source } = await makeDatabase(at, "Options", { Name: { title: {} }, S: { select: { options: [{ name: "One", color: "red" }] } } });
    const { id } = await makeRow(at, source, { S: { select: { name: "One" } } });
    const write = (select) => at.notion.pages.update({ page_id: id, properties: { S: { select } } });
    await assert.rejects(write({ name: "One", color: "blue" }), { message: "Select option color doesn't match existing" });
    await assert.rejects(write({ name: "A, B" }), { message: "Invalid select option, commas not allowed: A, B" });
    await assert.rejects(write({ id: crypto.randomUUID() }), { code: "validation_error", message: /is an invalid select option/ });
    const changed = await at.notion.dataSources.update({
      data_source_id: source, properties: { S: { select: { options: [{ name: "One", color: "blue", description: "The first" }, { name: "Two" }] } } },
    });
    const [one, two] = changed.properties.S.select.options;
    assert.deepEqual([one.name, one.color, one.description, two.name], ["One", "red", "The first", "Two"]);
    await at.notion.dataSources.update({ data_source_id: source, properties: { S: { select: { options: [{ name: "Two" }] } } } });
    assert.equal((await at.notion.pages.retrieve({ page_id: id })).properties.S.select, null);
  });

  test("writes that do not fit their property", async () => {
    const fit = (properties) => makeRow(at, source, properties);
    await assert.rejects(fit({ Name: { number: 1 } }), { message: "Name is expected to be title." });
    await assert.rejects(fit({ Name: { title: "x" } }), { code: "validation_error", message: /should be an array/ });
    await assert.rejects(fit({ People: { people: [{ id: crypto.randomUUID() }] } }), { code: "object_not_found" });
    await assert.rejects(fit({ Press: { button: {} } }), { code: "validation_error" });
    const { results } = await at.notion.dataSources.query({ data_source_id: source });
    assert.deepEqual(results.map((found) => plain(found.properties.Name.title)).sort(), ["Plain", "Verified"], "nothing was written");
  });
});

withEachVersion("meeting notes", (at) => {
  test("found by title, day and attendee", async () => {
    const me = (await at.notion.users.me({})).id;
    const made = await at.notion.blocks.children.append({ block_id: at.root, children: [{ divider: {} }, { divider: {} }] });
    const type = at.newest ? "meeting_notes" : "transcription";
    await reseed(at, (state) => {
      for (const [nth, title] of ["Planning", "Retrospective"].entries()) {
        const attendees = nth === 0 ? [me] : [];
        Object.assign(state.blocks.find(({ id }) => id === made.results[nth].id), {
          type: "meeting_notes", divider: undefined,
          meeting_notes: {
            title: [{ type: "text", text: { content: title, link: null }, plain_text: title, href: null, annotations: plainText }],
            status: "notes_ready", calendar_event: { start_time: "2026-06-17T12:00:00.000Z", end_time: "2026-06-17T13:00:00.000Z", attendees },
          },
        });
      }
    });
    const find = async (...filters) => {
      const { results, has_more } = await at.notion.blocks.meetingNotes.query({
        filter: { operator: "and", filters }, sort: [{ property: "title", direction: "descending" }],
      });
      assert.equal(has_more, false);
      return results.map((block) => plain(block[type].title));
    };
    const exact = (value) => ({ type: "exact", value });
    assert.deepEqual(await find(), ["Retrospective", "Planning"]);
    assert.deepEqual(await find({ property: "title", filter: { operator: "string_contains", value: exact("plan") } }), ["Planning"]);
    const today = { type: "relative", value: "today" };
    assert.equal((await find({ property: "created_time", filter: { operator: "date_is", value: today } })).length, 2);
    const attending = { operator: "person_contains", value: [exact({ table: "notion_user", id: me })] };
    assert.deepEqual(await find({ property: "attendees", filter: attending }), ["Planning"]);
    assert.equal((await at.notion.blocks.meetingNotes.query({ limit: 1 })).has_more, true);
  });
});

const plainText = { bold: false, italic: false, strikethrough: false, underline: false, code: false, color: "default" };
