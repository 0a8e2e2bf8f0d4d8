//! Shapes of the API that are rare, or may come: each is read, or kept as JSON, and none costs a row.

use bytes::Bytes;
use notion_core::kind::{self, Kind};
use notion_core::prelude::*;
use notion_core::property::Property;
use notion_core::schema::DataSource;
use notion_core::transport::{Transport, TransportError};
use notion_core::{
    AnyRow, BoxFuture, Error, FileSource, Formula, Mention, Place, Raw, Rollup, RowPage, SpanContent,
    TextColor, Token, UniqueId, UserKind, Verification, VerificationState,
};
use serde_json::{Value, json};

const ID: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";
const USER: &str = "c4a7b3d0-e0b9-4b0b-9f0c-8c1e7a2d3f4a";

/// A name, and what must hold.
type Probe = (&'static str, fn());

const PROBES: &[Probe] = &[
    ("unknown property type", || {
        let mood = json!({"id": "m", "type": "from_the_future", "from_the_future": {"stones": [3, null]}});
        let raw: Raw = any_row(&mood).read::<kind::Raw, _>("X").unwrap();
        assert_eq!((raw.kind(), &*raw.type_name), (None, "from_the_future"));
        assert_eq!(parsed(raw.value()), mood["from_the_future"]);
    }),
    ("date with time zone and no offset", || {
        let date: DateOrRange = value::<kind::Date, _>(
            json!({"date": {"start": "2026-09-15T09:00:00", "end": null, "time_zone": "Europe/Berlin"}}),
        );
        assert_eq!(date.to_string(), "2026-09-15T09:00:00[Europe/Berlin]");
        assert_eq!(date.time_zone.as_deref(), Some("Europe/Berlin"));
    }),
    ("date with offset keeps the offset", || {
        let date: DateOrRange = value::<kind::Date, _>(
            json!({"date": {"start": "2026-09-15T09:00:00.000+02:00", "end": null, "time_zone": null}}),
        );
        assert_eq!(date.to_string(), "2026-09-15T09:00:00+02:00");
    }),
    ("range of days", || {
        let date: DateOrRange = value::<kind::Date, _>(
            json!({"date": {"start": "2026-09-15", "end": "2026-09-20", "time_zone": null}}),
        );
        assert_eq!(date.to_string(), "2026-09-15/2026-09-20");
    }),
    ("formula that results in a date", || {
        let date: Formula<DateOrRange> = value::<kind::Formula<kind::Date>, _>(
            json!({"formula": {"type": "date", "date": {"start": "2026-09-15", "end": null, "time_zone": null}}}),
        );
        assert_eq!(date.value().unwrap().to_string(), "2026-09-15");
    }),
    ("formula that results in no boolean", || {
        let nothing: Formula<Option<bool>> = value::<kind::Formula<kind::Checkbox>, _>(
            json!({"formula": {"type": "boolean", "boolean": null}}),
        );
        assert_eq!(nothing, Formula::Value(None));
    }),
    ("formula with an unknown result", || {
        let people: Formula<String> = value::<kind::Formula<kind::RichText>, _>(
            json!({"formula": {"type": "people", "people": [{"id": USER}]}}),
        );
        let Formula::Other(result) = people else {
            panic!("{people:?}")
        };
        assert_eq!(
            parsed(&result),
            json!({"type": "people", "people": [{"id": USER}]})
        );
    }),
    ("rollup that results in a date", || {
        let date: Rollup<DateOrRange> = value::<kind::Rollup<kind::Date>, _>(json!({"rollup": {
            "type": "date", "date": {"start": "2026-09-15", "end": null, "time_zone": null}, "function": "latest_date"
        }}));
        assert_eq!(date.value().unwrap().to_string(), "2026-09-15");
    }),
    ("rollup that is not supported", || {
        let nothing: Rollup<f64> = value::<kind::Rollup<kind::Number>, _>(
            json!({"rollup": {"type": "unsupported", "unsupported": {}, "function": "median"}}),
        );
        assert_eq!(nothing, Rollup::Unsupported);
    }),
    ("rollup of titles", || {
        let titles: Rollup<Vec<RichText>> = value::<kind::Rollup<kind::Elements<kind::RichText>>, _>(
            json!({"rollup": {
                "type": "array", "array": [{"type": "title", "title": [text("a")]}, {"type": "title", "title": []}],
                "function": "show_original"
            }}),
        );
        assert_eq!(titles, Rollup::Value(vec!["a".into(), RichText::new()]));
    }),
    ("rollup with an unknown function", || {
        let sum: Rollup<u8> = value::<kind::Rollup<kind::Number>, _>(
            json!({"rollup": {"type": "number", "number": 8, "function": "from_the_future"}}),
        );
        assert_eq!(sum, Rollup::Value(8));
    }),
    ("option of an unknown colour", || {
        let option: String =
            value::<kind::Select, _>(json!({"select": {"id": "1", "name": "S", "color": "teal"}}));
        assert_eq!(option, "S");
    }),
    ("person who was removed, without a type", || {
        let user = person(&json!({"object": "user", "id": USER}));
        assert_eq!(user, UserRef::new(USER.parse().unwrap()));
    }),
    ("person without an e-mail address", || {
        let user = person(&json!({
            "object": "user", "id": USER, "name": "Ada", "avatar_url": null, "type": "person", "person": {}
        }));
        assert!(matches!(user.kind, UserKind::Person { email: None, .. }));
        assert_eq!(user.name.as_deref(), Some("Ada"));
    }),
    ("group among people", || {
        let crew = person(&json!({"object": "group", "id": USER, "name": "Crew"}));
        assert_eq!((crew.kind, crew.name.as_deref()), (UserKind::Group, Some("Crew")));
    }),
    ("created by a bot without details", || {
        let bot: UserRef = value::<kind::CreatedBy, _>(json!({"created_by": {
            "object": "user", "id": USER, "name": "B", "avatar_url": null, "type": "bot", "bot": {}
        }}));
        assert!(matches!(bot.kind, UserKind::Bot { json, .. } if &*json == "{}"));
    }),
    ("bot that a user owns", || {
        let owner = json!({"owner": {"type": "user", "user": {"object": "user", "id": ID, "type": "person", "person": {}}}});
        let bot = json!({"object": "user", "id": USER, "name": "B", "avatar_url": null, "type": "bot", "bot": owner});
        assert!(matches!(person(&bot).kind, UserKind::Bot { json, .. } if parsed(&json) == owner));
        let me = block_on(client(200, &bot).me()).unwrap();
        assert_eq!((me.id, me.workspace_name), (USER.parse().unwrap(), None));
    }),
    ("uploaded file", || {
        let file = file(&json!({
            "name": "b.png", "type": "file",
            "file": {"url": "https://files.example.com/b.png?signature=1", "expiry_time": "2026-09-01T10:00:00.000Z"}
        }));
        assert!(matches!(
            file.source,
            FileSource::Hosted {
                expiry_time: Some(_),
                ..
            }
        ));
        assert_eq!(file.url(), Some("https://files.example.com/b.png?signature=1"));
    }),
    ("external file", || {
        let file =
            file(&json!({"name": "a", "type": "external", "external": {"url": "https://example.com/a"}}));
        assert_eq!(file, FileRef::external("a", "https://example.com/a"));
    }),
    ("no phone number", || {
        let nothing: Option<String> = value::<kind::PhoneNumber, _>(json!({"phone_number": null}));
        assert_eq!(nothing, None);
    }),
    ("place", || {
        let place: Place = value::<kind::Place, _>(json!({"place": {
            "lat": 52.52, "lon": 13.405, "name": null, "address": "Berlin", "aws_place_id": null, "google_place_id": null
        }}));
        assert_eq!(place, Place::new(52.52, 13.405).with_address("Berlin"));
    }),
    ("verified", || {
        let verified: Verification = value::<kind::Verification, _>(json!({"verification": {
            "state": "verified", "verified_by": {"object": "user", "id": USER},
            "date": {"start": "2026-09-01T09:00:00.000Z", "end": null, "time_zone": null}
        }}));
        assert_eq!(verified.state, VerificationState::Verified);
        assert_eq!(verified.verified_by.unwrap().id, USER.parse().unwrap());
        assert_eq!(verified.date.unwrap().to_string(), "2026-09-01T09:00:00+00:00");
    }),
    ("verified until a time that is over", || {
        let expired: Verification = value::<kind::Verification, _>(
            json!({"verification": {"state": "expired", "date": null, "verified_by": null}}),
        );
        assert_eq!(expired.state, VerificationState::Expired);
    }),
    ("unique id with a prefix", || {
        let id: UniqueId = value::<kind::UniqueId, _>(json!({"unique_id": {"prefix": "TASK", "number": 42}}));
        assert_eq!(id.to_string(), "TASK-42");
    }),
    ("relation that goes on", || {
        let row =
            any_row(&json!({"id": "x", "type": "relation", "relation": [{"id": ID}], "has_more": true}));
        let raw: Raw = row.read::<kind::Raw, _>("X").unwrap();
        assert!(raw.has_more);
        assert_eq!(parsed(raw.value()), json!([{"id": ID}]));
        // A part is not taken for the whole.
        assert!(row.read::<kind::Relation, Vec<PageId>>("X").is_err());
    }),
    ("whole number beyond 2^53", || {
        let number = any_property("number", "9007199254740993").read::<kind::Number, i64>("X");
        assert_eq!(number.unwrap(), 9_007_199_254_740_993);
    }),
    ("title that mentions a page", || {
        let mention = title(&json!({"type": "page", "page": {"id": ID}}), "Fix it");
        assert_eq!(mention, SpanContent::Mention(Mention::Page(ID.parse().unwrap())));
    }),
    ("title that mentions a custom emoji", || {
        let mention = title(
            &json!({"type": "custom_emoji", "custom_emoji": {"id": ID, "name": "bufo", "url": "https://x.y"}}),
            ":bufo:",
        );
        let SpanContent::Mention(Mention::CustomEmoji { id, name, .. }) = mention else {
            panic!("{mention:?}")
        };
        assert_eq!((id, name.as_deref()), (ID.parse().unwrap(), Some("bufo")));
    }),
    ("title with an unknown mention", || {
        let future = json!({"type": "from_the_future", "from_the_future": {"id": 3}});
        let mention = title(&future, "A comet");
        let SpanContent::Mention(Mention::Other(kept)) = mention else {
            panic!("{mention:?}")
        };
        assert_eq!(parsed(&kept), future);
    }),
    ("text with the default background", || {
        let mut item = text("a");
        item["annotations"]["color"] = json!("default_background");
        let text: RichText = value::<kind::RichText, _>(json!({"rich_text": [item]}));
        assert_eq!(text.spans()[0].annotations.color, TextColor::DefaultBackground);
    }),
    ("button", || value::<kind::Button, ()>(json!({"button": {}}))),
    ("schema: unknown property type", || {
        let column = json!({"id": "x", "name": "X", "description": null, "type": "from_the_future", "from_the_future": {"a": 1}});
        let schema = schema(&column);
        let property = schema.property("X").unwrap();
        assert_eq!((property.kind(), &*property.type_name), (None, "from_the_future"));
        assert_eq!(parsed(property.json()), column);
    }),
    ("schema: description", || {
        let schema = schema(
            &json!({"id": "x", "name": "X", "description": "In hours.", "type": "number", "number": {"format": "number"}}),
        );
        assert_eq!(
            schema.property("X").unwrap().description.as_deref(),
            Some("In hours.")
        );
    }),
    ("schema: number of an unknown format", || {
        kept_in_schema(json!({"type": "number", "number": {"format": "from_the_future"}}));
    }),
    ("schema: prefix of unique ids", || {
        kept_in_schema(json!({"type": "unique_id", "unique_id": {"prefix": "TASK"}}));
    }),
    ("schema: verification", || {
        kept_in_schema(json!({"type": "verification", "verification": {}}));
    }),
    ("schema: relation in both directions", || {
        kept_in_schema(json!({"type": "relation", "relation": {
            "database_id": ID, "data_source_id": ID, "type": "dual_property",
            "dual_property": {"synced_property_name": "Related", "synced_property_id": "kt%60c"}
        }}));
    }),
    ("schema: description of an option", || {
        kept_in_schema(
            json!({"type": "select", "select": {"options": [{"id": "1", "name": "S", "color": "teal", "description": "Small."}]}}),
        );
    }),
    // There are no types for blocks. Where one stands among pages it is passed over, and the pages are read.
    ("block: unknown type", || {
        passed_over(json!({"type": "from_the_future", "from_the_future": {"a": [1]}}));
    }),
    ("block: unsupported", || {
        passed_over(json!({"type": "unsupported", "unsupported": {"block_type": "form"}}));
    }),
    ("block: link to a page", || {
        passed_over(json!({"type": "link_to_page", "link_to_page": {"type": "page_id", "page_id": ID}}));
    }),
    ("block: heading of the fourth level", || {
        passed_over(
            json!({"type": "heading_4", "heading_4": {"rich_text": [], "color": "default", "is_toggleable": false}}),
        );
    }),
    ("block: column without a width", || {
        passed_over(json!({"type": "column", "column": {}}));
    }),
    ("block: breadcrumb", || {
        passed_over(json!({"type": "breadcrumb", "breadcrumb": {}}));
    }),
    ("block: child database", || {
        passed_over(json!({"type": "child_database", "child_database": {"title": "Tasks"}}));
    }),
    ("block: code of an unknown language", || {
        passed_over(
            json!({"type": "code", "code": {"rich_text": [], "caption": [], "language": "from_the_future"}}),
        );
    }),
    ("block: table", || {
        passed_over(
            json!({"type": "table", "table": {"table_width": 2, "has_column_header": true, "has_row_header": false}}),
        );
    }),
    ("error: unknown code", || {
        let error = refused(
            &json!({"object": "error", "status": 400, "code": "from_the_future", "message": "Not today."}),
        );
        assert_eq!(error.code(), Some("from_the_future"));
        assert!(error.to_string().contains("Not today"), "{error}");
    }),
    ("error: additional data", || {
        let data = json!({"error_type": "multiple_data_sources", "child_data_source_ids": [ID]});
        let error = refused(&json!({
            "object": "error", "status": 400, "code": "validation_error", "message": "Which one?", "additional_data": data
        }));
        assert_eq!(parsed(error.additional_data().unwrap()), data);
    }),
];

#[test]
fn none_costs_a_row() {
    for (name, probe) in PROBES {
        println!("{name}");
        probe();
    }
    println!("{} shapes are read or kept", PROBES.len());
    assert_eq!(PROBES.len(), 49);
}

#[derive(Debug, NotionRow)]
struct Titled {
    #[notion(title)]
    title: String,
}

fn page(property: &str) -> String {
    format!(
        r#"{{"object":"page","id":"{ID}","created_time":"2026-11-20T09:00:00.000Z","last_edited_time":"2026-11-20T09:00:00.000Z",
        "properties":{{"X":{property},"Name":{{"id":"title","type":"title","title":[{}]}}}}}}"#,
        text("Ship it")
    )
}

