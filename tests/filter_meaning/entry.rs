//! The row type under test, and conditions on its columns.

use jiff::Timestamp;
use notion_core::prelude::*;
use notion_core::query::{created_time, last_edited_time};
use notion_core::{FileRef, Formula, Rollup, UniqueId, Verification, kind};

use crate::ask::{self, ALL, Ask, Lists};
use crate::date;
use crate::numbers::Numbers;
use crate::table::{Item, Moment, World};

#[derive(Debug, NotionRow)]
pub(crate) struct Entry {
    #[notion(title, name = "Name")]
    pub(crate) name: String,
    #[notion(name = "Words")]
    words: String,
    #[notion(url, name = "Link")]
    link: Option<String>,
    #[notion(email, name = "Mail")]
    mail: Option<String>,
    #[notion(phone_number, name = "Phone")]
    phone: Option<String>,
    #[notion(name = "Size")]
    size: Option<f64>,
    #[notion(name = "Done")]
    done: bool,
    #[notion(select, name = "Mood")]
    mood: Option<String>,
    #[notion(status, name = "Stage")]
    stage: Option<String>,
    #[notion(name = "Tags")]
    tags: Vec<String>,
    #[notion(name = "Due")]
    due: Option<DateOrRange>,
    #[notion(name = "Owners")]
    owners: Vec<UserRef>,
    #[notion(name = "Parts")]
    parts: Vec<PageId>,
    #[notion(created_time, name = "Created")]
    created: Timestamp,
    #[notion(last_edited_time, name = "Edited")]
    edited: Timestamp,
    #[notion(created_by, name = "Author")]
    author: UserRef,
    #[notion(last_edited_by, name = "Editor")]
    editor: UserRef,
    #[notion(name = "Files")]
    files: Vec<FileRef>,
    #[notion(name = "Check")]
    check: Verification,
    #[notion(name = "ID")]
    id: UniqueId,
    #[notion(formula, name = "Text")]
    text: Formula<String>,
    #[notion(formula, name = "Count")]
    count: Formula<Option<f64>>,
    #[notion(formula, name = "Flag")]
    flag: Formula<bool>,
    #[notion(formula, name = "Date")]
    date: Formula<Option<DateOrRange>>,
    #[notion(rollup, name = "Sum")]
    sum: Rollup<f64>,
    #[notion(rollup, name = "First")]
    first: Rollup<Option<DateOrRange>>,
    #[notion(rollup, name = "All names")]
    all_names: Rollup<Vec<String>>,
    #[notion(rollup, name = "All words")]
    all_words: Rollup<Vec<String>>,
    #[notion(rollup, name = "All sizes")]
    all_sizes: Rollup<Vec<Option<f64>>>,
    #[notion(rollup, name = "All done")]
    all_done: Rollup<Vec<bool>>,
    #[notion(rollup, name = "All moods")]
    all_moods: Rollup<Vec<Option<String>>>,
    #[notion(rollup, name = "All stages")]
    all_stages: Rollup<Vec<Option<String>>>,
    #[notion(rollup, name = "All tags")]
    all_tags: Rollup<Vec<Vec<String>>>,
    #[notion(rollup, name = "All dues")]
    all_dues: Rollup<Vec<Option<DateOrRange>>>,
    #[notion(rollup, name = "All owners")]
    all_owners: Rollup<Vec<Vec<UserRef>>>,
    #[notion(rollup, name = "All files")]
    all_files: Rollup<Vec<Vec<FileRef>>>,
}

/// The values of a rollup, as a column of their kind.
macro_rules! of_many {
    ($how:expr, $column:expr) => {
        match $how {
            Many::Any => $column.any(),
            Many::Every => $column.every(),
            Many::None => $column.none(),
        }
    };
    ($how:expr, $column:expr, $kind:expr) => {
        match $how {
            Many::Any => $column.any_as($kind),
            Many::Every => $column.every_as($kind),
            Many::None => $column.none_as($kind),
        }
    };
}

