//! Webhooks: who wants to hear of changes ([`hub`]), what there is to tell ([`diff`]), and telling it ([`deliver`]).
//!
//! Events are not announced by the operations that cause them. They are the difference between the records before and after,
//! so nothing that changes can be forgotten, and what was taken back within one window is not told at all, as with Notion.

mod control;
mod deliver;
mod diff;
mod hub;
mod payload;

pub(crate) use control::answer;
pub(crate) use deliver::run;
pub use hub::Webhook;
pub(crate) use hub::{Author, Hub, Subscription};
