//! What a program adds to installing, and what happens when that goes wrong.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use notion_core::BoxFuture;
use notion_oauth::{
    Action, ClientId, ErrorKind, FlowResult, Grant, GrantId, HookResult, Hooks, Installed, Installing, Start,
    Status, TenantId, Verdict, Workspaces,
};
use tokio::sync::Notify;

use crate::fake::{self, Answer, BOT, Fake, GRANTED};
use crate::stored_flow::{allowed, bot};

/// Longer than anything here takes.
const MINUTE: std::time::Duration = std::time::Duration::from_secs(60);

const TEMPLATE: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";

/// Does what it is told, and remembers what it heard.
#[derive(Clone, Default)]
struct Program {
    may_install: Arc<Mutex<Option<May>>>,
    on_installed: Arc<Mutex<Option<On>>>,
    asked: Arc<AtomicUsize>,
    installed: Arc<Mutex<Vec<String>>>,
}

#[derive(Clone, Copy)]
enum May {
    Hang,
    Refuse,
    Panic,
}

#[derive(Clone, Copy)]
enum On {
    Fail,
    Hang,
    Panic,
    Recover,
    SetUp,
}

impl Hooks for Program {
    fn may_install<'a>(&'a self, installing: &'a Installing) -> BoxFuture<'a, Verdict> {
        Box::pin(async move {
            self.asked.fetch_add(1, Ordering::Relaxed);
            assert_eq!(installing.workspace_name(), Some("Acme"));
            assert!(!format!("{installing:?}").contains("CANARY"));
            let may = *self.may_install.lock().unwrap();
            match may {
                None => Verdict::Allow,
                Some(May::Hang) => std::future::pending().await,
                Some(May::Refuse) => Verdict::Refuse("The plan is full.".to_owned()),
                Some(May::Panic) => panic!("may_install"),
            }
        })
    }

    fn on_installed<'a>(&'a self, installed: &'a Installed) -> BoxFuture<'a, HookResult> {
        Box::pin(async move {
            let heard = format!(
                "{} {:?} {:?} {:?}",
                installed.installation().bot_id(),
                installed.duplicated_template_id(),
                installed.subject(),
                installed.payload::<String>()?,
            );
            self.installed.lock().unwrap().push(heard);
            let on = *self.on_installed.lock().unwrap();
            match on {
                None => Ok(()),
                Some(On::Fail) => Err("CANARY".into()),
                Some(On::Hang) => std::future::pending().await,
                Some(On::Panic) => panic!("on_installed"),
                Some(On::Recover) => {
                    let error = installed.workspaces().recover().await.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Busy);
                    Ok(())
                }
                Some(On::SetUp) => {
                    let bot = installed.installation().bot_id();
                    installed.workspaces().client(bot).await?;
                    Ok(())
                }
            }
        })
    }
}

async fn open(fake: &Fake, program: &Program) -> Workspaces {
    Workspaces::builder(fake::connection(fake))
        .in_memory()
        .hooks(program.clone())
        .open()
        .await
        .unwrap()
}

async fn finish(workspaces: &Workspaces) -> notion_oauth::Result<FlowResult> {
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let finished = workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await;
    finished.map(|finished| finished.result)
}

fn paths(fake: &Fake) -> Vec<String> {
    let paths = fake.requests();
    paths
        .iter()
        .map(|request| request.uri().path().to_owned())
        .collect()
}

