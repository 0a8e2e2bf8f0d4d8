//! Pages whose properties stand in whatever order: each is read for itself, however the page before it was laid out.

use notion_core::prelude::*;
use notion_core::{ErrorKind, RowPage};

#[derive(Debug, PartialEq, NotionRow)]
struct Task {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(name = "Points")]
    points: Option<f64>,
    #[notion(name = "Done")]
    done: bool,
}

/// A response with a page for each text of properties.
fn response(pages: &[String]) -> String {
    let pages: Vec<_> = pages
        .iter()
        .enumerate()
        .map(|(n, properties)| {
            format!(
                r#"{{"object":"page","id":"b55c9c91-384d-452b-81db-d1ef79372b{n:02}","created_time":"2026-11-20T09:00:00.000Z","properties":{{{properties}}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"object":"list","results":[{}],"next_cursor":null,"has_more":false}}"#,
        pages.join(",")
    )
}

/// The members of a property, in the order that the number says.
fn property(name: &str, id: &str, kind: &str, value: &str, order: usize) -> String {
    let [id, kind, value] = [
        format!(r#""id":"{id}""#),
        format!(r#""type":"{kind}""#),
        format!(r#""{kind}":{value}"#),
    ];
    let members = match order % 6 {
        0 => [id, kind, value],
        1 => [id, value, kind],
        2 => [kind, id, value],
        3 => [kind, value, id],
        4 => [value, id, kind],
        _ => [value, kind, id],
    };
    format!(r#""{name}":{{{}}}"#, members.join(","))
}

#[test]
fn any_order_of_properties_and_of_their_members_is_read() {
    let mut pages = Vec::new();
    for order in 0..6 {
        // Twice in the same order: once as it is met, once as it is known.
        for turn in [0, 0, 1, 1, 2, 2] {
            let number = pages.len();
            let mut properties = [
                property(
                    "Name",
                    "title",
                    "title",
                    &format!(r#"[{{"plain_text":"{number}"}}]"#),
                    order,
                ),
                property(
                    "Mood",
                    "mood",
                    "mood_ring",
                    &format!(r#"{{"id":"pts","points":[{number},"}}"]}}"#),
                    order,
                ),
                property("Points", "pts", "number", &number.to_string(), order),
                property("Tags", "tags", "multi_select", r#"[{"name":"\"}]"}]"#, order),
                property(
                    "Done",
                    "done",
                    "checkbox",
                    if number.is_multiple_of(2) { "true" } else { "false" },
                    order,
                ),
            ];
            properties.rotate_left(turn);
            pages.push(properties.join(","));
        }
    }
    let read = RowPage::<Task>::from_json(&response(&pages)).unwrap();
    assert_eq!(read.rows.len(), 36);
    for (number, row) in read.rows.into_iter().enumerate() {
        let expected = Task {
            name: number.to_string(),
            points: Some(number as f64),
            done: number.is_multiple_of(2),
        };
        assert_eq!(row.unwrap().into_inner(), expected);
    }
}

#[test]
fn a_name_that_comes_to_mean_another_property_is_an_error() {
    let page = |points: [&str; 2]| {
        [
            property("Name", "title", "title", "[]", 0),
            property("Points", points[0], "number", "1", 5),
            property("Other", points[1], "number", "2", 5),
            property("Done", "done", "checkbox", "true", 0),
        ]
        .join(",")
    };
    let pages = [
        page(["pts", "other"]),
        page(["other", "pts"]),
        page(["pts", "other"]),
    ];
    let read = RowPage::<Task>::from_json(&response(&pages)).unwrap();
    assert_eq!(read.rows[0].as_ref().unwrap().points, Some(1.0));
    let error = read.rows[1].as_ref().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    assert!(
        error.to_string().contains("`Points`") && error.to_string().contains("is another property"),
        "{error}"
    );
    assert_eq!(read.rows[2].as_ref().unwrap().points, Some(1.0));
}

#[test]
fn a_column_of_another_kind_costs_its_row_and_no_other() {
    let page = |kind: &str, value: &str| {
        [
            property("Points", "pts", kind, value, 0),
            property("Name", "title", "title", "[]", 0),
            property("Empty", "", "", "{}", 0),
            r#""Nothing":{}"#.to_owned(),
            property("Done", "done", "checkbox", "true", 0),
        ]
        .join(",")
    };
    let pages = [page("number", "1"), page("select", "null"), page("number", "3")];
    let read = RowPage::<Task>::from_json(&response(&pages)).unwrap();
    assert_eq!(read.rows[0].as_ref().unwrap().points, Some(1.0));
    let error = read.rows[1].as_ref().unwrap_err().to_string();
    assert!(error.contains("is of kind `select` now"), "{error}");
    assert_eq!(read.rows[2].as_ref().unwrap().points, Some(3.0));
}
