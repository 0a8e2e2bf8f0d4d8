//! What a table writes beside plain values: icons, content, lists, guards, the trash, other places.

use jiff::civil::date;
use notion_core::prelude::*;
use notion_core::{Cover, ErrorKind, Icon, IconColor, Parent, Template};
use notion_sim::{Entry, Sim};
use notion_tests::{create_database, request, simulator};
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Task {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(name = "Note")]
    note: String,
    #[notion(name = "Tags")]
    tags: Vec<Tag>,
    #[notion(name = "Due")]
    due: Option<DateOrRange>,
    #[notion(name = "Points")]
    points: Option<f64>,
    #[notion(name = "Blocks")]
    blocks: Vec<PageId>,
    #[notion(name = "Owner")]
    owner: Vec<UserRef>,
}

#[derive(Debug, Clone, PartialEq, NotionOption)]
enum Tag {
    Urgent,
    Later,
    #[notion(other)]
    Other(String),
}

fn task(name: &str) -> Task {
    Task {
        name: name.to_owned(),
        note: String::new(),
        tags: Vec::new(),
        due: None,
        points: None,
        blocks: Vec::new(),
        owner: Vec::new(),
    }
}

/// A client that does not wait, for tests of many requests.
fn quick(sim: &Sim) -> Notion {
    Notion::builder()
        .base_url(sim.base_url())
        .token(Token::new(sim.token()).unwrap())
        .requests_per_minute(100_000)
        .build()
        .unwrap()
}

/// What stands on a page.
async fn markdown(sim: &Sim, page: PageId) -> String {
    let path = format!("/v1/pages/{page}/markdown");
    let content = request(sim, "GET", &path, &json!({})).await;
    content["markdown"].as_str().expect("Markdown").to_owned()
}

async fn tasks(sim: &Sim, notion: &Notion, title: &str) -> Table<Task> {
    let columns = json!({
        "Name": {"title": {}},
        "Note": {"rich_text": {}},
        "Tags": {"multi_select": {}},
        "Due": {"date": {}},
        "Points": {"number": {}},
        "Owner": {"people": {}},
        "Unmapped": {"rich_text": {}},
    });
    let database = create_database(sim, title, columns).await;
    let source = database["data_sources"][0]["id"].as_str().unwrap();
    let relation =
        json!({"properties": {"Blocks": {"relation": {"data_source_id": source, "single_property": {}}}}});
    request(sim, "PATCH", &format!("/v1/data_sources/{source}"), &relation).await;
    notion.table(source).await.unwrap()
}

/// What the requests were since a number of them.
fn since(sim: &Sim, before: usize) -> Vec<Entry> {
    sim.requests().split_off(before)
}

fn last_body(sim: &Sim) -> Value {
    sim.requests().last().unwrap().request_body.clone().unwrap()
}

#[tokio::test]
async fn a_row_begins_with_icon_cover_and_markdown() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let icon = Icon::native("pizza", IconColor::Red);
    let cover = Cover::external("https://example.com/cover.jpg");
    let row = tasks
        .insert(&task("Launch"))
        .icon(icon.clone())
        .cover(cover.clone())
        .markdown("## Plan\n\n- count \"down\"")
        .await
        .unwrap();
    assert_eq!(row.page().icon.as_deref(), Some(&icon));
    assert_eq!(row.page().cover.as_deref(), Some(&cover));
    let body = last_body(&sim);
    assert_eq!(
        body["icon"],
        json!({"type": "icon", "icon": {"name": "pizza", "color": "red"}})
    );
    assert_eq!(body["markdown"], "## Plan\n\n- count \"down\"");
    let page = markdown(&sim, row.id()).await;
    assert!(page.contains("count \"down\""), "{page}");

    let blocks = json!([{"paragraph": {"rich_text": [{"text": {"content": "By hand"}}]}}]);
    let row = tasks
        .insert(&task("Raw"))
        .children(blocks.to_string())
        .await
        .unwrap();
    assert_eq!(markdown(&sim, row.id()).await, "By hand");
}

#[tokio::test]
async fn what_is_worn_is_changed_and_taken_away() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let row = tasks.insert(&task("One")).icon(Icon::emoji("🚀")).await.unwrap();
    let row = tasks
        .update(&row)
        .icon(Icon::external("https://example.com/icon.png"))
        .cover(Cover::external("https://example.com/cover.jpg"))
        .lock()
        .await
        .unwrap();
    assert_eq!(
        row.page().icon.as_deref(),
        Some(&Icon::external("https://example.com/icon.png"))
    );
    assert!(row.page().cover.is_some() && row.page().is_locked);
    // What was read can be written.
    let copy = tasks
        .insert(&task("Two"))
        .icon(*row.page().icon.clone().unwrap())
        .await
        .unwrap();
    assert_eq!(copy.page().icon, row.page().icon);

    let row = tasks
        .update(&row)
        .clear_icon()
        .clear_cover()
        .unlock()
        .await
        .unwrap();
    assert_eq!(
        last_body(&sim),
        json!({"icon": null, "cover": null, "is_locked": false})
    );
    assert!(row.page().icon.is_none() && row.page().cover.is_none() && !row.page().is_locked);
}

