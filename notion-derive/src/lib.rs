#![doc = include_str!("../README.md")]

mod attr;
mod ctxt;
#[cfg(test)]
mod hygiene;
mod option;
mod rename;
mod row;
mod snapshot;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Maps a struct to the columns of a Notion data source: see `notion_core::NotionRow`.
///
/// ```
/// use notion_core::prelude::*;
/// use notion_core::{Formula, KeyedRow};
///
/// /// Work to do.
/// #[derive(NotionRow)]
/// #[notion(rename_all = "Title Case", insert = NewTask, insert_derive(Debug, Clone))]
/// struct Task {
///     #[notion(title)]
///     name: String,
///     #[notion(key)]
///     ticket: String,
///     due_date: Option<DateOrRange>,
///     #[notion(default)]
///     points: f64,
///     #[notion(url, name = "Repository 🔗")]
///     repository: Option<String>,
///     overdue: Formula<bool>,
/// }
///
/// let new = NewTask {
///     name: "Ship it".to_owned(),
///     ticket: "T-1".to_owned(),
///     due_date: None,
///     points: 3.0,
///     repository: None,
/// };
/// assert_eq!(new.key().to_string(), r#"Ticket.eq("T-1")"#);
/// let soon = Task::DUE_DATE.this_week() & !Task::OVERDUE;
/// ```
///
/// On the struct:
///
/// - `#[notion(schema = "notion/tasks.json")]`: the snapshot that `cargo notion pull` made of the data source. The columns
///   are compared with it while the program is compiled: their names, their kinds (which then need no attribute), and the
///   options of enums, of which a closed one must know all. The enum of a select or multi-select column may name options
///   that are not there, because writing them creates them; that of a status column may not. The path begins at the folder
///   of `Cargo.toml`, and a changed file compiles the crate again. Columns are bound by the ids that the snapshot has, so
///   that a renamed one is found.
/// - `#[notion(rename_all = "Title Case")]`: how columns are called whose field gives no name, the title too. The styles are written as
///   they are called: `Title Case`, `Sentence case`, `lower case`, `UPPER CASE`, `lowercase`, `UPPERCASE`, `camelCase`,
///   `PascalCase`, `snake_case`, `SCREAMING_SNAKE_CASE`, `kebab-case`, `SCREAMING-KEBAB-CASE`.
/// - `#[notion(description = "…")]`: what the rows are, which is the first paragraph of the documentation without it.
/// - `#[notion(insert = NewTask)]`: makes a struct `NewTask` of the columns that can be written, which is what is inserted.
///   `#[notion(insert_derive(Debug, Clone))]` says what it derives.
/// - `#[notion(crate = "path::to::notion_core")]`, where notion-core goes by another name.
///
/// On a field:
///
/// - `#[notion(name = "Due Date")]`: the name of the column, which is the field's without it. A title without a name is
///   the title column, whatever it is called.
/// - `#[notion(id = "%3AUPp")]`: the id of the property, which outlives a renaming.
/// - `#[notion(title)]`, `#[notion(url)]`, …: the kind of the column, which is the type's own without it.
///   `#[notion(raw)]` reads a column of any kind as JSON.
/// - `#[notion(key)]`: the column, or together with others marked like that the columns, that tell a row from all others.
/// - `#[notion(read_only)]`: the column is read and never written.
/// - `#[notion(default)]`, `#[notion(default = "path")]`: an empty value is read as the type's default, or as what the
///   function of that path gives.
/// - `#[notion(parse)]`: the column holds text, and the field what is parsed from it by `FromStr` and written by `Display`.
///   In a field of `Option`, an empty text is `None`. The column's constant is one of text.
/// - `#[notion(with = "module")]`: the column holds a `module::Value`; `module::read(Value) -> Result<Field, impl Display>`
///   makes the field of it, and `module::write(&Field) -> Value` the other way round. The constant is one of `Value`.
/// - `#[notion(flatten)]`: the field holds columns of another struct that derives `NotionRow`, and the constant leads to
///   them: see `notion_core::Flatten`. `key` and `read_only` beside it are said of all its columns, and
///   `insert = NewPart` names what stands for them in the companion.
/// - `#[notion(skip)]`: the field is no column, and has its type's default, or that of `default = "path"`.
/// - `#[notion(description = "…")]`: what the column is for, which is the first paragraph of the documentation without it.
#[proc_macro_derive(NotionRow, attributes(notion))]
pub fn notion_row(input: TokenStream) -> TokenStream {
    row::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// Maps an enum to the options of a select, multi-select or status column: see `notion_core::NotionOption`.
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(Debug, Clone, PartialEq, NotionOption)]
/// #[notion(rename_all = "Sentence case")]
/// enum State {
///     /// Nobody has begun.
///     #[notion(color = "gray", group = "to_do")]
///     NotStarted,
///     #[notion(color = "blue", group = "in_progress")]
///     InProgress,
///     #[notion(name = "Done ✅", color = "green", group = "complete")]
///     Done,
///     #[notion(other)]
///     Other(String),
/// }
///
/// assert_eq!(State::from_name("Not started"), Some(State::NotStarted));
/// ```
///
/// On the enum:
///
/// - `#[notion(rename_all = "Sentence case")]`: how options are called whose variant gives no name; the styles are those of
///   `NotionRow`.
/// - `#[notion(crate = "path::to::notion_core")]`, where notion-core goes by another name.
///
/// On a variant:
///
/// - `#[notion(name = "Not started")]`: the name of the option, which is the variant's without it.
/// - `#[notion(color = "green")]`: the colour that the option is created with.
/// - `#[notion(group = "in_progress")]`: the group of the option of a status: `to_do`, `in_progress` or `complete`.
/// - `#[notion(description = "…")]`: what the option means, which is the first paragraph of the documentation without it.
/// - `#[notion(other)]`, on a variant that holds a `String`: any option that has no variant of its own.
#[proc_macro_derive(NotionOption, attributes(notion))]
pub fn notion_option(input: TokenStream) -> TokenStream {
    option::derive(&parse_macro_input!(input as DeriveInput)).into()
}
