//! How long a page of 100 rows takes to become values, and how many allocations: this toolkit, what one would
//! write by hand, and other clients, in one process over the same bytes.

mod facts;
mod handwritten;
mod ours;
mod rivals;

use std::hint::black_box;
use std::process::ExitCode;
use std::str;

use notion_benches::fixture::{ROWS, fixture};
use notion_benches::measure::{Contestant, Times, interleaved};
use serde::de::IgnoredAny;

use facts::Facts;

/// Turns a response into rows; `unwrap` because [`agreed`] has seen that it can.
type Read<T> = fn(&[u8]) -> Result<T, String>;

fn main() -> ExitCode {
    match compare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<(), String> {
    let fixture = fixture()?;
    let body = &*fixture.body;
    println!(
        "{ROWS} rows of 12 columns, {} bytes each, made of {}",
        body.len() / ROWS,
        fixture.made_of
    );
    agreed(body)?;

    let contestants = [
        contestant("derived row", body, ours::read),
        contestant("by hand, from_str", body, handwritten::read),
        contestant("by hand, from_slice", body, handwritten::read_slice),
        contestant("by hand, the whole page parsed", body, handwritten::read_whole),
        contestant("serde_json::Value", body, from_str::<serde_json::Value>),
        contestant("notionrs 0.32, typed", body, rivals::notionrs_typed),
        contestant("notionrs 0.32, map", body, rivals::notionrs_map),
        contestant("notion-client 1.1.1", body, rivals::notion_client),
        contestant("passed over (IgnoredAny)", body, from_str::<IgnoredAny>),
        contestant("UTF-8 check alone", body, |body| utf8(body).map(|_| ())),
    ];
    let allocations: Vec<_> = contestants.iter().map(allocations).collect();
    // The counter would otherwise tax whoever allocates most.
    let mut times = Vec::new();
    allocation_counter::opt_out(|| times = interleaved(&contestants));

    print_table(&contestants, &times, &allocations);
    let [ours, handwritten, _, _, _, typed, map, client, ..] = &*times else {
        unreachable!("a time for each contestant")
    };
    println!(
        r#"{{"time_vs_handwritten":{:.3},"allocs_vs_handwritten":{:.3},"notionrs_typed_vs_ours":{:.3},"notionrs_default_vs_ours":{:.3},"notion_client_vs_ours":{:.3}}}"#,
        ours.ratio(handwritten),
        allocations[0].count / allocations[1].count,
        typed.ratio(ours),
        map.ratio(ours),
        client.ratio(ours),
    );
    Ok(())
}

/// Makes sure that everybody reads the same values: a reader that leaves something out would win.
fn agreed(body: &[u8]) -> Result<(), String> {
    let expected = ours::read(body)?
        .rows
        .iter()
        .flatten()
        .map(Facts::from)
        .collect::<Vec<_>>();
    if expected.len() != ROWS {
        return Err(format!("{} of {ROWS} rows fit the derived type", expected.len()));
    }
    let by_hand = handwritten::read(body)?;
    let sliced = handwritten::read_slice(body)?;
    let whole = handwritten::read_whole(body)?;
    let typed = rivals::notionrs_typed(body)?;
    let map = rivals::notionrs_map(body)?;
    let client = rivals::notion_client(body)?;
    let others: [(&str, Vec<Facts>); 6] = [
        (
            "by hand, from_str",
            by_hand.results.iter().map(Facts::from).collect(),
        ),
        (
            "by hand, from_slice",
            sliced.results.iter().map(Facts::from).collect(),
        ),
        (
            "by hand, whole page",
            whole.results.iter().map(Facts::from).collect(),
        ),
        ("notionrs, typed", typed.results.iter().map(Facts::from).collect()),
        ("notionrs, map", map.results.iter().map(Facts::from).collect()),
        ("notion-client", client.results.iter().map(Facts::from).collect()),
    ];
    for (name, facts) in others {
        if facts.len() != ROWS {
            return Err(format!("`{name}` reads {} of {ROWS} rows", facts.len()));
        }
        for (ours, theirs) in expected.iter().zip(&facts) {
            if ours != theirs {
                return Err(format!(
                    "`{name}` disagrees\n  derived row: {ours:?}\n  {name}: {theirs:?}"
                ));
            }
        }
    }
    println!("all of them read the same values\n");
    Ok(())
}

fn contestant<'a, T: 'a>(name: &'static str, body: &'a [u8], read: Read<T>) -> Contestant<'a> {
    Contestant::new(name, move || {
        black_box(read(black_box(body))).expect("what was read once can be read again");
    })
}

/// A response is checked for UTF-8 once, which is part of the price of reading it.
fn utf8(body: &[u8]) -> Result<&str, String> {
    str::from_utf8(body).map_err(|error| error.to_string())
}

fn from_str<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_str(utf8(body)?).map_err(|error| error.to_string())
}

/// Allocations of a row.
struct Allocations {
    count: f64,
    bytes: f64,
}

fn allocations(contestant: &Contestant<'_>) -> Allocations {
    let counted = allocation_counter::measure(|| (contestant.run)());
    Allocations {
        count: counted.count_total as f64 / ROWS as f64,
        bytes: counted.bytes_max as f64 / ROWS as f64,
    }
}

fn print_table(contestants: &[Contestant<'_>], times: &[Times], allocations: &[Allocations]) {
    println!(
        "{:<30} {:>9} {:>8} {:>10} {:>12}",
        "", "ns/row", "x ours", "allocs/row", "peak B/row"
    );
    for ((contestant, time), allocations) in contestants.iter().zip(times).zip(allocations) {
        println!(
            "{:<30} {:>9.0} {:>8.2} {:>10.1} {:>12.0}",
            contestant.name,
            time.median() / ROWS as f64,
            time.ratio(&times[0]),
            allocations.count,
            allocations.bytes,
        );
    }
    println!();
}
