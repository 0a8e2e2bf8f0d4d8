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
use crate::contest::Contest;
use crate::facts::{self, ToFacts};
use crate::goals::{Goals, Limit};
use crate::rivals::{self, Rival, written};
use crate::{from_str, hand, utf8};

const OURS: &str = "derived row";
const REUSED: &str = "derived row, buffer reused";
const BY_HAND: &str = "by hand, to_string";
const VALUE: &str = "serde_json::Value";
const MAP: &str = "notionrs 0.32, map";

pub(crate) fn measure(parts: &Parts, goals: &mut Goals) -> Result<(), String> {
    compared::<twelve::Derived, twelve::ByHand, twelve::Notionrs>(
        parts,
        "write 12 columns",
        twelve::COLUMNS,
        goals,
    )?;
    compared::<forty::Derived, forty::ByHand, forty::Notionrs>(
        parts,
        "write 40 columns",
        forty::COLUMNS,
        goals,
    )
}

/// Measures those who write the rows.
fn compared<D, H, N>(
    parts: &Parts,
    name: &'static str,
    columns: &[Column<'_>],
    goals: &mut Goals,
) -> Result<(), String>
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
    let all_say = |writer: &str, written: Vec<String>| {
        for (json, expected) in written.iter().zip(&expected) {
            let json: Value = serde_json::from_str(json).map_err(|error| error.to_string())?;
            if facts::of_json(columns, &json) != *expected {
                return Err(format!("{name}: `{writer}` writes other values: {json}"));
            }
        }
        Ok(written.iter().map(String::len).sum::<usize>() as f64)
    };
    let mut bytes = Vec::new();
    for (writer, written) in [
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
        let count = all_say(writer, written)? / ROWS as f64;
        println!("{name}: {writer} writes {count:.0} B/row");
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
        Contestant::new(VALUE, || {
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
            bodies.iter().for_each(|body| drop(black_box(body.clone())));
        }),
    ];
    let contest = Contest::run(name, "", ROWS, &contestants);
    goals.time(&contest, OURS, BY_HAND, Limit::gated(1.0, 1.1));
    goals.time(&contest, OURS, VALUE, 0.25);
    goals.time(&contest, REUSED, MAP, Limit::gated(0.25, 0.3));
    goals.allocations(&contest, REUSED, BY_HAND, 0.0);
    goals.amount(&format!("{name}: size"), [bytes[0], bytes[1]], "B", BY_HAND, 1.0);
    Ok(())
}
