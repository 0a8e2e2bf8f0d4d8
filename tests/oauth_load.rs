//! Ten thousand installations: their tokens all end at once, under two hundred tasks, in two stores side by side; and they are
//! looked up in a file.
#![cfg(unix)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{Request, Response, header};
use notion_core::BoxFuture;
use notion_core::transport::{Transport, TransportError};
use notion_oauth::store::{Change, Commit, Table};
use notion_oauth::{
    ClientId, ClientSecret, Connection, FileStore, Key, KeyId, KeyRing, PostgresStore, RedirectUri,
    SqliteStore, Store, Workspaces,
};
use notion_tests::installations::{bot, fill, pair};
use notion_tests::postgres::Postgres;
use tokio::task::JoinSet;

const TASKS: usize = 200;
/// How many tasks ask for the same installation at about the same time.
const RIVALS: usize = 4;
/// How many installations are read without being remembered.
const READS: usize = 1000;

/// A server that knows of each installation which pair is good, and how often it was refreshed.
#[derive(Clone)]
struct Server(Arc<Vec<Mutex<Bot>>>);

#[derive(Clone, Default)]
struct Bot {
    generation: usize,
    has_expired: bool,
    refused: usize,
}

impl Server {
    fn new(count: usize) -> Self {
        Self(Arc::new((0..count).map(|_| Mutex::default()).collect()))
    }

    fn expire_all(&self) {
        self.0
            .iter()
            .for_each(|bot| bot.lock().unwrap().has_expired = true);
    }

