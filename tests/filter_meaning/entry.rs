//! The row type under test, and conditions on its columns.

use jiff::Timestamp;
use notion_core::Filter;
use notion_core::prelude::*;
use notion_core::query::{created_time, last_edited_time};

use crate::ask::{self, ALL, Ask, Lists};
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
}

/// A condition on one column, and for each item whether it holds.
pub(crate) fn condition(numbers: &mut Numbers, world: &World) -> (Filter<Entry>, Vec<bool>) {
    let words = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let minute = |at: Timestamp| Some(Moment::Minute(at));
    match numbers.below(18) {
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
        12 => of(world, ask::date_or_nothing(numbers, Entry::DUE, ALL), |item| {
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
        15 => of(world, ask::date(numbers, Entry::CREATED, ALL), |item| {
            minute(item.created)
        }),
        16 => of(world, ask::date(numbers, Entry::EDITED, ALL), |item| {
            minute(item.edited)
        }),
        _ => {
            if numbers.one_in(2) {
                of(world, ask::date(numbers, created_time(), ALL), |item| {
                    minute(item.created)
                })
            } else {
                of(world, ask::date(numbers, last_edited_time(), ALL), |item| {
                    minute(item.edited)
                })
            }
        }
    }
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
