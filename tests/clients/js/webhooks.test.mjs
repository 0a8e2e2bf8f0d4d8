// Deliveries of webhooks, whose signature the client's helper accepts and whose shape is what it declares.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { signWebhookPayload, verifyWebhookSignature } from "@notionhq/client";
import { makeDatabase, makeRow, text, withEachVersion } from "./support.mjs";

withEachVersion("webhooks", (at) => {
  let server, token;
  const deliveries = [];
  const first = async (wanted) => {
    for (let tries = 0; tries < 200; tries += 1) {
      const found = deliveries.find(wanted);
      if (found) return found;
      await new Promise((done) => setTimeout(done, 25));
    }
    return assert.fail(`it did not arrive; there were ${deliveries.map(({ event }) => event.type)}`);
  };
  const arrived = (type) => first(({ event }) => event.type === type);

  before(async () => {
    at.events = [];
    server = createServer(async (request, answer) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks);
      const event = JSON.parse(body);
      deliveries.push({ body, signature: request.headers["x-notion-signature"], event });
      if (event.type) at.events.push(event);
      answer.writeHead(200).end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    await at.sim.control("POST", "webhooks/window", { ms: 0 });
    const url = `http://127.0.0.1:${server.address().port}/hook`;
    ({ verification_token: token } = await at.sim.control("POST", "webhooks", { url, api_version: at.version }));
  });
  after(() => server?.close());

  test("the token comes first", async () => {
    const { event } = await first(({ event }) => event.verification_token);
    assert.deepEqual(event, { verification_token: token });
  });

  test("the signature is Notion's", async () => {
    const page = await at.notion.pages.create({ parent: { page_id: at.root }, properties: { title: { title: text("Told") } } });
    const { body, signature, event } = await arrived("page.created");
    assert.equal(await verifyWebhookSignature({ body, signature, verificationToken: token }), true);
    assert.equal(await verifyWebhookSignature({ body, signature, verificationToken: "another" }), false);
    assert.equal(await verifyWebhookSignature({ body: `${body} `, signature, verificationToken: token }), false);
    assert.equal(signature, await signWebhookPayload({ body, verificationToken: token }));
    assert.deepEqual(event.entity, { id: page.id, type: "page" });
    assert.equal(event.api_version, at.version);
    assert.equal(event.attempt_number, 1);
    assert.equal(event.authors[0].type, "bot");
  });

  test("rows, schemas, blocks, comments, trash and views are told", async () => {
    const { source } = await makeDatabase(at, "Told", { Name: { title: {} }, N: { number: {} } });
    await arrived("data_source.created");
    const row = await makeRow(at, source, {});
    await at.notion.pages.update({ page_id: row.id, properties: { N: { number: 1 } } });
    assert.equal((await arrived("page.properties_updated")).event.entity.id, row.id);
    await at.notion.dataSources.update({ data_source_id: source, properties: { M: { number: {} } } });
    assert.equal((await arrived("data_source.schema_updated")).event.data.updated_properties[0].action, "created");
    await at.notion.blocks.children.append({ block_id: row.id, children: [{ divider: {} }] });
    assert.equal((await arrived("page.content_updated")).event.data.updated_blocks.length, 1);
    const comment = await at.notion.comments.create({ parent: { page_id: row.id }, rich_text: text("x") });
    assert.equal((await arrived("comment.created")).event.entity.id, comment.id);
    await at.notion.pages.update({ page_id: row.id, in_trash: true });
    await arrived("page.deleted");
    await at.notion.pages.update({ page_id: row.id, in_trash: false });
    await arrived("page.undeleted");
    const ids = deliveries.map(({ event }) => event.id);
    assert.equal(new Set(ids).size, ids.length);
  });
});