#[tokio::test]
async fn content_that_no_request_can_hold_is_not_sent() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let before = sim.requests().len();
    let insert = || tasks.insert(&task("One"));
    let template = Template::default();
    let blocks = format!("[{}]", vec!["{}"; 101].join(","));
    for (insert, said) in [
        (
            insert().markdown("# A").template(template.clone()),
            "`markdown` and `template`",
        ),
        (
            insert().children("[]").template(template),
            "`children` and `template`",
        ),
        (
            insert().markdown("# A").children("[]"),
            "`markdown` and `children`",
        ),
        (
            insert().markdown("# A").markdown("# B"),
            "`markdown` and `markdown`",
        ),
        (insert().children("{}"), "is no JSON array of blocks"),
        (insert().children(blocks), "has 101 blocks, and Notion takes 100"),
        (insert().markdown("x".repeat(500_000)), "Notion takes 500000"),
        (insert().icon(Icon::emoji("")), "the icon is an empty emoji"),
        (
            insert().icon(Icon::external("icon.png")),
            "is not an address in the web",
        ),
        (
            insert().cover(Cover::Raw("{".to_owned())),
            "the cover is not JSON",
        ),
    ] {
        let error = insert.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.to_string().contains("Nothing was sent."), "{error}");
    }
    assert_eq!(sim.requests().len(), before);
}

#[tokio::test]
async fn a_template_comes_after_the_answer() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let bug = Task {
        points: Some(8.0),
        ..task("Bug")
    };
    let bug = tasks.insert(&bug).markdown("Steps to reproduce").await.unwrap();
    let plain = tasks.insert(&task("Plain")).await.unwrap();
    let mut seed = sim.state();
    seed["templates"] = json!([
        {"data_source_id": tasks.id(), "page_id": bug.id(), "is_default": true},
        {"data_source_id": tasks.id(), "page_id": plain.id(), "is_default": false},
    ]);
    sim.seed(&seed).unwrap();

    let templates = tasks.templates().await.unwrap();
    let names: Vec<_> = templates
        .iter()
        .map(|template| (&*template.name, template.is_default))
        .collect();
    assert_eq!(names, [("Bug", true), ("Plain", false)]);

    for template in [
        Template::default().time_zone("Europe/Berlin"),
        Template::new(bug.id()),
    ] {
        let row = tasks.insert(&task("New")).template(template).await.unwrap();
        assert_eq!(row.points, None);
        assert_eq!(markdown(&sim, row.id()).await, "Steps to reproduce");
        // The template has points, and the program wrote that there are none.
        assert_eq!(*tasks.get(&row).await.unwrap(), task("New"));
    }
    let row = tasks.insert(&task("Later")).await.unwrap();
    tasks.update(&row).template(Template::default()).await.unwrap();
    assert_eq!(markdown(&sim, row.id()).await, "Steps to reproduce");
    tasks.update(&row).erase_content().await.unwrap();
    assert_eq!(markdown(&sim, row.id()).await, "");
}

