// The pages at `/` in headless Chromium: looking around, editing, watching requests, adding faults.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startSimulator, title } from "../simulator.mjs";
import { launch, shots } from "./chromium.mjs";

let sim, browser, page, source, row;
const problems = [];

before(async () => {
  sim = await startSimulator();
  const columns = {
    Task: { title: {} },
    Points: { number: {} },
    State: { select: { options: [{ name: "Open", color: "blue" }, { name: "Done", color: "green" }] } },
    Due: { date: {} },
    Done: { checkbox: {} },
    Tags: { multi_select: {} },
  };
  const database = await sim.call("POST", "databases", {
    parent: { page_id: sim.parent_page_id },
    title: [{ text: { content: "Tasks <script>" } }],
    initial_data_source: { properties: columns },
  });
  source = database.data_sources[0].id;
  row = await sim.call("POST", "pages", {
    parent: { data_source_id: source },
    properties: { Task: title("Write <b>tests</b>"), Tags: { multi_select: [{ name: "new" }] } },
  });
  browser = await launch();
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
});

after(async () => {
  await browser?.close();
  sim?.stop();
});

const cells = () => page.locator("table.rows tbody tr td");
const stored = async () => (await sim.call("GET", `pages/${row.id}`)).properties;

test("the tree leads to the table, and titles are text", async () => {
  await page.goto(`${sim.base_url}/`);
  await page.screenshot({ path: `${shots}overview.png` });
  await page.getByRole("link", { name: "Tasks <script>" }).click();
  assert.equal((await page.locator("h1").innerText()).trim(), "▦ Tasks <script>");
  assert.match(await cells().first().innerText(), /Write <b>tests<\/b>/);
  assert.equal(await page.locator("table.rows b").count(), 0);
  await page.screenshot({ path: `${shots}table.png` });
});

test("cells of every editable kind are edited where they stand", async () => {
  const edit = async (column, fill) => {
    const names = await page.locator("table.rows thead th").allInnerTexts();
    const at = names.map((name) => name.trim()).indexOf(column);
    await cells().nth(at).locator("a[title=Edit]").click();
    await fill(page.getByLabel(column));
    await page.screenshot({ path: `${shots}edit-${column}.png` });
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForLoadState();
  };
  await edit("Task", (input) => input.fill("Renamed"));
  await edit("Points", (input) => input.fill("2.5"));
  await edit("State", (input) => input.selectOption("Done"));
  await edit("Due", (input) => input.fill("2026-12-01 → 2026-12-24"));
  await edit("Done", (input) => input.check());
  await edit("Tags", (input) => input.selectOption([]));
  const values = await stored();
  assert.equal(values.Task.title[0].plain_text, "Renamed");
  assert.equal(values.Points.number, 2.5);
  assert.equal(values.State.select.name, "Done");
  assert.equal(values.Due.date.end, "2026-12-24");
  assert.equal(values.Done.checkbox, true);
  assert.deepEqual(values.Tags.multi_select, []);
  await page.screenshot({ path: `${shots}edited.png` });
});

test("a value that is refused is said, and nothing changes", async () => {
  const names = await page.locator("table.rows thead th").allInnerTexts();
  await cells().nth(names.map((name) => name.trim()).indexOf("Due")).locator("a[title=Edit]").click();
  await page.getByLabel("Due").fill("someday");
  await page.getByRole("button", { name: "Save" }).click();
  assert.match(await page.getByRole("alert").innerText(), /valid ISO 8601 date string/);
  assert.equal((await stored()).Due.date.start, "2026-12-01");
  await page.screenshot({ path: `${shots}refused.png` });
});

test("reading and editing need no JavaScript", async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const plain = await context.newPage();
  await plain.goto(`${sim.base_url}/p/${source}`);
  const before = (await stored()).Task.title[0].plain_text;
  const write = async (text) => {
    await plain.locator("table.rows tbody tr td").first().locator("a[title=Edit]").click();
    await plain.getByLabel("Task").fill(text);
    await plain.getByRole("button", { name: "Save" }).click();
    await plain.waitForLoadState();
    assert.equal((await stored()).Task.title[0].plain_text, text);
  };
  await write("Without");
  await write(before);
  await context.close();
});

test("schema and JSON of the same record", async () => {
  await page.getByRole("link", { name: "Schema" }).click();
  assert.match(await page.locator("main").innerText(), /select[\s\S]*Open/);
  await page.screenshot({ path: `${shots}schema.png` });
  await page.getByRole("link", { name: "JSON" }).click();
  assert.equal(JSON.parse(await page.locator("pre").innerText()).object, "data_source");
});

test("the journal goes on by itself", async () => {
  await page.goto(`${sim.base_url}/journal`);
  const lines = page.locator("table.journal tbody tr");
  const before = await lines.count();
  await sim.call("GET", "users/nonsense");
  await page.waitForFunction((count) => document.querySelectorAll("table.journal tbody tr").length > count, before);
  assert.match(await lines.first().innerText(), /GET\s+400\s+\/v1\/users\/nonsense/);
  await lines.first().locator("summary").click();
  assert.match(await lines.first().innerText(), /validation_error/);
  await page.screenshot({ path: `${shots}journal.png` });
});

test("faults are added by a click or written, strike, and are removed", async () => {
  await page.goto(`${sim.base_url}/faults`);
  await page.getByRole("button", { name: "Rate limited, once" }).click();
  assert.equal(await page.locator("table tbody tr").count(), 1);
  assert.equal((await sim.call("GET", "users/me")).code, "rate_limited");
  assert.equal((await sim.call("GET", "users/me")).object, "user");
  await page.locator("textarea").fill('{"do": {"statuss": 1}}');
  await page.getByRole("button", { name: "Add", exact: true }).click();
  assert.match(await page.getByRole("alert").innerText(), /statuss/);
  await page.screenshot({ path: `${shots}faults.png` });
  await page.goto(`${sim.base_url}/faults`);
  await page.getByRole("button", { name: "Remove all" }).click();
  assert.equal(await page.locator("table tbody tr").count(), 0);
});

test("connections, a page, the dark scheme and a narrow window", async () => {
  await page.goto(`${sim.base_url}/connections`);
  const shown = await page.locator("main").innerText();
  assert.match(shown, /Sim Connection\s+public/);
  assert.match(shown, /Shared page and what is inside/);
  await page.screenshot({ path: `${shots}connections.png` });
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(`${sim.base_url}/p/${row.id}`);
  assert.match(await page.locator("h1").innerText(), /Renamed/);
  await page.screenshot({ path: `${shots}page-dark.png` });
  await page.setViewportSize({ width: 400, height: 800 });
  await page.goto(`${sim.base_url}/p/${source}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  assert.equal(wide, false, "only the table scrolls sideways");
  await page.screenshot({ path: `${shots}narrow.png` });
  assert.equal((await page.goto(`${sim.base_url}/p/${crypto.randomUUID()}`)).status(), 404);
});

test("no page reported an error of its own", () => {
  assert.deepEqual(problems.filter((problem) => !problem.includes("404")), []);
});
