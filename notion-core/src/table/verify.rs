//! Whether a struct and a data source fit.

use std::fmt;

use notion_schema::{DataSource, Kind, Property, nearest};

use crate::error::{Error, ErrorKind, Result};
use crate::property::OptionSet;
use crate::row::{ColumnDef, NotionRow};

/// Where a struct and the data source it is bound to differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// The data source has no such column.
    #[non_exhaustive]
    Missing {
        /// The name that the struct gives it.
        column: String,
        /// A column that may have been meant.
        nearest: Option<String>,
    },
    /// Two columns of the struct are the same one of the data source.
    #[non_exhaustive]
    SameColumn {
        /// The names that the struct gives them.
        columns: [String; 2],
        /// The name in Notion.
        name: String,
    },
    /// The column is of another kind.
    #[non_exhaustive]
    OtherKind {
        /// The column.
        column: String,
        /// The kind that the struct maps.
        expected: Kind,
        /// What Notion says, also for kinds that this version does not know.
        found: String,
    },
    /// The column was found by its id, under another name.
    #[non_exhaustive]
    Renamed {
        /// The name that the struct gives it.
        column: String,
        /// The name in Notion.
        name: String,
    },
    /// The column has options that a closed enum cannot hold, so that some rows could not be read.
    #[non_exhaustive]
    UnknownOptions {
        /// The column.
        column: String,
        /// The options without a variant.
        options: Vec<String>,
    },
    /// The enum names options that a status column does not have, and that a write cannot create.
    #[non_exhaustive]
    MissingOptions {
        /// The column.
        column: String,
        /// The options that are not there.
        options: Vec<String>,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { column, nearest } => {
                write!(f, "there is no column `{column}`")?;
                match nearest {
                    Some(nearest) => write!(f, " (did you mean `{nearest}`?)"),
                    None => Ok(()),
                }
            }
            Self::OtherKind {
                column,
                expected,
                found,
            } => {
                write!(
                    f,
                    "column `{column}` is of kind `{found}`, and the struct maps it as `{expected}`"
                )?;
                match Kind::from_name(found) {
                    Some(found) => write!(
                        f,
                        " (if `{found}` is right, give the field a type for it, or the attribute `#[notion({found})]`)"
                    ),
                    None => Ok(()),
                }
            }
            Self::SameColumn {
                columns: [one, two],
                name,
            } => {
                write!(f, "`{one}` and `{two}` are both the column `{name}`")
            }
            Self::Renamed { column, name } => write!(f, "column `{column}` is called `{name}` now"),
            Self::UnknownOptions { column, options } => {
                let options = list(options);
                write!(
                    f,
                    "column `{column}` has options without a variant: {options}; add them, or one marked `#[notion(other)]`"
                )
            }
            Self::MissingOptions { column, options } => {
                write!(
                    f,
                    "status column `{column}` has no options {}, and only people can add them",
                    list(options)
                )
            }
        }
    }
}

/// A struct that fits.
pub(super) struct Verdict {
    /// For each column of the struct, the place of its property in the schema.
    pub(super) columns: Vec<usize>,
    pub(super) renamed: Vec<Difference>,
}

/// The id of a column, by its place and what the type says of it, if it was bound before.
pub(super) type Known<'a> = dyn Fn(usize, &ColumnDef) -> Option<&'a str> + 'a;

