//! Formulas that come with a seed.

use notion_sim::Sim;
use serde_json::{Value, json};

use crate::common::{Client, start, text};
use crate::{formula, result, value};

/// A seed as a recording gives it: ids of columns and expressions as they were, and not all there was.
fn recorded() -> Value {
    let source = "11111111-1111-4111-8111-111111111111";
    let reference = |id: &str| {
        format!("{{{{notion:block_property:{id}:{source}:77777777-7777-4777-8777-777777777777}}}}")
    };
    let column = |id: &str, kind: &str, config: Value| json!({"id": id, "type": kind, kind: config});
    let formula = |id: &str, expression: String| column(id, "formula", json!({"expression": expression}));
    let cell = |id: &str, result: Value| json!({"id": id, "type": "formula", "formula": result});
    let one = json!({"type": "number", "number": 1});
    json!({
        "format": "notion-sim-seed/1",
        "databases": [{
            "object": "database", "id": "22222222-2222-4222-8222-222222222222",
            "parent": {"type": "workspace", "workspace": true},
        }],
        "data_sources": [{
            "object": "data_source", "id": source,
            "parent": {"type": "database_id", "database_id": "22222222-2222-4222-8222-222222222222"},
            "properties": {
                "Name": column("title", "title", json!({})),
                "Hours": column("H%3Ah%3A", "number", json!({"format": "number"})),
                "Related": column("rela", "relation", json!({"data_source_id": source})),
                "Good": formula("good", format!("{} * 2", reference("H%3Ah%3A"))),
                "Odd": formula("oddd", format!("={}* 2", reference("H%3Ah%3A"))),
                "Strange": formula("stra", "strange(1)".to_owned()),
                "Count": formula("coun", format!("{}.length()", reference("rela"))),
                "Hidden": formula("hidd", format!("{} + 1", reference("gone"))),
                "Over": formula("over", format!("{} * 10", reference("coun"))),
            },
        }],
        "pages": [
            {
                "object": "page", "id": "33333333-3333-4333-8333-333333333333",
                "parent": {"type": "data_source_id", "data_source_id": source},
                "properties": {
                    "Hours": {"id": "H%3Ah%3A", "type": "number", "number": 4},
                    "Related": {
                        "id": "rela", "type": "relation", "relation": [{"id": "99999999-9999-4999-8999-999999999999"}],
                    },
                    "Good": cell("good", one.clone()), "Odd": cell("oddd", one.clone()), "Count": cell("coun", json!({
                        "type": "number", "number": 7,
                    })),
                    "Strange": cell("stra", json!({"type": "boolean", "boolean": true})), "Hidden": cell("hidd", one),
                },
            },
            {
                "object": "page", "id": "44444444-4444-4444-8444-444444444444", "properties": {},
                "parent": {"type": "data_source_id", "data_source_id": source},
            },
        ],
    })
}

#[test]
fn seeds_bring_expressions_and_values_of_their_own() {
    let sim = start(Sim::builder().seed(recorded()));
    let client = Client::new(&sim);
    let schema = "/v1/data_sources/11111111-1111-4111-8111-111111111111";
    let expression = |name: &str| text(&client.get(schema).ok()["properties"][name]["formula"]["expression"]);
    let first = || client.get("/v1/pages/33333333-3333-4333-8333-333333333333").ok();
    let second = client.get("/v1/pages/44444444-4444-4444-8444-444444444444").ok();

    // As it was recorded, and as Notion writes it today. What cannot be read stays.
    for name in ["Good", "Odd", "Strange", "Count", "Hidden", "Over"] {
        sim.set_now("2026-06-27T17:01:00Z".parse().expect("a time"));
        let seeded = recorded()["data_sources"][0]["properties"][name]["formula"]["expression"].clone();
        assert_eq!(expression(name), seeded, "{name}");
    }
    let odd = expression("Odd");
    sim.set_now("2026-09-15T10:20:30Z".parse().expect("a time"));
    assert_eq!(expression("Good"), "prop(\"Hours\") * 2");
    assert_eq!(expression("Odd"), odd);

    // What can be worked out is; for what cannot, the seed knows better.
    assert_eq!(
        (value(&first(), "Good"), value(&second, "Good")),
        (json!(8), json!(0))
    );
    assert_eq!(value(&first(), "Odd"), 1);
    assert_eq!(result(&second, "Odd"), ("string".to_owned(), Value::Null));
    assert_eq!(result(&first(), "Strange"), ("boolean".to_owned(), json!(true)));
    assert_eq!(
        (value(&first(), "Count"), value(&second, "Count")),
        (json!(7), json!(0))
    );
    assert_eq!(value(&first(), "Hidden"), 1);
    assert_eq!(value(&first(), "Over"), 70, "formulas go on from there");

    // A filter may rely on the type of a seeded value.
    let titles = |filter: Value| client.titles(&schema[17..], &json!({"filter": filter}));
    let odd = |test: Value| titles(json!({"property": "Odd", "formula": test}));
    assert_eq!(odd(json!({"number": {"equals": 1}})).len(), 1);
    assert_eq!(
        titles(json!({"property": "Strange", "formula": {"checkbox": {"equals": true}}})).len(),
        1
    );

    // A dump keeps all of it.
    let copy = start(Sim::builder().seed(sim.state()));
    copy.set_now(sim.now());
    assert_eq!(copy.state(), sim.state());
    let copied = Client::new(&copy)
        .get("/v1/pages/33333333-3333-4333-8333-333333333333")
        .ok();
    assert_eq!(copied["properties"], first()["properties"]);

    // A new expression and a column that goes away make it worthless.
    let change = |properties: Value| client.patch(schema, &json!({"properties": properties})).ok();
    change(json!({"Odd": formula("prop(\"Hours\") * 2"), "Related": null}));
    let first = first();
    assert_eq!(value(&first, "Odd"), 8);
    assert_eq!(value(&first, "Count"), 0);
    assert_eq!(value(&first, "Strange"), true);
}
