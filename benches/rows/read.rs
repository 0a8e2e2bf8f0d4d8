//! From the bytes of a response to rows.

use std::hint::black_box;

use notion_benches::fixture::{Column, Order, Parts, ROWS};
use notion_benches::measure::Contestant;
use notion_core::RowPage;
use notion_core::prelude::*;
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

use crate::columns::{PLACE, forty, one, six, twelve, wide};
use crate::contest::{Contest, Goals};
use crate::facts::{self, ToFacts};
use crate::rivals::Rival;
use crate::{from_str, hand, rivals, utf8};

const OURS: &str = "derived row";
const BY_HAND: &str = "by hand, from_str";
const TYPED: &str = "notionrs 0.32, typed";
const MAP: &str = "notionrs 0.32, map";
const CLIENT: &str = "notion-client 1.1.1";
const PASSED_OVER: &str = "passed over (IgnoredAny)";

pub(crate) fn measure(parts: &Parts, goals: &mut Goals) -> Result<(), String> {
    let contest = compared::<twelve::Derived, twelve::ByHand, twelve::Notionrs>(
        parts,
        "12 columns, all read",
        twelve::COLUMNS,
        twelve::COLUMNS,
    )?;
    goals.at_most(0.8, "read 12: time, by hand = 1", contest.time(OURS, BY_HAND));
    goals.at_most(
        1.0,
        "read 12: allocations, by hand = 1",
        contest.allocations(OURS) / contest.allocations(BY_HAND),
    );
    goals.at_most(
        1.0 / 2.2,
        "read 12: time, notionrs typed = 1",
        contest.time(OURS, TYPED),
    );
    goals.at_most(0.2, "read 12: time, notionrs map = 1", contest.time(OURS, MAP));
    goals.at_most(
        0.25,
        "read 12: time, notion-client = 1",
        contest.time(OURS, CLIENT),
    );

    let contest = compared::<forty::Derived, forty::ByHand, forty::Notionrs>(
        parts,
        "40 columns, all read",
        forty::COLUMNS,
        forty::COLUMNS,
    )?;
    goals.at_most(0.8, "read 40: time, by hand = 1", contest.time(OURS, BY_HAND));
    goals.at_most(
        1.0,
        "read 40: allocations, by hand = 1",
        contest.allocations(OURS) / contest.allocations(BY_HAND),
    );

    let all: Vec<_> = wide::COLUMNS.iter().copied().chain([PLACE]).collect();
    let contest = compared::<wide::Derived, wide::ByHand, wide::Notionrs>(
        parts,
        "27 columns, 26 read",
        &all,
        wide::COLUMNS,
    )?;
    goals.at_most(
        0.2,
        "read 26 of 27: time, notionrs map = 1",
        contest.time(OURS, MAP),
    );
    goals.at_most(
        1.6,
        "read 26 of 27: time, passing over = 1",
        contest.time(OURS, PASSED_OVER),
    );

    let contest = compared::<six::Derived, six::ByHand, six::Notionrs>(
        parts,
        "27 columns, 6 read",
        &all,
        six::COLUMNS,
    )?;
    goals.at_most(
        0.125,
        "read 6 of 27: time, notionrs map = 1",
        contest.time(OURS, MAP),
    );
    goals.at_most(
        0.5,
        "read 6 of 27: time, notionrs typed = 1",
        contest.time(OURS, TYPED),
    );
    goals.at_most(
        1.0,
        "read 6 of 27: time, passing over = 1",
        contest.time(OURS, PASSED_OVER),
    );

    let contest =
        compared::<one::Derived, one::ByHand, one::Notionrs>(parts, "1 column", one::COLUMNS, one::COLUMNS)?;
    goals.at_most(
        0.25,
        "read 1: time, notion-client = 1",
        contest.time(OURS, CLIENT),
    );

    reordered(parts, &all, goals)?;
    unknown_kind(parts, &all)?;
    projection(parts, &all, goals);
    Ok(())
}

/// Somebody who reads the response: the name, what the rows say, and a run.
struct Reader {
    name: &'static str,
    facts: fn(&[u8], &[Column<'_>]) -> Result<Vec<Vec<String>>, String>,
    run: fn(&[u8]),
}

/// Measures those who read some of the columns from a response that has all.
///
/// Makes sure beforehand that they read the same values: a reader that leaves something out would win.
fn compared<D, H, N>(
    parts: &Parts,
    title: &str,
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
            "{title}: {} of {ROWS} rows fit the derived type",
            expected.len()
        ));
    }
    let mut contestants = Vec::new();
    for reader in &readers {
        match (reader.facts)(body, columns) {
            Ok(facts) if facts == expected => {
                contestants.push(Contestant::new(reader.name, || (reader.run)(black_box(body))));
            }
            Ok(facts) => return Err(disagreement(title, reader.name, columns, &expected, &facts)),
            Err(error) => println!("{} cannot read these rows: {error}", reader.name),
        }
    }
    contestants.push(Contestant::new(PASSED_OVER, || {
        run(from_str::<IgnoredAny>(black_box(body)));
    }));
    contestants.push(Contestant::new("UTF-8 check alone", || {
        run(utf8(black_box(body)))
    }));
    let title = format!("{title} ({} B/row)", body.len() / ROWS);
    Ok(Contest::run(&title, ROWS, &contestants))
}