#[tokio::test]
async fn s000_9_s000_13_a_program_hears_of_what_was_installed_and_of_the_template() {
    let granted = GRANTED.replace(
        r#""duplicated_template_id":null"#,
        &format!(r#""duplicated_template_id":"{TEMPLATE}""#),
    );
    let fake = Fake::answering(fake::reply(200, granted));
    let program = Program::default();
    let workspaces = open(&fake, &program).await;
    let start = Start::new().subject("ada").payload(&"hi").unwrap();
    let started = workspaces.start(start, None).await.unwrap();
    for _ in 0..2 {
        workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap();
    }
    let heard = format!(r#"{BOT} Some("{TEMPLATE}") Some("ada") Some("hi")"#);
    assert_eq!(
        *program.installed.lock().unwrap(),
        [heard],
        "a reload is no installation"
    );
    let related = workspaces.related(&bot()).await.unwrap();
    assert_eq!(related.len(), 1);
    assert_eq!(related[0].id.as_str(), TEMPLATE);
}

#[tokio::test]
async fn s000_2_a_program_may_refuse_and_then_nothing_is_kept() {
    let fake = Fake::granting();
    for _ in 0..2 {
        fake.then(fake::reply(200, "{}"));
    }
    let program = Program::default();
    *program.may_install.lock().unwrap() = Some(May::Refuse);
    let workspaces = open(&fake, &program).await;
    let acme = TenantId::new("acme").unwrap();
    let started = workspaces
        .start(Start::new().tenant(acme.clone()), None)
        .await
        .unwrap();
    for _ in 0..2 {
        let finished = workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap();
        assert!(matches!(finished.result, FlowResult::Refused(reason) if reason == "The plan is full."));
    }
    assert_eq!(program.asked.load(Ordering::Relaxed), 1);
    assert!(program.installed.lock().unwrap().is_empty());
    assert!(workspaces.list().await.unwrap().is_empty());
    assert!(workspaces.tenant(&acme).list().await.unwrap().is_empty());
    assert_eq!(
        workspaces.audit(&bot()).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    let revoke = "/v1/oauth/revoke";
    assert_eq!(paths(&fake), ["/v1/oauth/token", revoke, revoke]);
}

#[tokio::test]
async fn t31_a_refused_authorization_of_an_installation_in_use_ends_nothing() {
    let fake = Fake::granting();
    let newer = GRANTED.replace("CANARYACCESS", "CANARYNEWER");
    fake.then(fake::reply(200, newer));
    let program = Program::default();
    let workspaces = open(&fake, &program).await;
    assert!(matches!(
        finish(&workspaces).await.unwrap(),
        FlowResult::Installed(_)
    ));
    *program.may_install.lock().unwrap() = Some(May::Refuse);
    assert!(matches!(
        finish(&workspaces).await.unwrap(),
        FlowResult::Refused(_)
    ));
    assert_eq!(
        paths(&fake),
        ["/v1/oauth/token", "/v1/oauth/token"],
        "nothing is revoked"
    );
    let installation = workspaces.get(&bot()).await.unwrap();
    assert_eq!(
        installation.grant().token().expose(),
        "ntn_CANARYNEWER",
        "Notion may have ended the older tokens"
    );
}

/// Notion gives the tokens of a refused authorization to another one, while they are being revoked.
#[tokio::test]
async fn t31_an_installation_whose_tokens_were_revoked_meanwhile_is_flagged() {
    let (fake, revoke) = (Fake::granting(), Arc::new(Notify::new()));
    let revoked = http::Response::new("{}".into());
    fake.then(Answer::Later(Arc::clone(&revoke), revoked));
    fake.then(fake::reply(200, GRANTED));
    fake.then(fake::reply(200, "{}"));
    let (folder, program) = (tempfile::tempdir().unwrap(), Program::default());
    let workspaces = open_stored(&fake, &folder, &program, &notion_oauth::MemoryStore::new()).await;
    *program.may_install.lock().unwrap() = Some(May::Refuse);
    let of = workspaces.clone();
    let refused = tokio::spawn(async move { finish(&of).await });
    while fake.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    *program.may_install.lock().unwrap() = None;
    assert!(matches!(
        finish(&workspaces).await.unwrap(),
        FlowResult::Installed(_)
    ));
    let error = workspaces.uninstall(&bot()).await.unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Busy,
        "nobody else touches the tokens meanwhile"
    );
    revoke.notify_one();
    assert!(matches!(refused.await.unwrap().unwrap(), FlowResult::Refused(_)));
    let installation = workspaces.get(&bot()).await.unwrap();
    assert_eq!(installation.status(), Status::NeedsReauthorization);
    let log = workspaces.audit(&bot()).await.unwrap();
    assert_eq!(log.last().unwrap().action, Action::Flagged);
    assert_eq!(std::fs::read_dir(folder.path().join("spool")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_3_a_hook_that_panics_or_fails_is_noted_and_loses_nothing() {
    for (on, how) in [
        (On::Fail, "on_installed failed"),
        (On::Panic, "on_installed panicked"),
    ] {
        let fake = Fake::granting();
        let program = Program::default();
        *program.on_installed.lock().unwrap() = Some(on);
        let workspaces = open(&fake, &program).await;
        assert!(matches!(
            finish(&workspaces).await.unwrap(),
            FlowResult::Installed(_)
        ));
        let log = workspaces.audit(&bot()).await.unwrap();
        let said: Vec<_> = log
            .iter()
            .map(|entry| (entry.action, entry.reason.as_deref()))
            .collect();
        assert_eq!(said, [(Action::Installed, None), (Action::HookFailed, Some(how))]);
    }
}

#[tokio::test]
async fn a_3_a_veto_that_panics_is_neither_yes_nor_no() {
    let fake = Fake::granting();
    let program = Program::default();
    *program.may_install.lock().unwrap() = Some(May::Panic);
    let folder = tempfile::tempdir().unwrap();
    let workspaces = Workspaces::builder(fake::connection(&fake))
        .insecure_plaintext_store_for_tests(notion_oauth::MemoryStore::new())
        .spool(folder.path().join("spool"))
        .hooks(program.clone())
        .open()
        .await
        .unwrap();
    let started = workspaces.start(Start::new(), None).await.unwrap();
    for _ in 0..2 {
        let error = workspaces
            .finish(allowed(&started), Some(started.binding()))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::System);
        assert!(error.to_string().contains("may_install"), "{error}");
        assert!(workspaces.list().await.unwrap().is_empty());
    }
    *program.may_install.lock().unwrap() = None;
    let finished = workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap();
    assert!(matches!(finished.result, FlowResult::Installed(_)));
    assert_eq!(paths(&fake), ["/v1/oauth/token"]);
}

/// An answer that a crash left in the spool, and how the next program opens what is there.
struct Left {
    fake: Fake,
    folder: tempfile::TempDir,
    program: Program,
    store: notion_oauth::MemoryStore,
    /// The program that lives on, to see how it recovers.
    workspaces: Workspaces,
}

impl Left {
    async fn new() -> Self {
        let (fake, folder) = (Fake::granting(), tempfile::tempdir().unwrap());
        let (program, store) = (Program::default(), notion_oauth::MemoryStore::new());
        let workspaces = open_stored(&fake, &folder, &program, &store).await;
        *program.may_install.lock().unwrap() = Some(May::Panic);
        assert_eq!(finish(&workspaces).await.unwrap_err().kind(), ErrorKind::System);
        *program.may_install.lock().unwrap() = None;
        Self {
            fake,
            folder,
            program,
            store,
            workspaces,
        }
    }

    async fn open(&self) -> Workspaces {
        open_stored(&self.fake, &self.folder, &self.program, &self.store).await
    }
}

async fn open_stored(
    fake: &Fake,
    folder: &tempfile::TempDir,
    program: &Program,
    store: &notion_oauth::MemoryStore,
) -> Workspaces {
    Workspaces::builder(fake::connection(fake))
        .insecure_plaintext_store_for_tests(store.clone())
        .spool(folder.path().join("spool"))
        .patience(std::time::Duration::from_millis(50))
        .hooks(program.clone())
        .open()
        .await
        .unwrap()
}

/// What a crash left is told in the background of a start, and by a call that others must wait for.
#[tokio::test]
async fn a_3_a_hook_may_use_what_is_being_opened_or_recovered() {
    for (on, at_start) in [(On::SetUp, true), (On::Recover, false)] {
        let left = Left::new().await;
        *left.program.on_installed.lock().unwrap() = Some(on);
        let workspaces = if at_start {
            let workspaces = left.open().await;
            workspaces.shutdown(MINUTE).await.unwrap();
            workspaces
        } else {
            assert_eq!(left.workspaces.recover().await.unwrap().replayed, 1);
            left.workspaces.clone()
        };
        assert_eq!(left.program.installed.lock().unwrap().len(), 1);
        let log = workspaces.audit(&bot()).await.unwrap();
        assert_eq!(log.len(), 1, "{log:?}");
    }
}

/// A program starts whatever a hook does with what a crash left, and whoever recovers is told that it hangs.
#[tokio::test]
async fn a_3_a_hook_that_hangs_keeps_no_program_from_starting() {
    for (may, on) in [(Some(May::Hang), None), (None, Some(On::Hang))] {
        let left = Left::new().await;
        *left.program.may_install.lock().unwrap() = may;
        *left.program.on_installed.lock().unwrap() = on;
        let workspaces = tokio::time::timeout(MINUTE, left.open()).await.unwrap();
        let asked = || left.program.asked.load(Ordering::Relaxed);
        while asked() < 2 || on.is_some() && left.program.installed.lock().unwrap().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(workspaces.list().await.unwrap().len(), usize::from(on.is_some()));
        assert_eq!(workspaces.recover().await.unwrap_err().kind(), ErrorKind::Busy);
    }
}

/// A list of workspaces holds for all ways in.
#[tokio::test]
async fn s000_2_s000_13_a_grant_of_a_flow_without_a_store_is_asked_about_and_told_too() {
    let fake = Fake::default();
    let program = Program::default();
    let workspaces = open(&fake, &program).await;
    *program.may_install.lock().unwrap() = Some(May::Refuse);
    let first = grant(GRANTED);
    let error = workspaces.install(&first).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(error.to_string(), "The plan is full.");
    assert!(workspaces.list().await.unwrap().is_empty());
    assert!(program.installed.lock().unwrap().is_empty());

    *program.may_install.lock().unwrap() = None;
    workspaces.install(&first).await.unwrap();
    let heard = format!("{BOT} None None None");
    assert_eq!(*program.installed.lock().unwrap(), [heard]);

    // The installation is in use, and Notion may have ended its tokens with the authorization that is refused.
    *program.may_install.lock().unwrap() = Some(May::Refuse);
    let second = grant(&GRANTED.replace("CANARYACCESS", "CANARYNEWER"));
    let error = workspaces.install(&second).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(workspaces.get(&bot()).await.unwrap().grant(), &second);
    assert_eq!(program.installed.lock().unwrap().len(), 1);
    assert!(paths(&fake).is_empty(), "the tokens are the caller's");
}

fn grant(raw: &str) -> Grant {
    let client_id = ClientId::new(fake::CLIENT_ID).unwrap();
    Grant::restore(GrantId::generate(), client_id, jiff::Timestamp::now(), raw).unwrap()
}
