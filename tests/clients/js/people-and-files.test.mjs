// Users, search, comments, file uploads and custom emojis.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { before, test } from "node:test";
import { collectPaginatedAPI, isFullComment, isFullUser } from "@notionhq/client";
import { makeDatabase, makeRow, plain, reseed, text, withEachVersion } from "./support.mjs";

withEachVersion("users and search", (at) => {
  test("the bot, everybody, and one by one", async () => {
    const me = await at.notion.users.me({});
    assert.ok(isFullUser(me));
    assert.equal(me.type, "bot");
    assert.equal(me.bot.owner.type, "workspace");
    assert.ok(me.bot.workspace_limits.max_file_upload_size_in_bytes > 0);
    const everybody = await collectPaginatedAPI(at.notion.users.list, { page_size: 1 });
    assert.ok(everybody.every(isFullUser));
    assert.ok(everybody.some(({ id }) => id === me.id));
    for (const user of everybody) assert.equal((await at.notion.users.retrieve({ user_id: user.id })).name, user.name);
    const nobody = crypto.randomUUID();
    await assert.rejects(at.notion.users.retrieve({ user_id: nobody }), { code: "object_not_found", message: new RegExp(`user with ID: ${nobody}`) });
  });

  test("search finds pages and data sources by their titles", async () => {
    const { source } = await makeDatabase(at, "Planets", { Name: { title: {} } });
    const row = await makeRow(at, source, { Name: { title: text("Saturn rings") } });
    const found = await at.notion.search({ query: "saturn" });
    assert.deepEqual(found.results.map(({ id }) => id), [row.id]);
    assert.equal(found.type, "page_or_data_source");
    const sources = await at.notion.search({ query: "planets", filter: { property: "object", value: "data_source" } });
    assert.deepEqual(sources.results.map(({ id, object }) => [id, object]), [[source, "data_source"]]);
    const pages = await collectPaginatedAPI(at.notion.search, {
      filter: { property: "object", value: "page" }, page_size: 1, sort: { timestamp: "last_edited_time", direction: "ascending" },
    });
    assert.ok(pages.every(({ object }) => object === "page"));
    assert.equal(pages.at(-1).id, row.id);
    assert.deepEqual((await at.notion.search({ query: "Pluto" })).results, []);
  });
});

withEachVersion("comments", (at) => {
  let page, block;
  before(async () => {
    const made = await at.notion.pages.create({
      parent: { page_id: at.root }, properties: { title: { title: text("Discussed") } }, children: [{ paragraph: { rich_text: text("x") } }],
    });
    page = made.id;
    block = (await at.notion.blocks.children.list({ block_id: page })).results[0].id;
  });

  test("on a page, on a block, and in a discussion", async () => {
    const first = await at.notion.comments.create({ parent: { page_id: page }, rich_text: text("First") });
    assert.ok(isFullComment(first));
    assert.equal(plain(first.rich_text), "First");
    assert.deepEqual(first.parent, { type: "page_id", page_id: page });
    const reply = await at.notion.comments.create({ discussion_id: first.discussion_id, rich_text: text("Second") });
    assert.equal(reply.discussion_id, first.discussion_id);
    const onBlock = await at.notion.comments.create({ parent: { block_id: block }, markdown: "Some **bold** words" });
    assert.deepEqual(onBlock.parent, { type: "block_id", block_id: block });
    assert.equal(plain(onBlock.rich_text), "Some bold words");
    assert.equal(onBlock.rich_text[1].annotations.bold, true);
    const all = await collectPaginatedAPI(at.notion.comments.list, { block_id: page, page_size: 1 });
    assert.deepEqual(all.filter(({ parent }) => parent.type === "page_id").map(({ id }) => id), [first.id, reply.id]);
    const own = await at.notion.comments.list({ block_id: block });
    assert.deepEqual(own.results.map(({ id }) => id), [onBlock.id]);
  });

  test("under another name, changed, read and deleted", async () => {
    const made = await at.notion.comments.create({
      parent: { page_id: page }, rich_text: text("Signed"), display_name: { type: "custom", custom: { name: "The build" } },
    });
    assert.equal(made.display_name.resolved_name, "The build");
    const changed = await at.notion.comments.update({ comment_id: made.id, rich_text: text("Changed") });
    assert.equal(plain(changed.rich_text), "Changed");
    assert.equal(plain((await at.notion.comments.retrieve({ comment_id: made.id })).rich_text), "Changed");
    assert.equal((await at.notion.comments.delete({ comment_id: made.id })).id, made.id);
    await assert.rejects(at.notion.comments.retrieve({ comment_id: made.id }), { code: "object_not_found" });
  });

  test("with an attachment", async () => {
    const upload = await at.notion.fileUploads.create({ filename: "note.txt", content_type: "text/plain" });
    await at.notion.fileUploads.send({ file_upload_id: upload.id, file: { filename: "note.txt", data: new Blob(["attached"], { type: "text/plain" }) } });
    const { attachments } = await at.notion.comments.create({
      parent: { page_id: page }, rich_text: text("See"), attachments: [{ file_upload_id: upload.id }],
    });
    assert.equal(attachments.length, 1);
    assert.equal(await (await fetch(attachments[0].file.url)).text(), "attached");
  });

  test("what is refused", async () => {
    await assert.rejects(at.notion.comments.create({ parent: { page_id: page } }), { code: "validation_error" });
    await assert.rejects(at.notion.comments.list({}), {
      message: "query failed validation: query.block_id should be defined, instead was `undefined`.",
    });
    const { database } = await makeDatabase(at, "No comments", { Name: { title: {} } });
    await assert.rejects(at.notion.comments.list({ block_id: database }), { code: "restricted_resource", status: 403 });
  });
});

