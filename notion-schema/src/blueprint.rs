//! From the columns that a data source has to the requests that make them again.

mod column;
mod expression;

use std::fmt;

use crate::json::Writer;
use crate::{DataSource, Kind, Property};
use column::{Column, Config};

/// What a data source with the same columns is made from: [`DataSource::blueprint`].
///
/// Requests describe columns in other words than answers do: without ids, and with the group of a status option at the
/// option. A column that refers to its own data source can only be made when that exists, so there are two
/// requests: [`properties`](Self::properties) creates it, and [`later`](Self::later) adds what is left. What no request can
/// make is told in [`left_out`](Self::left_out); nothing is dropped without a word.
///
/// ```
/// use notion_schema::DataSource;
///
/// let source = DataSource::from_json(r#"{
///     "object": "data_source", "id": "1f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10",
///     "properties": {
///         "Name": {"id": "title", "type": "title", "title": {}},
///         "Size": {"id": "a%3Bc", "type": "select", "select": {"options": [{"id": "x", "name": "S", "color": "red"}]}},
///         "Ping": {"id": "d%3Bf", "type": "button", "button": {}}
///     }
/// }"#)?;
/// let blueprint = source.blueprint();
/// assert_eq!(
///     blueprint.properties(),
///     r#"{"Name":{"title":{}},"Size":{"select":{"options":[{"name":"S","color":"red"}]}}}"#
/// );
/// assert_eq!(blueprint.left_out()[0].to_string(), "column `Ping`: the API cannot create a `button`");
/// # Ok::<(), notion_schema::SchemaError>(())
/// ```
///
/// Sources: <https://developers.notion.com/reference/property-object>,
/// <https://developers.notion.com/reference/create-a-data-source>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blueprint {
    properties: String,
    later: Vec<Column>,
    left_out: Vec<LeftOut>,
}

/// A column, or a part of it, that a request cannot make.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// The name of the column.
    pub column: String,
    /// Why it, or what of it, is left out.
    pub reason: Reason,
}

/// Why a [`Blueprint`] leaves something out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The API has no request for columns of this kind, which is empty where the answer names none.
    Kind(String),
    /// The column is the other side of this two-way relation. Notion makes it together with that one, under a name of its own.
    OtherSide(String),
    /// The column builds on this one, which is left out.
    BuildsOn(String),
    /// There are so many options; a request takes 100.
    Options(usize),
    /// The option is made, but not in its group: requests know the groups that Notion gives to each status column.
    Group {
        /// The name of the option.
        option: String,
        /// The name of the group.
        group: String,
    },
    /// The answer that the schema was read from does not say enough, as of a relation to what is not shared.
    Incomplete,
}

impl DataSource {
    /// What a data source with the same columns is made from.
    ///
    /// The other side of a two-way relation to another data source appears there with the name that Notion gives it. References
    /// to own columns in a formula, which older answers give by id, become references by name.
    #[must_use]
    pub fn blueprint(&self) -> Blueprint {
        let mut left_out = Vec::new();
        let mut columns = Vec::new();
        for property in &self.properties {
            match Column::of(property, self, &mut left_out) {
                Ok(column) => columns.push(column),
                Err(reason) => left_out.push(LeftOut::new(property, reason)),
            }
        }
        let is_whole = |left: &LeftOut| !matches!(left.reason, Reason::Group { .. });
        let missing = left_out.iter().filter(|left| is_whole(left));
        let missing = missing.map(|left| left.column.clone()).collect();
        let (columns, without) = split(columns, missing);
        left_out.extend(without.into_iter().map(|(column, on)| LeftOut {
            column: column.name,
            reason: Reason::BuildsOn(on),
        }));
        let own = columns.iter().filter(|column| column.is_own_relation());
        let own = own.map(|column| column.name.clone()).collect();
        let (first, later) = split(columns, own);
        Blueprint {
            properties: request(&first, ""),
            later: later.into_iter().map(|(column, _)| column).collect(),
            left_out,
        }
    }
}

impl Blueprint {
    /// The columns that can be made at once: the `properties` of a request that creates a data source, or of the
    /// `initial_data_source` of a database.
    #[must_use]
    pub fn properties(&self) -> &str {
        &self.properties
    }

    /// The other columns, which refer to the data source itself: the `properties` of a request that updates the data source
    /// `id`, which the first request made. `None` where there are none.
    #[must_use]
    pub fn later(&self, id: &str) -> Option<String> {
        (!self.later.is_empty()).then(|| request(&self.later, id))
    }

    /// What is not in the requests.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }
}

