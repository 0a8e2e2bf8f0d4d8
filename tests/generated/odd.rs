//! Data sources whose columns, options and titles have names that are no identifiers, or already mean something.

use notion_schema::json::Writer;
use notion_schema::{DataSource, SchemaError};

/// One that has all the names, and one with each of the taken ones as its title.
pub(crate) fn data_sources() -> impl Iterator<Item = Result<DataSource, SchemaError>> {
    let all = data_source("odd", "Odd", &[ODD, TAKEN].concat());
    let each = TAKEN.iter().enumerate();
    let each = each.map(|(at, name)| data_source(&format!("odd {at}"), name, &[]));
    std::iter::once(all).chain(each)
}

/// The kinds that the columns take in turn, and what of them is in a schema.
const KINDS: [&str; 10] = [
    "rich_text",
    "select",
    "number",
    "status",
    "checkbox",
    "multi_select",
    "formula",
    "unique_id",
    "url",
    "mood_ring",
];

fn data_source(id: &str, title: &str, names: &[&str]) -> Result<DataSource, SchemaError> {
    let mut json = Writer::new();
    json.begin_object();
    json.key("object").string("data_source");
    json.key("id").string(id);
    for key in ["title", "description"] {
        json.key(key).begin_array();
        json.begin_object();
        json.key("plain_text").string(title);
        json.end_object();
        json.end_array();
    }
    json.key("properties").begin_object();
    property(&mut json, "", "title", "title", &[]);
    for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
        property(
            &mut json,
            name,
            &format!("id {at}"),
            KINDS[at % KINDS.len()],
            names,
        );
    }
    json.end_object();
    json.end_object();
    DataSource::from_json(json.as_str())
}

fn property(json: &mut Writer, name: &str, id: &str, kind: &str, options: &[&str]) {
    json.key(name).begin_object();
    json.key("id").string(id);
    json.key("type").string(kind);
    json.key("description").string(name);
    json.key(kind).begin_object();
    if matches!(kind, "select" | "multi_select" | "status") {
        json.key("options").begin_array();
        for name in options {
            json.begin_object();
            json.key("id").string(name);
            json.key("name").string(name);
            json.key("color").string(name);
            json.key("description").string(name);
            json.end_object();
        }
        json.end_array();
    }
    json.end_object();
    json.end_object();
}

/// A name that is longer than an identifier ought to be.
const LONG: &str = "a name as long as a sentence that somebody began and did not want to end before everything was said, and said again, \
    so that nobody could say that it had not been said, whatever it was, and whoever it was who wanted to know what had been said";

/// Names that are no identifiers, or the same as others.
const ODD: &[&str] = &[
    "",
    " ",
    "_",
    "__",
    "✅",
    "❌",
    "👩\u{200d}👩\u{200d}👧\u{200d}👦",
    "1\u{fe0f}\u{20e3}",
    "🇨🇭",
    "100% done",
    "2",
    "²",
    "½",
    "Due Date",
    "due_date",
    "DUE DATE",
    "dueDate",
    "due-date",
    "Due  Date ",
    "Due Date 2",
    "名前",
    "状態",
    "タスク・リスト",
    "データ",
    "가나",
    "\u{1100}\u{1161}\u{1102}\u{1161}",
    "é",
    "e\u{301}",
    "É",
    "Å",
    "\u{212b}",
    "Ω",
    "\u{2126}",
    "\u{212a}",
    "नाम",
    "ชื่อ",
    "שם",
    "שׁ",
    "اسم",
    "\u{202e}right to left",
    "a\u{2067}b\u{2069}",
    "Größe",
    "GRÖSSE",
    "ß",
    "SS",
    "ﬁ",
    "fi",
    "ǅ",
    "ǆ",
    "ŉ",
    "ΐ",
    "ς",
    "σ",
    "İ",
    "ı",
    "i",
    "данные",
    "a",
    "а",
    "ª",
    "zero\u{200b}width",
    "\u{feff}mark",
    "line\nend",
    "tab\t",
    "nul\0",
    "\u{2028}",
    "`",
    "\"",
    "\\",
    "\"#",
    "*/",
    "//",
    "///",
    "#![x]",
    "{}",
    "{name}",
    "$x",
    "'a",
    "<T>",
    "a,b",
    "a;b",
    "r#type",
    LONG,
];

/// Names that mean something already.
const TAKEN: &[&str] = &[
    "self",
    "Self",
    "super",
    "crate",
    "type",
    "Type",
    "TYPE",
    "async",
    "await",
    "dyn",
    "gen",
    "try",
    "union",
    "abstract",
    "true",
    "macro_rules",
    "static",
    "default",
    "raw",
    "safe",
    "auto",
    "main",
    "std",
    "core",
    "notion_core",
    "_notion",
    "String",
    "Option",
    "Vec",
    "Box",
    "Result",
    "Ok",
    "Err",
    "Some",
    "None",
    "Debug",
    "Clone",
    "Copy",
    "Eq",
    "Hash",
    "PartialEq",
    "Default",
    "Drop",
    "Send",
    "Sync",
    "Sized",
    "From",
    "Into",
    "Iterator",
    "bool",
    "f64",
    "str",
    "u8",
    "NotionRow",
    "NotionOption",
    "Notion",
    "Row",
    "Table",
    "Raw",
    "Relation",
    "RichText",
    "Rollup",
    "Formula",
    "Filter",
    "DateOrRange",
    "PageId",
    "Place",
    "Timestamp",
    "UserRef",
    "New",
    "New Odd",
    "NewOdd",
    "Odd",
    "Other",
    "other",
    "Other 2",
    "Record",
    "Column",
    "columns",
    "COLUMNS",
    "Own",
    "Flattened",
    "Description",
    "OPTIONS",
    "OPEN",
    "title",
    "Title",
    "name",
    "id",
    "page",
    "row",
    "draft",
    "json",
    "value",
    "read",
    "blank",
    "finish",
];
