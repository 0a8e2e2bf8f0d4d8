//! Nothing is silently cut: what a page does not show of a value comes by further requests, or is said to be missing.

use notion_core::prelude::*;
use notion_core::{ErrorKind, Raw, kind};
use notion_sim::{Fault, Sim};
use notion_tests::{create_database, request, simulator};
use serde_json::{Value, json};

#[derive(Debug, NotionRow)]
struct Task {
    #[notion(title, name = "Task")]
    name: String,
    #[notion(name = "Points")]
    points: Option<f64>,
}

#[derive(Debug, NotionRow)]
struct Project {
    #[notion(title, name = "Name")]
    name: String,
    #[notion(name = "Tasks")]
    tasks: Relation<Task>,
    #[notion(name = "People")]
    people: Vec<UserRef>,
    #[notion(name = "Text")]
    text: String,
}

#[derive(Debug, NotionRow)]
struct Figures {
    #[notion(name = "Sum")]
    sum: Rollup<f64>,
    #[notion(name = "Count")]
    count: Rollup<u32>,
    #[notion(name = "Median")]
    median: Rollup<Option<f64>>,
    #[notion(name = "Points")]
    points: Rollup<Vec<Option<f64>>>,
    #[notion(name = "Different")]
    different: Rollup<Vec<f64>>,
    #[notion(name = "Names")]
    names: Rollup<Vec<String>>,
    #[notion(name = "Back")]
    back: Rollup<Vec<Vec<PageId>>>,
}

/// Two data sources, a relation from projects to tasks, and rollups over the tasks.
struct Setting {
    sim: Sim,
    notion: Notion,
    tasks: String,
    projects: String,
}

impl Setting {
    async fn new() -> Self {
        let (sim, notion) = simulator().await;
        let columns = json!({"Task": {"title": {}}, "Points": {"number": {}}});
        let tasks = source(&create_database(&sim, "Tasks", columns).await);
        let mut columns = json!({
            "Name": {"title": {}},
            "Text": {"rich_text": {}},
            "People": {"people": {}},
            "Tasks": {"relation": {"data_source_id": tasks, "dual_property": {"synced_property_name": "Project"}}},
        });
        for (name, property, function) in [
            ("Sum", "Points", "sum"),
            ("Count", "Task", "count"),
            ("Median", "Points", "median"),
            ("Points", "Points", "show_original"),
            ("Different", "Points", "show_unique"),
            ("Names", "Task", "show_original"),
        ] {
            columns[name] = json!({"rollup": {
                "relation_property_name": "Tasks", "rollup_property_name": property, "function": function,
            }});
        }
        let projects = source(&create_database(&sim, "Projects", columns).await);
        // What the relation is called on the other side, only the schema says.
        let schema = notion.data_source(tasks.parse().unwrap()).await.unwrap();
        let back = schema
            .properties
            .iter()
            .find(|property| property.type_name == "relation")
            .unwrap();
        let back = json!({"properties": {"Back": {"rollup": {
            "relation_property_name": "Tasks", "rollup_property_name": back.name, "function": "show_original",
        }}}});
        request(&sim, "PATCH", &format!("/v1/data_sources/{projects}"), &back).await;
        Self {
            sim,
            notion,
            tasks,
            projects,
        }
    }

    async fn row(&self, source: &str, properties: &Value) -> PageId {
        let body =
            json!({"parent": {"type": "data_source_id", "data_source_id": source}, "properties": properties});
        let page = request(&self.sim, "POST", "/v1/pages", &body).await;
        page["id"].as_str().unwrap().parse().unwrap()
    }

    /// As many tasks, with the points 1, 2, 3, ….
    async fn tasks(&self, count: usize) -> Vec<PageId> {
        let mut ids = Vec::new();
        for at in 1..=count {
            // Neither the bounds of a title nor an empty one can be told from its runs.
            let runs: Vec<_> = vec![json!({"text": {"content": "ab"}}); at % 3];
            let properties = json!({"Task": {"title": runs}, "Points": {"number": at}});
            ids.push(self.row(&self.tasks, &properties).await);
        }
        ids
    }

    async fn project(&self, tasks: &[PageId]) -> PageId {
        let tasks: Vec<_> = tasks.iter().map(|id| json!({"id": id.to_string()})).collect();
        self.row(&self.projects, &json!({"Tasks": {"relation": tasks}}))
            .await
    }

