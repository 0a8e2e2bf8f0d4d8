#![no_implicit_prelude]
#![deny(warnings)]
#![allow(non_camel_case_types, dead_code)]

struct Option;
struct Result;
struct String;
struct Vec;
struct Some;
struct usize;
struct bool;
mod core {}
mod std {}

#[derive(::notion_core::NotionRow)]
struct Task {
    #[notion(title)]
    name: ::std::string::String,
    r#type: ::std::option::Option<::std::string::String>,
    state: State,
    größe: f64,
}

#[derive(::notion_core::NotionOption)]
enum State {
    r#Done,
    #[notion(other)]
    None(::std::string::String),
}

fn main() {}
