//! What the attributes of the derive mean to a server: companions, keys, and columns that are shared, parsed, defaulted or
//! only read.

use notion_core::prelude::*;
use notion_core::{ErrorKind, Upserted};
use notion_tests::{create_database, request, simulator};
use serde_json::json;

#[derive(Debug, Clone, PartialEq, NotionRow)]
#[notion(rename_all = "Title Case", insert = NewHost, insert_derive(Debug, Clone, PartialEq))]
struct Host {
    #[notion(title)]
    host_name: String,
    #[notion(key, parse)]
    address: std::net::IpAddr,
    #[notion(default = "one")]
    weight: f64,
    #[notion(read_only)]
    votes: Option<f64>,
    #[notion(created_time)]
    created: jiff::Timestamp,
    #[notion(flatten, key)]
    site: Site,
}

#[derive(Debug, Clone, PartialEq, NotionRow)]
struct Site {
    #[notion(name = "Rack", key)]
    rack: i64,
    #[notion(name = "Room")]
    room: Option<String>,
}

fn one() -> f64 {
    1.0
}

fn new(address: &str, rack: i64) -> NewHost {
    NewHost {
        host_name: format!("host at {address}"),
        address: address.parse().unwrap(),
        weight: 2.0,
        site: Site {
            rack,
            room: Some("Cellar".to_owned()),
        },
    }
}

async fn hosts() -> (notion_sim::Sim, Table<Host>) {
    let (sim, notion) = simulator().await;
    let columns = json!({
        "Host Name": {"title": {}},
        "Address": {"rich_text": {}},
        "Weight": {"number": {}},
        "Votes": {"number": {}},
        "Created": {"created_time": {}},
        "Rack": {"number": {}},
        "Room": {"rich_text": {}},
    });
    let database = create_database(&sim, "Hosts", columns).await;
    let id = database["data_sources"][0]["id"].as_str().unwrap();
    let table = notion.table(id).await.unwrap();
    (sim, table)
}

#[tokio::test]
async fn a_companion_is_inserted_and_read_as_the_row() {
    let (sim, hosts) = hosts().await;
    let row = hosts.insert(&new("10.0.0.1", 3)).await.unwrap();
    assert_eq!(row.address.to_string(), "10.0.0.1");
    assert_eq!((row.weight, row.votes, row.site.rack), (2.0, None, 3));

    let path = format!("/v1/pages/{}", row.id());
    let changed = json!({"properties": {"Weight": {"number": null}, "Votes": {"number": 7}}});
    request(&sim, "PATCH", &path, &changed).await;
    let row = hosts.get(row.id()).await.unwrap();
    assert_eq!((row.weight, row.votes), (1.0, Some(7.0)));
    assert_eq!(row.site.room.as_deref(), Some("Cellar"));
}

#[tokio::test]
async fn shared_columns_are_filtered_sorted_and_changed_through_the_field() {
    let (_sim, hosts) = hosts().await;
    for (address, rack) in [("10.0.0.1", 3), ("10.0.0.2", 1), ("10.0.1.1", 2)] {
        hosts.insert(&new(address, rack)).await.unwrap();
    }
    let rows = hosts
        .query()
        .filter(Host::ADDRESS.starts_with("10.0.0.") & Host::SITE.column(Site::ROOM).eq("Cellar"))
        .sort(Host::SITE.column(Site::RACK).asc())
        .all()
        .await
        .unwrap();
    let racks: Vec<_> = rows.iter().map(|row| row.site.rack).collect();
    assert_eq!(racks, [1, 3]);

    let row = hosts
        .update(&rows[0])
        .set(Host::SITE.column(Site::RACK), 9)
        .clear(Host::SITE.column(Site::ROOM))
        .send()
        .await
        .unwrap();
    assert_eq!(row.site, Site { rack: 9, room: None });
    let count = hosts
        .query()
        .filter(Host::SITE.filter(Site::ROOM.is_empty()))
        .count()
        .await;
    assert_eq!(count.unwrap(), 1);
}

#[tokio::test]
async fn a_key_of_own_and_shared_columns_finds_the_row() {
    let (_sim, hosts) = hosts().await;
    let host = new("10.0.0.1", 3);
    assert!(matches!(
        hosts.upsert(&host).await.unwrap(),
        Upserted::Inserted(_)
    ));
    assert!(matches!(
        hosts.upsert(&host).await.unwrap(),
        Upserted::Unchanged(_)
    ));
    let elsewhere = NewHost {
        site: Site {
            rack: 4,
            ..host.site.clone()
        },
        ..host.clone()
    };
    assert!(matches!(
        hosts.upsert(&elsewhere).await.unwrap(),
        Upserted::Inserted(_)
    ));
    let lighter = NewHost { weight: 0.5, ..host };
    let Upserted::Updated { row, columns, .. } = hosts.upsert(&lighter).await.unwrap() else {
        panic!("the row was there, and differed")
    };
    assert_eq!((row.weight, row.site.rack, &*columns), (0.5, 3, &["Weight"][..]));
}

#[tokio::test]
async fn a_shared_column_that_the_row_has_as_well_is_refused_when_the_table_is_bound() {
    #[derive(Debug, NotionRow)]
    struct Twice {
        #[notion(name = "Rack")]
        rack: Option<f64>,
        #[notion(flatten)]
        site: Site,
    }

    let (sim, hosts) = hosts().await;
    let notion = notion_tests::client(&sim, sim.token());
    let error = notion.table::<Twice>(hosts.id()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SchemaMismatch);
    assert!(
        error
            .to_string()
            .contains("`Rack` and `Rack` are both the column `Rack`"),
        "{error}"
    );
}
