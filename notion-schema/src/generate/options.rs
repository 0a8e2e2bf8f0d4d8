//! The enum for the options of a column.

use std::fmt::Write as _;

use super::quoted;
use crate::Kind;
use crate::name::{Case, Identifiers};
use crate::schema::{OptionGroup, Property, SelectOption};

/// The colours that an option can be created with, but for the default.
///
/// Source: <https://developers.notion.com/reference/property-object#select>.
const COLORS: [&str; 9] = [
    "gray", "brown", "orange", "yellow", "green", "blue", "purple", "pink", "red",
];

/// What the attribute calls the groups of a status, in their order.
const GROUPS: [&str; 3] = ["to_do", "in_progress", "complete"];

/// The options of a column that are variants.
pub(super) struct Options<'a> {
    property: &'a Property,
    options: Vec<&'a SelectOption>,
}

impl<'a> Options<'a> {
    /// `None` for a column without any.
    pub(super) fn of(property: &'a Property) -> Option<Self> {
        let has_options = matches!(
            property.kind(),
            Some(Kind::Select | Kind::MultiSelect | Kind::Status)
        );
        let mut options: Vec<&SelectOption> = Vec::new();
        for option in property.options.iter().filter(|_| has_options) {
            // Notion takes no others from a request, and tells them apart without regard to case.
            let is_taken = |other: &&SelectOption| other.name.to_lowercase() == option.name.to_lowercase();
            if is_writable(&option.name) && !options.iter().any(is_taken) {
                options.push(option);
            }
        }
        (!options.is_empty()).then_some(Self { property, options })
    }

    pub(super) fn write(&self, code: &mut String, name: &str) {
        let mut variants = Identifiers::new(Case::Pascal, "Option");
        // The variant for all others is the only one that must be called so.
        let other = variants.name("Other");
        let _ = writeln!(
            code,
            "\n/// The options of the column {}.",
            quoted(&self.property.name)
        );
        code.push_str("#[rustfmt::skip]\n#[derive(Debug, Clone, PartialEq, Eq, Hash, NotionOption)]\n");
        let _ = writeln!(code, "pub enum {name} {{");
        for option in &self.options {
            let _ = write!(code, "    #[notion(name = {:?}", option.name);
            if COLORS.contains(&&*option.color) {
                let _ = write!(code, ", color = {:?}", option.color);
            }
            if let Some(group) = group_of(self.property, option) {
                let _ = write!(code, ", group = {group:?}");
            }
            if let Some(description) = option.description.as_ref().filter(|text| !text.is_empty()) {
                let _ = write!(code, ", description = {description:?}");
            }
            let _ = writeln!(code, ")]\n    {},", variants.name(&option.name));
        }
        let _ = writeln!(
            code,
            "    /// Any other option.\n    #[notion(other)]\n    {other}(String),\n}}"
        );
    }
}

/// Source: <https://developers.notion.com/reference/request-limits>.
fn is_writable(name: &str) -> bool {
    (1..=100).contains(&name.encode_utf16().count()) && !name.contains(',')
}

/// The group that an option of a status is in, as the attribute calls it.
fn group_of(property: &Property, option: &SelectOption) -> Option<&'static str> {
    let holds = |name: &str| {
        let group = property.group(name);
        group.is_some_and(|group| group.option_ids.contains(&option.id))
    };
    let place = OptionGroup::NAMES.into_iter().position(holds)?;
    Some(GROUPS[place])
}