/// A condition on one column, and for each item whether it holds.
pub(crate) fn condition(numbers: &mut Numbers, world: &World) -> (Filter<Entry>, Vec<bool>) {
    match numbers.below(4) {
        0 => of_values(numbers, world),
        1 => of_result(numbers, world),
        _ => of_cell(numbers, world),
    }
}

/// Of a cell that holds its value itself.
fn of_cell(numbers: &mut Numbers, world: &World) -> (Filter<Entry>, Vec<bool>) {
    match numbers.below(24) {
        0 => {
            let (filter, holds) = ask::text(numbers, Entry::NAME, ALL);
            let places = 0..world.items.len();
            (filter, places.map(|at| holds(&at.to_string())).collect())
        }
        1 => of(world, ask::text(numbers, Entry::WORDS, ALL), |item| {
            words(item.words)
        }),
        2 => of(world, ask::text(numbers, Entry::LINK, ALL), |item| {
            words(item.link)
        }),
        3 => of(world, ask::text(numbers, Entry::MAIL, ALL), |item| {
            words(item.link)
        }),
        4 => of(world, ask::text(numbers, Entry::PHONE, ALL), |item| {
            words(item.link)
        }),
        5 => of(world, ask::number(numbers, Entry::SIZE, ALL), |item| item.size),
        6 => of(world, ask::checkbox(numbers, Entry::DONE), |item| item.done),
        7 => (
            Filter::all([!Entry::DONE]),
            world.items.iter().map(|item| !item.done).collect(),
        ),
        8 => of(world, ask::mood(numbers, Entry::MOOD), |item| item.mood),
        9 => of(world, ask::stage(numbers, Entry::STAGE), |item| item.stage),
        10 => of(world, ask::group(numbers, Entry::STAGE), |item| item.stage),
        11 => of(world, ask::tags(numbers, Entry::TAGS), |item| item.tags.clone()),
        12 => of(world, date::date_or_nothing(numbers, Entry::DUE, ALL), |item| {
            item.due
        }),
        13 => of(world, ask::people(numbers, Entry::OWNERS, ALL), |item| {
            item.owners.clone()
        }),
        14 => of(
            world,
            ask::pages(numbers, Entry::PARTS, &world.part_ids),
            |item| item.parts.clone(),
        ),
        15 => of(world, date::date(numbers, Entry::CREATED, ALL), |item| {
            minute(item.created)
        }),
        16 => of(world, date::date(numbers, Entry::EDITED, ALL), |item| {
            minute(item.edited)
        }),
        17 => of(world, ask::people(numbers, Entry::AUTHOR, ALL), |item| {
            vec![item.author]
        }),
        18 => of(world, ask::people(numbers, Entry::EDITOR, ALL), |item| {
            vec![item.editor]
        }),
        19 => of(world, ask::files(numbers, Entry::FILES), |item| item.files),
        20 => of(world, ask::verification(numbers, Entry::CHECK), |item| {
            item.verified
        }),
        21 | 22 => {
            let (filter, holds) = ask::unique_id(numbers, Entry::ID, world.items.len());
            // Ids begin at 1.
            let ids = 1..=world.items.len();
            (filter, ids.map(|id| holds(&id)).collect())
        }
        _ => {
            if numbers.one_in(2) {
                of(world, date::date(numbers, created_time(), ALL), |item| {
                    minute(item.created)
                })
            } else {
                of(world, date::date(numbers, last_edited_time(), ALL), |item| {
                    minute(item.edited)
                })
            }
        }
    }
}

/// Of a formula or rollup that results in one value.
fn of_result(numbers: &mut Numbers, world: &World) -> (Filter<Entry>, Vec<bool>) {
    let parts = |item: &Item| item.parts.iter().map(|at| &world.parts[*at]).collect::<Vec<_>>();
    match numbers.below(7) {
        0 => of(world, ask::text(numbers, Entry::TEXT, ALL), |item| {
            words(item.words)
        }),
        1 => of(world, ask::number(numbers, Entry::COUNT, ALL), |item| item.size),
        2 => of(world, ask::checkbox(numbers, Entry::FLAG), |item| item.done),
        3 => (
            !Entry::FLAG & Entry::FLAG.is(false),
            world.items.iter().map(|item| !item.done).collect(),
        ),
        4 => of(world, date::date_or_nothing(numbers, Entry::DATE, ALL), |item| {
            item.due
        }),
        5 => of(world, ask::number(numbers, Entry::SUM, ALL), |item| {
            Some(parts(item).iter().filter_map(|part| part.size).sum())
        }),
        _ => of(world, date::date_or_nothing(numbers, Entry::FIRST, ALL), |item| {
            parts(item)
                .iter()
                .filter_map(|part| part.due)
                .min_by_key(|due| due.start())
        }),
    }
}