withEachVersion("file uploads", (at) => {
  const bytes = async (url) => Buffer.from(await (await fetch(url)).arrayBuffer());

  test("in one part, used in a block, a property, an icon and a cover", async () => {
    const made = await at.notion.fileUploads.create({ mode: "single_part", filename: "pixel.png", content_type: "image/png" });
    assert.equal(made.status, "pending");
    assert.ok(made.upload_url.startsWith(at.sim.base_url));
    const data = Buffer.from("89504e470d0a1a0a", "hex");
    const sent = await at.notion.fileUploads.send({ file_upload_id: made.id, file: { filename: "pixel.png", data: new Blob([data], { type: "image/png" }) } });
    assert.deepEqual([sent.status, sent.filename, sent.content_type, sent.content_length], ["uploaded", "pixel.png", "image/png", data.length]);
    const file_upload = { type: "file_upload", file_upload: { id: made.id } };
    const page = await at.notion.pages.create({
      parent: { page_id: at.root }, properties: { title: { title: text("Pictures") } }, icon: file_upload, cover: file_upload,
      children: [{ image: file_upload }, { file: { ...file_upload, caption: text("the file") } }],
    });
    assert.deepEqual([page.icon.type, page.cover.type], ["file", "file"]);
    const { results } = await at.notion.blocks.children.list({ block_id: page.id });
    const urls = [page.icon.file.url, page.cover.file.url, results[0].image.file.url, results[1].file.file.url];
    for (const url of urls) assert.deepEqual(await bytes(url), data);
    assert.equal(results[1].file.name, "pixel.png");
    assert.ok(Date.parse(results[0].image.file.expiry_time) > Date.now());
    const { source } = await makeDatabase(at, "With files", { Name: { title: {} }, Files: { files: {} } });
    const row = await makeRow(at, source, { Files: { files: [file_upload, { name: "b", external: { url: "https://b.example/b" } }] } });
    assert.deepEqual(row.properties.Files.files.map(({ name, type }) => [name, type]), [["pixel.png", "file"], ["b", "external"]]);
    assert.deepEqual(await bytes(row.properties.Files.files[0].file.url), data);
    const kept = await at.notion.pages.update({ page_id: row.id, properties: { Files: { files: row.properties.Files.files.slice(0, 1) } } });
    assert.deepEqual(await bytes(kept.properties.Files.files[0].file.url), data);
  });

  test("in parts, in any order", async () => {
    await reseed(at, ({ users }) => {
      for (const { bot } of users) if (bot) bot.workspace_limits.max_file_upload_size_in_bytes = 5 * 1024 ** 3;
    });
    const parts = [Buffer.alloc(5 << 20, "a"), Buffer.alloc(5 << 20, "b"), Buffer.from("the end")];
    const made = await at.notion.fileUploads.create({ mode: "multi_part", filename: "long.txt", content_type: "text/plain", number_of_parts: 3 });
    for (const number of [3, 1, 2]) {
      const sent = await at.notion.fileUploads.send({
        file_upload_id: made.id, part_number: `${number}`, file: { filename: "long.txt", data: new Blob([parts[number - 1]], { type: "text/plain" }) },
      });
      assert.equal(sent.status, "pending");
      assert.equal(sent.number_of_parts.total, 3);
    }
    const whole = await at.notion.fileUploads.complete({ file_upload_id: made.id });
    assert.deepEqual([whole.status, whole.number_of_parts.sent], ["uploaded", 3]);
    const page = await at.notion.pages.create({
      parent: { page_id: at.root }, properties: { title: { title: text("Long") } },
      children: [{ file: { type: "file_upload", file_upload: { id: made.id } } }],
    });
    const { results } = await at.notion.blocks.children.list({ block_id: page.id });
    assert.ok((await bytes(results[0].file.file.url)).equals(Buffer.concat(parts)));
  });

  test("from an address", async () => {
    const server = createServer((_, answer) => answer.writeHead(200, { "content-type": "text/plain" }).end("imported")).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const made = await at.notion.fileUploads.create({
        mode: "external_url", filename: "far.txt", external_url: `http://127.0.0.1:${server.address().port}/far.txt`,
      });
      let upload = made;
      while (upload.status === "pending") upload = await at.notion.fileUploads.retrieve({ file_upload_id: made.id });
      assert.equal(upload.status, "uploaded");
      assert.equal(upload.file_import_result.type, "success");
    } finally {
      server.close();
    }
    const failing = await at.notion.fileUploads.create({ mode: "external_url", filename: "x.txt", external_url: "https://nowhere.invalid/x" });
    let upload = failing;
    while (upload.status === "pending") upload = await at.notion.fileUploads.retrieve({ file_upload_id: failing.id });
    assert.deepEqual([upload.status, upload.file_import_result.type], ["failed", "error"]);
  });

  test("listed, by status and page by page", async () => {
    await at.notion.fileUploads.create({ filename: "never.txt", content_type: "text/plain" });
    const all = await collectPaginatedAPI(at.notion.fileUploads.list, { page_size: 2 });
    assert.ok(all.length > 2);
    const { results } = await at.notion.fileUploads.list({ status: "pending" });
    assert.ok(results.length > 0 && results.every(({ status }) => status === "pending"));
  });

  test("what is not sent cannot be used", async () => {
    const { id } = await at.notion.fileUploads.create({ filename: "a.txt", content_type: "text/plain" });
    const block = { file: { type: "file_upload", file_upload: { id } } };
    await assert.rejects(at.notion.blocks.children.append({ block_id: at.root, children: [block] }), { code: "object_not_found" });
    const other = { filename: "a.txt", data: new Blob(["x"], { type: "image/png" }) };
    await assert.rejects(at.notion.fileUploads.send({ file_upload_id: id, file: other }), { code: "validation_error", message: /content type/ });
    await assert.rejects(at.notion.fileUploads.complete({ file_upload_id: id }), { code: "validation_error" });
    await assert.rejects(at.notion.fileUploads.create({ filename: "a.exe" }), { code: "validation_error" });
  });
});

withEachVersion("custom emojis", (at) => {
  test("listed, found by name, and used as an icon", async () => {
    const emoji = { object: "custom_emoji", id: crypto.randomUUID(), name: "party", url: "https://example.com/party.png" };
    await reseed(at, (state) => { state.custom_emojis = [emoji]; });
    const { results } = await at.notion.customEmojis.list({});
    assert.deepEqual(results.map(({ name }) => name), ["party"]);
    assert.equal((await at.notion.customEmojis.list({ name: "party" })).results.length, 1);
    assert.equal((await at.notion.customEmojis.list({ name: "part" })).results.length, 0);
    const page = await at.notion.pages.create({
      parent: { page_id: at.root }, properties: { title: { title: [{ mention: { custom_emoji: { id: emoji.id } } }] } },
      icon: { type: "custom_emoji", custom_emoji: { id: emoji.id } },
    });
    assert.equal(page.icon.custom_emoji.name, "party");
    assert.equal(page.properties.title.title[0].plain_text, ":party:");
  });
});
