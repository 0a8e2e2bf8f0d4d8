//! Seed documents (`notion-sim-seed/1`): a whole workspace as JSON, its objects exactly as the API returns them.
//!
//! | key | value |
//! |---|---|
//! | `format` | `"notion-sim-seed/1"` |
//! | `bot` | `{"id", "name"}`: the bot of the internal connection |
//! | `users`, `pages`, `databases`, `data_sources`, `blocks` | objects of the API |
//! | `comments`, `views`, `file_uploads`, `custom_emojis` | objects of the API, kept as they are |
//! | `order` | per container id, and for `users` and `search`: ids in the order answers have them |
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
//! | `oauth` | what was authorized, and how the OAuth server behaves |
//!
//! `bot` may also have `capabilities` and `tokens`.

mod check;
mod connections;
mod document;
mod dump;
mod load;
mod oauth;

pub(crate) use connections::read as connection;
pub(crate) use document::read;
pub(crate) use dump::dump;

/// The value of `format`.
const FORMAT: &str = "notion-sim-seed/1";
/// The lists of objects that are kept without rules.
const KEPT: [&str; 4] = ["comments", "views", "file_uploads", "custom_emojis"];
