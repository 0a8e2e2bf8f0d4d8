//! Seed documents (`notion-sim-seed/1`): a whole workspace as JSON, its objects exactly as the API returns them.
//!
//! | key | value |
//! |---|---|
//! | `format` | `"notion-sim-seed/1"` |
//! | `bot` | `{"id", "name"}`: the bot of the internal connection |
//! | `users`, `pages`, `databases`, `data_sources`, `blocks`, `views` | objects of the API |
//! | `comments`, `file_uploads`, `custom_emojis` | objects of the API; keys of our own are below |
//! | `order` | per container id, and for `users`, `file_uploads` and `search`: ids in the order answers have them |
//! | `absent` | ids that must not exist |
//! | `source`, `notion_version`, `now`, `provenance` | where the document comes from; not needed here |
//!
//! More keys are this program's own:
//!
//! | key | value |
//! |---|---|
//! | `workspace` | `{"id", "name", "icon"}` |
//! | `guests` | ids of users that are in no list |
//! | `shared` | ids that the internal connection sees; without it, everything |
//! | `hidden` | ids that it does not see although everything is shared |
//! | `workspaces` | further workspaces, each a document like this one, without the keys below |
//! | `connections` | further connections, see [`connections`] |
//! | `templates` | a list of `{"data_source_id", "page_id", "is_default"}`: pages of a data source that are no rows |
//! | `oauth` | what was authorized, and how the OAuth server behaves |
//!
//! `bot` may also have `capabilities` and `tokens`. A comment may have `"resolved": true`, which closes its discussion. A file
//! upload may have `mode`, `external_url`, and `parts`, a list of `{"part_number", "content"}` with its bytes in Base64; a file
//! that came in one piece is part 1.

mod attached;
mod check;
mod connections;
mod document;
mod dump;
mod link;
mod load;
mod oauth;
mod section;
mod views;

pub(crate) use connections::read as connection;
pub(crate) use document::{read, read_document};
pub(crate) use dump::{dump, frame};
pub(crate) use section::Section;

/// The value of `format`.
pub(crate) const FORMAT: &str = "notion-sim-seed/1";
