use std::collections::{BTreeSet, HashSet};
use std::hash::Hash;

use notion_schema::json::{Reader, Writer};
use notion_schema::{Kind as SchemaKind, nearest};

use super::text::within;
use super::{HasKind, Property, ReadError, WritableProperty, WriteError, add, at_most, object};
use crate::kind::{MultiSelect, Select, Status, Writable};

/// The options of a select, multi-select or status column as a Rust type.
///
/// Derive it for an enum with a variant per option:
///
/// ```
/// use notion_core::prelude::*;
///
/// #[derive(Debug, Clone, PartialEq, NotionOption)]
/// enum State {
///     #[notion(name = "Not started")]
///     Todo,
///     Done,
///     #[notion(other)]
///     Other(String),
/// }
///
/// assert_eq!(State::from_name("Not started"), Some(State::Todo));
/// assert_eq!(State::from_name("Blocked"), Some(State::Other("Blocked".to_owned())));
/// assert_eq!(State::Done.name(), "Done");
/// ```
///
/// Without a variant marked `#[notion(other)]` the enum is closed: [`Notion::table`](crate::Notion::table) refuses a column
/// that has further options, and a row whose option came later is an error that names the row, the column and the option.
///
/// The other way round, writing a variant that a select or multi-select column does not have creates the option. A status
/// column is refused then, because only people can add its options.
///
/// A field of such an enum is a select column, of a `Vec` of them a multi-select column; a status column is marked
/// `#[notion(status)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name the options of a Notion select, multi-select or status property",
    label = "derive `NotionOption` for it"
)]
pub trait NotionOption: Sized {
    /// The options that the type names.
    const OPTIONS: &'static [OptionDef];
    /// Whether the type also holds options that it does not name.
    const OPEN: bool;

    /// Any value: it is overwritten before it is seen.
    fn blank() -> Self;

    /// The value for the option of that name, or `None` where a closed type has none.
    fn from_name(name: &str) -> Option<Self>;

    /// The name of the option.
    fn name(&self) -> &str;
}

/// An option that a type names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptionDef {
    /// The name of the option.
    pub name: &'static str,
    /// The colour that it is created with; Notion chooses one where there is none.
    pub color: Option<OptionColor>,
    /// What people read about it.
    pub description: Option<&'static str>,
    /// The group of a status.
    pub group: Option<StatusGroup>,
}

/// The colour of an option.
///
/// Source: <https://developers.notion.com/reference/property-object#select>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub enum OptionColor {
    Default,
    Gray,
    Brown,
    Orange,
    Yellow,
    Green,
    Blue,
    Purple,
    Pink,
    Red,
}

/// One of the three groups that the options of a status column are in.
///
/// People can rename the groups, and then they go by the names that they had first.
///
/// Source: <https://developers.notion.com/reference/property-object#status>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are Notion's, and say all")]
pub enum StatusGroup {
    ToDo,
    InProgress,
    Complete,
}

/// The options that a type names, and whether it holds others as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptionSet {
    /// The options by name.
    pub named: &'static [OptionDef],
    /// Whether options without a name of their own can be held.
    pub is_open: bool,
}

impl OptionDef {
    /// An option of that name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            color: None,
            description: None,
            group: None,
        }
    }

    /// The same option, created with that colour.
    #[must_use]
    pub const fn with_color(mut self, color: OptionColor) -> Self {
        self.color = Some(color);
        self
    }

    /// The same option, with a description.
    #[must_use]
    pub const fn with_description(mut self, description: &'static str) -> Self {
        self.description = Some(description);
        self
    }

    /// The same option, in that group of a status.
    #[must_use]
    pub const fn with_group(mut self, group: StatusGroup) -> Self {
        self.group = Some(group);
        self
    }
}

impl OptionColor {
    /// What the API calls it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Gray => "gray",
            Self::Brown => "brown",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Pink => "pink",
            Self::Red => "red",
        }
    }
}

impl StatusGroup {
    /// What Notion calls it: `To-do`, `In progress`, `Complete`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ToDo => "To-do",
            Self::InProgress => "In progress",
            Self::Complete => "Complete",
        }
    }
}

