//! Flows whose store fails at the worst moment.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use notion_core::BoxFuture;
use notion_oauth::store::{Change, Commit, Lock, Query, Record, Table};
use notion_oauth::{
    Action, Error, ErrorKind, FlowResult, MemoryStore, Result, Start, Store, TenantId, Workspaces,
};

use crate::fake::{self, Fake};
use crate::stored_flow::{allowed, bot};

/// Memory that fails after so many commits, until it is mended. It counts them.
#[derive(Clone)]
pub(crate) struct Failing {
    inner: MemoryStore,
    left: Arc<AtomicUsize>,
    commits: Arc<AtomicUsize>,
    folder: PathBuf,
    pub(crate) loses_locks: bool,
}

impl Failing {
    pub(crate) fn new(folder: &tempfile::TempDir) -> Self {
        Self {
            inner: MemoryStore::new(),
            left: Arc::new(AtomicUsize::new(usize::MAX)),
            commits: Arc::default(),
            folder: folder.path().join("spool"),
            loses_locks: false,
        }
    }

    pub(crate) fn fail_after(&self, commits: usize) {
        self.left.store(commits, Ordering::Relaxed);
    }
}

impl Store for Failing {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>> {
        self.inner.get(table, key)
    }

    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>> {
        self.inner.find(query)
    }

    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>> {
        let one_less = |left: usize| left.checked_sub(1);
        let may = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        self.commits.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            match may {
                Ok(_) => self.inner.commit(changes).await,
                Err(_) => Err(Error::custom(ErrorKind::Store, "the database is away", None)),
            }
        })
    }

    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>> {
        if self.loses_locks {
            return Box::pin(async { Ok(Lock::new(()).losable()) });
        }
        self.inner.lock(name, patience)
    }

    fn spool(&self) -> Option<PathBuf> {
        Some(self.folder.clone())
    }
}

async fn open(fake: &Fake, store: &Failing) -> Workspaces {
    Workspaces::builder(fake::connection(fake))
        .insecure_plaintext_store_for_tests(store.clone())
        .open()
        .await
        .unwrap()
}

/// Whether the spool holds answers.
pub(crate) fn is_spooled(store: &Failing) -> bool {
    std::fs::read_dir(&store.folder).unwrap().next().is_some()
}

#[tokio::test]
async fn t14_a_grant_is_kept_while_the_store_is_away_and_a_reload_installs_it() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store).await;
    let acme = TenantId::new("acme").unwrap();
    let started = workspaces
        .start(Start::new().tenant(acme.clone()), None)
        .await
        .unwrap();
    // The state is used up, and then the database goes away.
    store.fail_after(1);
    for _ in 0..2 {
        let error = workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Store);
        assert!(is_spooled(&store));
    }
    store.fail_after(usize::MAX);
    let finished = workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap();
    assert!(matches!(finished.result, FlowResult::Installed(_)) && finished.is_repeated);
    assert!(workspaces.tenant(&acme).get(&bot()).await.is_ok());
    assert!(!is_spooled(&store));
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn t14_what_a_program_left_in_the_spool_is_installed_by_the_next_one() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store).await;
    let acme = TenantId::new("acme").unwrap();
    let started = workspaces
        .start(Start::new().tenant(acme.clone()), None)
        .await
        .unwrap();
    store.fail_after(1);
    workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap_err();
    drop(workspaces);

    store.fail_after(usize::MAX);
    let workspaces = open(&fake, &store).await;
    workspaces.recover().await.unwrap();
    assert!(workspaces.tenant(&acme).get(&bot()).await.is_ok());
    assert!(!is_spooled(&store));
    let finished = workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap();
    assert!(matches!(finished.result, FlowResult::Installed(_)) && finished.is_repeated);
    let log = workspaces.audit(&bot()).await.unwrap();
    assert_eq!(
        log.iter().map(|entry| entry.action).collect::<Vec<_>>(),
        [Action::Installed]
    );
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn d_1_nothing_is_sent_when_the_state_or_the_answer_could_not_be_written() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store).await;
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let finish = || workspaces.finish(allowed(&started), Some(started.binding()));

    store.fail_after(0);
    assert_eq!(finish().await.unwrap_err().kind(), ErrorKind::Store);
    assert!(!is_spooled(&store), "the room for the answer is given back");
    store.fail_after(usize::MAX);

    std::fs::remove_dir(&store.folder).unwrap();
    assert_eq!(finish().await.unwrap_err().kind(), ErrorKind::Store);
    assert_eq!(fake.requests().len(), 0);

    std::fs::create_dir(&store.folder).unwrap();
    let finished = finish().await.unwrap();
    assert!(matches!(finished.result, FlowResult::Installed(_)) && !finished.is_repeated);
}

