use std::fmt;

use notion_schema::json::Writer;

use super::column::{Place, Quantifier};
use super::operator::Operator;
use super::source::Source;
use crate::kind::Filterable;
use crate::property::{OptionDef, StatusGroup};

/// What a filter asks of one column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Condition {
    pub(crate) place: Place,
    /// For a rollup that shows values: of how many of them it must hold.
    pub(crate) quantifier: Option<Quantifier>,
    pub(crate) filter: Filterable,
    pub(crate) operator: Operator,
    pub(crate) value: Value,
}

/// What a column is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// Nothing, as the operator says it all.
    None,
    /// A value, or a list of values, as JSON.
    Json(String),
    /// The number of a unique id, in a column with that prefix.
    Id { prefix: String, number: String },
    /// The options in a group of a status, and of those the ones that the enum knows.
    Group(StatusGroup, &'static [OptionDef]),
}

impl Condition {
    /// The same column, asked something else.
    pub(super) fn with(&self, operator: Operator, value: Value) -> Self {
        Self {
            operator,
            value,
            ..self.clone()
        }
    }

    pub(super) fn with_operator(&self, operator: Operator) -> Self {
        self.with(operator, self.value.clone())
    }

    pub(super) fn with_quantifier(&self, quantifier: Quantifier) -> Self {
        Self {
            quantifier: Some(quantifier),
            ..self.clone()
        }
    }

    /// The condition that holds of just those rows of which this one does not, where one condition says that.
    pub(super) fn opposite(&self) -> Option<Self> {
        match self.quantifier {
            None => Some(self.with_operator(self.operator.opposite()?)),
            Some(Quantifier::Any) => Some(self.with_quantifier(Quantifier::None)),
            Some(Quantifier::None) => Some(self.with_quantifier(Quantifier::Any)),
            Some(Quantifier::Every) => None,
        }
    }

    pub(super) fn write(&self, json: &mut Writer, source: Option<Source<'_>>) {
        json.begin_object();
        self.place.write(json, source);
        let keys = self.keys();
        for key in &keys {
            json.key(key).begin_object();
        }
        json.key(self.operator.api_name(&self.filter));
        match (&self.value, self.operator) {
            (Value::Json(value), _) => json.raw(value),
            (_, Operator::IsEmpty | Operator::IsNotEmpty) => json.bool(true),
            // The source has put JSON in the place of ids and groups.
            _ => json.raw("{}"),
        }
        for _ in &keys {
            json.end_object();
        }
        json.end_object();
    }

    /// The column and the operator, as in code.
    pub(super) fn question(&self) -> String {
        let of = self
            .quantifier
            .map(|quantifier| format!(".{}()", quantifier.name()));
        let operator = self.operator.name(&self.filter);
        format!("{}{}.{operator}", self.place, of.unwrap_or_default())
    }

    /// The keys under which the operator stands.
    fn keys(&self) -> Vec<&'static str> {
        match self.quantifier {
            None => self.filter.keys.to_vec(),
            Some(quantifier) => vec!["rollup", quantifier.name(), self.filter.element],
        }
    }
}

impl Value {
    pub(super) fn text(text: &str) -> Self {
        let mut json = Writer::new();
        json.string(text);
        Self::Json(json.into_string())
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.question(), self.value)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Json(json) => f.write_str(json),
            Self::Id { prefix, number } => write!(f, "\"{prefix}-{number}\""),
            Self::Group(group, _) => write!(f, "{group:?}"),
        }
    }
}
