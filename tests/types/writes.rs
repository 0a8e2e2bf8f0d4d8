//! Rows that are inserted, and changes to them.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use notion_core::Update;
use notion_core::prelude::*;

use crate::everything::{Everything, Size, Stage, World};

/// Sends what inserts, changes, trashes and restores rows.
pub(crate) async fn send(world: &World) {
    let table = world.table::<Everything>().await;
    let me = world.notion.me().await.unwrap().id;
    let page = table.insert(&Everything::bare()).await.unwrap().id();
    for row in rows(me.into(), page) {
        table.insert(&row).await.unwrap();
    }
    for update in updates(&table, me.into(), page) {
        update.send().await.unwrap();
    }
    table.update(page).send().await.unwrap();
    // More references than a page shows, so that the others are asked for.
    let mut related = Vec::new();
    for _ in 0..26 {
        related.push(table.insert(&Everything::bare()).await.unwrap().id());
    }
    table
        .update(page)
        .set(Everything::RELATION, related)
        .send()
        .await
        .unwrap();
    table.get(page).await.unwrap();
    world.notion.page(page).await.unwrap();
    table.trash(page).await.unwrap();
    table.restore(page).await.unwrap();
}

/// Each value once as it is inserted: a line a row.
fn rows(me: UserRef, page: PageId) -> Vec<Everything> {
    let bare = Everything::bare;
    let mut rows = vec![
        Everything {
            title: String::new(),
            ..bare()
        },
        Everything {
            title: "Ship \"it\" \\ \n 🚀".to_owned(),
            ..bare()
        },
        Everything {
            rich_text: "é".repeat(4_001),
            ..bare()
        },
        Everything {
            select: Some(Size::Small),
            ..bare()
        },
        Everything {
            select: Some(Size::Other("Huge".to_owned())),
            ..bare()
        },
        Everything {
            status: Some(Stage::Done),
            ..bare()
        },
        Everything {
            multi_select: vec![Size::Small],
            ..bare()
        },
        Everything {
            multi_select: vec![Size::Large, Size::Other("Tiny".to_owned())],
            ..bare()
        },
        Everything {
            people: vec![me],
            ..bare()
        },
        Everything {
            checkbox: true,
            ..bare()
        },
        Everything {
            url: Some("https://example.com/?a=1&b=2".to_owned()),
            ..bare()
        },
        Everything {
            email: Some("ada@example.com".to_owned()),
            ..bare()
        },
        Everything {
            phone_number: Some("+49 30 1".to_owned()),
            ..bare()
        },
        Everything {
            relation: vec![page],
            ..bare()
        },
        Everything {
            relation: vec![page, page],
            ..bare()
        },
    ];
    rows.extend([0.0, 7.0, -2.5, 1e21, 5e-324, f64::MAX].map(|number| Everything {
        number: Some(number),
        ..bare()
    }));
    rows.extend(dates().map(|date| Everything {
        date: Some(date),
        ..bare()
    }));
    rows
}

fn dates() -> [DateOrRange; 6] {
    let day = date(2026, 9, 15);
    let moment: Timestamp = "2026-09-15T09:30:00Z".parse().unwrap();
    let zoned = moment.to_zoned(TimeZone::fixed(Offset::constant(2)));
    let mut named = DateOrRange::range(&zoned, &zoned);
    named.time_zone = Some("Europe/Berlin".to_owned());
    [
        day.into(),
        moment.into(),
        (&zoned).into(),
        DateOrRange::range(day, day.tomorrow().unwrap()),
        DateOrRange::range(moment, &zoned),
        named,
    ]
}

/// Each kind set and cleared: a line an update.
fn updates(table: &Table<Everything>, me: UserRef, page: PageId) -> Vec<Update<'_, Everything>> {
    let row = || table.update(page);
    vec![
        row().set(Everything::TITLE, "New"),
        row().set(Everything::RICH_TEXT, "New"),
        row().set(Everything::NUMBER, 12.5),
        row().set(Everything::NUMBER, None),
        row().set(Everything::SELECT, Size::Large),
        row().set(Everything::STATUS, Stage::Doing),
        row().set(Everything::MULTI_SELECT, vec![Size::Large]),
        row().set(Everything::DATE, date(2026, 9, 15)),
        row().set(Everything::PEOPLE, vec![me]),
        row().set(Everything::CHECKBOX, true),
        row().set(Everything::CHECKBOX, false),
        row().set(Everything::URL, "https://example.com".to_owned()),
        row().set(Everything::EMAIL, "ada@example.com".to_owned()),
        row().set(Everything::PHONE_NUMBER, "1".to_owned()),
        row().set(Everything::RELATION, vec![page]),
        row().clear(Everything::TITLE),
        row().clear(Everything::RICH_TEXT),
        row().clear(Everything::NUMBER),
        row().clear(Everything::SELECT),
        row().clear(Everything::STATUS),
        row().clear(Everything::MULTI_SELECT),
        row().clear(Everything::DATE),
        row().clear(Everything::PEOPLE),
        row().clear(Everything::URL),
        row().clear(Everything::EMAIL),
        row().clear(Everything::PHONE_NUMBER),
        row().clear(Everything::RELATION),
        row().set(Everything::TITLE, "Two").clear(Everything::DATE),
    ]
}