/// A page with that property, which costs neither a row that does not map it, nor its own JSON.
fn any_row(property: &Value) -> AnyRow {
    let page = page(&property.to_string());
    assert_eq!(Row::<Titled>::from_json(&page).unwrap().title, "Ship it");
    let row = AnyRow::from_json(&page).unwrap();
    assert_eq!(parsed(row.property("X").unwrap().json()), *property);
    row
}

fn any_property(kind: &str, value: &str) -> AnyRow {
    AnyRow::from_json(&page(&format!(
        r#"{{"id":"x","type":"{kind}","{kind}":{value}}}"#
    )))
    .unwrap()
}

/// The value of `{"<kind>": …}` on a page.
fn value<K: Kind, T: Property<K>>(mut property: Value) -> T {
    let kind = K::KIND.unwrap().name();
    property["id"] = json!("x");
    property["type"] = json!(kind);
    any_row(&property).read::<K, T>("X").unwrap()
}

fn person(user: &Value) -> UserRef {
    value::<kind::People, Vec<UserRef>>(json!({"people": [user]})).remove(0)
}

fn file(file: &Value) -> FileRef {
    value::<kind::Files, Vec<FileRef>>(json!({"files": [file]})).remove(0)
}

fn text(content: &str) -> Value {
    json!({
        "type": "text", "text": {"content": content, "link": null}, "plain_text": content, "href": null,
        "annotations": {
            "bold": false, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default"
        }
    })
}

