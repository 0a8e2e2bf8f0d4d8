// Holds answers against the response types that the official client declares, with the TypeScript compiler as the judge.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Lists whose items the client declares as whole or partial are held against the whole ones: of the partial ones anything is. */
const whole = (list, items) => `Omit<client.${list}, "results"> & { results: Array<${items}> }`;
const page = "client.PageObjectResponse";
const dataSource = "client.DataSourceObjectResponse";
const pages = whole("QueryDataSourceResponse", `${page} | ${dataSource}`);
const found = whole("SearchResponse", `${page} | ${dataSource}`);
const blocks = whole("ListBlockChildrenResponse", "client.BlockObjectResponse");
const view = "client.DataSourceViewObjectResponse";

/** What answers which request. `*` is an id. */
export const endpoints = {
  "GET users/me": "client.GetSelfResponse",
  "GET users": "client.ListUsersResponse",
  "GET users/*": "client.UserObjectResponse",
  "POST search": found,
  "POST pages": page,
  "GET pages/*": page,
  "PATCH pages/*": page,
  "POST pages/*/move": page,
  "GET pages/*/properties/*": "client.GetPagePropertyResponse",
  "GET pages/*/markdown": "client.PageMarkdownResponse",
  "PATCH pages/*/markdown": "client.PageMarkdownResponse | client.GetAsyncTaskResponse",
  "GET async_tasks/*": "client.GetAsyncTaskResponse",
  "POST databases": "client.DatabaseObjectResponse",
  "GET databases/*": "client.DatabaseObjectResponse",
  "PATCH databases/*": "client.DatabaseObjectResponse",
  "POST data_sources": dataSource,
  "GET data_sources/*": dataSource,
  "PATCH data_sources/*": dataSource,
  "POST data_sources/*/query": pages,
  "GET data_sources/*/templates": "client.ListDataSourceTemplatesResponse",
  "GET blocks/*": "client.BlockObjectResponse",
  "PATCH blocks/*": "client.BlockObjectResponse",
  "DELETE blocks/*": "client.BlockObjectResponse",
  "GET blocks/*/children": blocks,
  "PATCH blocks/*/children": blocks,
  "POST blocks/meeting_notes/query": "client.QueryMeetingNotesResponse",
  "POST comments": "client.CommentObjectResponse",
  "GET comments": "client.ListCommentsResponse",
  "GET comments/*": "client.CommentObjectResponse",
  "PATCH comments/*": "client.CommentObjectResponse",
  "DELETE comments/*": "client.CommentObjectResponse",
  "POST file_uploads": "client.FileUploadObjectResponse",
  "GET file_uploads": "client.ListFileUploadsResponse",
  "GET file_uploads/*": "client.FileUploadObjectResponse",
  "POST file_uploads/*/send": "client.FileUploadObjectResponse",
  "POST file_uploads/*/complete": "client.FileUploadObjectResponse",
  "POST views": view,
  "GET views": "client.ListDatabaseViewsResponse",
  "GET views/*": view,
  "PATCH views/*": view,
  "DELETE views/*": "client.DeleteViewResponse",
  "POST views/*/queries": "client.CreateViewQueryResponse",
  "GET views/*/queries/*": "client.GetViewQueryResultsResponse",
  "DELETE views/*/queries/*": "client.DeleteViewQueryResponse",
  "GET custom_emojis": "client.ListCustomEmojisResponse",
  "POST oauth/token": "client.OauthTokenResponse",
  "POST oauth/introspect": "client.OauthIntrospectResponse",
  "POST oauth/revoke": "client.OauthRevokeResponse",
};

/** The entry of the table for a request: `GET pages/*`. */
function endpointOf(method, path) {
  const segments = path.replace(/^\/v1\//, "").replace(/\/$/, "").split("/");
  const exact = `${method} ${segments.join("/")}`;
  return exact in endpoints ? exact : `${method} ${segments.map((part, nth) => (nth % 2 === 1 ? "*" : part)).join("/")}`;
}

/** The type for an event that is told: `client.PageCreatedWebhookPayload`. */
function payloadOf(event) {
  const words = event.split(/[._]/).map((word) => word[0].toUpperCase() + word.slice(1));
  return `client.${words.join("")}WebhookPayload`;
}

/** The good answers and the events of all journals in a folder, each shape once: `{ asked, type, version, answer }`. */
export function answersIn(folder) {
  const shapes = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    for (const entry of JSON.parse(readFileSync(`${folder}/${file}`))) {
      const { method, path, notion_version: version, response_body: answer } = entry;
      const isEvent = method === "WEBHOOK";
      if (!isEvent && !isAnswer(entry)) continue;
      const asked = isEvent ? `${method} ${path}` : endpointOf(method, path);
      const type = isEvent ? payloadOf(path) : endpoints[asked];
      const shape = JSON.stringify([asked, version, shapeOf(answer)]);
      if (!shapes.has(shape)) shapes.set(shape, { asked, type, version, answer });
    }
  }
  return [...shapes.values()];
}

/** Whether an entry of a journal is an answer of the API that nothing has been done to. */
function isAnswer({ method, path, status, fault }) {
  const isGood = status >= 200 && status <= 299 && fault === null && method !== "HEAD";
  return isGood && path.startsWith("/v1/") && path !== "/v1/oauth/authorize";
}

/** An answer without what only tells one record from another. */
function shapeOf(value) {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))];
  if (value === null || typeof value !== "object") return typeof value === "string" && !/^[a-z_0-9]{1,40}$/.test(value) ? "…" : value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typeof item === "number" ? 0 : shapeOf(item)]));
}

/** Calls `visit` for every object in a value, from the outside in. */
export function everyObject(value, visit) {
  if (value === null || typeof value !== "object") return;
  if (!Array.isArray(value)) visit(value);
  for (const item of Object.values(value)) everyObject(item, visit);
}

/** Type-checks `{ type, answer }` pairs. Returns, for each, what the compiler has against it, or `undefined`. */
export function judge(folder, cases) {
  const lines = cases.map(({ type, answer }, nth) => `export const a${nth}: ${type} = ${JSON.stringify(answer)};`);
  const header = `import type * as client from "@notionhq/client/build/src/api-endpoints.js";`;
  writeFileSync(`${folder}/answers.ts`, [header, ...lines].join("\n"));
  const here = fileURLToPath(new URL("node_modules", import.meta.url));
  const compilerOptions = {
    strict: true, noEmit: true, target: "es2022", module: "nodenext", lib: ["es2022", "dom"], types: [], skipLibCheck: true,
  };
  writeFileSync(`${folder}/tsconfig.json`, JSON.stringify({ compilerOptions, files: ["answers.ts"] }));
  if (!existsSync(`${folder}/node_modules`)) symlinkSync(here, `${folder}/node_modules`);
  let output = "";
  try {
    execFileSync(`${here}/.bin/tsc`, ["--project", folder, "--pretty", "false"], { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 });
  } catch (error) {
    output = error.stdout;
  }
  const verdicts = new Array(cases.length);
  const others = [];
  let last;
  for (const line of output.split("\n")) {
    const at = /^answers\.ts\((\d+),/.exec(line);
    if (at) {
      last = Number(at[1]) - 2;
      verdicts[last] = [verdicts[last], line.replace(/^.*?: error /, "")].filter(Boolean).join("\n");
    } else if (/^\S/.test(line)) {
      others.push(line);
    } else if (line && last !== undefined) {
      verdicts[last] += `\n${line}`;
    }
  }
  if (others.length > 0) throw new Error(`the compiler itself fails: ${others.slice(0, 5).join("\n")}`);
  return verdicts;
}