/// The lock saves work. That a code is sent once is up to the versions of the flow's record.
#[tokio::test]
async fn t3_a_code_is_sent_once_also_where_locks_are_lost() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let mut store = Failing::new(&folder);
    store.loses_locks = true;
    let workspaces = open(&fake, &store).await;
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let mut callbacks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (workspaces, callback) = (workspaces.clone(), allowed(&started));
        let binding = started.binding().clone();
        callbacks.spawn(async move { workspaces.finish(callback, Some(&binding)).await });
    }
    let mut installed = 0;
    while let Some(finished) = callbacks.join_next().await {
        match finished.unwrap() {
            Ok(finished) if matches!(finished.result, FlowResult::Installed(_)) => installed += 1,
            Ok(finished) => assert!(matches!(finished.result, FlowResult::Unknown), "{finished:?}"),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Busy, "{error}"),
        }
    }
    assert!(installed >= 1);
    assert_eq!(fake.requests().len(), 1);
    assert!(workspaces.get(&bot()).await.is_ok());
}

#[tokio::test]
async fn t23_flows_do_not_pile_up() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store).await;
    let first = workspaces.start(Start::new(), None).await.unwrap();
    for _ in 0..11_000 {
        let _ = workspaces.start(Start::new(), None).await.unwrap();
    }
    let kept = store.find(&Query::new(Table::Flow)).await.unwrap();
    assert!(kept.len() <= 10_000, "{}", kept.len());
    assert!(kept.len() > 9_000, "{}", kept.len());
    let error = workspaces
        .finish(allowed(&first), Some(first.binding()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateMismatch);
}

#[tokio::test]
async fn t23_what_is_over_is_forgotten_after_a_while() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store).await;
    let started = workspaces.start(Start::new(), None).await.unwrap();
    workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap();
    // As it will be two hours from now.
    let mut flows = store.find(&Query::new(Table::Flow)).await.unwrap();
    let mut flow = flows.pop().unwrap();
    flow.time -= 2 * 3600 * 1_000_000;
    flow.version += 1;
    let (Commit::Done | Commit::Conflict) =
        store.commit(&[Change::Replace(Table::Flow, flow)]).await.unwrap();
    let workspaces = open(&fake, &store).await;
    let _ = workspaces.start(Start::new(), None).await.unwrap();
    assert_eq!(store.find(&Query::new(Table::Flow)).await.unwrap().len(), 1);
    // T3: its callback is that of no flow any more, and its code is not sent again.
    let error = workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::StateMismatch);
    assert_eq!(fake.requests().len(), 1);
}

/// A state, a bot or a tenant that looks like a path is one nowhere: files have the digests of their names.
#[tokio::test]
async fn no_text_of_a_stranger_becomes_a_path() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store).await;
    let witness = folder.path().join("witness");
    std::fs::write(&witness, "here").unwrap();
    let started = workspaces.start(Start::new(), None).await.unwrap();
    for evil in [
        "../witness",
        "..%2Fwitness",
        "%2e%2e/witness",
        "/etc/passwd",
        "..\\witness",
        "a/../../witness",
    ] {
        let forged = crate::stored_flow::callback(&format!("code=c&state={evil}"));
        let error = workspaces
            .finish(forged, Some(started.binding()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::StateMismatch);
        assert!(evil.parse::<notion_oauth::FlowId>().is_err());
        let bot = notion_oauth::BotId::new(evil).unwrap();
        let tenant = TenantId::new(evil).unwrap();
        for error in [
            workspaces.forget(&bot).await.unwrap_err(),
            workspaces.uninstall(&bot).await.unwrap_err(),
            workspaces.tenant(&tenant).get(&bot).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
        let granted = fake::GRANTED.replace(fake::BOT, &evil.replace('\\', "\\\\"));
        fake.then(fake::reply(200, granted));
    }
    // Also where it comes from Notion, on its way through the spool.
    for _ in 0..7 {
        let started = workspaces.start(Start::new(), None).await.unwrap();
        let finished = workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap();
        assert!(
            matches!(finished.result, FlowResult::Installed(_)),
            "{finished:?}"
        );
    }
    assert_eq!(std::fs::read_to_string(&witness).unwrap(), "here");
    let there = std::fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = there.map(|file| file.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["spool", "witness"]);
}

#[tokio::test]
async fn t11_a_store_holds_no_state_and_no_secret_of_a_browser() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store).await;
    let started = workspaces.start(Start::new().subject("ada"), None).await.unwrap();
    let state = crate::stored_flow::state(&started);
    for flow in store.find(&Query::new(Table::Flow)).await.unwrap() {
        let text = format!("{flow:?} {} {}", flow.body, String::from_utf8_lossy(&flow.sealed));
        assert!(
            !text.contains(&state) && !text.contains(started.binding().expose()),
            "{text}"
        );
        let shown = format!("{flow:?} {}", flow.body);
        assert!(!shown.contains("ada"), "{shown}");
    }
}
