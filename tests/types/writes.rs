//! Rows that are inserted, and changes to them.

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use notion_core::prelude::*;
use notion_core::{
    Cover, DateOrTime, Icon, IconColor, Insert, Place, Related, Span, Template, TemplateMention, TextColor,
    Update, Verification,
};

use crate::everything::{Due, Effort, Everything, NewEverything, Plain, Single, Size, Stage, World};

/// Sends what inserts, changes, moves, archives, trashes and restores rows.
pub(crate) async fn send(world: &World) {
    let table = world.table::<Everything>().await;
    let me = UserRef::new(world.notion.me().await.unwrap().id);
    let page = table.insert(&NewEverything::bare()).await.unwrap().id();
    for row in rows(world, &me, page) {
        table.insert(&row).await.unwrap();
    }
    for insert in inserts(&table, world) {
        insert.await.unwrap();
    }
    for update in updates(&table, world, &me, page) {
        update.await.unwrap();
    }
    table.update(page).send().await.unwrap();
    lists(&table, world, &me, page).await;
    plain(world).await;
    single(world, page).await;

    table.archive(page).await.unwrap();
    table.unarchive(page).await.unwrap();
    table.trash(page).await.unwrap();
    table.restore(page).await.unwrap();
    let other = table.insert(&NewEverything::bare()).await.unwrap().id();
    table.move_to(other, page).await.unwrap();
    let other = table.insert(&NewEverything::bare()).await.unwrap().id();
    table.move_to(other, &table).await.unwrap();
}

/// Each value once as it is inserted: a line a row.
fn rows(world: &World, me: &UserRef, page: PageId) -> Vec<NewEverything> {
    let bare = NewEverything::bare;
    let mut rows = vec![
        NewEverything {
            title: RichText::new(),
            ..bare()
        },
        NewEverything {
            title: text(world, me, page),
            ..bare()
        },
        NewEverything {
            rich_text: text(world, me, page),
            ..bare()
        },
        NewEverything {
            rich_text: RichText::new().text("é".repeat(4_001)),
            ..bare()
        },
        NewEverything {
            select: Some(Size::Small),
            ..bare()
        },
        NewEverything {
            select: Some(Size::Other("Huge".to_owned())),
            ..bare()
        },
        NewEverything {
            status: Some(Stage::Done),
            ..bare()
        },
        NewEverything {
            multi_select: vec![Size::Small],
            ..bare()
        },
        NewEverything {
            multi_select: vec![Size::Large, Size::Other("Tiny".to_owned())],
            ..bare()
        },
        NewEverything {
            people: vec![me.clone()],
            ..bare()
        },
        NewEverything {
            people: vec![group(), me.clone()],
            ..bare()
        },
        NewEverything {
            checkbox: true,
            ..bare()
        },
        NewEverything {
            url: Some("https://example.com/?a=1&b=2".to_owned()),
            ..bare()
        },
        NewEverything {
            email: Some("ada@example.com".to_owned()),
            ..bare()
        },
        NewEverything {
            phone_number: Some("+49 30 1".to_owned()),
            ..bare()
        },
        NewEverything {
            relation: [page].into_iter().collect(),
            ..bare()
        },
        NewEverything {
            verification: Verification::verified(),
            ..bare()
        },
        NewEverything {
            place: Some(Place::new(52.52, 13.405)),
            ..bare()
        },
        NewEverything {
            place: Some(place()),
            ..bare()
        },
        NewEverything {
            files: vec![FileRef::external("a.pdf", "https://example.com/a.pdf")],
            ..bare()
        },
        NewEverything {
            files: vec![FileRef::upload(world.upload)],
            ..bare()
        },
        NewEverything {
            files: vec![FileRef::upload(world.upload).named("b.txt")],
            ..bare()
        },
    ];
    rows.extend(
        [0.0, 7.0, -2.5, 1e21, 5e-324, f64::MAX].map(|number| NewEverything {
            number: Some(number),
            ..bare()
        }),
    );
    rows.extend(dates().map(|date| NewEverything {
        date: Some(date),
        ..bare()
    }));
    rows.extend(times().map(|time| NewEverything {
        verification: Verification::verified().for_time(time),
        ..bare()
    }));
    rows
}

