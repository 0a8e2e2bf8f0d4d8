//! What rows weigh in memory: those that are kept, and those that pass through.

use std::hint::black_box;

use notion_benches::fixture::{Order, Parts, ROWS};
use notion_core::RowPage;

use crate::columns::{PLACE, six, wide};
use crate::goals::{Goals, Limit};
use crate::{rivals, utf8};

pub(crate) fn measure(parts: &Parts, goals: &mut Goals) -> Result<(), String> {
    let all: Vec<_> = wide::COLUMNS.iter().copied().chain([PLACE]).collect();
    let body = parts.response(&all, Order::AsWritten);
    let text = utf8(&body)?;
    let page = || RowPage::<six::Derived>::from_json(black_box(text)).map_err(|error| error.to_string());

    let kept = bytes_kept(|| page().expect("these rows were read before")) / ROWS as f64;
    let map =
        bytes_kept(|| rivals::notionrs::<rivals::NotionrsMap>(&body).expect("these rows were read before"))
            / ROWS as f64;
    let peak = |pages: usize| {
        let counted = allocation_counter::measure(|| {
            for _ in 0..pages {
                let page = page().expect("these rows were read before");
                page.rows.into_iter().for_each(|row| drop(black_box(row)));
            }
        });
        counted.bytes_max as f64
    };
    let (few, many) = (peak(10), peak(1_000));
    goals.amount(
        "memory of 6 of 27 columns",
        [kept, map],
        "B",
        "notionrs 0.32, map",
        Limit::gated(1.0 / 30.0, 0.036),
    );
    let peaks = [many, few].map(|bytes| bytes / 1024.0);
    goals.amount(
        "peak of 100,000 rows that pass through",
        peaks,
        "KiB",
        "1,000 rows",
        1.0,
    );
    Ok(())
}

/// What a value holds, once what was needed to make it is gone.
fn bytes_kept<T>(make: impl Fn() -> T) -> f64 {
    let mut value = None;
    let counted = allocation_counter::measure(|| value = Some(make()));
    drop(value);
    counted.bytes_current as f64
}
