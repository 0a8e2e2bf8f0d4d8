//! What is wrong is said, with what to do about it; and nothing is done by halves.

use std::time::Duration;

use jiff::Timestamp;
use notion_core::prelude::*;
use notion_core::{Difference, ErrorKind, UserId};
use notion_sim::Fault;
use notion_tests::{client, create_database, request, simulator};
use serde_json::json;

#[derive(Debug, Clone, NotionRow)]
struct Tweet {
    #[notion(title)]
    handle: String,
    tweet: String,
    mood: Option<Mood>,
}

#[derive(Debug, Clone, NotionOption)]
enum Mood {
    Calm,
    Loud,
}

fn tweet(handle: &str) -> Tweet {
    Tweet {
        handle: handle.to_owned(),
        tweet: String::new(),
        mood: None,
    }
}

fn columns() -> serde_json::Value {
    json!({
        "handle": {"title": {}},
        "tweet": {"rich_text": {}},
        "mood": {"select": {"options": [{"name": "Calm"}, {"name": "Loud"}]}},
    })
}

#[tokio::test]
async fn a_wrong_token() {
    let (sim, _) = simulator().await;
    let error = client(&sim, "ntn_wrong_token").me().await.unwrap_err();
    assert!(error.is_unauthorized());
    assert_eq!(error.code(), Some("unauthorized"));
    assert_eq!(error.endpoint(), Some("GET /v1/users/me"));
    assert!(error.request_id().is_some());
    let text = error.to_string();
    assert!(
        text.contains("API token is invalid") && text.contains("Configuration tab"),
        "{text}"
    );
    assert!(!format!("{error:?}{text}").contains("ntn_wrong_token"));
}

#[tokio::test]
async fn a_page_that_is_not_shared() {
    let (sim, notion) = simulator().await;
    let database = create_database(&sim, "Twitter", columns()).await;
    let tweets = notion
        .table::<Tweet>(database["id"].as_str().unwrap())
        .await
        .unwrap();
    let row = tweets.insert(&tweet("a")).await.unwrap();
    assert!(sim.unshare(&sim.parent_page_id()));
    let error = tweets.get(row.id()).await.unwrap_err();
    assert!(error.is_not_found());
    assert!(error.to_string().contains("••• → Connections"), "{error}");
    let error = notion
        .table::<Tweet>(database["id"].as_str().unwrap())
        .await
        .unwrap_err();
    assert!(error.is_not_found() && error.hint().is_some());
    let error = notion.table::<Tweet>("Twitter").await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no data source titled `Twitter` is shared"),
        "{error}"
    );
}

#[tokio::test]
async fn a_link_that_is_no_database() {
    let (sim, notion) = simulator().await;
    let page = sim.parent_page_id();
    let url = format!("https://www.notion.so/acme/Notes-{}", page.replace('-', ""));
    let error = notion.table::<Tweet>(&url).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        format!(
            "{page} is a page, not a database. Open the database as a full page and copy its link, not that of a row or of the page around it."
        )
    );
    let error = notion
        .table::<Tweet>("https://www.notion.so/acme")
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("a link without the id of a database"),
        "{error}"
    );
}

#[tokio::test]
async fn a_title_that_is_nearly_right_or_not_unique() {
    let (sim, notion) = simulator().await;
    create_database(&sim, "Twitter", columns()).await;
    assert!(notion.table::<Tweet>("Twitter").await.is_ok());
    let error = notion.table::<Tweet>("Twiter").await.unwrap_err();
    assert!(error.to_string().contains("Did you mean `Twitter`?"), "{error}");
    create_database(&sim, "Twitter", columns()).await;
    let error = notion.table::<Tweet>("Twitter").await.unwrap_err();
    assert!(
        error.to_string().contains("2 data sources are titled `Twitter`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_struct_that_does_not_fit_says_all_at_once() {
    #[derive(NotionRow)]
    struct Other {
        #[notion(title)]
        handle: String,
        #[notion(name = "Tweet")]
        tweet: String,
        #[notion(name = "mood")]
        mood: f64,
        #[notion(name = "Price")]
        price: Option<f64>,
    }
    let (sim, notion) = simulator().await;
    let mut columns = columns();
    columns["mood"]["select"]["options"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "Odd"}));
    create_database(&sim, "Twitter", columns).await;
    let error = notion.table::<Other>("Twitter").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SchemaMismatch);
    assert_eq!(
        error.to_string(),
        "`Other` does not fit the data source `Twitter`:\n  \
         - there is no column `Tweet` (did you mean `tweet`?)\n  \
         - column `mood` is of kind `select`, and the struct maps it as `number` (if `select` is right, give the field a type for it, or the attribute `#[notion(select)]`)\n  \
         - there is no column `Price`"
    );
    let error = notion.table::<Tweet>("Twitter").await.unwrap_err();
    let [Difference::UnknownOptions { column, options, .. }] = error.differences() else {
        panic!("{error}")
    };
    assert_eq!((&**column, &**options), ("mood", &["Odd".to_owned()][..]));
}

