//! Whatever is done to a filter before it is sent, it finds the rows that it says.

use jiff::civil::{Date, date};
use notion_core::prelude::*;
use notion_tests::{create_database, simulator};
use serde_json::json;

#[derive(Debug, Clone, NotionRow)]
struct Item {
    #[notion(title)]
    name: String,
    note: String,
    size: Option<f64>,
    mood: Option<Mood>,
    tags: Vec<String>,
    due: Option<Date>,
    done: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, NotionOption)]
enum Mood {
    Calm,
    Loud,
}

/// A condition, and what it says in Rust.
type Condition = (fn() -> Filter<Item>, fn(&Item) -> bool);

const DAY: Date = date(2026, 9, 2);

const CONDITIONS: &[Condition] = &[
    (|| Item::NOTE.eq("a"), |item| item.note == "a"),
    (|| Item::NOTE.contains("b"), |item| item.note.contains('b')),
    (|| Item::NOTE.is_empty(), |item| item.note.is_empty()),
    (|| Item::SIZE.eq(2), |item| item.size == Some(2.0)),
    (
        || Item::SIZE.gt(1),
        |item| item.size.is_some_and(|size| size > 1.0),
    ),
    (
        || Item::SIZE.le(1),
        |item| item.size.is_some_and(|size| size <= 1.0),
    ),
    (
        || Item::SIZE.is_any_of([0, 3]),
        |item| matches!(item.size, Some(0.0 | 3.0)),
    ),
    (|| Item::MOOD.eq(Mood::Calm), |item| item.mood == Some(Mood::Calm)),
    (|| Item::MOOD.ne(Mood::Loud), |item| item.mood != Some(Mood::Loud)),
    (
        || Item::TAGS.contains("x"),
        |item| item.tags.iter().any(|tag| tag == "x"),
    ),
    (|| Item::TAGS.is_empty(), |item| item.tags.is_empty()),
    (|| Item::DUE.eq(DAY), |item| item.due == Some(DAY)),
    (
        || Item::DUE.before(DAY),
        |item| item.due.is_some_and(|due| due < DAY),
    ),
    (
        || Item::DUE.on_or_after(DAY),
        |item| item.due.is_some_and(|due| due >= DAY),
    ),
    (|| Item::DONE.is(true), |item| item.done),
];

/// A small generator of numbers that are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }

    fn item(&mut self, at: usize) -> Item {
        Item {
            name: at.to_string(),
            note: ["", "a", "b", "abc"][self.below(4)].to_owned(),
            size: [None, Some(0.0), Some(1.0), Some(2.0), Some(3.0)][self.below(5)],
            mood: [None, Some(Mood::Calm), Some(Mood::Loud)][self.below(3)],
            tags: [vec![], vec!["x".to_owned()], vec!["y".to_owned(), "x".to_owned()]][self.below(3)].clone(),
            due: [None, Some(date(2026, 9, 1)), Some(DAY), Some(date(2026, 9, 3))][self.below(4)],
            done: self.below(2) == 0,
        }
    }

    /// A filter of at most so many levels, and for each item whether it holds.
    fn filter(&mut self, levels: usize, items: &[Item]) -> (Filter<Item>, Vec<bool>) {
        let (one, holds): (_, Vec<bool>) = if levels == 0 || self.below(4) == 0 {
            let (filter, holds) = CONDITIONS[self.below(CONDITIONS.len())];
            (filter(), items.iter().map(holds).collect())
        } else {
            let (left, left_holds) = self.filter(levels - 1, items);
            let (right, right_holds) = self.filter(levels - 1, items);
            let both = left_holds.iter().zip(&right_holds);
            if self.below(2) == 0 {
                (left & right, both.map(|(left, right)| *left && *right).collect())
            } else {
                (left | right, both.map(|(left, right)| *left || *right).collect())
            }
        };
        match self.below(3) {
            0 => (!one, holds.iter().map(|holds| !holds).collect()),
            _ => (one, holds),
        }
    }
}

#[tokio::test]
async fn filters_find_the_rows_that_they_say() {
    let (sim, _) = simulator().await;
    let columns = json!({
        "name": {"title": {}}, "note": {"rich_text": {}}, "size": {"number": {}}, "mood": {"select": {}},
        "tags": {"multi_select": {}}, "due": {"date": {}}, "done": {"checkbox": {}},
    });
    create_database(&sim, "Items", columns).await;
    // More requests than the limiter of a real connection lets go at once.
    let notion = Notion::builder()
        .base_url(sim.base_url())
        .token(Token::new(sim.token()).unwrap())
        .requests_per_minute(100_000)
        .build()
        .unwrap();
    let table = notion.table::<Item>("Items").await.unwrap();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let items = Vec::from_iter((0..40).map(|at| numbers.item(at)));
    for item in &items {
        table.insert(item).await.unwrap();
    }
    for _ in 0..400 {
        let (filter, holds) = numbers.filter(4, &items);
        let shown = filter.to_string();
        let rows = table
            .query()
            .filter(filter)
            .all()
            .await
            .unwrap_or_else(|error| panic!("{shown}: {error}"));
        let mut found: Vec<usize> = rows.iter().map(|row| row.name.parse().unwrap()).collect();
        found.sort_unstable();
        let expected: Vec<usize> = (0..items.len()).filter(|at| holds[*at]).collect();
        assert_eq!(found, expected, "{shown}");
    }
}
