//! What one writes by hand with serde: a struct for each kind, with the fields that are needed and no others.
#![expect(non_camel_case_types, reason = "they go by the names of the kinds")]

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub(crate) struct List<P> {
    pub(crate) results: Vec<P>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "to be read is what the id is here for")]
pub(crate) struct Page<T> {
    pub(crate) id: String,
    pub(crate) properties: T,
}

/// Declares the wrapper that the API puts around a value: `{"number": 5}`.
macro_rules! kinds {
    ($($kind:ident($value:ty);)*) => {$(
        #[derive(Serialize, Deserialize)]
        pub(crate) struct $kind {
            $kind: $value,
        }
    )*};
}

kinds! {
    title(Vec<Text>);
    rich_text(Vec<Text>);
    number(Option<f64>);
    select(Option<Named>);
    multi_select(Vec<Named>);
    status(Option<Named>);
    date(Option<Range>);
    people(Vec<User>);
    files(Vec<File>);
    checkbox(bool);
    url(Option<String>);
    email(Option<String>);
    phone_number(Option<String>);
    relation(Vec<Reference>);
    created_time(String);
    created_by(User);
    last_edited_time(String);
    last_edited_by(User);
    unique_id(Number);
}

pub(crate) type formula_string = Formula<FormulaString>;
pub(crate) type formula_number = Formula<ResultNumber>;

#[derive(Serialize, Deserialize)]
pub(crate) struct Formula<R> {
    formula: R,
}

#[derive(Serialize, Deserialize)]
#[expect(non_camel_case_types, reason = "it goes by the name of the kind")]
pub(crate) struct rollup_number {
    rollup: ResultNumber,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct FormulaString {
    string: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ResultNumber {
    number: Option<f64>,
}

/// Read from `plain_text`, written to `text`.
#[derive(Deserialize)]
pub(crate) struct Text {
    plain_text: String,
}

impl Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Item<'a> {
            text: Content<'a>,
        }
        #[derive(Serialize)]
        struct Content<'a> {
            content: &'a str,
        }
        let text = Content {
            content: &self.plain_text,
        };
        Item { text }.serialize(serializer)
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Named {
    name: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Range {
    start: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Reference {
    id: String,
}

#[derive(Serialize, Deserialize)]
#[expect(dead_code, reason = "to be read is what name and address are here for")]
pub(crate) struct User {
    id: String,
    #[serde(skip_serializing)]
    name: Option<String>,
    #[serde(skip_serializing)]
    person: Option<Person>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Person {
    email: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct File {
    name: String,
    external: Option<Link>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Link {
    url: String,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Number {
    prefix: Option<String>,
    number: Option<u64>,
}
