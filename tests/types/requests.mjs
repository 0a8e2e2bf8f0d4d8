// The recorded requests, as the official client would have to be called to make them.
import { readFileSync } from "node:fs";
import * as api from "@notionhq/client/build/src/api-endpoints.js";

/** The endpoints that the client declares, those with the fewest parameters first: `users/me` is no id. */
const endpoints = Object.entries(api.default)
  .filter(([, { path, pathParams } = {}]) => path && pathParams)
  .map(([name, { method, path, pathParams }]) => {
    const groups = Object.fromEntries(pathParams.map((param) => [param, `(?<${param}>[^/]+)`]));
    const type = `client.${name[0].toUpperCase()}${name.slice(1)}Parameters`;
    return { name, method, pattern: new RegExp(`^/v1/${path(groups)}$`), params: pathParams.length, type };
  })
  .sort((left, right) => left.params - right.params);

/** What the client takes as a number, though a query is text. */
const numbers = ["page_size"];
/** What the client takes as a list, however often the query has it. */
const lists = ["filter_properties"];

/**
 * The requests of a file: `{ endpoint, type, args, text, isSent }`, with what the client's function would take as a value and,
 * with the body byte for byte, as text. What was made of recordings is not sent.
 */
export function requestsIn(file) {
  return readFileSync(file, "utf8").trimEnd().split("\n").map((line) => callOf(JSON.parse(line)));
}

function callOf({ method, path, body, is_sent: isSent }) {
  const { pathname, searchParams } = new URL(path, "https://api.notion.com");
  for (const { name, method: expected, pattern, type } of endpoints) {
    const found = method.toLowerCase() === expected && pattern.exec(pathname);
    if (!found) continue;
    const outer = JSON.stringify({ ...found.groups, ...queryOf(searchParams) });
    const text = joined(outer, body.replaceAll("\n", " "));
    return { endpoint: name, type, args: JSON.parse(text), text, isSent };
  }
  throw new Error(`${method} ${pathname} is no endpoint of the official client`);
}

function queryOf(params) {
  const query = {};
  for (const name of params.keys()) {
    const values = params.getAll(name);
    query[name] = lists.includes(name) ? values : numbers.includes(name) ? Number(values[0]) : values[0];
  }
  return query;
}

/** The text of an object with the members of both. */
function joined(left, right) {
  const inner = [left, right].map((text) => text.trim().slice(1, -1)).filter((text) => text.trim());
  return `{${inner.join(",")}}`;
}