/// Parts columns that need none of `names`, not even by way of others, from those that do, with what they need.
/// The columns of these names are on the second side, too.
fn split(columns: Vec<Column>, mut names: Vec<String>) -> (Vec<Column>, Vec<(Column, String)>) {
    let (mut without, mut with) = (columns, Vec::new());
    loop {
        let needs = |column: &Column| {
            let mut needed = column.needs.iter().chain([&column.name]);
            needed.find(|name| names.contains(name)).cloned()
        };
        let Some((at, name)) = (0..without.len()).find_map(|at| Some((at, needs(&without[at])?))) else {
            return (without, with);
        };
        let column = without.remove(at);
        names.push(column.name.clone());
        with.push((column, name));
    }
}

fn request(columns: &[Column], own: &str) -> String {
    let mut json = Writer::new();
    json.begin_object();
    for column in columns {
        json.key(&column.name).begin_object();
        json.key(column.kind.name());
        match &column.config {
            Config::Json(config) => json.raw(config),
            Config::OwnRelation(side) => column::relation(&mut json, own, side),
        }
        if let Some(description) = &column.description {
            json.key("description").string(description);
        }
        json.end_object();
    }
    json.end_object();
    json.into_string()
}

impl LeftOut {
    fn new(property: &Property, reason: Reason) -> Self {
        Self {
            column: property.name.clone(),
            reason,
        }
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "column `{}`: {}", self.column, self.reason)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Kind(kind) if Kind::from_name(kind).is_some() => {
                write!(f, "the API cannot create a `{kind}`")
            }
            Self::Kind(kind) => write!(f, "the kind `{kind}` is not known"),
            Self::OtherSide(other) => write!(
                f,
                "it is the other side of `{other}`, with which Notion creates it under another name"
            ),
            Self::BuildsOn(other) => write!(f, "it builds on `{other}`, which is left out"),
            Self::Options(count) => write!(f, "it has {count} options, and a request takes 100"),
            Self::Group { option, group } => write!(
                f,
                "the option `{option}` is in the group `{group}`, which can only be made in Notion"
            ),
            Self::Incomplete => f.write_str("the schema does not say enough to create it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "1f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10";
    const OTHER: &str = "2f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10";

    /// The blueprint of columns, each given as `"Name": {…}`.
    fn blueprint(properties: &[String]) -> Blueprint {
        let properties = properties.join(",");
        let json = format!(r#"{{"object":"data_source","id":"{ID}","properties":{{{properties}}}}}"#);
        DataSource::from_json(&json).unwrap().blueprint()
    }

    /// A column whose id is its name in lower case.
    fn column(name: &str, kind: &str, config: &str) -> String {
        let id = name.to_lowercase();
        format!(
            r#""{name}":{{"id":"{id}","name":"{name}","description":null,"type":"{kind}","{kind}":{config}}}"#
        )
    }

    fn relation(name: &str, target: &str, side: &str) -> String {
        let config = format!(
            r#"{{"database_id":"{target}","data_source_id":"{target}","type":"single_property",{side}}}"#
        );
        column(name, "relation", &config)
    }

    fn left_out(blueprint: &Blueprint) -> Vec<String> {
        blueprint.left_out().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_kind_is_created_or_left_out() {
        let config = |kind: Kind| match kind {
            Kind::Relation => {
                format!(r#"{{"data_source_id":"{OTHER}","type":"single_property","single_property":{{}}}}"#)
            }
            Kind::Rollup => {
                r#"{"relation_property_name":"relation","rollup_property_name":"Name","function":"count"}"#
                    .to_owned()
            }
            Kind::Formula => r#"{"expression":"1 + 1"}"#.to_owned(),
            _ => "{}".to_owned(),
        };
        let columns: Vec<_> = Kind::all()
            .map(|kind| column(kind.name(), kind.name(), &config(kind)))
            .collect();
        let blueprint = blueprint(&columns);
        assert_eq!(
            left_out(&blueprint),
            [
                "column `verification`: the API cannot create a `verification`",
                "column `button`: the API cannot create a `button`",
            ]
        );
        for kind in Kind::all().filter(|kind| !matches!(kind, Kind::Verification | Kind::Button)) {
            let begin = format!(r#""{kind}":{{"{kind}":{{"#);
            assert!(
                blueprint.properties().contains(&begin),
                "{begin} in {}",
                blueprint.properties()
            );
        }
        assert_eq!(blueprint.later(ID), None);
    }

    #[test]
    fn settings_stay_and_ids_go() {
        let option = r#"{"id":"x","name":"A \"b\"","color":"red","description":"why"}"#;
        let plain = r#"{"id":"y","name":"C","color":"blue","description":null}"#;
        let status = format!(
            r#"{{"options":[{option},{plain}],"groups":[{{"id":"g","name":"Complete","color":"green","option_ids":["y"]}},
                {{"id":"h","name":"Doing","color":"gray","option_ids":["x"]}}]}}"#
        );
        let blueprint = blueprint(&[
            column("Price", "number", r#"{"format":"euro"}"#),
            column("Size", "select", &format!(r#"{{"options":[{option},{plain}]}}"#)),
            column("Tags", "multi_select", r#"{"options":[]}"#),
            column("State", "status", &status),
            column("No", "unique_id", r#"{"prefix":"T"}"#),
            column("Bare", "unique_id", r#"{"prefix":null}"#),
            relation("One", OTHER, r#""single_property":{}"#),
            relation(
                "Two",
                OTHER,
                r#""dual_property":{"synced_property_id":"z","synced_property_name":"Back"}"#,
            ),
            r#""Note":{"id":"n","type":"rich_text","rich_text":{},"description":"For you"}"#.to_owned(),
        ]);
        let expected = [
            r#""Price":{"number":{"format":"euro"}}"#,
            r#""Size":{"select":{"options":[{"name":"A \"b\"","color":"red","description":"why"},{"name":"C","color":"blue"}]}}"#,
            r#""Tags":{"multi_select":{"options":[]}}"#,
            r#""State":{"status":{"options":[{"name":"A \"b\"","color":"red","description":"why"},{"name":"C","color":"blue","group":"Complete"}]}}"#,
            r#""No":{"unique_id":{"prefix":"T"}}"#,
            r#""Bare":{"unique_id":{}}"#,
            &format!(r#""One":{{"relation":{{"data_source_id":"{OTHER}","single_property":{{}}}}}}"#),
            &format!(r#""Two":{{"relation":{{"data_source_id":"{OTHER}","dual_property":{{}}}}}}"#),
            r#""Note":{"rich_text":{},"description":"For you"}"#,
        ];
        assert_eq!(blueprint.properties(), format!("{{{}}}", expected.join(",")));
        assert_eq!(
            left_out(&blueprint),
            [
                "column `State`: the option `A \"b\"` is in the group `Doing`, which can only be made in Notion"
            ]
        );
    }

    #[test]
    fn what_refers_to_itself_comes_later() {
        let dual = |other: &str| format!(r#""dual_property":{{"synced_property_id":"{other}"}}"#);
        let blueprint = blueprint(&[
            column("Label", "formula", r#"{"expression":"prop(\"Depth\") + 1"}"#),
            column(
                "Depth",
                "rollup",
                r#"{"relation_property_name":"Parent","rollup_property_name":"Name","function":"count"}"#,
            ),
            relation("Parent", ID, r#""single_property":{}"#),
            relation("Before", ID, &dual("after")),
            relation("After", ID, &dual("before")),
            column("Late", "formula", r#"{"expression":"prop(\"After\").length()"}"#),
        ]);
        assert_eq!(blueprint.properties(), "{}");
        let later = blueprint.later(OTHER).unwrap();
        assert!(later.contains(&format!(
            r#""Parent":{{"relation":{{"data_source_id":"{OTHER}","single_property":{{}}}}}}"#
        )));
        for name in ["Label", "Depth", "Before"] {
            assert!(later.contains(&format!(r#""{name}":{{"#)), "{later}");
        }
        assert_eq!(
            left_out(&blueprint),
            [
                "column `After`: it is the other side of `Before`, with which Notion creates it under another name",
                "column `Late`: it builds on `After`, which is left out",
            ]
        );
    }

    #[test]
    fn what_cannot_be_made_is_told() {
        let many: Vec<_> = (0..101)
            .map(|at| format!(r#"{{"id":"{at}","name":"{at}"}}"#))
            .collect();
        let blueprint = blueprint(&[
            column("Mood", "mood_ring", "{}"),
            column(
                "Many",
                "select",
                &format!(r#"{{"options":[{}]}}"#, many.join(",")),
            ),
            column("Hidden", "relation", "{}"),
            column("Empty", "rollup", r#"{"function":"count"}"#),
            r#""Odd":{"id":"o","type":"number"}"#.to_owned(),
        ]);
        assert_eq!(blueprint.properties(), "{}");
        assert_eq!(
            left_out(&blueprint),
            [
                "column `Mood`: the kind `mood_ring` is not known",
                "column `Many`: it has 101 options, and a request takes 100",
                "column `Hidden`: the schema does not say enough to create it",
                "column `Empty`: the schema does not say enough to create it",
                "column `Odd`: the schema does not say enough to create it",
            ]
        );
    }
}
