//! Exchanges whose program ended in the middle, and flows that were forgotten before their answer was written.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use notion_core::BoxFuture;
use notion_oauth::store::{Change, Commit, Query, Record, Table};
use notion_oauth::{
    ErrorKind, FlowResult, Hooks, Installing, Recovered, Start, Started, Store as _, TenantId, Verdict,
    Workspaces,
};

use crate::fake::{self, Answer, Fake, reply};
use crate::stored_flow::{allowed, bot};
use crate::trouble::{Failing, is_spooled};

/// How long a flow lasts, how long a request may take, and how long anybody waits for another.
const MINUTE: Duration = Duration::from_secs(60);

/// Wants everybody or nobody, and remembers who was asked about.
#[derive(Clone)]
struct Program {
    wants: bool,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Program {
    fn new(wants: bool) -> Self {
        Self {
            wants,
            asked: Arc::default(),
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Hooks for Program {
    fn may_install<'a>(&'a self, installing: &'a Installing) -> BoxFuture<'a, Verdict> {
        let payload: Option<String> = installing.payload().unwrap();
        let who = format!(
            "{:?} {:?} {payload:?}",
            installing.tenant().map(TenantId::as_str),
            installing.subject()
        );
        self.asked.lock().unwrap().push(who);
        let verdict = match self.wants {
            true => Verdict::Allow,
            false => Verdict::Refuse("not here".to_owned()),
        };
        Box::pin(async { verdict })
    }
}

async fn open(fake: &Fake, store: &Failing, program: Program) -> Workspaces {
    let connection = fake::builder(fake).timeout(MINUTE).flow_lifetime(MINUTE);
    Workspaces::builder(connection.build().unwrap())
        .insecure_plaintext_store_for_tests(store.clone())
        .patience(MINUTE)
        .hooks(program)
        .open()
        .await
        .unwrap()
}

/// A flow whose code was sent, and of whose answer there is nothing, because the program ended.
async fn lost(workspaces: &Workspaces, store: &Failing) -> Started {
    let started = workspaces.start(Start::new(), None).await.unwrap();
    store.fail_after(1);
    let finished = workspaces.finish(allowed(&started), Some(started.binding()));
    assert_eq!(finished.await.unwrap_err().kind(), ErrorKind::Store);
    store.fail_after(usize::MAX);
    assert!(!is_spooled(store));
    started
}

async fn flows(store: &Failing) -> Vec<Record> {
    store.find(&Query::new(Table::Flow)).await.unwrap()
}

/// The one flow, as it will be after so many minutes.
async fn after(minutes: i64, store: &Failing) {
    let mut flow = flows(store).await.remove(0);
    flow.time -= minutes * 60_000_000;
    flow.version += 1;
    let change = Change::Replace(Table::Flow, flow);
    assert_eq!(store.commit(&[change]).await.unwrap(), Commit::Done);
}

async fn purged(workspaces: &Workspaces) -> usize {
    workspaces.purge(Duration::ZERO).await.unwrap().flows
}

#[tokio::test]
async fn t14_a_flow_whose_answer_cannot_come_any_more_is_ended() {
    let (fake, folder) = (Fake::answering(Answer::Lost), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store, Program::new(true)).await;
    let started = lost(&workspaces, &store).await;
    let recovered = workspaces.recover().await.unwrap();
    assert_eq!((recovered.ended, recovered.left), (1, 0));
    assert_eq!(workspaces.recover().await.unwrap(), Recovered::default());
    for _ in 0..2 {
        let finished = workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap();
        assert!(matches!(finished.result, FlowResult::Unknown) && finished.is_repeated);
    }
    assert_eq!(purged(&workspaces).await, 0);
    assert_eq!(fake.requests().len(), 1);
}

/// Whoever had a lock that may be lost may still wait for the answer, for as long as a request takes.
#[tokio::test]
async fn t15_a_flow_whose_lock_may_be_lost_is_left_alone_for_as_long_as_its_answer_may_come() {
    let (fake, folder) = (Fake::answering(Answer::Lost), tempfile::tempdir().unwrap());
    let mut store = Failing::new(&folder);
    store.loses_locks = true;
    let workspaces = open(&fake, &store, Program::new(true)).await;
    let _ = lost(&workspaces, &store).await;
    for minutes in [0, 2] {
        after(minutes, &store).await;
        assert_eq!(workspaces.recover().await.unwrap(), Recovered::default());
        assert_eq!(purged(&workspaces).await, 0);
    }
    after(4, &store).await;
    assert_eq!(workspaces.recover().await.unwrap().ended, 1);
}

/// Nobody has to call `recover` for it.
#[tokio::test]
async fn t23_a_flow_whose_answer_cannot_come_any_more_is_forgotten_like_any_other() {
    for sweeps in [true, false] {
        let (fake, folder) = (Fake::answering(Answer::Lost), tempfile::tempdir().unwrap());
        let store = Failing::new(&folder);
        let workspaces = open(&fake, &store, Program::new(true)).await;
        let _ = lost(&workspaces, &store).await;
        after(120, &store).await;
        if sweeps {
            for _ in 0..256 {
                let _ = workspaces.start(Start::new(), None).await.unwrap();
            }
            assert_eq!(flows(&store).await.len(), 256);
        } else {
            assert_eq!(purged(&workspaces).await, 1);
        }
    }
}

/// A flow whose answer is in the spool, and which is in the store no more.
async fn forgotten(workspaces: &Workspaces, store: &Failing, acme: &TenantId) -> Started {
    let start = Start::new().tenant(acme.clone()).subject("ada");
    let start = start.payload(&"pro").unwrap();
    let started = workspaces.start(start, None).await.unwrap();
    store.fail_after(1);
    let finished = workspaces.finish(allowed(&started), Some(started.binding()));
    assert_eq!(finished.await.unwrap_err().kind(), ErrorKind::Store);
    store.fail_after(usize::MAX);
    let flow = flows(store).await.remove(0);
    let delete = Change::Delete {
        table: Table::Flow,
        key: flow.key,
        version: flow.version,
    };
    assert_eq!(store.commit(&[delete]).await.unwrap(), Commit::Done);
    started
}

/// The verdict of a program holds also where a crash came in between, and so does what the flow was for.
#[tokio::test]
async fn t14_t18_an_answer_knows_its_flow_also_when_the_store_has_forgotten_it() {
    for wants in [true, false] {
        let fake = Fake::granting();
        fake.then(reply(200, "{}"));
        fake.then(reply(200, "{}"));
        let folder = tempfile::tempdir().unwrap();
        let (store, acme) = (Failing::new(&folder), TenantId::new("acme").unwrap());
        let program = Program::new(wants);
        let workspaces = open(&fake, &store, program.clone()).await;
        let started = forgotten(&workspaces, &store, &acme).await;
        let recovered = workspaces.recover().await.unwrap();
        assert_eq!((recovered.replayed, recovered.left), (1, 0));
        assert!(!is_spooled(&store));
        let who = r#"Some("acme") Some("ada") Some("pro")"#;
        assert!(program.asked().iter().all(|asked| asked == who));

        let finished = workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap();
        assert_eq!(finished.tenant, Some(acme.clone()));
        let installed = workspaces.list().await.unwrap().len();
        if wants {
            assert!(matches!(finished.result, FlowResult::Installed(_)));
            assert!(workspaces.tenant(&acme).get(&bot()).await.is_ok());
            let log = workspaces.audit(&bot()).await.unwrap();
            assert_eq!((log.len(), log[0].actor.as_deref()), (1, Some("ada")));
            assert_eq!((installed, fake.requests().len()), (1, 1));
        } else {
            assert!(matches!(finished.result, FlowResult::Refused(reason) if reason == "not here"));
            assert_eq!(
                (installed, fake.requests().len()),
                (0, 3),
                "both tokens are revoked"
            );
        }
    }
}

/// What cannot be revoked at once is not forgotten.
#[tokio::test]
async fn s000_2_tokens_that_are_not_wanted_wait_until_they_are_revoked() {
    let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
    let store = Failing::new(&folder);
    let workspaces = open(&fake, &store, Program::new(false)).await;
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let refused = async || {
        let finished = workspaces.finish(allowed(&started), Some(started.binding()));
        matches!(finished.await.unwrap().result, FlowResult::Refused(_))
    };
    // Notion cannot be reached, and then it can.
    assert!(refused().await && is_spooled(&store));
    assert_eq!(workspaces.recover().await.unwrap().left, 1);
    assert!(refused().await && is_spooled(&store));
    for _ in 0..2 {
        fake.then(reply(200, "{}"));
    }
    let recovered = workspaces.recover().await.unwrap();
    assert_eq!((recovered.replayed, recovered.left), (1, 0));
    assert!(refused().await && !is_spooled(&store));
    let posts = fake.requests();
    let revoked = posts
        .iter()
        .filter(|post| post.uri().path() == "/v1/oauth/revoke");
    assert_eq!(revoked.count(), 4, "two in vain, and one for each token");
}