    fn answer(&self, request: &Request<Bytes>) -> (u16, String) {
        if request.uri().path() == "/v1/oauth/token" {
            let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
            let (number, generation) = parse(body["refresh_token"].as_str().unwrap());
            let mut bot = self.0[number].lock().unwrap();
            if generation != bot.generation {
                bot.refused += 1;
                return (400, r#"{"error":"invalid_grant"}"#.to_owned());
            }
            bot.generation += 1;
            bot.has_expired = false;
            return (200, pair(number, bot.generation));
        }
        let bearer = request.headers()[header::AUTHORIZATION].to_str().unwrap();
        let (number, generation) = parse(bearer);
        let bot = self.0[number].lock().unwrap();
        if bot.has_expired || generation != bot.generation {
            let error =
                r#"{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}"#;
            return (401, error.to_owned());
        }
        let me = r#"{"object":"user","id":"e79a0b74-3aba-4149-9f74-0bb5791a6ee6","type":"bot","bot":{}}"#;
        (200, me.to_owned())
    }
}

/// Which installation a token is of, and which pair.
fn parse(token: &str) -> (usize, usize) {
    let mut parts = token.split('_').skip(1).map(|part| part.parse().unwrap());
    (parts.next().unwrap(), parts.next().unwrap())
}

impl Transport for Server {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let (status, body) = self.answer(&request);
            Ok(Response::builder()
                .status(status)
                .body(Bytes::from(body))
                .unwrap())
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes a minute"]
async fn t13_ten_thousand_installations_are_refreshed_once_each() {
    let count = installations();
    let folder = tempfile::tempdir().unwrap();
    let server = Postgres::start("t13_ten_thousand_installations_are_refreshed_once_each", &[]);
    let sqlite = SqliteStore::open(folder.path().join("grants.db")).await.unwrap();
    let mut columns = vec![("SQLite", load(sqlite, folder.path(), count).await)];
    if let Some(server) = &server {
        let postgres = PostgresStore::open(&server.url()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        columns.push(("PostgreSQL", load(postgres, folder.path(), count).await));
    }
    print(count, &columns);
    for (name, column) in &columns {
        let (cached, read) = (column["cached lookup, p50"], column["lookup in the store, p50"]);
        assert!(
            cached * 5 < read,
            "{name}: remembering is hardly faster than reading: {cached:?}, {read:?}"
        );
    }
}

/// A file is read after somebody has written it, and not for each lookup. What a commit costs is that all of it is written.
#[tokio::test]
#[ignore = "it takes a quarter of a minute"]
async fn ten_thousand_installations_in_a_file_are_looked_up_without_reading_it() {
    let count = installations();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grants.json");
    let store = FileStore::open(&path).await.unwrap();
    fill(&store, &connection(&Server::new(count)), keys(), count).await;
    let key = |number: usize| format!("client:{}", bot(number).as_str());
    let get = async |number: usize| {
        store
            .get(Table::Installation, &key(number))
            .await
            .unwrap()
            .unwrap()
    };

    let mut times: [Vec<Duration>; 3] = Default::default();
    for number in 0..5 {
        // Somebody else has written it.
        let file = std::fs::File::options().append(true).open(&path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(number as u64))
            .unwrap();
        let start = Instant::now();
        let mut record = get(number).await;
        times[0].push(start.elapsed());
        for number in 0..READS.min(count) {
            let start = Instant::now();
            get(number).await;
            times[1].push(start.elapsed());
        }
        record.version += 1;
        let start = Instant::now();
        let commit = store
            .commit(&[Change::Replace(Table::Installation, record)])
            .await;
        times[2].push(start.elapsed());
        assert_eq!(commit.unwrap(), Commit::Done);
    }
    let [read, lookup, commit] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    let bytes = std::fs::metadata(&path).unwrap().len();
    let ratio = read.as_secs_f64() / lookup.as_secs_f64();
    println!(
        "{count} installations in a file of {bytes} bytes: lookup {lookup:.1?}, the first one after a commit of somebody else {read:.1?}, {ratio:.0} times as long, commit {commit:.1?}"
    );
    assert!(ratio > 20.0, "it is read for each lookup: {lookup:?}, {read:?}");
}

fn installations() -> usize {
    std::env::var("NOTION_LOAD_INSTALLATIONS").map_or(10_000, |count| count.parse().unwrap())
}

fn connection(server: &Server) -> Connection {
    Connection::builder(
        ClientId::new("client").unwrap(),
        ClientSecret::new("secret").unwrap(),
        RedirectUri::new("https://example.com/callback").unwrap(),
    )
    .transport(server.clone())
    .build()
    .unwrap()
}

fn keys() -> KeyRing {
    KeyRing::new(Key::from_bytes(KeyId::new("k").unwrap(), [7; 32]))
}

/// What was measured, by name.
type Column = BTreeMap<&'static str, Duration>;

async fn load(store: impl Store, folder: &std::path::Path, count: usize) -> Column {
    let server = Server::new(count);
    let connection = connection(&server);
    let mut column = Column::new();
    let start = Instant::now();
    fill(&store, &connection, keys(), count).await;
    column.insert("filling it", start.elapsed());
    let workspaces = Workspaces::builder(connection)
        .store(store, keys())
        .spool(folder.join("spool"))
        .open()
        .await
        .unwrap();

    let reads = over_all(&workspaces, count.min(READS), |workspaces, number| async move {
        workspaces.get(&bot(number)).await.unwrap();
    });
    percentiles(
        &mut column,
        ["lookup in the store, p50", "lookup in the store, p99"],
        &reads.await,
    );

    server.expire_all();
    let start = Instant::now();
    let refreshes = over_all(&workspaces, count, |workspaces, number| async move {
        let client = workspaces.client(&bot(number)).await.unwrap();
        client.me().await.unwrap();
    });
    percentiles(
        &mut column,
        ["request that refreshes, p50", "request that refreshes, p99"],
        &refreshes.await,
    );
    column.insert("all refreshes", start.elapsed());
    for (number, bot) in server.0.iter().enumerate() {
        let bot = bot.lock().unwrap();
        assert_eq!((bot.generation, bot.refused), (1, 0), "installation {number}");
    }

    let lookups = over_all(&workspaces, count, |workspaces, number| async move {
        workspaces.client(&bot(number)).await.unwrap();
    });
    percentiles(
        &mut column,
        ["cached lookup, p50", "cached lookup, p99"],
        &lookups.await,
    );
    column
}

/// Does something for each installation, in many tasks of which a few have the same in hand; tells how long it took each time.
async fn over_all<F>(
    workspaces: &Workspaces,
    count: usize,
    work: impl Fn(Workspaces, usize) -> F + Send + Sync + 'static,
) -> Vec<Duration>
where
    F: Future<Output = ()> + Send + 'static,
{
    let work = Arc::new(work);
    let groups = TASKS / RIVALS;
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (workspaces, work) = (workspaces.clone(), Arc::clone(&work));
        tasks.spawn(async move {
            let mut times = Vec::new();
            for number in (task % groups..count).step_by(groups) {
                let start = Instant::now();
                work(workspaces.clone(), number).await;
                times.push(start.elapsed());
            }
            times
        });
    }
    let mut times = tasks.join_all().await.concat();
    times.sort();
    times
}

fn percentiles(column: &mut Column, names: [&'static str; 2], times: &[Duration]) {
    for (name, percent) in names.into_iter().zip([50, 99]) {
        column.insert(name, times[(times.len() - 1) * percent / 100]);
    }
}

fn print(count: usize, columns: &[(&str, Column)]) {
    println!("{count} installations, {TASKS} tasks, {RIVALS} of them for each installation");
    print!("{:32}", "");
    columns.iter().for_each(|(name, _)| print!("{name:>16}"));
    for name in columns[0].1.keys() {
        print!("\n{name:32}");
        for (_, column) in columns {
            print!("{:>16}", format!("{:.3?}", column[name]));
        }
    }
    println!();
}