/// Of the values that a rollup shows.
fn of_values(numbers: &mut Numbers, world: &World) -> (Filter<Entry>, Vec<bool>) {
    let how = numbers.pick(&[Many::Any, Many::Every, Many::None]);
    let lists = how.lists();
    match numbers.below(10) {
        0 => {
            let (filter, holds) = ask::text(numbers, of_many!(how, Entry::ALL_NAMES), lists);
            let holds = world
                .items
                .iter()
                .map(|item| how.holds(item.parts.iter().map(|at| holds(&at.to_string()))));
            (filter, holds.collect())
        }
        1 => how.of(
            world,
            ask::text(numbers, of_many!(how, Entry::ALL_WORDS), lists),
            |part| words(part.words),
        ),
        2 => how.of(
            world,
            ask::number(numbers, of_many!(how, Entry::ALL_SIZES), lists),
            |part| part.size,
        ),
        3 => how.of(
            world,
            ask::checkbox(numbers, of_many!(how, Entry::ALL_DONE)),
            |part| part.done,
        ),
        4 => how.of(
            world,
            ask::mood(numbers, of_many!(how, Entry::ALL_MOODS, kind::Select)),
            |part| part.mood,
        ),
        5 => how.of(
            world,
            ask::stage(numbers, of_many!(how, Entry::ALL_STAGES, kind::Status)),
            |part| part.stage,
        ),
        6 => how.of(
            world,
            ask::tags(numbers, of_many!(how, Entry::ALL_TAGS)),
            |part| part.tags.clone(),
        ),
        7 => how.of(
            world,
            date::date_or_nothing(numbers, of_many!(how, Entry::ALL_DUES), lists),
            |part| part.due,
        ),
        8 => how.of(
            world,
            ask::files(numbers, of_many!(how, Entry::ALL_FILES)),
            |part| part.files,
        ),
        _ => how.of(
            world,
            ask::people(numbers, of_many!(how, Entry::ALL_OWNERS), lists),
            |part| part.owners.clone(),
        ),
    }
}

/// Of how many values a condition must hold.
#[derive(Clone, Copy)]
enum Many {
    Any,
    Every,
    None,
}

impl Many {
    /// Whether each value is one of several, or one of them none of several, Notion cannot be asked.
    fn lists(self) -> Lists {
        let every = matches!(self, Self::Every);
        Lists {
            any: !every,
            none: every,
            empty: false,
        }
    }

    fn holds(self, mut values: impl ExactSizeIterator<Item = bool>) -> bool {
        match self {
            Self::Any => values.any(|holds| holds),
            Self::Every => values.len() > 0 && values.all(|holds| holds),
            Self::None => !values.any(|holds| holds),
        }
    }

    fn of<V>(
        self,
        world: &World,
        (filter, holds): Ask<Entry, V>,
        value: impl Fn(&Item) -> V,
    ) -> (Filter<Entry>, Vec<bool>) {
        let of = |item: &Item| self.holds(item.parts.iter().map(|at| holds(&value(&world.parts[*at]))));
        (filter, world.items.iter().map(of).collect())
    }
}

fn words(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn minute(at: Timestamp) -> Option<Moment> {
    Some(Moment::Minute(at))
}

fn of<V>(
    world: &World,
    (filter, holds): Ask<Entry, V>,
    value: impl Fn(&Item) -> V,
) -> (Filter<Entry>, Vec<bool>) {
    (
        filter,
        world.items.iter().map(|item| holds(&value(item))).collect(),
    )
}
