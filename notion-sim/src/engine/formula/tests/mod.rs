//! The language as a whole. A case is an expression and what the API shows of its result.

mod functions;
mod language;
mod limits;
mod types;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    Formula, Key, Moment, Outcome, Page, Period, Person, Scope, Type, Value, Work, answer, reference,
};

/// A row of a task list.
struct Row {
    page: Page,
}

/// The cells of every row, by the name of the column.
fn cell(page: &Page, key: &str) -> Outcome {
    let person = |name: &str| {
        Value::Person(
            Person {
                id: Uuid::from_u128(name.len() as u128),
                name: name.to_owned(),
                email: Some(format!("{}@example.com", name.to_lowercase())),
            }
            .into(),
        )
    };
    let date = |text: &str| Value::Date(Period::at(Moment::parse(text).expect("a date")));
    let texts = |texts: &[&str]| Value::of_list(texts.iter().map(|text| Value::of_text(text)).collect());
    Outcome::Value(match key {
        "Name" => Value::Text(page.title.clone()),
        "Count" | "n%3Aid" => Value::Number(3.0),
        "Zero" => Value::Number(0.0),
        "Done" => Value::Boolean(true),
        "Tags" => texts(&["red", "blue"]),
        "No tags" => texts(&[]),
        "Pattern" => Value::of_text("["),
        "Say \"hi\"" => Value::of_text("hi"),
        "Due" => date("2026-09-15"),
        "Call" => date("2026-09-15T09:30:00Z"),
        "Trip" => Value::Date(Period {
            start: Moment::parse("2026-09-01").expect("a date"),
            end: Moment::parse("2026-09-04"),
        }),
        "Author" => person("Ada"),
        "Team" => Value::of_list(vec![person("Ada"), person("Grace")]),
        "Parts" => Value::of_list(vec![part(1, "Bolt"), part(2, "Nut")]),
        "Weight" => Value::Number(page.title.len() as f64),
        "Large rollup" => return Outcome::Unsupported("it has too many references".to_owned()),
        _ => Value::Empty,
    })
}

fn part(id: u128, title: &str) -> Value {
    Value::Page(Page {
        id: Uuid::from_u128(id),
        title: title.into(),
    })
}

fn column(key: &Key) -> Option<Type> {
    Some(match key.text() {
        "Name" | "Text" | "Pattern" | "Say \"hi\"" => Type::Text,
        "Count" | "n%3Aid" | "Zero" | "Number" | "Large rollup" => Type::Number,
        "Done" => Type::Boolean,
        "Tags" | "No tags" => Type::list(Type::Text),
        "Due" | "Call" | "Trip" | "Day" => Type::Date,
        "Author" => Type::Person,
        "Team" => Type::list(Type::Person),
        "Parts" => Type::list(Type::Page),
        "Other formula" => Type::Unknown,
        _ => return None,
    })
}

impl Scope for Row {
    fn now(&self) -> Timestamp {
        "2026-10-02T16:45:30Z".parse().expect("a time")
    }

    fn page(&self) -> &Page {
        &self.page
    }

    fn property(&self, page: &Page, key: &Key) -> Outcome {
        cell(page, key.text())
    }
}

fn evaluate(expression: &str) -> Outcome {
    let formula = Formula::parse(expression).unwrap_or_else(|problem| panic!("{expression}: {problem:?}"));
    let row = Row {
        page: Page {
            id: Uuid::from_u128(0xabc),
            title: "Write".into(),
        },
    };
    formula.eval(&row, &Work::new())
}

/// Every column by what it was called.
fn as_called(key: &Key) -> String {
    reference(key.text())
}

/// The whole answer of the API.
fn shown(expression: &str) -> Json {
    let formula = Formula::parse(expression).unwrap_or_else(|problem| panic!("{expression}: {problem:?}"));
    let expected = formula.result_type(&column);
    let expected = expected.unwrap_or_else(|problem| panic!("{expression}: {problem:?}"));
    answer(&evaluate(expression), &expected)
}

/// Asks each expression for what it is beside its type.
fn check(cases: &[(&str, Json)]) {
    for (expression, wanted) in cases {
        let whole = shown(expression);
        let kind = whole["type"].as_str().expect("a type").to_owned();
        assert_eq!(whole[&kind], *wanted, "{expression}");
    }
}

fn problem(expression: &str) -> &'static str {
    match Formula::parse(expression).and_then(|formula| formula.result_type(&column)) {
        Ok(own) => panic!("{expression} is {own:?}"),
        Err(problem) => problem.message,
    }
}