#[tokio::test]
async fn an_option_that_came_later() {
    let (sim, notion) = simulator().await;
    let database = create_database(&sim, "Twitter", columns()).await;
    let tweets = notion.table::<Tweet>("Twitter").await.unwrap();
    let parent = database["data_sources"][0]["id"].as_str().unwrap();
    let body =
        json!({"parent": {"data_source_id": parent}, "properties": {"mood": {"select": {"name": "Lowd"}}}});
    request(&sim, "POST", "/v1/pages", &body).await;
    let error = tweets.query().all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    let text = error.to_string();
    assert!(text.contains("column `mood` of row"), "{text}");
    assert!(
        text.contains("is the option `Lowd`, and the enum knows `Calm`, `Loud` (did you mean `Loud`?)"),
        "{text}"
    );
    // All rows are asked for, and one of them ends that. A row that is read by itself has none behind it.
    let go_on = Some("`stream()` and `page()` go on behind such a row.");
    assert_eq!(error.hint(), go_on);
    let error = tweets.query().first().await.unwrap_err();
    assert_eq!((error.kind(), error.hint()), (ErrorKind::Value, None));
}

#[tokio::test]
async fn a_row_of_another_table() {
    let (sim, notion) = simulator().await;
    create_database(&sim, "One", columns()).await;
    create_database(&sim, "Two", columns()).await;
    let one = notion.table::<Tweet>("One").await.unwrap();
    let two = notion.table::<Tweet>("Two").await.unwrap();
    let row = one.insert(&tweet("a")).await.unwrap();
    let error = two.get(row.id()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error
            .to_string()
            .contains("is not a row of the data source `Two`"),
        "{error}"
    );
}

#[derive(Debug, NotionRow)]
struct Named {
    #[notion(title)]
    name: String,
}

/// A type that fits both tables, whose columns have the same ids: only where the row was read tells them apart.
#[tokio::test]
async fn a_row_is_not_changed_through_another_table() {
    let (sim, notion) = simulator().await;
    create_database(&sim, "One", columns()).await;
    create_database(&sim, "Two", columns()).await;
    let one = notion.table::<Named>("One").await.unwrap();
    let two = notion.table::<Named>("Two").await.unwrap();
    let row = one.insert(&Named { name: "a".to_owned() }).await.unwrap();
    let before = sim.requests().len();
    let update = || two.update(&row).set(Named::NAME, "b");
    let mut errors = vec![
        update().await.unwrap_err(),
        two.update(&row).erase_content().await.unwrap_err(),
        two.trash(&row).await.unwrap_err(),
        two.restore(&row).await.unwrap_err(),
        two.archive(&row).await.unwrap_err(),
        two.unarchive(&row).await.unwrap_err(),
    ];
    errors.extend(
        two.update_all([update()])
            .await
            .into_iter()
            .map(Result::unwrap_err),
    );
    errors.extend(two.trash_all([&row]).await.into_iter().map(Result::unwrap_err));
    assert_eq!(errors.len(), 8);
    assert_eq!(sim.requests().len(), before);
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let text = error.to_string();
        assert!(text.contains("is not a row of the data source `Two`"), "{text}");
    }
    let now = one.get(&row).await.unwrap();
    assert_eq!(now.name, "a");
    assert_eq!(now.page().last_edited_time, row.page().last_edited_time);
    assert!(!now.page().in_trash && !now.page().is_archived);
}

#[tokio::test]
async fn values_that_notion_would_refuse_are_not_sent() {
    let (sim, notion) = simulator().await;
    create_database(&sim, "Twitter", columns()).await;
    let tweets = notion.table::<Tweet>("Twitter").await.unwrap();
    let before = sim.requests().len();
    let long = Tweet {
        tweet: "é".repeat(200_001),
        ..tweet("a")
    };
    let error = tweets.insert(&long).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.to_string(),
        "column `tweet` has 200001 characters, and Notion takes 200000. Nothing was sent."
    );
    let error = tweets
        .query()
        .filter(!Tweet::HANDLE.starts_with("a"))
        .all()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("Notion has no opposite"), "{error}");
    assert_eq!(sim.requests().len(), before);
}

