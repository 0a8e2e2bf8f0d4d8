//! The pages of a flow in a web application, asked for as browsers ask.

mod browser;
#[path = "../oauth/fake.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod fake;
mod flows;
mod forged;
mod headers;
mod outside;
mod pages;
mod removing;
