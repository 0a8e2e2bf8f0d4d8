// The authorization-code flow through the client: consent, token, use, refresh, introspection and revocation.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withEachVersion } from "./support.mjs";

withEachVersion("OAuth", (at) => {
  const basic = () => ({ client_id: at.sim.oauth.client_id, client_secret: at.sim.oauth.client_secret });
  const authorize = async (state) => {
    const { client_id, redirect_uri } = at.sim.oauth;
    const query = new URLSearchParams({ client_id, redirect_uri, response_type: "code", owner: "user", state });
    const answer = await fetch(`${at.sim.base_url}/v1/oauth/authorize?${query}`, { redirect: "manual" });
    assert.equal(answer.status, 302);
    const to = new URL(answer.headers.get("location"));
    assert.ok(to.href.startsWith(redirect_uri));
    assert.equal(to.searchParams.get("state"), state);
    return to.searchParams.get("code");
  };
  const exchange = (code) => at.notion.oauth.token({
    ...basic(), grant_type: "authorization_code", code, redirect_uri: at.sim.oauth.redirect_uri,
  });
  const failure = (status, error) => (thrown) => {
    assert.equal(thrown.status, status);
    assert.equal(JSON.parse(thrown.body).error, error);
    return true;
  };

  test("a code becomes tokens, which work, are exchanged, and end", async () => {
    const tokens = await exchange(await authorize("s1"));
    assert.equal(tokens.token_type, "bearer");
    assert.ok(tokens.access_token && tokens.refresh_token && tokens.bot_id && tokens.workspace_id);
    assert.equal(tokens.owner.type, "user");
    const me = await at.connect({ auth: tokens.access_token }).users.me({});
    assert.equal(me.id, tokens.bot_id);
    assert.equal(me.bot.owner.type, "user");
    const alive = await at.notion.oauth.introspect({ ...basic(), token: tokens.access_token });
    assert.equal(alive.active, true);
    const fresh = await at.notion.oauth.token({ ...basic(), grant_type: "refresh_token", refresh_token: tokens.refresh_token });
    assert.notEqual(fresh.access_token, tokens.access_token);
    assert.notEqual(fresh.refresh_token, tokens.refresh_token);
    await assert.rejects(at.connect({ auth: tokens.access_token }).users.me({}), { code: "unauthorized", status: 401 });
    await assert.rejects(at.notion.oauth.token({ ...basic(), grant_type: "refresh_token", refresh_token: tokens.refresh_token }),
      failure(400, "invalid_grant"));
    await at.notion.oauth.revoke({ ...basic(), token: fresh.access_token });
    assert.deepEqual((await at.notion.oauth.introspect({ ...basic(), token: fresh.access_token })).active, false);
    await assert.rejects(at.connect({ auth: fresh.access_token }).users.me({}), { code: "unauthorized" });
  });

  test("what is refused", async () => {
    const code = await authorize("s2");
    await exchange(code);
    await assert.rejects(exchange(code), failure(400, "invalid_grant"));
    await assert.rejects(exchange("made-up"), failure(400, "invalid_grant"));
    await assert.rejects(at.notion.oauth.token({ ...basic(), client_secret: "wrong", grant_type: "authorization_code", code: "x" }),
      failure(401, "invalid_client"));
    await assert.rejects(at.notion.oauth.token({ ...basic(), grant_type: "password" }), failure(400, "unsupported_grant_type"));
    await assert.rejects(at.notion.oauth.introspect({ client_id: "x", client_secret: "y", token: "z" }), failure(401, "invalid_client"));
  });
}, ["--auto-approve"]);
