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
//! Three more keys are this program's own: `workspace` (`{"id", "name", "icon"}`), `shared` (ids that the internal connection
//! sees; without it, everything) and `oauth` (what was authorized).

mod check;
mod dump;
mod load;
mod oauth;

pub(crate) use dump::dump;
pub(crate) use load::read;

/// The value of `format`.
pub(crate) const FORMAT: &str = "notion-sim-seed/1";
/// The lists of objects that are kept without rules.
const KEPT: [&str; 4] = ["comments", "views", "file_uploads", "custom_emojis"];