/// Text with every format and every mention.
fn text(world: &World, me: &UserRef, page: PageId) -> RichText {
    let mut text = RichText::new()
        .text("Ship \"it\" \\ \n 🚀")
        .bold("bold")
        .italic("italic")
        .code("code")
        .span(Span::text("struck").strikethrough())
        .span(Span::text("under").underline())
        .link("link", "https://example.com")
        .equation("e = mc^2")
        .mention_user(me.clone())
        .mention_page(page)
        .mention_database(world.database)
        .span(Span::mention(world.emoji));
    text.extend(dates().map(Span::mention));
    text.extend([TemplateMention::Today, TemplateMention::Now, TemplateMention::Me].map(Span::mention));
    text.extend(COLORS.map(|color| Span::text(color).color(TextColor::from_name(color))));
    text
}

const COLORS: [&str; 20] = [
    "default",
    "gray",
    "brown",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "red",
    "default_background",
    "gray_background",
    "brown_background",
    "orange_background",
    "yellow_background",
    "green_background",
    "blue_background",
    "purple_background",
    "pink_background",
    "red_background",
];

/// A group of people. There is none in the simulator, which takes the id as it is.
fn group() -> UserRef {
    UserRef::group("4f1ac1e0-6d4c-4ed8-8b8c-5d5f7d1d2a10".parse().unwrap())
}

fn place() -> Place {
    let mut place = Place::new(-33.86, 151.21)
        .with_name("Opera House")
        .with_address("Bennelong Point");
    place.aws_place_id = Some("a".to_owned());
    place.google_place_id = Some("b".to_owned());
    place
}

fn dates() -> [DateOrRange; 6] {
    let day = date(2026, 9, 15);
    let [moment, zoned, between, named] = times();
    [
        day.into(),
        DateOrRange::range(day, day.tomorrow().unwrap()),
        moment,
        zoned,
        between,
        named,
    ]
}

/// Dates with a time.
fn times() -> [DateOrRange; 4] {
    let moment: Timestamp = "2026-09-15T09:30:00Z".parse().unwrap();
    let zoned = moment.to_zoned(TimeZone::fixed(Offset::constant(2)));
    let local = |hour| DateOrTime::Time {
        local: date(2026, 9, 15).at(hour, 30, 0, 0),
        offset: None,
    };
    let mut named = DateOrRange::range(local(9), local(10));
    named.time_zone = Some("Europe/Berlin".to_owned());
    [
        moment.into(),
        (&zoned).into(),
        DateOrRange::range(moment, &zoned),
        named,
    ]
}

