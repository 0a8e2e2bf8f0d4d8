use notion_schema::FilterFamily;

use crate::kind::Filterable;

/// What a condition asks of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    /// Of dates, too, for which Notion has no such word: see [`Operator::is_in_api`].
    DoesNotEqual,
    EqualsAny,
    EqualsNone,
    InGroup,
    NotInGroup,
    Contains,
    DoesNotContain,
    ContainsAny,
    ContainsNone,
    StartsWith,
    EndsWith,
    GreaterThan,
    GreaterThanOrEqualTo,
    LessThan,
    LessThanOrEqualTo,
    Before,
    After,
    OnOrBefore,
    OnOrAfter,
    PastWeek,
    PastMonth,
    PastYear,
    ThisWeek,
    NextWeek,
    NextMonth,
    NextYear,
    IsEmpty,
    IsNotEmpty,
}

impl Operator {
    /// The name in code.
    pub(super) fn name(self, filter: &Filterable) -> &'static str {
        match self {
            Self::Equals if is_state(filter) => "is",
            Self::Equals => "eq",
            Self::DoesNotEqual => "ne",
            Self::EqualsAny => "is_any_of",
            Self::EqualsNone => "is_none_of",
            Self::InGroup => "in_group",
            Self::NotInGroup => "not_in_group",
            Self::ContainsAny => "contains_any_of",
            Self::ContainsNone => "contains_none_of",
            Self::GreaterThan => "gt",
            Self::GreaterThanOrEqualTo => "ge",
            Self::LessThan => "lt",
            Self::LessThanOrEqualTo => "le",
            same => same.api_name(filter),
        }
    }

    /// The name in the API.
    ///
    /// Source: <https://developers.notion.com/reference/filter-data-source-entries>.
    pub(super) fn api_name(self, filter: &Filterable) -> &'static str {
        match self {
            Self::Equals if filter.family == FilterFamily::Verification => "status",
            Self::Equals | Self::EqualsAny | Self::InGroup => "equals",
            Self::DoesNotEqual | Self::EqualsNone | Self::NotInGroup => "does_not_equal",
            Self::Contains | Self::ContainsAny => "contains",
            Self::DoesNotContain | Self::ContainsNone => "does_not_contain",
            Self::StartsWith => "starts_with",
            Self::EndsWith => "ends_with",
            Self::GreaterThan => "greater_than",
            Self::GreaterThanOrEqualTo => "greater_than_or_equal_to",
            Self::LessThan => "less_than",
            Self::LessThanOrEqualTo => "less_than_or_equal_to",
            Self::Before => "before",
            Self::After => "after",
            Self::OnOrBefore => "on_or_before",
            Self::OnOrAfter => "on_or_after",
            Self::PastWeek => "past_week",
            Self::PastMonth => "past_month",
            Self::PastYear => "past_year",
            Self::ThisWeek => "this_week",
            Self::NextWeek => "next_week",
            Self::NextMonth => "next_month",
            Self::NextYear => "next_year",
            Self::IsEmpty => "is_empty",
            Self::IsNotEmpty => "is_not_empty",
        }
    }

    /// The operator that holds of just those values of which this one does not, if there is one.
    pub(super) fn opposite(self) -> Option<Self> {
        Some(match self {
            Self::Equals => Self::DoesNotEqual,
            Self::DoesNotEqual => Self::Equals,
            Self::EqualsAny => Self::EqualsNone,
            Self::EqualsNone => Self::EqualsAny,
            Self::InGroup => Self::NotInGroup,
            Self::NotInGroup => Self::InGroup,
            Self::Contains => Self::DoesNotContain,
            Self::DoesNotContain => Self::Contains,
            Self::ContainsAny => Self::ContainsNone,
            Self::ContainsNone => Self::ContainsAny,
            Self::IsEmpty => Self::IsNotEmpty,
            Self::IsNotEmpty => Self::IsEmpty,
            _ => return None,
        })
    }

    /// The operator that holds of the other values, but of an empty one no more than this one does.
    pub(super) fn beyond(self) -> Option<Self> {
        Some(match self {
            Self::GreaterThan => Self::LessThanOrEqualTo,
            Self::GreaterThanOrEqualTo => Self::LessThan,
            Self::LessThan => Self::GreaterThanOrEqualTo,
            Self::LessThanOrEqualTo => Self::GreaterThan,
            Self::Before => Self::OnOrAfter,
            Self::After => Self::OnOrBefore,
            Self::OnOrBefore => Self::After,
            Self::OnOrAfter => Self::Before,
            _ => return None,
        })
    }

    /// Whether Notion has a word for it.
    pub(super) fn is_in_api(self, filter: &Filterable) -> bool {
        self != Self::DoesNotEqual || filter.family != FilterFamily::Date
    }
}

/// Whether values are states that something is in, rather than things that it is equal to.
fn is_state(filter: &Filterable) -> bool {
    matches!(filter.family, FilterFamily::Checkbox | FilterFamily::Verification)
}