fn readers<D, H, N>() -> [Reader; 7]
where
    D: NotionRow + ToFacts,
    H: DeserializeOwned + Serialize,
    N: Rival,
{
    [
        Reader {
            name: OURS,
            facts: |body, _| derived::<D>(body),
            run: |body| run(rows::<D>(body)),
        },
        Reader {
            name: BY_HAND,
            facts: |body, columns| {
                let list: hand::List<hand::Page<H>> = from_str(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(from_str::<hand::List<hand::Page<H>>>(body)),
        },
        Reader {
            name: "by hand, from_slice",
            facts: |body, columns| {
                let list: hand::List<hand::Page<H>> = from_slice(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(from_slice::<hand::List<hand::Page<H>>>(body)),
        },
        Reader {
            name: "serde_json::Value",
            facts: |body, columns| {
                let list: Value = from_str(body)?;
                let pages = list["results"].as_array().ok_or("no results")?;
                Ok(pages
                    .iter()
                    .map(|page| facts::of_json(columns, &page["properties"]))
                    .collect())
            },
            run: |body| run(from_str::<Value>(body)),
        },
        Reader {
            name: TYPED,
            facts: |body, columns| {
                let list = rivals::notionrs::<N>(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(rivals::notionrs::<N>(body)),
        },
        Reader {
            name: MAP,
            facts: |body, columns| {
                let list = rivals::notionrs::<rivals::NotionrsMap>(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(rivals::notionrs::<rivals::NotionrsMap>(body)),
        },
        Reader {
            name: CLIENT,
            facts: |body, columns| {
                let list = rivals::notion_client(body)?;
                list.results
                    .iter()
                    .map(|page| written(&page.properties, columns))
                    .collect()
            },
            run: |body| run(rivals::notion_client(body)),
        },
    ]
}

/// Keeps the compiler from seeing that a result is not used; freeing it is part of the price.
fn run<T>(result: Result<T, String>) {
    drop(black_box(result).map(black_box));
}

fn from_slice<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn rows<D: NotionRow>(body: &[u8]) -> Result<RowPage<D>, String> {
    RowPage::from_json(utf8(body)?).map_err(|error| error.to_string())
}

fn derived<D: NotionRow + ToFacts>(body: &[u8]) -> Result<Vec<Vec<String>>, String> {
    let page = rows::<D>(body)?;
    page.rows
        .iter()
        .map(|row| row.as_ref().map(|row| row.facts()).map_err(ToString::to_string))
        .collect()
}

/// What a row says when it is written with serde, as all of the others can be.
fn written(row: &impl Serialize, columns: &[Column<'_>]) -> Result<Vec<String>, String> {
    let json = serde_json::to_value(row).map_err(|error| error.to_string())?;
    Ok(facts::of_json(columns, &json))
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

/// Values before their types, as JSON allows: the same rows, and hardly slower.
fn reordered(parts: &Parts, all: &[Column<'_>], goals: &mut Goals) -> Result<(), String> {
    let [usual, reordered] = [Order::AsWritten, Order::ValueFirst].map(|order| parts.response(all, order));
    if derived::<wide::Derived>(&usual)? != derived::<wide::Derived>(&reordered)? {
        return Err("values before their types are read as other values".to_owned());
    }
    let contest = Contest::run(
        "27 columns, 26 read",
        ROWS,
        &[
            Contestant::new("as the API writes them", || {
                run(rows::<wide::Derived>(black_box(&usual)))
            }),
            Contestant::new("values first", || {
                run(rows::<wide::Derived>(black_box(&reordered)))
            }),
        ],
    );
    goals.at_most(
        1.3,
        "read, values first: time, in the usual order = 1",
        contest.time("values first", "as the API writes them"),
    );
    Ok(())
}

/// A column of a kind that nobody knows yet.
fn unknown_kind(parts: &Parts, all: &[Column<'_>]) -> Result<(), String> {
    let body = String::from_utf8(parts.response(all, Order::AsWritten)).map_err(|error| error.to_string())?;
    let body = body.replace(r#""type":"place","place""#, r#""type":"mood_ring","mood_ring""#);
    let readers = readers::<wide::Derived, wide::ByHand, wide::Notionrs>();
    println!("27 columns, one of them of a kind that came later");
    for reader in &readers {
        match (reader.facts)(body.as_bytes(), wide::COLUMNS) {
            Ok(rows) => println!("  {:<32} reads {} rows", reader.name, rows.len()),
            Err(error) if reader.name == OURS => return Err(error),
            Err(error) => println!("  {:<32} reads none: {error}", reader.name),
        }
    }
    println!();
    Ok(())
}

/// What a response weighs when only the columns of the row are asked for, as queries do.
fn projection(parts: &Parts, all: &[Column<'_>], goals: &mut Goals) {
    let weigh = |columns: &[Column<'_>]| parts.response(columns, Order::AsWritten).len() as f64;
    goals.at_most(
        0.5,
        "bytes of 6 columns, all 27 = 1",
        weigh(six::COLUMNS) / weigh(all),
    );
}
