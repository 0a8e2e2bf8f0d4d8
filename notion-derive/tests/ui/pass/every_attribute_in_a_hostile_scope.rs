#![no_implicit_prelude]
#![deny(warnings)]
#![allow(non_camel_case_types, dead_code, unused_macros)]

struct Option;
struct Result;
struct String;
struct Vec;
struct Some;
struct None;
struct Ok;
struct Box;
struct usize;
struct bool;
struct str;
struct u8;
trait From {}
trait Into {}
trait Default {}
trait Clone {}
mod core {}
mod std {}
mod notion_core {}
macro_rules! concat { () => {} }
macro_rules! env { () => {} }
macro_rules! include_bytes { () => {} }
macro_rules! unreachable { () => {} }

/// Documented, so that the description is there.
#[derive(::notion_core::NotionRow)]
#[notion(schema = "notion/tasks.json", insert = NewTask, insert_derive(::std::fmt::Debug), rename_all = "Title Case")]
struct Task {
    #[notion(title, key)]
    name: ::std::string::String,
    /// Documented as well.
    #[notion(default)]
    points: f64,
    #[notion(parse, key)]
    link: ::std::option::Option<::std::net::IpAddr>,
    #[notion(with = "minutes", name = "Due Date")]
    due: ::std::primitive::bool,
    #[notion(name = "Status")]
    state: State,
    #[notion(read_only)]
    priority: ::std::option::Option<::std::string::String>,
    created: ::jiff::Timestamp,
    #[notion(skip)]
    seen: ::std::primitive::bool,
    #[notion(skip, default = "retries")]
    retries: ::std::primitive::u8,
    #[notion(flatten)]
    rest: Rest,
}

fn retries() -> ::std::primitive::u8 {
    5
}

mod minutes {
    pub type Value = ::std::option::Option<::notion_core::DateOrRange>;

    pub fn read(
        value: Value,
    ) -> ::std::result::Result<::std::primitive::bool, ::std::convert::Infallible> {
        ::std::result::Result::Ok(value.is_some())
    }

    pub fn write(_: &::std::primitive::bool) -> Value {
        ::std::option::Option::None
    }
}

#[derive(::std::fmt::Debug, ::notion_core::NotionRow)]
struct Rest {
    #[notion(key)]
    #[notion(name = "Done")]
    done: ::std::primitive::bool,
}

#[derive(::std::fmt::Debug, ::notion_core::NotionOption)]
#[notion(rename_all = "Sentence case")]
enum State {
    #[notion(color = "gray", group = "to_do", description = "Nobody has begun.")]
    NotStarted,
    InProgress,
    Done,
}

fn main() {}