/// A `String` holds any option.
impl NotionOption for String {
    const OPTIONS: &'static [OptionDef] = &[];
    const OPEN: bool = true;

    fn blank() -> Self {
        Self::new()
    }

    fn from_name(name: &str) -> Option<Self> {
        Some(name.to_owned())
    }

    fn name(&self) -> &str {
        self
    }
}

/// Kinds whose value is one option.
pub trait OneOption: Writable {}

impl OneOption for Select {}
impl OneOption for Status {}

#[diagnostic::do_not_recommend]
impl<K: OneOption, T: NotionOption> Property<K> for T {
    type Operand = T;

    const OPTIONS: Option<OptionSet> = Some(OptionSet {
        named: T::OPTIONS,
        is_open: T::OPEN,
    });

    fn blank() -> Self {
        T::blank()
    }

    fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
        read_one(self, json)
    }

    fn read_kind(&mut self, kind: SchemaKind, json: &mut Reader<'_>) -> Option<Result<(), ReadError>> {
        matches!(kind, SchemaKind::Select | SchemaKind::Status).then(|| read_one(self, json))
    }
}

#[diagnostic::do_not_recommend]
impl<K: OneOption, T: NotionOption> WritableProperty<K> for T {
    fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
        write_one(self, json)
    }
}

/// The collections that hold the options of a multi-select. Only a `Vec` keeps the order that people gave them.
macro_rules! collections {
    ($($collection:ident [$($bound:tt)*] $add:path, $in_order:path;)*) => {$(
        impl<T: NotionOption $($bound)*> Property<MultiSelect> for $collection<T> {
            type Operand = T;

            const OPTIONS: Option<OptionSet> = Some(OptionSet {
                named: T::OPTIONS,
                is_open: T::OPEN,
            });

            fn blank() -> Self {
                Self::new()
            }

            fn read(&mut self, json: &mut Reader<'_>) -> Result<(), ReadError> {
                self.clear();
                json.begin_array()?;
                while json.element()? {
                    let mut value = T::blank();
                    read_one(&mut value, json).map_err(within_list)?;
                    $add(self, value);
                }
                Ok(())
            }
        }

        impl<T: NotionOption $($bound)*> WritableProperty<MultiSelect> for $collection<T> {
            fn write(&self, json: &mut Writer) -> Result<(), WriteError> {
                write_all($in_order(self), json)
            }
        }

        impl<T: NotionOption $($bound)*> HasKind for $collection<T> {
            type Kind = MultiSelect;
        }
    )*};
}

collections! {
    Vec [] add, Vec::as_slice;
    HashSet [+ Eq + Hash] HashSet::insert, by_name;
    BTreeSet [+ Ord] BTreeSet::insert, BTreeSet::iter;
}

/// Without an order of their own, options would be written in another one each time, and so look changed.
fn by_name<T: NotionOption>(options: &HashSet<T>) -> Vec<&T> {
    let mut sorted = Vec::from_iter(options);
    sorted.sort_by(|one, other| one.name().cmp(other.name()));
    sorted
}

fn read_one<T: NotionOption>(value: &mut T, json: &mut Reader<'_>) -> Result<(), ReadError> {
    if json.null() {
        return Err(ReadError::Empty);
    }
    let mut found = None;
    object(json, &["id", "name", "color"], |key, json| {
        if key != "name" {
            return Ok(false);
        }
        let name = json.string()?;
        found = Some(T::from_name(&name).ok_or_else(|| unknown::<T>(&name))?);
        Ok(true)
    })?;
    *value = found.ok_or_else(|| ReadError::Unfit("is an option without a name".to_owned()))?;
    Ok(())
}

