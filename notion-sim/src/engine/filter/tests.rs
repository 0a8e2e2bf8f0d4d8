use serde_json::{Value, json};
use uuid::Uuid;

use super::super::super::column::{self, Choice, Column};
use super::super::super::container::{DataSource, Database};
use super::super::super::date::DateValue;
use super::super::super::id;
use super::super::super::kind::Kind;
use super::super::super::page::Page;
use super::super::super::parent::Parent;
use super::super::super::reader::Reader;
use super::super::super::rich_text::RichText;
use super::super::super::value::PropertyValue;
use super::super::super::workspace::Workspace;
use super::super::{bind, check};
use crate::validate::Path;

/// Saturday.
const NOW: &str = "2026-06-27T17:01:15Z";

struct Table {
    workspace: Workspace,
    source: Uuid,
}

impl Table {
    /// A row per value; `Null` leaves the cell empty.
    fn of(kind: &Kind, values: &[Value]) -> Self {
        let now = NOW.parse().expect("a time");
        let mut workspace = Workspace::empty(id::fresh(), id::fresh());
        let database = Database::new(Parent::Workspace, RichText::default(), now);
        let columns = vec![
            Column::title("Name"),
            Column::new("cell", "Cell", kind.clone(), json!({}), Value::Null),
        ];
        let source = DataSource::new(database.id, columns, workspace.bot, now, 0);
        let (database_id, source_id) = (database.id, source.id);
        workspace.add_database(database);
        workspace.add_data_source(source);
        for value in values {
            let parent = Parent::DataSource {
                data_source: source_id,
                database: Some(database_id),
            };
            let mut page = Page::new(parent, workspace.bot, now, 0);
            page.set(&"cell".into(), PropertyValue::from_json(kind, value));
            workspace.add_page(page);
        }
        Self {
            workspace,
            source: source_id,
        }
    }

    /// The positions of the rows that pass.
    fn passing(&self, filter: &Value) -> Vec<usize> {
        self.try_passing(filter).expect("a good filter")
    }

    fn try_passing(&self, filter: &Value) -> Result<Vec<usize>, String> {
        let filter = check(filter, Path::body().key("filter")).map_err(|refusal| refusal.message)?;
        let source = self
            .workspace
            .data_sources
            .get(&self.source)
            .expect("a data source");
        let reader = Reader::new(&self.workspace, NOW.parse().expect("a time"));
        let bound = bind(&reader, source, &filter).map_err(|refusal| refusal.message)?;
        let page = |id: &Uuid| self.workspace.pages.get(id).expect("a page");
        let passes = |id: &Uuid| bound.matches(&reader, page(id), None);
        Ok(self
            .workspace
            .rows_of(self.source)
            .iter()
            .enumerate()
            .filter(|(_, id)| passes(id))
            .map(|(at, _)| at)
            .collect())
    }

    fn cell(&self, key: &str, test: &Value) -> Vec<usize> {
        self.passing(&json!({"property": "Cell", key: test}))
    }
}

fn texts(values: &[&str]) -> Vec<Value> {
    values
        .iter()
        .map(|text| RichText::plain(text).to_json())
        .collect()
}

#[test]
fn text() {
    let table = Table::of(&Kind::RichText, &texts(&["John Doe", "jane", ""]));
    let cases = [
        ("equals", "john doe", vec![0]),
        ("does_not_equal", "jane", vec![0, 2]),
        ("contains", "DOE", vec![0]),
        ("does_not_contain", "doe", vec![1, 2]),
        ("starts_with", "ja", vec![1]),
        ("ends_with", "e", vec![0, 1]),
    ];
    for (operator, value, expected) in cases {
        assert_eq!(
            table.cell("rich_text", &json!({operator: value})),
            expected,
            "{operator}"
        );
    }
    assert_eq!(table.cell("rich_text", &json!({"is_empty": true})), [2]);
    assert_eq!(table.cell("rich_text", &json!({"is_not_empty": true})), [0, 1]);
}

