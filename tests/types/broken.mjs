// Requests that are wrong in one place each, made from ones that are right. The official types have to refuse them.
import { columnsOf, conditionsOf, valuesOf } from "./parts.mjs";

const isFilled = (value) => value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
const with_ = (key) => (part) => isFilled(part[key]);

/** Breaks in a part of a request that has something under a key. */
const within = (endpoint, partsOf) => (key, breaks) =>
  Object.entries(breaks).map(([name, change]) => ({
    name: `${endpoint}, ${key}: ${name}`,
    from: (found, args) => found === endpoint && partsOf(args).some(with_(key)),
    change: (args) => change(partsOf(args).find(with_(key))),
  }));
const inserted = within("createPage", valuesOf);
const changed = within("updatePage", valuesOf);
const condition = within("queryDataSource", ({ filter }) => conditionsOf(filter));
const column = within("createDatabase", columnsOf);

/** Breaks in a request itself, in one that has these keys. */
const call = (endpoint, keys, breaks) =>
  Object.entries(breaks).map(([name, change]) => ({
    name: `${endpoint}: ${name}`,
    from: (found, args) => found === endpoint && keys.every((key) => isFilled(args[key])),
    change,
  }));

export const broken = [
  ...inserted("title", {
    "plain text": (value) => { value.title = "Ship it"; },
    "an item without its text": (value) => { value.title = [{ plain_text: "Ship it" }]; },
    "text that is a number": (value) => { value.title[0].text.content = 1; },
    "a link that is text": (value) => { value.title[0].text.link = "https://example.com"; },
    "an unknown annotation": (value) => { value.title[0].annotations = { big: true }; },
    "an unknown colour": (value) => { value.title[0].annotations = { color: "teal" }; },
    "an unknown key beside the text": (value) => { value.title[0].text.url = "https://example.com"; },
    "null": (value) => { value.title = null; },
    "the word of another kind": (value) => { value.type = "rich_text"; },
    "an unknown key beside the value": (value) => { value.colour = "red"; },
  }),
  ...inserted("number", {
    "text": (value) => { value.number = "1"; },
    "a list": (value) => { value.number = [1]; },
  }),
  ...inserted("select", {
    "the name alone": (value) => { value.select = "Small"; },
    "neither name nor id": (value) => { value.select = { color: "red" }; },
    "an unknown colour": (value) => { value.select.color = "teal"; },
    "a list": (value) => { value.select = [value.select]; },
  }),
  ...inserted("multi_select", {
    "one option": (value) => { value.multi_select = value.multi_select[0]; },
    "names alone": (value) => { value.multi_select = ["Small"]; },
    "null": (value) => { value.multi_select = null; },
  }),
  ...inserted("status", { "an option with a group": (value) => { value.status.group = "Complete"; } }),
  ...inserted("date", {
    "text": (value) => { value.date = "2026-09-15"; },
    "no start": (value) => { value.date = { end: "2026-09-15" }; },
    "a number": (value) => { value.date.start = 20260915; },
    "an unknown key": (value) => { value.date.timezone = "Europe/Berlin"; },
  }),
  ...inserted("people", {
    "ids alone": (value) => { value.people = value.people.map(({ id }) => id); },
    "a person without id": (value) => { value.people = [{ object: "user" }]; },
    "an unknown object": (value) => { value.people[0].object = "bot"; },
  }),
  ...inserted("checkbox", {
    "text": (value) => { value.checkbox = "true"; },
    "null": (value) => { value.checkbox = null; },
  }),
  ...inserted("url", { "a list": (value) => { value.url = [value.url]; } }),
  ...inserted("relation", {
    "ids alone": (value) => { value.relation = value.relation.map(({ id }) => id); },
    "another key than `id`": (value) => { value.relation = [{ page_id: "x" }]; },
  }),
  ...inserted("files", {
    "an address alone": (value) => { value.files = ["https://example.com/a.pdf"]; },
    "a file without a name": (value) => { value.files = [{ external: { url: "https://example.com/a.pdf" } }]; },
    "a file without an address": (value) => { value.files = [{ name: "a.pdf" }]; },
    "an upload without an id": (value) => { value.files = [{ file_upload: {} }]; },
  }),
  ...inserted("place", {
    "no longitude": (value) => { delete value.place.lon; },
    "a latitude that is text": (value) => { value.place.lat = "52.52"; },
    "an unknown key": (value) => { value.place.altitude = 34; },
  }),
  ...inserted("verification", {
    "a state that only Notion gives": (value) => { value.verification = { state: "expired" }; },
    "the state alone": (value) => { value.verification = "verified"; },
    "no state": (value) => { value.verification = {}; },
    "null": (value) => { value.verification = null; },
  }),
  ...changed("number", {
    "a formula": (value) => { delete value.number; value.formula = { number: 1 }; },
    "a time that Notion notes": (value) => { delete value.number; value.created_time = "2026-09-15T12:00:00Z"; },
    "an unknown kind": (value) => { delete value.number; value.mood_ring = {}; },
    "no kind": (value) => { delete value.number; },
  }),
  ...call("createPage", ["parent", "properties"], {
    "the parent of another word": (args) => { args.parent.type = "database_id"; },
    "a parent without id": (args) => { args.parent = { type: "data_source_id" }; },
    "properties as a list": (args) => { args.properties = [args.properties]; },
    "an unknown key": (args) => { args.title = "Ship it"; },
    "one property to answer with": (args) => { args.filter_properties = "title"; },
  }),
  ...call("updatePage", ["page_id", "properties"], {
    "no id": (args) => { delete args.page_id; },
    "trash as text": (args) => { args.in_trash = "true"; },
    "a parent": (args) => { args.parent = { page_id: args.page_id }; },
    "an emoji that is no icon": (args) => { args.icon = "🚀"; },
  }),
  ...call("updatePage", ["icon"], {
    "an unknown kind": (args) => { args.icon = { smiley: ":)" }; },
    "an unknown colour": (args) => { args.icon = { icon: { name: "pizza", color: "teal" } }; },
    "an icon of Notion without its name": (args) => { args.icon = { icon: { color: "red" } }; },
  }),
  ...call("updatePage", ["cover"], {
    "an emoji": (args) => { args.cover = { emoji: "🚀" }; },
    "an address alone": (args) => { args.cover = "https://example.com/cover.jpg"; },
  }),
  ...call("createPage", ["template"], {
    "an id without its word": (args) => { args.template = { template_id: "x" }; },
    "an unknown word": (args) => { args.template = { type: "first" }; },
  }),
  ...call("createPage", ["markdown"], { "a list": (args) => { args.markdown = ["# Plan"]; } }),
  ...call("movePage", ["parent"], {
    "no parent": (args) => { delete args.parent; },
    "a block": (args) => { args.parent = { block_id: "x" }; },
    "properties": (args) => { args.properties = {}; },
  }),
  ...condition("title", {
    "an operator of numbers": (filter) => { filter.title = { greater_than: 1 }; },
    "a number": (filter) => { filter.title = { equals: 1 }; },
    "an operator that there is not": (filter) => { filter.title = { matches: "x" }; },
    "no operator": (filter) => { filter.title = {}; },
    "`is_empty` that is false": (filter) => { filter.title = { is_empty: false }; },
    "no property": (filter) => { delete filter.property; },
    "an unknown key": (filter) => { filter.negate = true; },
    "an unknown kind": (filter) => { filter.text = filter.title; delete filter.title; },
  }),
  ...condition("number", {
    "text": (filter) => { filter.number = { equals: "1" }; },
    "an operator of text": (filter) => { filter.number = { contains: 1 }; },
    "null": (filter) => { filter.number = { equals: null }; },
  }),
  ...condition("checkbox", {
    "text": (filter) => { filter.checkbox = { equals: "true" }; },
    "`is_empty`": (filter) => { filter.checkbox = { is_empty: true }; },
  }),
  ...condition("select", {
    "an operator of lists": (filter) => { filter.select = { contains: "Small" }; },
    "an option": (filter) => { filter.select = { equals: { name: "Small" } }; },
  }),
  ...condition("multi_select", { "an operator of one value": (filter) => { filter.multi_select = { equals: "Small" }; } }),
  ...condition("date", {
    "a number": (filter) => { filter.date = { before: 20260915 }; },
    "an operator that there is not": (filter) => { filter.date = { this_month: {} }; },
    "a range that is true": (filter) => { filter.date = { past_week: true }; },
    "an operator of numbers": (filter) => { filter.date = { greater_than: "2026-09-15" }; },
  }),
  ...condition("people", { "an operator of one value": (filter) => { filter.people = { equals: "me" }; } }),
  ...condition("relation", { "a list": (filter) => { filter.relation = { contains: ["x"] }; } }),
  ...condition("verification", {
    "a state that only values have": (filter) => { filter.verification = { status: "unverified" }; },
    "`equals`": (filter) => { filter.verification = { equals: "verified" }; },
  }),
  ...condition("unique_id", {
    "the number with its prefix": (filter) => { filter.unique_id = { equals: "ROW-1" }; },
    "an operator of text": (filter) => { filter.unique_id = { starts_with: "ROW" }; },
  }),
  ...condition("files", { "an operator of lists": (filter) => { filter.files = { contains: "a.pdf" }; } }),
  ...condition("formula", {
    "no result": (filter) => { filter.formula = { equals: 1 }; },
    "a result of another word": (filter) => { filter.formula = { boolean: { equals: true } }; },
    "an operator of another result": (filter) => { filter.formula = { number: { contains: "1" } }; },
  }),
  ...condition("rollup", {
    "no kind": (filter) => { filter.rollup = { any: { equals: 1 } }; },
    "a kind that values have no conditions of": (filter) => { filter.rollup = { any: { unique_id: { equals: 1 } } }; },
    "an operator of another kind": (filter) => { filter.rollup = { every: { number: { contains: "1" } } }; },
    "an unknown quantifier": (filter) => { filter.rollup = { some: { number: { equals: 1 } } }; },
  }),
  ...condition("timestamp", {
    "a time that there is not": (filter) => { filter.timestamp = "updated_time"; },
    "the condition of the other time": (filter) => { filter.timestamp = filter.created_time ? "last_edited_time" : "created_time"; },
  }),
  ...call("queryDataSource", ["filter"], {
    "three levels": (args) => { args.filter = { and: [{ or: [{ and: conditionsOf(args.filter) }] }] }; },
    "a group that is no list": (args) => { args.filter = { and: conditionsOf(args.filter)[0] }; },
    "a negation": (args) => { args.filter = { not: conditionsOf(args.filter)[0] }; },
    "a list": (args) => { args.filter = conditionsOf(args.filter); },
    "a page size that is text": (args) => { args.page_size = "100"; },
    "a cursor that is a number": (args) => { args.start_cursor = 1; },
    "an unknown key": (args) => { args.limit = 100; },
  }),
  ...call("queryDataSource", ["sorts"], {
    "an unknown direction": (args) => { args.sorts[0].direction = "up"; },
    "no direction": (args) => { delete args.sorts[0].direction; },
    "one sort": (args) => { args.sorts = args.sorts[0]; },
    "a time that there is not": (args) => { args.sorts = [{ timestamp: "due_time", direction: "ascending" }]; },
  }),
  ...column("select", {
    "an unknown colour": (found) => { found.select.options[0].color = "teal"; },
    "an option without name": (found) => { found.select.options = [{ color: "red" }]; },
    "an option with an id": (found) => { found.select.options[0].id = "x"; },
    "names alone": (found) => { found.select.options = ["Small"]; },
  }),
  ...column("title", { "a setting": (found) => { found.title = { format: "euro" }; } }),
  ...column("number", { "a format that is a number": (found) => { found.number.format = 2; } }),
  ...column("unique_id", { "a prefix that is a number": (found) => { found.unique_id.prefix = 2; } }),
  ...column("formula", { "an expression that is a list": (found) => { found.formula.expression = ["1"]; } }),
  ...column("relation", {
    "no data source": (found) => { delete found.relation.data_source_id; },
    "no side": (found) => { found.relation = { data_source_id: "x" }; },
    "a database": (found) => { found.relation = { database_id: "x", single_property: {} }; },
  }),
  ...column("rollup", {
    "an unknown function": (found) => { found.rollup.function = "mean"; },
    "no relation": (found) => { delete found.rollup.relation_property_name; },
  }),
  ...call("createDatabase", ["initial_data_source"], {
    "a parent without its word": (args) => { delete args.parent.type; },
    "columns beside the data source": (args) => { args.properties = args.initial_data_source.properties; },
    "a title that is text": (args) => { args.title = "Tasks"; },
    "an unknown kind of column": (args) => { args.initial_data_source.properties = { Mood: { mood_ring: {} } }; },
  }),
];
