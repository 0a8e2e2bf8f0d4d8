//! A program that is killed at each step of the exchange, with a store on a disk.
//!
//! A child runs this file's one ignored test with a failpoint set, and is killed by it.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;

use notion_oauth::{
    Action, Binding, Finished, FlowResult, Key, KeyId, KeyRing, SqliteStore, Start, TenantId, Workspaces,
};

use crate::fake::{self, CODE, Fake};
use crate::stored_flow::{bot, callback, state};

const FOLDER: &str = "NOTION_OAUTH_TEST_FOLDER";

async fn open(fake: &Fake, folder: &Path) -> Workspaces {
    let key = Key::from_bytes(KeyId::new("2026").unwrap(), [7; 32]);
    let store = SqliteStore::open(folder.join("grants.db")).await.unwrap();
    Workspaces::builder(fake::connection(fake))
        .store(store, KeyRing::new(key))
        .open()
        .await
        .unwrap()
}

/// What the user's browser does, again and again.
async fn reload(workspaces: &Workspaces, folder: &Path) -> Finished {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let binding = Binding::parse(&read("cookie")).unwrap();
    let callback = callback(&format!("code={CODE}&state={}", read("state")));
    workspaces.finish(callback, Some(&binding)).await.unwrap()
}

#[tokio::test]
async fn k_c_after_a_kill_at_any_step_the_user_is_told_the_truth_and_no_grant_is_lost() {
    const KILL: i32 = 9;
    for (step, is_installed) in [
        ("C0", false),
        ("C1", false),
        ("C2", false),
        ("C3", false),
        ("spool.written", false),
        ("C4", true),
        ("C5", true),
        ("C6", true),
        ("C7", true),
    ] {
        for recovers_first in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let status = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "crash::one_flow", "--ignored"])
                .env("NOTION_OAUTH_FAILPOINTS", format!("{step}=kill"))
                .env(FOLDER, folder.path())
                .output()
                .unwrap()
                .status;
            assert_eq!(status.signal(), Some(KILL), "{step}: {status}");

            let fake = Fake::default();
            let workspaces = open(&fake, folder.path()).await;
            if recovers_first {
                workspaces.recover().await.unwrap();
            }
            for _ in 0..2 {
                let finished = reload(&workspaces, folder.path()).await;
                assert!(finished.is_repeated, "{step}");
                match finished.result {
                    FlowResult::Installed(_) => assert!(is_installed, "{step}"),
                    FlowResult::Unknown => assert!(!is_installed, "{step}"),
                    result => panic!("{step}: {result:?}"),
                }
            }
            assert!(fake.requests().is_empty(), "{step}: a code is sent once");
            let acme = workspaces.tenant(&TenantId::new("acme").unwrap());
            assert_eq!(
                acme.list().await.unwrap().len(),
                usize::from(is_installed),
                "{step}"
            );
            if is_installed {
                let log = workspaces.audit(&bot()).await.unwrap();
                let actions: Vec<_> = log.iter().map(|entry| entry.action).collect();
                assert_eq!(actions, [Action::Installed], "{step}");
            }
            let spool = std::fs::read_dir(folder.path().join("grants.db-spool")).unwrap();
            assert_eq!(spool.count(), 0, "{step}: nothing is left in the spool");
        }
    }
}

#[tokio::test]
#[ignore = "runs in a child"]
async fn one_flow() {
    let folder = std::env::var(FOLDER).unwrap();
    let folder = Path::new(&folder);
    let workspaces = open(&Fake::granting(), folder).await;
    let start = Start::new().tenant(TenantId::new("acme").unwrap());
    let started = workspaces.start(start, None).await.unwrap();
    std::fs::write(folder.join("cookie"), started.binding().expose()).unwrap();
    std::fs::write(folder.join("state"), state(&started)).unwrap();
    reload(&workspaces, folder).await;
}
