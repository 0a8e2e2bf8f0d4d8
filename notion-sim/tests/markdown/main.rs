//! Pages as Markdown: shown, made, edited, at once and later.

#[path = "../common/mod.rs"]
mod common;
mod desk;
mod edit;
mod files;
mod make;
mod random;
mod records;
mod show;
mod tasks;