/// Compares all columns, and fails with all differences.
pub(super) fn verify<T: NotionRow>(schema: &DataSource, known: &Known<'_>) -> Result<Verdict> {
    let mut verdict = Verdict {
        columns: Vec::new(),
        renamed: Vec::new(),
    };
    let mut misfits = Vec::new();
    let columns: Vec<_> = T::COLUMNS.iter().collect();
    for (index, column) in columns.iter().enumerate() {
        let Some(at) = find(column, known(index, column), schema) else {
            misfits.push(missing(column, schema));
            continue;
        };
        let property = &schema.properties[at];
        if let Some(same) = verdict.columns.iter().position(|other| *other == at) {
            misfits.push(Difference::SameColumn {
                columns: [columns[same].name.to_owned(), column.name.to_owned()],
                name: property.name.clone(),
            });
        }
        verdict.columns.push(at);
        let differences = match column.kind {
            Some(expected) if property.kind() != Some(expected) => vec![Difference::OtherKind {
                column: column.name.to_owned(),
                expected,
                found: property.type_name.clone(),
            }],
            _ => options(column, property),
        };
        // A title that the struct gives no name goes by its id, which has not changed.
        let is_named = column.kind != Some(Kind::Title) || column.name != "title";
        let renamed = (is_named && property.name != column.name).then(|| Difference::Renamed {
            column: column.name.to_owned(),
            name: property.name.clone(),
        });
        // Who is told that a column does not fit looks for it by the name that it has.
        if !differences.is_empty() {
            misfits.extend(renamed.clone());
        }
        misfits.extend(differences);
        verdict.renamed.extend(renamed);
    }
    if misfits.is_empty() {
        Ok(verdict)
    } else {
        Err(mismatch::<T>(schema, misfits))
    }
}

/// A column is found by its id if that is known or the struct gives it, for an id outlives a renaming, and else by its name.
fn find(column: &ColumnDef, known: Option<&str>, schema: &DataSource) -> Option<usize> {
    let by_id = known
        .or(column.id)
        .and_then(|id| schema.properties.iter().position(|property| property.id == id));
    by_id.or_else(|| {
        schema
            .properties
            .iter()
            .position(|property| property.name == column.name)
    })
}

fn missing(column: &ColumnDef, schema: &DataSource) -> Difference {
    // The title's column has any name, but there is only one.
    let title = schema
        .properties
        .iter()
        .find(|p| column.kind == Some(Kind::Title) && p.kind() == Some(Kind::Title));
    let nearest = title.map(|property| &*property.name).or_else(|| {
        nearest(
            column.name,
            schema.properties.iter().map(|property| &*property.name),
        )
    });
    Difference::Missing {
        column: column.name.to_owned(),
        nearest: nearest.map(str::to_owned),
    }
}

fn options(column: &ColumnDef, property: &Property) -> Vec<Difference> {
    let Some(OptionSet { named, is_open, .. }) = column.options else {
        return Vec::new();
    };
    let mut differences = Vec::new();
    let there = |name: &str| property.options.iter().any(|option| option.name == name);
    let known = |name: &str| named.iter().any(|option| option.name == name);
    let unknown: Vec<_> = property
        .options
        .iter()
        .map(|option| &option.name)
        .filter(|name| !known(name))
        .cloned()
        .collect();
    if !is_open && !unknown.is_empty() {
        differences.push(Difference::UnknownOptions {
            column: column.name.to_owned(),
            options: unknown,
        });
    }
    let missing: Vec<_> = named
        .iter()
        .map(|option| option.name)
        .filter(|name| !there(name))
        .map(str::to_owned)
        .collect();
    // A write creates the missing options of any other kind.
    if column.kind == Some(Kind::Status) && !missing.is_empty() {
        differences.push(Difference::MissingOptions {
            column: column.name.to_owned(),
            options: missing,
        });
    }
    differences
}

fn mismatch<T>(schema: &DataSource, misfits: Vec<Difference>) -> Error {
    let name = short_name(std::any::type_name::<T>());
    let mut message = format!("`{name}` does not fit the data source `{}`:", schema.title);
    for misfit in &misfits {
        message.push_str("\n  - ");
        message.push_str(&misfit.to_string());
    }
    Error::new(ErrorKind::SchemaMismatch, message).with_differences(misfits)
}

/// The path of a type without the modules: `Task<Option>` of `crate::Task<core::option::Option>`.
fn short_name(path: &str) -> String {
    let mut short = String::new();
    // A path goes through `{{closure}}` as well.
    for part in path.split_inclusive(|c: char| !(c.is_alphanumeric() || "_:{}".contains(c))) {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    short
}

fn list(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn a_type_is_named_without_its_modules() {
        for (path, short) in [
            ("program::Task", "Task"),
            ("Task", "Task"),
            ("program::main::{{closure}}::Task", "Task"),
            ("program::Task<alloc::string::String>", "Task<String>"),
            ("a::Of<b::C, d::E<f::G>>", "Of<C, E<G>>"),
        ] {
            assert_eq!(short_name(path), short);
        }
    }
}