#[tokio::test]
async fn an_update_clears_keeps_and_sets() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let given = Task {
        points: Some(5.0),
        note: "keep me".to_owned(),
        due: Some(date(2026, 9, 15).into()),
        ..task("One")
    };
    let row = tasks.insert(&given).await.unwrap();
    let changed = tasks
        .update(&row)
        .set(Task::POINTS, None)
        .clear(Task::DUE)
        .set(Task::NAME, "Two")
        .await
        .unwrap();
    let expected = Task {
        name: "Two".to_owned(),
        points: None,
        due: None,
        ..given
    };
    assert_eq!(*changed, expected);
    // What is not named is not in the request either.
    assert_eq!(last_body(&sim)["properties"].as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn lists_are_appended_to_and_taken_from() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let me = notion.me().await.unwrap().id;
    let other = tasks.insert(&task("Other")).await.unwrap();
    let given = Task {
        tags: vec![Tag::Later, Tag::Other("a".to_owned())],
        ..task("One")
    };
    let row = tasks.insert(&given).await.unwrap();

    let changed = tasks
        .update(&row)
        .append(Task::TAGS, [Tag::Urgent, Tag::Later])
        .remove(
            Task::TAGS,
            [Tag::Other("a".to_owned()), Tag::Other("never there".to_owned())],
        )
        .append(Task::BLOCKS, [&other])
        .append(Task::OWNER, [me])
        .set(Task::POINTS, 1.0)
        .await
        .unwrap();
    assert_eq!(changed.tags, [Tag::Later, Tag::Urgent]);
    assert_eq!(changed.blocks, [other.id()]);
    assert_eq!(changed.owner.iter().map(|user| user.id).collect::<Vec<_>>(), [me]);
    assert_eq!(changed.points, Some(1.0));

    // What is so already is not written.
    let before = sim.requests().len();
    let same = tasks
        .update(&row)
        .append(Task::TAGS, [Tag::Later])
        .remove(Task::BLOCKS, [row.id()])
        .await
        .unwrap();
    assert_eq!(*same, *changed);
    assert!(since(&sim, before).iter().all(|request| request.method == "GET"));

    let twice = tasks
        .update(&row)
        .append(Task::TAGS, [Tag::Later])
        .clear(Task::TAGS)
        .await
        .unwrap_err();
    assert!(
        twice.to_string().contains("column `Tags` is changed twice"),
        "{twice}"
    );
}

#[tokio::test]
async fn all_of_a_long_list_is_kept_when_it_is_appended_to() {
    let sim = Sim::start().await.unwrap();
    let notion = quick(&sim);
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let rows = tasks.insert_all((0..101).map(|at| task(&at.to_string()))).await;
    let ids: Vec<_> = rows.into_iter().map(|row| row.unwrap().id()).collect();
    let row = tasks
        .insert(&Task {
            blocks: ids[..98].to_vec(),
            ..task("All")
        })
        .await
        .unwrap();

    let changed = tasks
        .update(&row)
        .append(Task::BLOCKS, [ids[98], ids[3]])
        .await
        .unwrap();
    assert_eq!(changed.blocks, ids[..99]);
    let changed = tasks
        .update(&row)
        .remove(Task::BLOCKS, [ids[0]])
        .append(Task::BLOCKS, [ids[99]])
        .await
        .unwrap();
    assert_eq!(changed.blocks, ids[1..100]);

    let before = sim.requests().len();
    let error = tasks
        .update(&row)
        .append(Task::BLOCKS, [ids[0], ids[100]])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    let text = error.to_string();
    assert!(
        text.contains("column `Blocks` holds 99 elements and would hold 101")
            && text.contains("the column at the other end"),
        "{text}"
    );
    assert!(since(&sim, before).iter().all(|request| request.method == "GET"));
}

#[tokio::test]
async fn an_update_of_a_row_that_was_changed_meanwhile_is_not_sent() {
    let (sim, notion) = simulator().await;
    sim.set_now("2026-11-20T09:00:30Z".parse().unwrap());
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let row = tasks
        .insert(&Task {
            points: Some(1.0),
            note: "long ".repeat(600),
            due: Some(date(2026, 9, 15).into()),
            ..task("One")
        })
        .await
        .unwrap();

    // Nobody did anything.
    tasks
        .update(&row)
        .set(Task::NAME, "Two")
        .if_unchanged_since(&row)
        .await
        .unwrap();
    // Somebody, who was this program, did.
    let error = tasks
        .update(&row)
        .set(Task::NAME, "Three")
        .if_unchanged_since(&row)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Changed);
    assert!(!error.is_retryable());
    let text = error.to_string();
    assert!(
        text.contains("was changed since it was read, in column `Name`. Nothing was written."),
        "{text}"
    );

    // A column that the type does not have is none of its business.
    let row = tasks.get(&row).await.unwrap();
    let body = json!({"properties": {"Unmapped": {"rich_text": [{"text": {"content": "x"}}]}}});
    sim.advance(std::time::Duration::from_secs(600));
    request(&sim, "PATCH", &format!("/v1/pages/{}", row.id()), &body).await;
    tasks
        .update(&row)
        .append(Task::TAGS, [Tag::Later])
        .if_unchanged_since(&row)
        .await
        .unwrap();

    // The time tells any edit, but not two within a minute.
    let row = tasks.get(&row).await.unwrap();
    let time = row.page().last_edited_time;
    tasks
        .update(&row)
        .set(Task::POINTS, 2.0)
        .if_unchanged_since(time)
        .await
        .unwrap();
    tasks
        .update(&row)
        .set(Task::POINTS, 3.0)
        .if_unchanged_since(time)
        .await
        .unwrap();
    sim.advance(std::time::Duration::from_secs(60));
    request(&sim, "PATCH", &format!("/v1/pages/{}", row.id()), &body).await;
    let error = tasks
        .update(&row)
        .set(Task::POINTS, 4.0)
        .if_unchanged_since(time)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Changed);
    assert!(
        error
            .to_string()
            .contains("at 2026-11-20T09:11:00Z, after 2026-11-20T09:10:00Z"),
        "{error}"
    );
    assert_eq!(tasks.get(&row).await.unwrap().points, Some(3.0));
}

