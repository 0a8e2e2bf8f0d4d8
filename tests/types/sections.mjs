// The parts of requests for which all that the official types can hold should be written by some payload of ours, and what of
// it is not, with the reason.
import { columnsOf, conditionsOf, valuesOf } from "./parts.mjs";

const value = (parameters) => `NonNullable<client.${parameters}["properties"]>[string]`;
const tagged = [/^(.*\.)?type="/, "the word is optional, and says what the key beside it says already"];

export const sections = [
  { name: "value of a new row", type: value("CreatePageParameters"), of: "createPage", parts: valuesOf },
  { name: "value of a changed row", type: value("UpdatePageParameters"), of: "updatePage", parts: valuesOf },
  { name: "condition", type: "client.PropertyFilter | client.TimestampFilter", of: "queryDataSource", parts: ({ filter }) => conditionsOf(filter) },
  { name: "column", type: "client.PropertyConfigurationRequest", of: "createDatabase", parts: columnsOf },
  { name: "new row", type: `Omit<client.CreatePageParameters, "properties" | "children" | "content">`, of: "createPage" },
  { name: "changed row", type: `Omit<client.UpdatePageParameters, "properties">`, of: "updatePage" },
  { name: "query", type: `Omit<client.QueryDataSourceParameters, "filter">`, of: "queryDataSource" },
];
