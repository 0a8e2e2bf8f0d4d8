//! Other clients, each with the type and the call that it reads and writes rows with.

use std::collections::HashMap;

use notion_client::endpoints::databases::query::response::QueryDatabaseResponse;
use notionrs_types::prelude as nrs;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) type Notionrs<T> = nrs::ListResponse<nrs::PageResponse<T>>;
pub(crate) type NotionrsMap = HashMap<String, nrs::PageProperty>;

/// What `notionrs` asks of a struct of properties.
pub(crate) trait Rival: Serialize + DeserializeOwned + Clone + Send + Sync + 'static {}

impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> Rival for T {}

/// `notionrs` hands the bytes of a response to `from_slice`; `T` is its map, or what its users write for `.typed::<T>()`.
pub(crate) fn notionrs<T: Rival>(body: &[u8]) -> Result<Notionrs<T>, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

/// `notion-client` makes a response a `String` first, which checks it for UTF-8.
pub(crate) fn notion_client(body: &[u8]) -> Result<QueryDatabaseResponse, String> {
    crate::from_str(body)
}

/// All of them write with serde.
pub(crate) fn written(row: &impl Serialize) -> String {
    serde_json::to_string(row).expect("what was read can be written")
}