#[tokio::test]
async fn archived_rows_are_apart_from_those_in_the_trash() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let others = self::tasks(&sim, &notion, "Others").await;
    let one = tasks.insert(&task("One")).await.unwrap();
    let two = tasks.insert(&task("Two")).await.unwrap();
    let three = tasks.insert(&task("Three")).await.unwrap();
    let elsewhere = others.insert(&task("Elsewhere")).await.unwrap();

    assert!(tasks.archive(&one).await.unwrap().page().is_archived);
    assert!(tasks.trash(&two).await.unwrap().page().in_trash);
    others.trash(&elsewhere).await.unwrap();
    let names = |rows: Vec<Row<Task>>| {
        rows.into_iter()
            .map(|row| row.into_inner().name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(tasks.query().all().await.unwrap()), ["Three"]);
    assert_eq!(names(tasks.query().archived().all().await.unwrap()), ["One"]);
    assert_eq!(tasks.query().archived().count().await.unwrap(), 1);
    let mut trashed = tasks.trashed();
    assert_eq!(trashed.try_next().await.unwrap().unwrap().name, "Two");
    assert!(trashed.try_next().await.unwrap().is_none());
    let again = tasks.trash(&two).await.unwrap_err();
    assert!(again.to_string().contains("table.restore(id)"), "{again}");

    assert!(!tasks.unarchive(&one).await.unwrap().page().is_archived);
    assert!(!tasks.restore(&two).await.unwrap().page().in_trash);
    assert_eq!(tasks.query().count().await.unwrap(), 3);

    let archived = tasks.archive_all([&one, &two]).await;
    assert!(
        archived
            .iter()
            .all(|row| row.as_ref().unwrap().page().is_archived)
    );
    assert_eq!(tasks.query().archived().count().await.unwrap(), 2);
    let back = tasks.unarchive_all([&one, &two]).await;
    assert!(back.iter().all(|row| !row.as_ref().unwrap().page().is_archived));
    assert_eq!(tasks.query().count().await.unwrap(), 3);
    assert_eq!(
        tasks.query().filter(Task::NAME.eq("Three")).one().await.unwrap(),
        three
    );
}

#[tokio::test]
async fn a_row_that_is_moved_says_what_was_lost() {
    let (sim, notion) = simulator().await;
    let tasks = tasks(&sim, &notion, "Tasks").await;
    let columns = json!({"What": {"title": {}}, "Points": {"number": {}}, "Due": {"rich_text": {}}});
    let database = create_database(&sim, "Done", columns).await;
    let done: notion_core::DataSourceId = database["data_sources"][0]["id"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let others = tasks.insert_all((0..30).map(|at| task(&at.to_string()))).await;
    let blocks: Vec<_> = others.into_iter().map(|row| row.unwrap().id()).collect();
    let row = Task {
        points: Some(3.0),
        due: Some(date(2026, 9, 15).into()),
        blocks,
        ..task("One")
    };
    let row = tasks.insert(&row).await.unwrap();

    let moved = tasks.move_to(&row, done).await.unwrap();
    assert!(matches!(moved.page.page.parent, Parent::DataSource { id, .. } if id == done));
    assert_eq!(
        moved
            .page
            .read::<notion_core::kind::Number, f64>("Points")
            .unwrap(),
        3.0
    );
    let lost: Vec<_> = moved.lost.iter().map(|property| &*property.name).collect();
    assert_eq!(lost.len(), 2, "{lost:?}");
    let find = |name: &str| moved.lost.iter().find(|property| property.name == name).unwrap();
    assert!(find("Due").value().contains("2026-09-15"));
    assert_eq!(
        find("Blocks")
            .read::<notion_core::kind::Relation, Vec<PageId>>()
            .unwrap(),
        row.blocks
    );

    let error = tasks.move_to(&row, &tasks).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("is not a row of the data source `Tasks`"),
        "{error}"
    );

    let row = tasks.insert(&task("Two")).await.unwrap();
    let page: PageId = sim.parent_page_id().parse().unwrap();
    let moved = tasks.move_to(&row, page).await.unwrap();
    assert_eq!(moved.page.page.parent, Parent::Page(page));
    assert!(moved.lost.is_empty());
}
