// The parts of requests of which all that the official types can hold is written by some payload, or there is a reason why not.
import { columnsOf, conditionsOf, valuesOf } from "./parts.mjs";

const value = (parameters) => `NonNullable<client.${parameters}["properties"]>[string]`;

const tagged = [/(^|\.)type="/, "optional: the key beside it says the same"];
const nothing = [/=\[\]$/, "nothing is asked for by an empty list"];
const names = [/custom_emoji\.(name|url)=/, "the id is all that a write needs"];
const same = "left out, which says the same";
const values = [
  tagged,
  [/(custom_emoji\.(name|url)|^people\[\]\.name)=string$/, "the id is all that a write needs"],
  [/^(select|status|multi_select\[\])\.(id|color|description)=/, "options are written by their names; the rest is in the schema"],
  [/\.(end|time_zone|name|address|aws_place_id|google_place_id|link)=null$|\.annotations\.(\w+=false|color="default")$/, same],
  [/\.object="user"$/, "optional: it is what people are without it"],
];
const deprecated = [/^archived=/, "deprecated for `in_trash`"];

/**
 * `name`: what it is, `type`: how the official client declares it, `of`: whose requests have it, `parts`: where in the
 * arguments, `without`: what is not written, as `[which, why]`.
 */
export const sections = [
  { name: "value of a new row", type: value("CreatePageParameters"), of: "createPage", parts: valuesOf, without: values },
  { name: "value of a changed row", type: value("UpdatePageParameters"), of: "updatePage", parts: valuesOf, without: values },
  {
    name: "condition",
    type: "client.PropertyFilter | client.TimestampFilter",
    of: "queryDataSource",
    parts: ({ filter }) => conditionsOf(filter),
    without: [tagged, nothing, [/^(created|last_edited)_time\.is_(not_)?empty=/, "Notion takes it, and there is always a time"]],
  },
  {
    name: "column",
    type: "client.PropertyConfigurationRequest",
    of: "createDatabase",
    parts: columnsOf,
    without: [
      tagged,
      [/(description|prefix)=null$/, same],
      [/^(button|verification)=/, "Notion makes no such columns, says its documentation"],
      [/^(location|last_visited_time)=/, "no answer of Notion has ever had one"],
      [/synced_property_(id|name)=/, "Notion names the other side of a relation"],
      [/rollup\.\w+_property_id=/, "ids of another data source: names are what stays"],
    ],
  },
  {
    name: "new row",
    type: `Omit<client.CreatePageParameters, "properties" | "children" | "content">`,
    of: "createPage",
    without: [
      tagged,
      names,
      nothing,
      [/^(icon|cover)=null$/, "a new page has none"],
      [/^parent\.(database_id|page_id|workspace)=/, "a row is in a data source"],
      [/^position\./, "for pages below pages"],
      [/^allow_async=/, "a row is there when its insert has ended"],
    ],
  },
  {
    name: "changed row",
    type: `Omit<client.UpdatePageParameters, "properties">`,
    of: "updatePage",
    without: [names, nothing, deprecated, [/^erase_content=false$/, same]],
  },
  { name: "moved row", type: "client.MovePageParameters", of: "movePage" },
  {
    name: "query",
    type: `Omit<client.QueryDataSourceParameters, "filter">`,
    of: "queryDataSource",
    without: [
      nothing,
      deprecated,
      [/^in_trash=/, "Notion's documentation says that queries do not show the trash"],
      [/^result_type="data_source"/, "rows are asked for, which are pages"],
      [/^start_cursor=null$/, same],
    ],
  },
];
