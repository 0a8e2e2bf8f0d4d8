//! What is said of a snapshot file that is broken.

use std::error::Error;

use notion_schema::Snapshot;
use notion_schema::json;

#[test]
fn an_error_says_where_in_the_file_it_is() {
    let file = r#"{
  "format": "notion-schema/1",
  "data_source_id": "1f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10",
  "properties": {
    "Name": {"id": "title", "type": "title", "title": {}},
    "Due": {"id": 5, "type": "date", "date": {}}
  }
}"#;
    let error = Snapshot::from_json(file).unwrap_err();
    let json: &json::Error = error.source().unwrap().downcast_ref().unwrap();
    assert_eq!(&file[json.position()..json.position() + 1], "5");
    assert_eq!(json.expected(), "a string");
}
