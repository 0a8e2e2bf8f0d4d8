//! What it takes to read a page of rows and to write a row: this toolkit, what one would write by hand, and other clients, in
//! one process over the same bytes.

mod columns;
mod contest;
mod facts;
mod goals;
mod hand;
mod memory;
mod odd;
mod read;
mod readers;
mod rivals;
mod write;

use std::process::ExitCode;

use notion_benches::fixture::Parts;
use serde::de::DeserializeOwned;

use goals::Goals;

fn main() -> ExitCode {
    let mut goals = Goals::default();
    if let Err(error) = measure(&mut goals) {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    goals.print();
    if goals.are_met() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn measure(goals: &mut Goals) -> Result<(), String> {
    let parts = Parts::new()?;
    println!("rows made of {}\n", parts.made_of());
    read::measure(&parts, goals)?;
    odd::measure(&parts, goals)?;
    memory::measure(&parts, goals)?;
    write::measure(&parts, goals)
}

/// A response is checked for UTF-8 once, which is part of the price of reading it.
fn utf8(body: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(body).map_err(|error| error.to_string())
}

fn from_str<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_str(utf8(body)?).map_err(|error| error.to_string())
}