    /// The paths of the requests since as many.
    fn paths(&self, since: usize) -> Vec<String> {
        let requests = self.sim.requests();
        requests[since..].iter().map(|entry| entry.path.clone()).collect()
    }
}

fn source(database: &Value) -> String {
    database["data_sources"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn rollups_take_in_all_related_pages() {
    let setting = Setting::new().await;
    let tasks = setting.tasks(30).await;
    let id = setting.project(&tasks).await;
    let figures: Table<Figures> = setting.notion.table(&setting.projects).await.unwrap();
    let row = figures.query().one().await.unwrap();
    assert_eq!(row.sum, Rollup::Value(465.0));
    assert_eq!(row.count, Rollup::Value(30));
    let points: Vec<_> = (1..=30).map(|at| Some(f64::from(at))).collect();
    assert_eq!(row.points, Rollup::Value(points));
    let names: Vec<_> = (1..=30).map(|at| "ab".repeat(at % 3)).collect();
    assert_eq!(row.names, Rollup::Value(names));
    assert_eq!(row.back, Rollup::Value(vec![vec![id]; 30]));
    // Of these, Notion gives no result for more pages than a page takes in.
    assert_eq!(row.median, Rollup::Incomplete);
    assert_eq!(row.different, Rollup::Incomplete);
}

#[tokio::test]
async fn rows_stay_in_their_order_while_they_are_completed() {
    let setting = Setting::new().await;
    let tasks = setting.tasks(26).await;
    for (name, count) in [("a", 26), ("b", 3), ("c", 25), ("d", 26)] {
        let id = setting.project(&tasks[..count]).await;
        let name = json!({"properties": {"Name": {"title": [{"text": {"content": name}}]}}});
        request(&setting.sim, "PATCH", &format!("/v1/pages/{id}"), &name).await;
    }
    let projects: Table<Project> = setting.notion.table(&setting.projects).await.unwrap();
    let rows = projects.query().sort(Project::NAME.asc()).all().await.unwrap();
    let read: Vec<_> = rows.iter().map(|row| (&*row.name, row.tasks.len())).collect();
    assert_eq!(read, [("a", 26), ("b", 3), ("c", 25), ("d", 26)]);
}

#[tokio::test]
async fn lists_of_related_pages_that_are_not_shared_are_incomplete() {
    #[derive(Debug, NotionRow)]
    struct Names {
        #[notion(name = "Names")]
        names: Rollup<Vec<String>>,
    }
    let setting = Setting::new().await;
    let tasks = setting.tasks(26).await;
    let id = setting.project(&tasks).await;
    let names: Table<Names> = setting.notion.table(&setting.projects).await.unwrap();
    let path = format!("/v1/pages/{}/properties/title", tasks[25]);
    let not_shared = Fault::on("GET", &path).status(404).code("object_not_found");
    setting.sim.fault(not_shared);
    assert_eq!(names.get(id).await.unwrap().names, Rollup::Incomplete);
    setting.sim.clear_faults();
    assert_eq!(names.get(id).await.unwrap().names.value().unwrap().len(), 26);
}

#[tokio::test]
async fn columns_without_a_kind_are_completed_whole() {
    #[derive(Debug, NotionRow)]
    struct Anything {
        #[notion(read_only, name = "Tasks")]
        tasks: Raw,
        #[notion(read_only, name = "Sum")]
        sum: Raw,
    }
    let setting = Setting::new().await;
    let tasks = setting.tasks(26).await;
    let id = setting.project(&tasks).await;
    let table: Table<Anything> = setting.notion.table(&setting.projects).await.unwrap();
    let row = table.get(id).await.unwrap();
    assert_eq!(row.tasks.read::<kind::Relation, Vec<PageId>>(), Ok(tasks));
    assert_eq!(
        row.sum.read::<kind::Rollup<kind::Number>, Rollup<f64>>(),
        Ok(Rollup::Value(351.0))
    );
}

#[tokio::test]
async fn as_many_as_a_page_shows_take_no_further_request() {
    let setting = Setting::new().await;
    let tasks = setting.tasks(25).await;
    let id = setting.project(&tasks).await;
    let figures: Table<Figures> = setting.notion.table(&setting.projects).await.unwrap();
    let projects: Table<Project> = setting.notion.table(&setting.projects).await.unwrap();
    let before = setting.sim.requests().len();
    let row = figures.get(id).await.unwrap();
    assert_eq!(row.sum, Rollup::Value(325.0));
    assert_eq!(row.median, Rollup::Value(Some(13.0)));
    assert_eq!(row.points.value().unwrap().len(), 25);
    assert_eq!(row.names.value().unwrap().len(), 25);
    assert_eq!(*projects.get(id).await.unwrap().tasks, *tasks);
    let paths = setting.paths(before);
    assert_eq!(paths.len(), 2, "{paths:?}");
}

#[tokio::test]
async fn related_rows_are_read_in_their_order() {
    let setting = Setting::new().await;
    let mut ids = setting.tasks(30).await;
    ids.reverse();
    let id = setting.project(&ids).await;
    let projects: Table<Project> = setting.notion.table(&setting.projects).await.unwrap();
    let tasks: Table<Task> = setting.notion.table(&setting.tasks).await.unwrap();
    let project = projects.get(id).await.unwrap();
    assert_eq!(*project.tasks, *ids);
    let rows = project.tasks.load(&tasks).await.unwrap();
    let points: Vec<_> = rows.iter().map(|row| row.points.unwrap()).collect();
    assert_eq!(points, (1..=30).rev().map(f64::from).collect::<Vec<_>>());
    assert!(rows.iter().zip(&ids).all(|(row, id)| row.id() == *id));
}

#[tokio::test]
async fn related_rows_that_cannot_be_read_are_named() {
    let setting = Setting::new().await;
    let mut ids = setting.tasks(2).await;
    let tasks: Table<Task> = setting.notion.table(&setting.tasks).await.unwrap();
    let unknown: PageId = "b55c9c91384d452b81dbd1ef79372b75".parse().unwrap();
    ids.insert(1, unknown);
    let relation = Relation::<Task>::from(ids.clone());
    let error = relation.load(&tasks).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains(&unknown.to_string()), "{error}");

    // A row of another table is no row of this one.
    let project = setting.project(&[]).await;
    ids.push(project);
    let error = Relation::<Task>::from(ids)
        .load(&tasks)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with(&format!(
            "2 of 4 related pages cannot be read: {unknown}, {project}"
        )),
        "{error}"
    );
}

