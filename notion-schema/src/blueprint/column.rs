//! The settings of a column, as a request gives them.

use super::{LeftOut, Reason, expression};
use crate::json::{Error, Reader, Writer};
use crate::schema::OptionGroup;
use crate::{DataSource, Kind, Property};

/// How many elements an array of a request has at most.
///
/// Source: <https://developers.notion.com/reference/request-limits>.
const MAX_OPTIONS: usize = 100;

/// A column that a request can make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) description: Option<String>,
    pub(super) config: Config,
    /// The names of the columns that have to be there.
    pub(super) needs: Vec<String>,
}

/// What stands under the name of the kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Config {
    Json(String),
    /// A relation to the data source that the column is in, by its side: `single_property` or `dual_property`.
    OwnRelation(&'static str),
}

impl Column {
    /// The column that makes a property of `source` again. Parts that cannot be made are told in `left_out`.
    pub(super) fn of(
        property: &Property,
        source: &DataSource,
        left_out: &mut Vec<LeftOut>,
    ) -> Result<Self, Reason> {
        let unknown = || Reason::Kind(property.type_name.clone());
        let kind = property.kind().ok_or_else(unknown)?;
        let mut column = Self {
            name: property.name.clone(),
            kind,
            description: property.description.clone().filter(|text| !text.is_empty()),
            config: Config::Json("{}".to_owned()),
            needs: Vec::new(),
        };
        let settings = member(property.json(), kind.name())?;
        let settings = settings.ok_or(Reason::Incomplete)?;
        match kind {
            Kind::Title
            | Kind::RichText
            | Kind::Date
            | Kind::People
            | Kind::Files
            | Kind::Checkbox
            | Kind::Url
            | Kind::Email
            | Kind::PhoneNumber
            | Kind::CreatedTime
            | Kind::CreatedBy
            | Kind::LastEditedTime
            | Kind::LastEditedBy
            | Kind::Place => {}
            Kind::Number => column.config = Config::Json(copied(settings, &["format"])?),
            Kind::UniqueId => column.config = Config::Json(copied(settings, &["prefix"])?),
            Kind::Select | Kind::MultiSelect => column.config = Config::Json(options(settings, &[])?),
            Kind::Status => {
                let groups = groups(settings)?;
                let foreign = groups
                    .iter()
                    .filter(|(_, group)| !OptionGroup::NAMES.contains(&&**group));
                for (id, group) in foreign {
                    let option = property.options.iter().find(|option| option.id == *id);
                    let reason = Reason::Group {
                        option: option.map_or_else(|| id.clone(), |option| option.name.clone()),
                        group: group.clone(),
                    };
                    left_out.push(LeftOut::new(property, reason));
                }
                column.config = Config::Json(options(settings, &groups)?);
            }
            Kind::Formula => {
                let expression = text(settings, "expression")?.ok_or(Reason::Incomplete)?;
                let expression = expression::by_name(&expression, source);
                column.needs = expression::names(&expression);
                let mut json = Writer::new();
                json.begin_object();
                json.key("expression").string(&expression);
                json.end_object();
                column.config = Config::Json(json.into_string());
            }
            Kind::Relation => column.config = related(settings, property, source)?,
            Kind::Rollup => {
                let keys = ["relation_property_name", "rollup_property_name", "function"];
                for key in keys {
                    member(settings, key)?.ok_or(Reason::Incomplete)?;
                }
                column.needs.extend(text(settings, keys[0])?);
                column.config = Config::Json(copied(settings, &keys)?);
            }
            Kind::Verification | Kind::Button => return Err(unknown()),
        }
        Ok(column)
    }

    pub(super) fn is_own_relation(&self) -> bool {
        matches!(self.config, Config::OwnRelation(_))
    }
}

/// Writes the settings of a relation to the data source `target`.
pub(super) fn relation(json: &mut Writer, target: &str, side: &str) {
    json.begin_object();
    json.key("data_source_id").string(target);
    json.key(side).raw("{}");
    json.end_object();
}

