//! From the bytes of a response to rows.

use std::hint::black_box;

use notion_benches::fixture::{Column, Order, Parts, ROWS};
use notion_benches::measure::Contestant;
use notion_core::prelude::*;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::columns::{PLACE, forty, one, six, twelve, wide};
use crate::contest::Contest;
use crate::facts::ToFacts;
use crate::goals::{Goals, Limit};
use crate::readers::{BY_HAND, CLIENT, MAP, OURS, TYPED, readers, run};
use crate::rivals::Rival;
use crate::{from_str, utf8};

const PASSED_OVER: &str = "passed over (IgnoredAny)";

pub(crate) fn measure(parts: &Parts, goals: &mut Goals) -> Result<(), String> {
    let contest = compared::<twelve::Derived, twelve::ByHand, twelve::Notionrs>(
        parts,
        "read 12 of 12 columns",
        twelve::COLUMNS,
        twelve::COLUMNS,
    )?;
    goals.time(&contest, OURS, BY_HAND, 0.8);
    goals.allocations(&contest, OURS, BY_HAND, 1.0);
    goals.time(&contest, OURS, TYPED, 1.0 / 2.2);
    goals.time(&contest, OURS, MAP, 0.2);
    goals.time(&contest, OURS, CLIENT, 0.25);

    let contest = compared::<forty::Derived, forty::ByHand, forty::Notionrs>(
        parts,
        "read 40 of 40 columns",
        forty::COLUMNS,
        forty::COLUMNS,
    )?;
    goals.time(&contest, OURS, BY_HAND, 0.8);
    goals.allocations(&contest, OURS, BY_HAND, 1.0);

    let all: Vec<_> = wide::COLUMNS.iter().copied().chain([PLACE]).collect();
    let contest = compared::<wide::Derived, wide::ByHand, wide::Notionrs>(
        parts,
        "read 26 of 27 columns",
        &all,
        wide::COLUMNS,
    )?;
    goals.time(&contest, OURS, MAP, 0.2);
    goals.time(&contest, OURS, PASSED_OVER, Limit::gated(1.6, 1.9));

    let contest = compared::<six::Derived, six::ByHand, six::Notionrs>(
        parts,
        "read 6 of 27 columns",
        &all,
        six::COLUMNS,
    )?;
    goals.time(&contest, OURS, MAP, 0.125);
    goals.time(&contest, OURS, TYPED, 0.5);
    goals.time(&contest, OURS, PASSED_OVER, Limit::gated(1.0, 1.2));

    let contest = compared::<one::Derived, one::ByHand, one::Notionrs>(
        parts,
        "read 1 of 1 column",
        one::COLUMNS,
        one::COLUMNS,
    )?;
    goals.time(&contest, OURS, CLIENT, Limit::gated(0.25, 0.29));
    Ok(())
}

/// Measures those who read some of the columns from a response that has all.
///
/// Makes sure beforehand that they read the same values: a reader that leaves something out would win.
fn compared<D, H, N>(
    parts: &Parts,
    name: &'static str,
    all: &[Column<'_>],
    columns: &[Column<'_>],
) -> Result<Contest, String>
where
    D: NotionRow + ToFacts,
    H: DeserializeOwned + Serialize,
    N: Rival,
{
    let body = &*parts.response(all, Order::AsWritten);
    let readers = readers::<D, H, N>();
    let expected = (readers[0].facts)(body, columns)?;
    if expected.len() != ROWS {
        return Err(format!(
            "{name}: {} of {ROWS} rows fit the derived type",
            expected.len()
        ));
    }
    let mut contestants = Vec::new();
    for reader in &readers {
        match (reader.facts)(body, columns) {
            Ok(facts) if facts == expected => {
                contestants.push(Contestant::new(reader.name, || (reader.run)(black_box(body))));
            }
            Ok(facts) => return Err(disagreement(name, reader.name, columns, &expected, &facts)),
            Err(error) => println!("{} cannot read these rows: {error}", reader.name),
        }
    }
    contestants.push(Contestant::new(PASSED_OVER, || {
        run(from_str::<IgnoredAny>(black_box(body)));
    }));
    contestants.push(Contestant::new("UTF-8 check alone", || {
        run(utf8(black_box(body)));
    }));
    contestants.push(Contestant::new("copied", || drop(black_box(body.to_vec()))));
    let details = format!("({} B/row)", body.len() / ROWS);
    Ok(Contest::run(name, &details, ROWS, &contestants))
}

fn disagreement(
    title: &str,
    name: &str,
    columns: &[Column<'_>],
    expected: &[Vec<String>],
    found: &[Vec<String>],
) -> String {
    let rows = expected.iter().zip(found);
    let mut values = rows.flat_map(|(ours, theirs)| columns.iter().zip(ours.iter().zip(theirs)));
    match values.find(|(_, (ours, theirs))| ours != theirs) {
        Some(((_, column), (ours, theirs))) => {
            format!(
                "{title}: `{name}` disagrees about `{column}`: {theirs:?}, and the derived row says {ours:?}"
            )
        }
        None => format!(
            "{title}: `{name}` reads {} rows of {}",
            found.len(),
            expected.len()
        ),
    }
}
