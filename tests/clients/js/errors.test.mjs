// The client's error classes and codes, its retries, and its patience.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import {
  APIErrorCode, APIResponseError, Client, ClientErrorCode, isHTTPResponseError, isNotionClientError, RequestTimeoutError,
  UnknownHTTPResponseError,
} from "@notionhq/client";
import { text, withEachVersion } from "./support.mjs";

withEachVersion("errors", (at) => {
  const thrown = async (promise) => {
    try {
      await promise;
    } catch (error) {
      assert.ok(isNotionClientError(error), String(error));
      return error;
    }
    return assert.fail("nothing was thrown");
  };
  const me = (options) => at.connect(options).users.me({});
  const quick = { retry: { maxRetries: 2, initialRetryDelayMs: 5, maxRetryDelayMs: 20 } };
  const strike = (rule) => at.sim.control("POST", "faults", rule);
  const sent = async () => (await at.sim.control("GET", "requests")).requests.filter(({ path }) => path === "/v1/users/me").length;

  beforeEach(() => at.sim.control("DELETE", "faults"));

  test("refusals have their class, code, status, body and request id", async () => {
    const unknown = crypto.randomUUID();
    const parent = { page_id: at.root };
    const cases = [
      [() => me({ auth: "secret_never_given" }), APIErrorCode.Unauthorized, 401, "API token is invalid."],
      [() => at.notion.pages.retrieve({ page_id: unknown }), APIErrorCode.ObjectNotFound, 404,
        new RegExp(`^Could not find page with ID: ${unknown}\\. Make sure the relevant pages and databases are shared`)],
      [() => at.notion.pages.retrieve({ page_id: "x" }), APIErrorCode.ValidationError, 400,
        'path failed validation: path.page_id should be a valid uuid, instead was `"x"`.'],
      [() => at.notion.request({ path: "nowhere", method: "get" }), APIErrorCode.InvalidRequestURL, 400, "Invalid request URL."],
      [() => at.notion.pages.create({ parent, properties: { Nope: { number: 1 } } }), APIErrorCode.ValidationError, 400, "Nope is not a property that exists."],
      [() => at.notion.pages.create({ parent, properties: {}, children: 5 }), APIErrorCode.ValidationError, 400, /body\.children should be an array/],
      [() => at.notion.dataSources.retrieve({ data_source_id: at.root }), APIErrorCode.ObjectNotFound, 404, /data_source with ID/],
    ];
    for (const [ask, code, status, message] of cases) {
      const error = await thrown(ask());
      assert.ok(APIResponseError.isAPIResponseError(error), String(error));
      assert.ok(isHTTPResponseError(error));
      assert.deepEqual([error.code, error.status], [code, status]);
      if (message instanceof RegExp) assert.match(error.message, message);
      else assert.equal(error.message, message);
      assert.match(error.request_id, /^[0-9a-f-]{36}$/);
      assert.equal(JSON.parse(error.body).request_id, error.request_id);
      assert.equal(error.headers.get("x-notion-request-id"), error.request_id);
      assert.match(error.ray_id, /^[0-9a-f]{16}-[A-Z]{3}$/);
    }
    const absent = await thrown(at.notion.pages.retrieve({ page_id: unknown }));
    assert.equal(typeof absent.additional_data.integration_id, "string");
  });

  test("an unknown version, and none", async () => {
    const error = await thrown(me({ notionVersion: "2020-01-01" }));
    assert.deepEqual([error.status, JSON.parse(error.body).code], [400, "missing_version"]);
    assert.match(JSON.parse(error.body).message, /instead was `"2020-01-01"`\.$/);
    const raw = await fetch(`${at.sim.base_url}/v1/users/me`, { headers: { authorization: `Bearer ${at.sim.token}` } });
    assert.equal((await raw.json()).code, "missing_version");
  });

  for (const [status, code] of [
    [403, APIErrorCode.RestrictedResource], [409, APIErrorCode.ConflictError], [429, APIErrorCode.RateLimited],
    [500, APIErrorCode.InternalServerError], [503, APIErrorCode.ServiceUnavailable], [504, APIErrorCode.GatewayTimeout],
    [529, APIErrorCode.ServiceOverload],
  ]) {
    test(`${status} is ${code}`, async () => {
      await strike({ do: { status } });
      const error = await thrown(me({ retry: false }));
      assert.ok(error instanceof APIResponseError);
      assert.deepEqual([error.status, error.code], [status, code]);
    });
  }

  for (const status of [429, 500, 503, 529]) {
    test(`a GET that fails with ${status} is asked again`, async () => {
      const before = await sent();
      await strike({ times: 2, do: { status, headers: { "Retry-After": "0" } } });
      assert.equal((await me(quick)).object, "user");
      assert.equal(await sent(), before + 3);
    });
  }

  test("Retry-After is waited for", async () => {
    await strike({ do: { status: 429, headers: { "Retry-After": "1" } } });
    const start = Date.now();
    await at.connect({ retry: { maxRetries: 1 } }).users.me({});
    assert.ok(Date.now() - start >= 1000);
  });

  test("a POST is asked again after 429, but not after 503, though it was saved", async () => {
    const create = (options) => at.connect(options).pages.create({ parent: { page_id: at.root }, properties: { title: { title: text("Once") } } });
    const count = async () => (await at.notion.blocks.children.list({ block_id: at.root })).results.length;
    const before = await count();
    await strike({ match: { method: "POST" }, do: { status: 429, headers: { "Retry-After": "0" } } });
    await create(quick);
    assert.equal(await count(), before + 1);
    await strike({ match: { method: "POST" }, when: "after_commit", do: { status: 503 } });
    const error = await thrown(create(quick));
    assert.equal(error.code, APIErrorCode.ServiceUnavailable);
    assert.equal(await count(), before + 2);
    assert.equal((await at.notion.pages.retrieve({ page_id: error.additional_data.committed_resource_id })).object, "page");
  });

  test("the limit of requests is Notion's", async () => {
    await at.sim.control("POST", "rate-limit", 3);
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => me({ retry: false })));
    await at.sim.control("POST", "rate-limit", "off");
    const limited = answers.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
    assert.ok(limited.length >= 2);
    for (const error of limited) {
      assert.equal(error.code, APIErrorCode.RateLimited);
      assert.equal(error.additional_data.rate_limit_reason, "public_api_request_rate_limit");
    }
  });

  test("an answer that does not come is a timeout", async () => {
    await strike({ do: { hang_ms: 2000 } });
    const error = await thrown(me({ timeoutMs: 100, retry: false }));
    assert.ok(RequestTimeoutError.isRequestTimeoutError(error));
    assert.equal(error.code, ClientErrorCode.RequestTimeout);
  });

  test("a page of a proxy is no answer of the API", async () => {
    await strike({ do: { status: 502, garbage: "html" } });
    const error = await thrown(me({ retry: false }));
    assert.ok(error instanceof UnknownHTTPResponseError, String(error));
    assert.equal(error.code, ClientErrorCode.ResponseError);
    assert.match(error.message, /returned by Notion's edge proxy before reaching the Notion API .*Cloudflare Ray ID: [0-9a-f]{16}-/);
  });

  test("paths that leave the API are refused before they are sent", async () => {
    const error = await thrown(at.notion.pages.retrieve({ page_id: "../users" }));
    assert.equal(error.code, ClientErrorCode.InvalidPathParameter);
    assert.equal(Client.defaultNotionVersion, "2025-09-03");
  });
});