/// The settings of a relation. A two-way relation gets a new other side, whose name is Notion's choice.
fn related(settings: &str, property: &Property, source: &DataSource) -> Result<Config, Reason> {
    let target = text(settings, "data_source_id")?.ok_or(Reason::Incomplete)?;
    let dual = member(settings, "dual_property")?;
    let side = if dual.is_some() {
        "dual_property"
    } else {
        "single_property"
    };
    if target != source.id {
        let mut json = Writer::new();
        relation(&mut json, &target, side);
        return Ok(Config::Json(json.into_string()));
    }
    if let Some(dual) = dual
        && let Some(other) = text(dual, "synced_property_id")?
    {
        let before = source
            .properties
            .iter()
            .take_while(|other| other.id != property.id);
        if let Some(other) = before.into_iter().find(|before| before.id == other) {
            return Err(Reason::OtherSide(other.name.clone()));
        }
    }
    Ok(Config::OwnRelation(side))
}

/// `{"options": […]}` without ids, and with the groups of those options that have one.
fn options(settings: &str, groups: &[(String, String)]) -> Result<String, Reason> {
    let mut json = Writer::new();
    let mut count = 0;
    json.begin_object();
    json.key("options").begin_array();
    for option in elements(settings, "options")? {
        count += 1;
        json.begin_object();
        for key in ["name", "color", "description"] {
            if let Some(value) = member(option, key)? {
                json.key(key).raw(value);
            }
        }
        let id = text(option, "id")?;
        let group = groups.iter().find(|(of, _)| Some(of) == id.as_ref());
        if let Some((_, group)) = group.filter(|(_, group)| OptionGroup::NAMES.contains(&&**group)) {
            json.key("group").string(group);
        }
        json.end_object();
    }
    json.end_array();
    json.end_object();
    if count > MAX_OPTIONS {
        return Err(Reason::Options(count));
    }
    Ok(json.into_string())
}

/// The ids of options, each with the name of its group.
fn groups(settings: &str) -> Result<Vec<(String, String)>, Error> {
    let mut groups = Vec::new();
    for group in elements(settings, "groups")? {
        let name = text(group, "name")?.unwrap_or_default();
        for id in elements(group, "option_ids")? {
            groups.push((Reader::new(id).string()?.into_owned(), name.clone()));
        }
    }
    Ok(groups)
}

/// An object with those of the members that are there.
fn copied(object: &str, keys: &[&str]) -> Result<String, Error> {
    let mut json = Writer::new();
    json.begin_object();
    for key in keys {
        if let Some(value) = member(object, key)? {
            json.key(key).raw(value);
        }
    }
    json.end_object();
    Ok(json.into_string())
}

/// A member of an object as JSON; `None` where it is missing or null.
fn member<'a>(object: &'a str, name: &str) -> Result<Option<&'a str>, Error> {
    let mut reader = Reader::new(object);
    reader.begin_object()?;
    while let Some(key) = reader.key()? {
        if key == name {
            return Ok(if reader.null() { None } else { Some(reader.raw()?) });
        }
        reader.skip()?;
    }
    Ok(None)
}

fn text(object: &str, name: &str) -> Result<Option<String>, Error> {
    member(object, name)?
        .map(|json| Reader::new(json).string().map(String::from))
        .transpose()
}

/// The elements of an array that is a member of an object; none where it is missing.
fn elements<'a>(object: &'a str, name: &str) -> Result<Vec<&'a str>, Error> {
    let mut elements = Vec::new();
    if let Some(array) = member(object, name)? {
        let mut reader = Reader::new(array);
        reader.begin_array()?;
        while reader.element()? {
            elements.push(reader.raw()?);
        }
    }
    Ok(elements)
}

/// Settings that are no JSON of the expected form say nothing.
impl From<Error> for Reason {
    fn from(_: Error) -> Self {
        Self::Incomplete
    }
}