#[tokio::test]
async fn reads_are_repeated_and_writes_whose_answer_is_lost_are_not() {
    let (sim, notion) = simulator().await;
    create_database(&sim, "Twitter", columns()).await;
    let tweets = notion.table::<Tweet>("Twitter").await.unwrap();

    sim.fault(Fault::on("POST", "/v1/pages").after_commit().times(1).reset());
    let error = tweets.insert(&tweet("a")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert!(!error.is_retryable());
    assert!(
        error.to_string().contains("look before sending it again"),
        "{error}"
    );

    sim.fault(Fault::on("POST", "/v1/data_sources/*/query").times(1).status(503));
    // The row was stored once, and the query that failed was sent again.
    assert_eq!(tweets.query().all().await.unwrap().len(), 1);

    sim.fault(
        Fault::on("POST", "/v1/pages")
            .times(1)
            .status(429)
            .header("Retry-After", "1"),
    );
    let start = std::time::Instant::now();
    tweets.insert(&tweet("b")).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(tweets.query().all().await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_computed_column_is_read() {
    #[derive(Debug, NotionRow)]
    struct Noted {
        #[notion(title)]
        handle: String,
        #[notion(created_time, name = "Created")]
        created: Timestamp,
        #[notion(last_edited_time, name = "Edited")]
        edited: Timestamp,
    }
    let (sim, notion) = simulator().await;
    let mut columns = columns();
    columns["Created"] = json!({"created_time": {}});
    columns["Edited"] = json!({"last_edited_time": {}});
    create_database(&sim, "Twitter", columns).await;
    notion
        .table::<Tweet>("Twitter")
        .await
        .unwrap()
        .insert(&tweet("a"))
        .await
        .unwrap();
    let noted = notion.table::<Noted>("Twitter").await.unwrap();
    let row = noted
        .query()
        .filter(Noted::CREATED.past_week())
        .one()
        .await
        .unwrap();
    assert_eq!(
        (row.created, row.edited),
        (row.page().created_time, row.page().last_edited_time)
    );
    assert_eq!(row.handle, "a");
}

#[tokio::test]
async fn a_column_that_is_deleted_while_the_table_is_bound() {
    let (sim, notion) = simulator().await;
    create_database(&sim, "Twitter", columns()).await;
    let tweets = notion.table::<Tweet>("Twitter").await.unwrap();
    let path = format!("/v1/data_sources/{}", tweets.id());
    request(&sim, "PATCH", &path, &json!({"properties": {"mood": null}})).await;
    for error in [
        tweets.query().all().await.unwrap_err(),
        tweets.insert(&tweet("a")).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Validation);
        assert!(
            error
                .to_string()
                .contains("is the column `mood`. Bind the table again"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_column_that_becomes_another_kind_while_the_table_is_bound() {
    let (sim, notion) = simulator().await;
    create_database(&sim, "Twitter", columns()).await;
    let tweets = notion.table::<Tweet>("Twitter").await.unwrap();
    let path = format!("/v1/data_sources/{}", tweets.id());
    request(
        &sim,
        "PATCH",
        &path,
        &json!({"properties": {"mood": {"rich_text": {}}}}),
    )
    .await;
    let query = tweets.query().filter(Tweet::MOOD.is_not_empty());
    let error = query.all().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("A column is of another kind now. Bind the table again, which says which."),
        "{error}"
    );
}

#[tokio::test]
async fn a_person_who_is_not_there() {
    #[derive(Debug, NotionRow)]
    struct Owned {
        #[notion(title)]
        name: String,
        owner: Vec<UserRef>,
    }

    let (sim, notion) = simulator().await;
    create_database(
        &sim,
        "Owned",
        json!({"Name": {"title": {}}, "owner": {"people": {}}}),
    )
    .await;
    let table = notion.table::<Owned>("Owned").await.unwrap();
    let nobody: UserId = "c4a7b3d0-e0b9-4b0b-9f0c-8c1e7a2d3f4a".parse().unwrap();
    let row = Owned {
        name: "a".to_owned(),
        owner: vec![nobody.into()],
    };
    let error = table.insert(&row).await.unwrap_err();
    assert!(error.is_not_found());
    let text = error.to_string();
    assert!(text.contains("Could not find user"), "{text}");
    assert!(!text.contains("Share the page"), "{text}");
}