/// The one span of a title that mentions something.
fn title(mention: &Value, plain_text: &str) -> SpanContent {
    let mut item = json!({"type": "mention", "mention": mention, "plain_text": plain_text, "href": null});
    item["annotations"] = text("")["annotations"].clone();
    let plain: String = value::<kind::Title, _>(json!({"title": [item]}));
    assert_eq!(plain, plain_text);
    let title: RichText = value::<kind::Title, _>(json!({"title": [item]}));
    assert_eq!(title.plain_text(), plain_text);
    title.spans()[0].content.clone()
}

fn schema(column: &Value) -> DataSource {
    DataSource::from_json(
        &json!({"object": "data_source", "id": ID, "properties": {"X": column}}).to_string(),
    )
    .unwrap()
}

fn kept_in_schema(mut column: Value) {
    column["id"] = json!("x");
    column["name"] = json!("X");
    column["description"] = Value::Null;
    assert_eq!(parsed(schema(&column).property("X").unwrap().json()), column);
}

fn passed_over(mut block: Value) {
    block["object"] = json!("block");
    block["id"] = json!(ID);
    block["has_children"] = json!(true);
    let page = page(r#"{"id":"x","type":"number","number":8}"#);
    let response = format!(
        r#"{{"object":"list","results":[{block},{page},{block}],"next_cursor":null,"has_more":false}}"#
    );
    let rows = RowPage::<Titled>::from_json(&response).unwrap().rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].as_ref().unwrap().title, "Ship it");
}

fn refused(body: &Value) -> Error {
    block_on(client(400, body).page(ID.parse().unwrap())).unwrap_err()
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// Answers every request with the same response.
struct Answer {
    status: u16,
    body: Bytes,
}

impl Transport for Answer {
    fn send(&self, _: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        let answer = http::Response::builder()
            .status(self.status)
            .body(self.body.clone());
        Box::pin(async { answer.map_err(TransportError::not_sent) })
    }
}

fn client(status: u16, body: &Value) -> Notion {
    let body = body.to_string().into();
    let token = Token::new("ntn_rare_shapes").unwrap();
    Notion::builder()
        .token(token)
        .transport(Answer { status, body })
        .max_attempts(1)
        .build()
        .unwrap()
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}