#[test]
fn text_aliases() {
    let table = Table::of(&Kind::Url, &[json!("https://a.example"), Value::Null]);
    for key in ["url", "rich_text"] {
        assert_eq!(table.cell(key, &json!({"contains": "a.ex"})), [0], "{key}");
    }
}

#[test]
fn number() {
    let table = Table::of(&Kind::Number, &[json!(1), json!(2.5), Value::Null]);
    let cases = [
        ("equals", vec![1]),
        ("does_not_equal", vec![0, 2]),
        ("greater_than", vec![]),
        ("less_than", vec![0]),
        ("greater_than_or_equal_to", vec![1]),
        ("less_than_or_equal_to", vec![0, 1]),
    ];
    for (operator, expected) in cases {
        assert_eq!(
            table.cell("number", &json!({operator: 2.5})),
            expected,
            "{operator}"
        );
    }
}

#[test]
fn checkbox() {
    let table = Table::of(&Kind::Checkbox, &[json!(true), Value::Null]);
    assert_eq!(table.cell("checkbox", &json!({"equals": false})), [1]);
    assert_eq!(table.cell("checkbox", &json!({"does_not_equal": false})), [0]);
}

#[test]
fn options() {
    let option = |name: &str| {
        Choice {
            id: name.into(),
            name: name.into(),
            color: "red".into(),
        }
        .to_json()
    };
    let table = Table::of(&Kind::Select, &[option("S"), option("M"), Value::Null]);
    assert_eq!(table.cell("select", &json!({"equals": ["S", "M"]})), [0, 1]);
    assert_eq!(table.cell("select", &json!({"does_not_equal": "S"})), [1, 2]);
    assert_eq!(table.cell("select", &json!({"does_not_equal": ["S", "M"]})), [2]);
    assert_eq!(
        table.cell("select", &json!({"equals": "unknown"})),
        Vec::<usize>::new()
    );
    let table = Table::of(
        &Kind::MultiSelect,
        &[json!([option("a"), option("b")]), Value::Null],
    );
    assert_eq!(table.cell("multi_select", &json!({"contains": "b"})), [0]);
    assert_eq!(table.cell("multi_select", &json!({"contains": ["b", "c"]})), [0]);
    assert_eq!(
        table.cell("multi_select", &json!({"does_not_contain": ["b", "c"]})),
        [1]
    );
    assert_eq!(table.cell("multi_select", &json!({"is_empty": true})), [1]);
}

#[test]
fn dates() {
    let date = |start: &str| json!({"start": start, "end": null, "time_zone": null});
    let table = Table::of(
        &Kind::Date,
        &[
            date("2026-06-26"),
            date("2026-06-27T17:01:00.000+00:00"),
            date("2026-06-27T19:00:00.000+01:00"),
            date("2026-06-28"),
            Value::Null,
        ],
    );
    let cases = [
        (json!({"equals": "2026-06-27"}), vec![1, 2]),
        (json!({"equals": "2026-06-27T18:01:59+01:00"}), vec![1]),
        (json!({"before": "2026-06-27"}), vec![0]),
        (json!({"after": "2026-06-27"}), vec![3]),
        (json!({"on_or_before": "2026-06-27"}), vec![0, 1, 2]),
        (json!({"on_or_after": "2026-06-27T17:01:00Z"}), vec![1, 2, 3]),
        (json!({"after": "2026-06-27T17:01:30Z"}), vec![2, 3]),
        (json!({"equals": "today"}), vec![1, 2]),
        (json!({"equals": "tomorrow"}), vec![3]),
        (json!({"on_or_before": "yesterday"}), vec![0]),
        (json!({"past_week": {}}), vec![0, 1]),
        (json!({"next_week": {}}), vec![1, 2, 3]),
        (json!({"this_week": {}}), vec![0, 1, 2]),
        (json!({"is_empty": true}), vec![4]),
    ];
    for (test, expected) in cases {
        assert_eq!(table.cell("date", &test), expected, "{test}");
    }
    assert_eq!(
        table.passing(&json!({"timestamp": "created_time", "created_time": {"is_empty": true}})),
        Vec::<usize>::new()
    );
    let all = json!({"timestamp": "created_time", "created_time": {"on_or_after": "2026-06-27"}});
    assert_eq!(table.passing(&all).len(), 5);
}

