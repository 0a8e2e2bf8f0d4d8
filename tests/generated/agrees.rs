//! Whether what a field holds is what `serde_json` finds in the page.

use notion_core::jiff::Timestamp;
use notion_core::prelude::*;
use notion_core::{Place, Raw, UniqueId, Verification, VerificationState};
use serde_json::Value;

pub(crate) trait Agrees {
    /// Compares with the value of a column: what stands under the name of its kind.
    fn agrees(&self, value: &Value) -> bool;
}

/// An enum of options.
#[macro_export]
macro_rules! options {
    ($options:ty) => {
        impl $crate::agrees::Agrees for $options {
            fn agrees(&self, value: &serde_json::Value) -> bool {
                value["name"] == *notion_core::NotionOption::name(self)
            }
        }
    };
}

impl<T: Agrees> Agrees for Option<T> {
    fn agrees(&self, value: &Value) -> bool {
        match self {
            Some(field) => field.agrees(value),
            None => value.is_null(),
        }
    }
}

impl<T: Agrees> Agrees for Vec<T> {
    fn agrees(&self, value: &Value) -> bool {
        let Some(shown) = value.as_array() else {
            return false;
        };
        self.len() == shown.len() && self.iter().zip(shown).all(|(field, value)| field.agrees(value))
    }
}

impl Agrees for String {
    fn agrees(&self, value: &Value) -> bool {
        match value {
            Value::Array(_) => *self == plain_text(value),
            Value::Object(option) => option["name"] == *self,
            _ => value == self,
        }
    }
}

impl Agrees for RichText {
    fn agrees(&self, value: &Value) -> bool {
        self.plain_text() == plain_text(value)
    }
}

fn plain_text(items: &Value) -> String {
    let items = items.as_array().into_iter().flatten();
    items.filter_map(|item| item["plain_text"].as_str()).collect()
}

impl Agrees for f64 {
    fn agrees(&self, value: &Value) -> bool {
        value.as_f64() == Some(*self)
    }
}

impl Agrees for bool {
    fn agrees(&self, value: &Value) -> bool {
        value == self
    }
}

impl Agrees for () {
    fn agrees(&self, value: &Value) -> bool {
        value.is_object()
    }
}

impl Agrees for DateOrRange {
    fn agrees(&self, value: &Value) -> bool {
        let shown = |key: &str| value[key].as_str().map(|text| text.replace(".000", ""));
        shown("start") == Some(self.start.to_string()) && shown("end") == self.end.map(|end| end.to_string())
    }
}

impl Agrees for Timestamp {
    fn agrees(&self, value: &Value) -> bool {
        value == &format!("{self:.3}")
    }
}

impl Agrees for UserRef {
    fn agrees(&self, value: &Value) -> bool {
        value["id"] == self.id.to_string() && value["name"].as_str() == self.name.as_deref()
    }
}

impl Agrees for PageId {
    fn agrees(&self, value: &Value) -> bool {
        value["id"] == self.to_string()
    }
}

impl Agrees for FileRef {
    fn agrees(&self, value: &Value) -> bool {
        let kind = value["type"].as_str().unwrap_or_default();
        value["name"] == self.name && value[kind]["url"].as_str() == self.url()
    }
}

impl Agrees for UniqueId {
    fn agrees(&self, value: &Value) -> bool {
        value["number"] == self.number && value["prefix"].as_str() == self.prefix.as_deref()
    }
}

impl Agrees for Verification {
    fn agrees(&self, value: &Value) -> bool {
        let state = match self.state {
            VerificationState::Verified => "verified",
            VerificationState::Expired => "expired",
            _ => "unverified",
        };
        value["state"].as_str().unwrap_or("unverified") == state
    }
}

impl Agrees for Place {
    fn agrees(&self, value: &Value) -> bool {
        value["lat"] == self.lat && value["lon"] == self.lon && value["name"].as_str() == self.name.as_deref()
    }
}

impl Agrees for Raw {
    fn agrees(&self, value: &Value) -> bool {
        let is = |json: &str| serde_json::from_str::<Value>(json).is_ok_and(|json| json == *value);
        // A value that a rollup shows is a whole property without its id.
        is(self.value()) || is(self.json())
    }
}

impl<T: Agrees> Agrees for Rollup<T> {
    fn agrees(&self, value: &Value) -> bool {
        let kind = value["type"].as_str().unwrap_or_default();
        match self {
            Rollup::Value(field) => field.agrees(&value[kind]),
            Rollup::Unsupported => kind == "unsupported",
            Rollup::Incomplete => kind == "incomplete",
            _ => false,
        }
    }
}
