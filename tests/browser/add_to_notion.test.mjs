// The example `add_to_notion` in headless Chromium, from its button through consent and back.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { launch, shots } from "./chromium.mjs";

const program = process.env.ADD_TO_NOTION ?? fileURLToPath(new URL("../../target/debug/add_to_notion", import.meta.url));
const problems = [];
let app, site, browser;

before(async () => {
  app = spawn(program, ["--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: app.stdout }), "line");
  site = line.match(/http:\/\/localhost:\d+/)[0];
  browser = await launch();
});

after(async () => {
  await browser?.close();
  app?.kill();
});

/** A browser of its own, in which this user is logged in. The pages need no JavaScript, so it has none. */
async function visit(user) {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 900, height: 760 } });
  const page = await newTab(context);
  await page.goto(`${site}/`);
  if (user === "ada") await page.screenshot({ path: `${shots}web-log-in.png` });
  await page.getByLabel("Who are you?").fill(user);
  await page.getByRole("button", { name: "Log in" }).click();
  return page;
}

async function newTab(context) {
  const page = await context.newPage();
  // What a policy blocks is reported on the console.
  page.on("console", (message) => message.type() === "error" && problems.push(`${page.url()} ${message.text()}`));
  return page;
}

const start = (page) => page.goto(`${site}/notion/start`);
const heading = (page) => page.locator("h1").innerText();
const cards = (page) => page.locator("section");

/** On the page of consent: picks the table as this person, and allows. */
async function allow(page, person) {
  if (person) await page.getByRole("link", { name: person }).click();
  await page.getByText("Twitter").first().click();
  await page.getByRole("button", { name: "Allow access" }).click();
}

/** The page that came back from Notion, with an address that says nothing. */
async function shown(page, title) {
  assert.equal(await heading(page), title);
  assert.match(page.url(), /\/notion\/done\?(flow=[0-9a-f]{64}|problem=[a-z-]+)$/);
}

test("allow: connected, back to the application, and a typed row", async () => {
  const page = await visit("ada");
  await page.screenshot({ path: `${shots}web-home-empty.png` });
  await page.getByRole("link", { name: "Add to Notion" }).click();
  assert.match(await heading(page), /Loud Thoughts wants to connect/);
  await page.screenshot({ path: `${shots}web-consent.png` });
  await allow(page, "Ada Lovelace");
  await shown(page, "Connected");
  assert.equal(await page.locator("main p").first().innerText(), "Analytical <Engines> is connected.");
  await page.screenshot({ path: `${shots}web-connected.png` });

  await page.getByRole("link", { name: "Continue" }).click();
  assert.equal(page.url(), `${site}/`);
  assert.match(await cards(page).innerText(), /Analytical <Engines>\s+Connected by Ada Lovelace/);
  await page.getByLabel("Your thought").fill("Weaving <b>algebraic</b> patterns");
  await page.getByRole("button", { name: "Write" }).click();
  assert.equal(await page.locator(".row").innerText(), "@ada Weaving <b>algebraic</b> patterns");
  await page.screenshot({ path: `${shots}web-home.png` });

  const [cookie] = (await page.context().cookies()).filter((cookie) => cookie.name.endsWith("notion-oauth"));
  assert.deepEqual([cookie.httpOnly, cookie.sameSite, cookie.path], [true, "Lax", "/"]);
});

test("cancel: nothing is shared, and trying again leads to consent", async () => {
  const page = await visit("cancels");
  await start(page);
  await page.getByRole("button", { name: "Cancel" }).click();
  await shown(page, "Not connected");
  await page.screenshot({ path: `${shots}web-cancelled.png` });
  await page.getByRole("link", { name: "Try again" }).click();
  assert.match(await heading(page), /wants to connect/);
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("link", { name: "Go back" }).click();
  assert.equal(await cards(page).count(), 0);
});

test("two tabs: each ends its own flow, in any order", async () => {
  const first = await visit("tabs");
  const second = await newTab(first.context());
  await start(first);
  await start(second);
  for (const page of [second, first]) {
    await allow(page);
    await shown(page, "Connected");
  }
  await first.goto(`${site}/`);
  assert.equal(await cards(first).count(), 1);
});