/// Each icon, cover and content of a new row: a line an insert.
fn inserts(table: &Table<Everything>, world: &World) -> Vec<Insert<Everything>> {
    let row = || table.insert(&NewEverything::bare());
    let mut inserts: Vec<_> = icons(world).into_iter().map(|icon| row().icon(icon)).collect();
    inserts.extend(covers(world).map(|cover| row().cover(cover)));
    inserts.extend(templates(world).map(|template| row().template(template)));
    inserts.extend([
        row().markdown("# Plan\n\n- [ ] ship \"it\""),
        row().children(r#"[{"paragraph": {"rich_text": [{"text": {"content": "Plan"}}]}}]"#),
        row()
            .icon(Icon::emoji("🚀"))
            .cover(Cover::upload(world.upload))
            .markdown("# Plan"),
    ]);
    inserts
}

fn icons(world: &World) -> Vec<Icon> {
    use IconColor::{Blue, Brown, Gray, Green, LightGray, Orange, Pink, Purple, Red, Yellow};
    let colors = [
        Gray, LightGray, Brown, Yellow, Orange, Green, Blue, Purple, Pink, Red,
    ];
    let mut icons = Vec::from(colors.map(|color| Icon::native("pizza", color)));
    icons.extend([
        Icon::emoji("🚀"),
        Icon::custom_emoji(world.emoji),
        Icon::external("https://example.com/logo.png"),
        Icon::upload(world.upload),
    ]);
    icons
}

fn covers(world: &World) -> [Cover; 2] {
    [
        Cover::external("https://example.com/cover.jpg"),
        Cover::upload(world.upload),
    ]
}

fn templates(world: &World) -> [Template; 4] {
    [
        Template::default(),
        Template::default().time_zone("Europe/Berlin"),
        Template::new(world.template),
        Template::new(world.template).time_zone("UTC"),
    ]
}

/// Each kind set and cleared, and each change of the page: a line an update.
fn updates(table: &Table<Everything>, world: &World, me: &UserRef, page: PageId) -> Vec<Update<Everything>> {
    use Everything as E;
    let row = || table.update(page);
    let mut updates = vec![
        row().set(E::TITLE, "New"),
        row().set(E::TITLE, text(world, me, page)),
        row().set(E::RICH_TEXT, "New"),
        row().set(E::RICH_TEXT, text(world, me, page)),
        row().set(E::NUMBER, 12.5),
        row().set(E::NUMBER, None),
        row().set(E::SELECT, Size::Large),
        row().set(E::STATUS, Stage::Doing),
        row().set(E::MULTI_SELECT, [Size::Large]),
        row().set(E::PEOPLE, vec![me.clone(), group()]),
        row().set(
            E::FILES,
            vec![FileRef::external("a.pdf", "https://example.com/a.pdf")],
        ),
        row().set(
            E::FILES,
            vec![
                FileRef::upload(world.upload),
                FileRef::upload(world.upload).named("b.txt"),
            ],
        ),
        row().set(E::CHECKBOX, true),
        row().set(E::CHECKBOX, false),
        row().set(E::URL, "https://example.com"),
        row().set(E::EMAIL, "ada@example.com"),
        row().set(E::PHONE_NUMBER, "1"),
        row().set(E::RELATION, vec![page]),
        row().set(E::VERIFICATION, Verification::verified()),
        row().set(E::VERIFICATION, Verification::unverified()),
        row().set(E::PLACE, Place::new(0.0, 0.0)),
        row().set(E::PLACE, place()),
        row().clear(E::TITLE),
        row().clear(E::RICH_TEXT),
        row().clear(E::NUMBER),
        row().clear(E::SELECT),
        row().clear(E::STATUS),
        row().clear(E::MULTI_SELECT),
        row().clear(E::DATE),
        row().clear(E::PEOPLE),
        row().clear(E::FILES),
        row().clear(E::URL),
        row().clear(E::EMAIL),
        row().clear(E::PHONE_NUMBER),
        row().clear(E::RELATION),
        row().clear(E::PLACE),
        row().set(E::TITLE, "Two").clear(E::DATE),
        row().clear_icon(),
        row().clear_cover(),
        row().lock(),
        row().unlock(),
        row().erase_content(),
        row().icon(Icon::emoji("🚀")).set(E::TITLE, "With an icon"),
    ];
    updates.extend(dates().map(|date| row().set(E::DATE, date)));
    updates.extend(times().map(|time| row().set(E::VERIFICATION, Verification::verified().for_time(time))));
    updates.extend(icons(world).into_iter().map(|icon| row().icon(icon)));
    updates.extend(covers(world).map(|cover| row().cover(cover)));
    updates.extend(templates(world).map(|template| row().template(template)));
    updates
}

/// Lists that elements are added to and taken from, and a list with more elements than a page shows.
async fn lists(table: &Table<Everything>, world: &World, me: &UserRef, page: PageId) {
    use Everything as E;
    let related = table.insert_all((0..26).map(|_| NewEverything::bare())).await;
    let related: Vec<PageId> = related.into_iter().map(|row| row.unwrap().id()).collect();
    for update in [
        table.update(page).append(E::MULTI_SELECT, [Size::Small]),
        table
            .update(page)
            .append(E::MULTI_SELECT, [Size::Large])
            .remove(E::MULTI_SELECT, [Size::Small]),
        table.update(page).append(E::PEOPLE, [me.clone()]),
        table
            .update(page)
            .append(E::FILES, [FileRef::upload(world.upload)]),
        // The first file is one that Notion serves by now.
        table.update(page).append(
            E::FILES,
            [FileRef::external("a.pdf", "https://example.com/a.pdf")],
        ),
    ] {
        update.await.unwrap();
    }
    let linked = table
        .update(page)
        .append(E::RELATION, related.clone())
        .await
        .unwrap();
    table.update(page).remove(E::RELATION, related).await.unwrap();
    let row = table.get(page).await.unwrap();
    linked.relation.load(table).await.unwrap();
    let files = row.files.clone();
    table
        .insert(&NewEverything {
            files,
            ..NewEverything::bare()
        })
        .await
        .unwrap();
    table
        .update(page)
        .set(E::NUMBER, 1)
        .if_unchanged_since(row.page().last_edited_time)
        .await
        .unwrap();
    table.rebind().await.unwrap();
    world.notion.page(page).await.unwrap();
}

/// Rows of other types, found by a key.
async fn plain(world: &World) {
    let table = world.table::<Plain>().await;
    let row = |title: &str, tag: &str| Plain {
        title: title.to_owned(),
        rich_text: Some("Plain".to_owned()),
        select: Some("Small".to_owned()),
        multi_select: vec![tag.to_owned()],
        relation: Vec::new(),
        effort: Effort {
            number: Some(i64::from(u32::MAX)),
            due: Due {
                date: Some(date(2026, 9, 15)),
            },
        },
    };
    assert_eq!(table.upsert(&row("A", "x")).await.unwrap().into_row().title, "A");
    let upserted = table.upsert(&row("A", "y")).await.unwrap();
    let id = upserted.row().id();
    table
        .update(id)
        .set(Plain::EFFORT.column(Effort::NUMBER), 1)
        .if_unchanged_since(upserted.row())
        .await
        .unwrap();
    for result in table
        .upsert_all([row("B", "x"), row("C", "x")])
        .concurrency(2)
        .await
    {
        result.unwrap();
    }
    let updates = [table
        .update(id)
        .set(
            Plain::EFFORT.nested(Effort::DUE).column(Due::DATE),
            date(2026, 9, 16),
        )
        .clear(Plain::RICH_TEXT)];
    assert!(table.update_all(updates).await.iter().all(Result::is_ok));
    assert!(table.archive_all([id]).await.iter().all(Result::is_ok));
    assert!(table.unarchive_all([id]).await.iter().all(Result::is_ok));
    assert!(table.trash_all([id]).await.iter().all(Result::is_ok));
    assert!(table.restore_all([id]).await.iter().all(Result::is_ok));
    assert!(table.get_many([id]).await.iter().all(Result::is_ok));
    assert!(table.get_many([id]).next().await.unwrap().1.is_ok());
}

/// Rows of types that hold one thing each.
async fn single(world: &World, page: PageId) {
    let table = world.table::<Single>().await;
    let moment: Timestamp = "2026-09-15T09:30:00Z".parse().unwrap();
    let row = Single {
        title: "Single".into(),
        rich_text: "x".into(),
        number: Some(7),
        status: "Done".to_owned(),
        multi_select: ["Small".to_owned()].into(),
        date: Some(moment.to_zoned(TimeZone::fixed(Offset::constant(2)))),
        url: Some("https://example.com".parse().unwrap()),
        relation: Some(page.into()),
    };
    let row = table.insert(&row).await.unwrap();
    let url: url::Url = "https://example.org".parse().unwrap();
    let update = table
        .update(&row)
        .set(Single::URL, url)
        .set(Single::RELATION, Related::from(page));
    update.await.unwrap();
}
