//! From a row to the properties of a request.

use std::hint::black_box;

use notion_benches::fixture::{Column, Order, Parts, ROWS};
use notion_benches::measure::Contestant;
use notion_core::RowPage;
use notion_core::prelude::*;
use notion_core::row::{properties_json, properties_json_into};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::columns::{forty, twelve};
use crate::contest::{Contest, Goals};
use crate::facts::{self, ToFacts};
use crate::rivals::{self, Rival, written};
use crate::{from_str, hand, utf8};

const OURS: &str = "derived row";
const REUSED: &str = "derived row, buffer reused";
const BY_HAND: &str = "by hand, to_string";
const MAP: &str = "notionrs 0.32, map";

pub(crate) fn measure(parts: &Parts, goals: &mut Goals) -> Result<(), String> {
    let (contest, bytes) = compared::<twelve::Derived, twelve::ByHand, twelve::Notionrs>(
        parts,
        "12 columns, written",
        twelve::COLUMNS,
    )?;
    goals.at_most(1.0, "write 12: time, by hand = 1", contest.time(OURS, BY_HAND));
    goals.at_most(0.25, "write 12: time, notionrs map = 1", contest.time(OURS, MAP));
    goals.at_most(
        0.0,
        "write 12: allocations with a buffer",
        contest.allocations(REUSED),
    );
    goals.at_most(1.0, "write 12: bytes, by hand = 1", bytes);

    let (contest, bytes) = compared::<forty::Derived, forty::ByHand, forty::Notionrs>(
        parts,
        "40 columns, written",
        forty::COLUMNS,
    )?;
    goals.at_most(1.0, "write 40: time, by hand = 1", contest.time(OURS, BY_HAND));
    goals.at_most(0.25, "write 40: time, notionrs map = 1", contest.time(OURS, MAP));
    goals.at_most(
        0.0,
        "write 40: allocations with a buffer",
        contest.allocations(REUSED),
    );
    goals.at_most(1.0, "write 40: bytes, by hand = 1", bytes);
    Ok(())
}

/// Measures those who write the rows, and our bytes as a part of those by hand.
fn compared<D, H, N>(parts: &Parts, title: &str, columns: &[Column<'_>]) -> Result<(Contest, f64), String>
where
    D: NotionRow + InsertRow + ToFacts,
    H: DeserializeOwned + Serialize,
    N: Rival,
{
    let body = &*parts.response(columns, Order::AsWritten);
    let page = RowPage::<D>::from_json(utf8(body)?).map_err(|error| error.to_string())?;
    let rows: Vec<D> = page
        .rows
        .into_iter()
        .map(|row| row.map(Row::into_inner).map_err(|error| error.to_string()))
        .collect::<Result<_, _>>()?;
    let by_hand: hand::List<hand::Page<H>> = from_str(body)?;
    let typed = rivals::notionrs::<N>(body)?;
    let map = rivals::notionrs::<rivals::NotionrsMap>(body)?;
    let client = rivals::notion_client(body)?;

    let ours = || {
        rows.iter()
            .map(|row| properties_json(row).map_err(|error| error.to_string()))
    };
    let hands = || by_hand.results.iter().map(|page| written(&page.properties));
    let bodies: Vec<String> = ours().collect::<Result<_, _>>()?;
    let expected: Vec<_> = rows.iter().map(ToFacts::facts).collect();
    let all_say = |name: &str, written: Vec<String>| {
        for (json, expected) in written.iter().zip(&expected) {
            let json: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
            if facts::of_json(columns, &json) != *expected {
                return Err(format!("{title}: `{name}` writes other values: {json}"));
            }
        }
        Ok(written.iter().map(String::len).sum::<usize>() as f64)
    };
    let mut bytes = Vec::new();
    for (name, written) in [
        (OURS, bodies.clone()),
        (BY_HAND, hands().collect()),
        (
            "notionrs 0.32, typed",
            typed
                .results
                .iter()
                .map(|page| written(&page.properties))
                .collect(),
        ),
        (
            MAP,
            map.results.iter().map(|page| written(&page.properties)).collect(),
        ),
        (
            "notion-client 1.1.1",
            client
                .results
                .iter()
                .map(|page| written(&page.properties))
                .collect(),
        ),
    ] {
        let count = all_say(name, written)?;
        println!("{title}: {name} writes {:.0} B/row", count / ROWS as f64);
        bytes.push(count);
    }

    let buffer = std::cell::RefCell::new(String::with_capacity(1 << 20));
    let contestants = [
        Contestant::new(OURS, || ours().for_each(|json| drop(black_box(json)))),
        Contestant::new(REUSED, || {
            for row in &rows {
                let mut buffer = buffer.borrow_mut();
                properties_json_into(row, &mut buffer).expect("these rows were written before");
                black_box(&*buffer);
            }
        }),
        Contestant::new(BY_HAND, || hands().for_each(|json| drop(black_box(json)))),
        Contestant::new("serde_json::Value", || {
            for page in &by_hand.results {
                let value = serde_json::to_value(&page.properties).expect("these rows were written before");
                drop(black_box(value.to_string()));
            }
        }),
        Contestant::new("notionrs 0.32, typed", || {
            typed
                .results
                .iter()
                .for_each(|page| drop(black_box(written(&page.properties))));
        }),
        Contestant::new(MAP, || {
            map.results
                .iter()
                .for_each(|page| drop(black_box(written(&page.properties))));
        }),
        Contestant::new("notion-client 1.1.1", || {
            client
                .results
                .iter()
                .for_each(|page| drop(black_box(written(&page.properties))));
        }),
        Contestant::new("copied", || {
            bodies.iter().for_each(|body| drop(black_box(body.clone())))
        }),
    ];
    Ok((Contest::run(title, ROWS, &contestants), bytes[0] / bytes[1]))
}
