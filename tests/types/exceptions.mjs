// Where Notion's API takes more than the official client declares. Each one changes the arguments of a call to what the types
// say.
import { columnsOf } from "./parts.mjs";

export const exceptions = [
  {
    name: "`group` of status options",
    source: "https://developers.notion.com/reference/property-object",
    mend: (args) => {
      for (const { status } of columnsOf(args)) for (const option of status?.options ?? []) delete option.group;
    },
  },
  {
    name: "`is_archived` of queries",
    source: "https://developers.notion.com/reference/query-a-data-source",
    mend: (args, endpoint) => {
      if (endpoint === "queryDataSource") delete args.is_archived;
    },
  },
];
