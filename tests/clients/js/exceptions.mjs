// Where Notion's answers differ from what the official client declares. Each one changes an answer to what the types say.
import { everyObject } from "./judge.mjs";

const inTrash = ["page", "database", "data_source", "block", "file_upload"];

export const exceptions = [
  {
    name: "`request_id` in answers",
    reason: "every answer of Notion has it; the client logs it, but declares it for OAuth only",
    mend: (answer) => { delete answer.request_id; },
  },
  {
    name: "`archived` of the newest version",
    reason: "2026-03-11 took the key away; the client still declares it, as deprecated",
    mend: (answer, version) => everyObject(answer, (record) => {
      if (version === "2026-03-11" && inTrash.includes(record.object) && "in_trash" in record) record.archived = record.in_trash;
    }),
  },
  {
    name: "`has_more` of relations",
    reason: "values of relations say whether there are more than 25 links; the client declares no such key",
    mend: (answer) => everyObject(answer, (value) => {
      if (value.type === "relation" && Array.isArray(value.relation)) delete value.has_more;
    }),
  },
  {
    name: "`place`, `button` and `verification` in schemas",
    reason: "Notion tells columns of these kinds; the client's union of columns has none of them",
    mend: (answer) => withoutProperties(answer, ["data_source"], ["place", "button", "verification"]),
  },
  {
    name: "kinds of columns that are yet to come",
    reason: "a seed has one, because Notion adds kinds without a new version",
    mend: (answer) => withoutProperties(answer, ["data_source", "page"], ["hologram"]),
  },
  {
    name: "lists of meeting notes",
    reason: "they are lists as all others, which notion-client's tests say, and before 2026-03-11 the type was `transcription`",
    mend: (answer) => {
      if (answer.object !== "list" || "next_cursor" in answer) return;
      delete answer.object;
      for (const block of answer.results) {
        if (block.type !== "transcription") continue;
        Object.assign(block, { type: "meeting_notes", meeting_notes: block.transcription });
        delete block.transcription;
      }
    },
  },
];

function withoutProperties(answer, objects, kinds) {
  everyObject(answer, ({ object, properties }) => {
    if (!objects.includes(object) || !properties) return;
    for (const [name, { type }] of Object.entries(properties)) if (kinds.includes(type)) delete properties[name];
  });
}
