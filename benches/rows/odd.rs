//! Responses that are not as usual: laid out in another way, with a kind that came later, and with fewer columns.

use std::hint::black_box;

use notion_benches::fixture::{Column, Order, Parts, ROWS};
use notion_benches::measure::Contestant;

use crate::columns::{PLACE, six, wide};
use crate::contest::Contest;
use crate::goals::{Goals, Limit};
use crate::readers::{MAP, OURS, derived, readers, rows, run};

const USUAL: &str = "as the API writes them";
const VALUES_FIRST: &str = "values first";

pub(crate) fn measure(parts: &Parts, goals: &mut Goals) -> Result<(), String> {
    let all: Vec<_> = wide::COLUMNS.iter().copied().chain([PLACE]).collect();
    reordered(parts, &all, goals)?;
    unknown_kind(parts, &all, goals)?;
    projection(parts, &all, goals);
    Ok(())
}

/// Values before their types, as JSON allows: the same rows, and hardly slower.
fn reordered(parts: &Parts, all: &[Column<'_>], goals: &mut Goals) -> Result<(), String> {
    let [usual, reordered] = [Order::AsWritten, Order::ValueFirst].map(|order| parts.response(all, order));
    if derived::<wide::Derived>(&usual)? != derived::<wide::Derived>(&reordered)? {
        return Err("values before their types are read as other values".to_owned());
    }
    let contest = Contest::run(
        "read 26 of 27, values before types",
        "",
        ROWS,
        &[
            Contestant::new(VALUES_FIRST, || run(rows::<wide::Derived>(black_box(&reordered)))),
            Contestant::new(USUAL, || run(rows::<wide::Derived>(black_box(&usual)))),
        ],
    );
    goals.time(&contest, VALUES_FIRST, USUAL, Limit::gated(1.3, 1.5));
    Ok(())
}

/// A column of a kind that nobody knows yet.
fn unknown_kind(parts: &Parts, all: &[Column<'_>], goals: &mut Goals) -> Result<(), String> {
    let body = String::from_utf8(parts.response(all, Order::AsWritten)).map_err(|error| error.to_string())?;
    let body = body.replace(r#""type":"place","place""#, r#""type":"mood_ring","mood_ring""#);
    let readers = readers::<wide::Derived, wide::ByHand, wide::Notionrs>();
    println!("27 columns, one of them of a kind that came later");
    let (mut ours, mut theirs) = (ROWS, ROWS);
    for reader in &readers {
        let read = match (reader.facts)(body.as_bytes(), wide::COLUMNS) {
            Ok(rows) => {
                println!("  {:<40} reads {} rows", reader.name, rows.len());
                rows.len()
            }
            Err(error) => {
                println!("  {:<40} reads none: {error}", reader.name);
                0
            }
        };
        match reader.name {
            OURS => ours -= read,
            MAP => theirs -= read,
            _ => {}
        }
    }
    println!();
    goals.amount(
        "rows lost by a kind that came later",
        [ours as f64, theirs as f64],
        "rows",
        MAP,
        0.0,
    );
    Ok(())
}

/// What a response weighs when only the columns of the row are asked for, as queries do: `tests/rows.rs` counts them.
fn projection(parts: &Parts, all: &[Column<'_>], goals: &mut Goals) {
    let weigh = |columns: &[Column<'_>]| parts.response(columns, Order::AsWritten).len() as f64 / ROWS as f64;
    let weights = [weigh(six::COLUMNS), weigh(all)];
    goals.amount(
        "response with the 6 columns of a row",
        weights,
        "B",
        "all 27 columns",
        0.5,
    );
}
