//! Whatever is done to a filter before it is sent, it finds the rows that it says.

mod ask;
mod date;
mod entry;
mod numbers;
mod table;

use notion_core::Filter;
use notion_core::prelude::*;
use notion_tests::simulator;

use crate::entry::Entry;
use crate::numbers::Numbers;
use crate::table::World;

/// What the rows are told by: all other columns would be read for nothing.
#[derive(NotionRow)]
struct Name {
    #[notion(title, name = "Name")]
    name: String,
}

/// How many filters must have found their rows.
const FILTERS: usize = 1_200;

/// A filter of at most so many levels, and for each item whether it holds.
fn tree(numbers: &mut Numbers, levels: usize, world: &World) -> (Filter<Entry>, Vec<bool>) {
    let (one, holds) = if levels == 0 || numbers.one_in(4) {
        entry::condition(numbers, world)
    } else {
        let (left, left_holds) = tree(numbers, levels - 1, world);
        let (right, right_holds) = tree(numbers, levels - 1, world);
        let both = left_holds.into_iter().zip(right_holds);
        if numbers.one_in(2) {
            (left & right, both.map(|(left, right)| left && right).collect())
        } else {
            (left | right, both.map(|(left, right)| left || right).collect())
        }
    };
    if numbers.one_in(4) {
        (!one, holds.into_iter().map(|holds| !holds).collect())
    } else {
        (one, holds)
    }
}

#[tokio::test]
async fn filters_find_the_rows_that_they_say() {
    let (sim, _) = simulator().await;
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let world = World::fill(&sim, &mut numbers).await;
    // More requests than the limiter of a real connection lets go at once.
    let notion = Notion::builder()
        .base_url(sim.base_url())
        .token(Token::new(sim.token()).unwrap())
        .requests_per_minute(100_000)
        .build()
        .unwrap();
    let table = notion.table::<Entry>("Items").await.unwrap();
    assert_eq!(table.query().all().await.unwrap().len(), world.items.len());
    let (mut found, mut refused) = (0, 0);
    while found < FILTERS {
        let (filter, holds) = tree(&mut numbers, 3, &world);
        let shown = filter.to_string();
        let rows = match table.query().filter(filter).select::<Name>().unwrap().all().await {
            Ok(rows) => rows,
            Err(error) => {
                let error = error.to_string();
                // Notion has no words for some, and only for these reasons.
                let reasons = [
                    "for which Notion has no opposite",
                    "is too deep",
                    "conditions side by side",
                ];
                assert!(reasons.iter().any(|reason| error.contains(reason)), "{error}");
                refused += 1;
                continue;
            }
        };
        let mut places: Vec<usize> = rows.iter().map(|row| row.name.parse().unwrap()).collect();
        places.sort_unstable();
        let expected: Vec<usize> = (0..world.items.len()).filter(|at| holds[*at]).collect();
        assert_eq!(places, expected, "{shown}");
        found += 1;
    }
    println!("{found} filters found the rows that they say; for {refused} Notion has no words");
}