#[test]
fn people_and_me() {
    let user = "7855b161-f63e-4683-b7c7-8ca6e97ee266";
    let table = Table::of(
        &Kind::People,
        &[json!([{"object": "user", "id": user}]), Value::Null],
    );
    assert_eq!(table.cell("people", &json!({"contains": user})), [0]);
    assert_eq!(table.cell("people", &json!({"does_not_contain": user})), [1]);
    assert_eq!(
        table.cell("people", &json!({"contains": "me"})),
        Vec::<usize>::new()
    );
    assert_eq!(table.cell("people", &json!({"does_not_contain": "me"})), [0, 1]);
}

#[test]
fn seeded_rollups_and_formulas() {
    let title = |text: &str| json!({"type": "title", "title": RichText::plain(text).to_json()});
    let rollup = |items: Vec<Value>| json!({"type": "array", "array": items, "function": "show_original"});
    let table = Table::of(
        &Kind::Rollup,
        &[rollup(vec![title("a"), title("b")]), rollup(vec![])],
    );
    let passing = |which: &str, test: Value| table.cell("rollup", &json!({which: {"rich_text": test}}));
    assert_eq!(passing("any", json!({"equals": "b"})), [0]);
    assert_eq!(passing("every", json!({"is_not_empty": true})), [0]);
    assert_eq!(passing("none", json!({"is_empty": true})), [0, 1]);
    let other = json!({"property": "Cell", "rollup": {"any": {"title": {"equals": "b"}}}});
    assert_eq!(
        table.try_passing(&other).expect_err("no kind of values"),
        "body failed validation: body.filter.rollup.any.rich_text should be defined, instead was `undefined`."
    );
    let table = Table::of(&Kind::Formula, &[json!({"type": "number", "number": 3})]);
    assert_eq!(
        table.cell("formula", &json!({"number": {"greater_than": 2}})),
        [0]
    );
}

#[test]
fn compounds_nest_two_levels() {
    let table = Table::of(&Kind::Number, &[json!(1), json!(2), json!(3)]);
    let is = |number: u8| json!({"property": "Cell", "number": {"equals": number}});
    assert_eq!(
        table.passing(&json!({"or": [is(1), {"and": [is(2), is(2)]}]})),
        [0, 1]
    );
    let deep = json!({"or": [{"and": [{"or": [is(1)]}]}]});
    let message = table.try_passing(&deep).expect_err("too deep");
    assert!(
        message.starts_with("body failed validation: body.filter.or[0].and[0].or should be not present"),
        "{message}"
    );
}

#[test]
fn refusals() {
    let table = Table::of(&Kind::Number, &[json!(1)]);
    let message = |filter: Value| table.try_passing(&filter).expect_err("refused");
    assert_eq!(
        message(json!({"property": "Cell", "rich_text": {"equals": "x"}})),
        "The property type in the database does not match the property type of the filter provided: database property number \
         does not match filter rich_text"
    );
    assert_eq!(
        message(json!({"property": "Nope", "number": {"equals": 1}})),
        "Could not find property with name or id: Nope"
    );
    assert_eq!(
        message(json!({"property": "Cell", "number": {"equals": "1"}})),
        "body failed validation: body.filter.number.equals should be a number, instead was `\"1\"`."
    );
    assert_eq!(
        message(json!({"property": "Cell", "number": {"near": 1}})),
        "body failed validation: body.filter.number.near should be not present, instead was `1`."
    );
    assert!(
        message(json!({})).starts_with("body failed validation. Fix one:\nbody.filter.or should be defined")
    );
}

#[test]
fn columns_are_found_by_name_and_by_either_form_of_their_id() {
    let columns = [Column::new("a:b;", "Cell", Kind::Number, json!({}), Value::Null)];
    for key in ["Cell", "a:b;", "a%3Ab%3B"] {
        assert!(column::find(&columns, key).is_some(), "{key}");
    }
    assert!(DateValue::from_json(&Value::Null).is_none());
}