#[tokio::test]
async fn people_and_mentions_are_completed() {
    let setting = Setting::new().await;
    let mut state = setting.sim.state();
    let mut people = Vec::new();
    for at in 0..30 {
        let id = format!("00000000-0000-4000-8000-00000000a0{at:02}");
        let person = json!({"object": "user", "id": id, "name": format!("Person {at}"), "avatar_url": null, "type": "person", "person": {}});
        state["users"].as_array_mut().unwrap().push(person);
        people.push(json!({"object": "user", "id": id}));
    }
    setting.sim.seed(&state).unwrap();
    let tasks = setting.tasks(30).await;
    for (at, id) in tasks.iter().enumerate() {
        let properties =
            json!({"properties": {"Task": {"title": [{"text": {"content": format!("Task {at} ")}}]}}});
        request(&setting.sim, "PATCH", &format!("/v1/pages/{id}"), &properties).await;
    }
    let mentions: Vec<_> = tasks
        .iter()
        .map(|id| json!({"type": "mention", "mention": {"type": "page", "page": {"id": id.to_string()}}}))
        .collect();
    let properties = json!({
        "Name": {"title": mentions}, "Text": {"rich_text": mentions}, "People": {"people": people},
    });
    let id = setting.row(&setting.projects, &properties).await;

    let page = request(&setting.sim, "GET", &format!("/v1/pages/{id}"), &json!(null)).await;
    assert!(page["properties"]["Name"]["title"][29]["plain_text"] == "Untitled");
    let projects: Table<Project> = setting.notion.table(&setting.projects).await.unwrap();
    let row = projects.get(id).await.unwrap();
    let names: String = (0..30).map(|at| format!("Task {at} ")).collect();
    assert_eq!((&row.name, &row.text), (&names, &names));
    let read: Vec<_> = row.people.iter().map(|user| user.id.to_string()).collect();
    assert_eq!(
        read,
        people
            .iter()
            .map(|user| user["id"].as_str().unwrap())
            .collect::<Vec<_>>()
    );

    // Without a server there is nothing to complete it from.
    let error = Row::<Project>::from_json(&page.to_string()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Incomplete);
    let error = notion_core::AnyRow::from_json(&page.to_string())
        .unwrap()
        .read::<kind::People, Vec<UserRef>>("People")
        .unwrap_err();
    assert!(error.to_string().contains("beyond the 25 references"), "{error}");
}