test("reload, back button: the same page, and nothing twice", async () => {
  const page = await visit("reloads");
  await page.getByRole("link", { name: "Add to Notion" }).click();
  await allow(page);
  await shown(page, "Connected");
  const address = page.url();
  await page.reload();
  await shown(page, "Connected");
  await page.goBack();
  assert.doesNotMatch(page.url(), /code=/, "the code is not in the history");
  await page.goForward();
  assert.equal(page.url(), address);
  await shown(page, "Connected");
  await page.goto(`${site}/`);
  assert.equal(await cards(page).count(), 1);
  await page.goto(address);
  await shown(page, "Connected");
});

test("forged: a guess, and an attacker's callback in another browser", async () => {
  const page = await visit("victim");
  await start(page);
  assert.equal((await page.goto(`${site}/notion/callback?code=guess&state=guess`)).status(), 400);
  await shown(page, "Not connected");
  await page.screenshot({ path: `${shots}web-other-browser.png` });

  const attacker = await visit("mallory");
  await start(attacker);
  const consent = {};
  for (const name of ["consent", "workspace", "user"])
    consent[name] = await attacker.locator(`input[name=${name}]`).getAttribute("value");
  const { origin } = new URL(attacker.url());
  const request = { form: { ...consent, decision: "allow" }, maxRedirects: 0 };
  const allowed = await attacker.request.post(`${origin}/_sim/oauth/consent`, request);
  const callback = allowed.headers().location;
  assert.match(callback, /\/notion\/callback\?code=.+&state=/);
  assert.equal((await page.goto(callback)).status(), 400);
  await shown(page, "Not connected");
  await page.goto(`${site}/`);
  assert.equal(await cards(page).count(), 0);
});

test("second user of the same workspace: each has their own", async () => {
  const grace = await visit("grace");
  await start(grace);
  await allow(grace, "Grace Hopper");
  await grace.getByRole("link", { name: "Continue" }).click();
  assert.match(await cards(grace).innerText(), /Analytical <Engines>\s+Connected by Grace Hopper/);
  await grace.getByLabel("Your thought").fill("It compiles");
  await grace.getByRole("button", { name: "Write" }).click();
  assert.match(await cards(grace).innerText(), /@grace It compiles/);

  const ada = await visit("ada");
  assert.match(await cards(ada).innerText(), /Connected by Ada Lovelace/);
  const ofGrace = await grace.getByRole("link", { name: "Disconnect" }).getAttribute("href");
  assert.equal((await ada.goto(`${site}${ofGrace}`)).status(), 404);
  await ada.screenshot({ path: `${shots}web-not-found.png` });
});

test("disconnect: asked, done, and the other user keeps theirs", async () => {
  const page = await visit("grace");
  await page.getByRole("link", { name: "Disconnect" }).click();
  assert.equal(await heading(page), "Disconnect Analytical <Engines>?");
  await page.screenshot({ path: `${shots}web-disconnect.png` });
  await page.getByRole("link", { name: "Keep it" }).click();
  assert.equal(await cards(page).count(), 1);
  await page.getByRole("link", { name: "Disconnect" }).click();
  await page.getByRole("button", { name: "Disconnect" }).click();
  await shown(page, "Disconnected");
  await page.screenshot({ path: `${shots}web-disconnected.png` });
  await page.getByRole("link", { name: "Continue" }).click();
  assert.equal(await cards(page).count(), 0);
  const ada = await visit("ada");
  assert.equal(await cards(ada).count(), 1);
});

test("what goes wrong has a page, also in the dark and on a telephone", async () => {
  const page = await visit("ada");
  for (const [problem, status] of [["expired", 410], ["broken", 400], ["inside", 500], ["stale", 403], ["not-logged-in", 401]]) {
    const answer = await page.goto(`${site}/notion/done?problem=${problem}`);
    assert.equal(answer.status(), status);
    await page.screenshot({ path: `${shots}web-${problem}.png` });
  }
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 380, height: 760 });
  for (const [name, path] of [["done", "/notion/done?problem=expired"], ["home", "/"]]) {
    await page.goto(`${site}${path}`);
    await page.screenshot({ path: `${shots}web-${name}-dark.png` });
  }
});

test("no page was blocked from anything it needs", () => {
  assert.deepEqual(problems.filter((problem) => !/status of 4\d\d|status of 5\d\d/.test(problem)), []);
});
