//! Blocks: what a page is made of.

mod check;
mod content;
mod insert;
mod kind;
mod language;
mod record;
mod show;
mod trash;
mod update;

pub(crate) use check::{Limits, NewBlock, check_children};
pub(crate) use insert::{Holder, Insertion, Position, bring_forward, copy_in_original, index};
pub(crate) use language::LANGUAGES;
pub(crate) use record::{Block, original_in};
pub(crate) use show::{any_in_trash, any_to_json, living_children};
pub(crate) use trash::{erase, note_content, note_edit, set_trash};
pub(crate) use update::{Change, set_payload};
