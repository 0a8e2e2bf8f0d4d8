//! Every step can be made the last one.
//!
//! A child runs this file's one ignored test with a failpoint set, and is killed by it. What is left then is for the tests
//! with stores on a disk.

use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;
use std::time::Duration;

use notion_core::TokenProvider as _;
use notion_oauth::{Key, KeyId, KeyRing, Workspaces};

use crate::endpoint::{bot, builder, site};

const STEPS: &[&str] = &[
    "R0",
    "R1",
    "R2",
    "R3",
    "R4",
    "R5",
    "R6",
    "R7",
    "R8",
    "R9",
    "R10",
    "R11",
    "R12",
    "R13",
    "spool.written",
    "U0",
    "U1",
    "U2",
    "U3",
    "K0",
    "K1",
    "K2",
    "K3",
];

#[test]
fn every_step_can_be_the_last() {
    const KILL: i32 = 9;
    for step in STEPS {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "failpoints::all_steps", "--ignored"])
            .env("NOTION_OAUTH_FAILPOINTS", format!("{step}=kill"))
            .output()
            .unwrap()
            .status;
        assert_eq!(status.signal(), Some(KILL), "{step}: {status}");
    }
}

/// Goes through all steps.
#[tokio::test]
#[ignore = "runs in a child"]
async fn all_steps() {
    let (endpoint, store, folder) = site();
    let key = |name: &str| Key::from_bytes(KeyId::new(name).unwrap(), [7; 32]);
    let open = async |keys: KeyRing| -> Workspaces {
        let opening = builder(&endpoint).store(store.clone(), keys);
        opening.spool(folder.path().join("spool")).open().await.unwrap()
    };
    let workspaces = open(KeyRing::new(key("old"))).await;
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    let provider = workspaces.provider(bot());
    let token = provider.renew(grant.token()).await.unwrap().unwrap();
    store.fail_after(Some(1));
    provider.renew(&token).await.unwrap_err();
    store.fail_after(None);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    provider.renew(&token).await.unwrap();
    let both = KeyRing::new(key("new")).with_old(key("old")).unwrap();
    let workspaces = open(both).await;
    workspaces.reseal().await.unwrap();
    workspaces.uninstall(&bot()).await.unwrap();
}