fn unknown<T: NotionOption>(name: &str) -> ReadError {
    let known = || T::OPTIONS.iter().map(|option| option.name);
    let options = known()
        .map(|known| format!("`{known}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let near = nearest(name, known())
        .map(|near| format!(" (did you mean `{near}`?)"))
        .unwrap_or_default();
    ReadError::Unfit(format!(
        "is the option `{name}`, and the enum knows {options}{near}: add a variant for it, or one marked `#[notion(other)]`"
    ))
}

/// A multi-select holds an option once, and so it is written once: adding one that is there already is no mistake.
fn write_all<'a, T: NotionOption + 'a>(
    options: impl IntoIterator<Item = &'a T, IntoIter: Clone>,
    json: &mut Writer,
) -> Result<(), WriteError> {
    let options = options.into_iter();
    let mut count = 0;
    json.begin_array();
    for (at, option) in options.clone().enumerate() {
        let mut before = options.clone().take(at);
        if !before.any(|before| is_same(before.name(), option.name())) {
            write_one(option, json)?;
            count += 1;
        }
    }
    json.end_array();
    at_most(count, "options")
}

/// Notion tells options apart without regard to case.
///
/// Source: <https://developers.notion.com/reference/property-object#select>.
fn is_same(one: &str, other: &str) -> bool {
    let lower = |name| str::chars(name).flat_map(char::to_lowercase);
    lower(one).eq(lower(other))
}

/// An element that is nothing is a mistake of the list, which is not empty.
fn within_list(error: ReadError) -> ReadError {
    match error {
        ReadError::Empty => ReadError::Unfit("holds an option that is `null`".to_owned()),
        unfit @ ReadError::Unfit(_) => unfit,
    }
}

/// The longest name of an option.
///
/// Source: <https://github.com/dvanoni/notero/issues/240>.
const MAX_NAME: usize = 100;

fn write_one<T: NotionOption>(value: &T, json: &mut Writer) -> Result<(), WriteError> {
    let name = value.name();
    if name.contains(',') {
        return Err(WriteError::new(format!(
            "holds the option `{name}`, and Notion takes no comma in the name of an option"
        )));
    }
    if name.is_empty() {
        return Err(WriteError::new(
            "is an option without a name: use `None` for no option",
        ));
    }
    within(format_args!("holds the option `{name}`, which "), name, MAX_NAME)?;
    json.open(r#"{"name":"#).string(name);
    json.end_object();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{read, written};
    use super::*;

    #[test]
    fn a_multi_select_is_a_list_or_a_set() {
        let json = r#"[{"id":"1","name":"b","color":"red"},{"name":"a","id":"2","color":"teal","future":1}]"#;
        let names = ["b".to_owned(), "a".to_owned()];
        assert_eq!(read::<MultiSelect, Vec<String>>(json).unwrap(), names);
        let sorted: BTreeSet<String> = read::<MultiSelect, _>(json).unwrap();
        assert!(sorted.iter().eq(["a", "b"]));
        assert_eq!(read::<MultiSelect, HashSet<String>>(json).unwrap(), names.into());
        assert_eq!(
            written::<MultiSelect, _>(&sorted).unwrap(),
            r#"[{"name":"a"},{"name":"b"}]"#
        );
        let hashed: HashSet<String> = ["c", "b", "d", "a"].map(str::to_owned).into();
        assert_eq!(
            written::<MultiSelect, _>(&hashed).unwrap(),
            r#"[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}]"#
        );
        assert_eq!(read::<MultiSelect, BTreeSet<String>>("[]"), Ok(BTreeSet::new()));
        assert_eq!(read::<MultiSelect, Option<HashSet<String>>>("[]"), Ok(None));
        assert_eq!(
            read::<MultiSelect, Option<Vec<String>>>("[null]")
                .unwrap_err()
                .to_string(),
            "holds an option that is `null`"
        );
    }

    #[test]
    fn an_option_is_written_once() {
        let twice = ["a", "Über", "a", "A", "über"].map(str::to_owned).to_vec();
        assert_eq!(
            written::<MultiSelect, _>(&twice).unwrap(),
            r#"[{"name":"a"},{"name":"Über"}]"#
        );
        let many: Vec<String> = (0..101).map(|n| n.to_string()).collect();
        assert_eq!(
            written::<MultiSelect, _>(&many).unwrap_err().to_string(),
            "holds 101 options, and Notion takes 100 in a request"
        );
        assert_eq!(
            written::<Select, _>(&"x".repeat(101)).unwrap_err().to_string(),
            format!(
                "holds the option `{}`, which has 101 characters, and Notion takes 100",
                "x".repeat(101)
            )
        );
    }
}
