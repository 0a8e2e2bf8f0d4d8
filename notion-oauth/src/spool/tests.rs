//! What a folder of answers keeps, and what it puts away.

use std::fs;

use jiff::Timestamp;

use super::folder::{ANSWER, RESERVED, SET_ASIDE};
use super::*;
use crate::grant::GrantId;
use crate::vault::{Stage, Ticket};

const FLOW: &str = "c:1234";

fn entry(bot_id: &str) -> Entry {
    let raw = r#"{"access_token":"ntn_CANARY","token_type":"bearer","refresh_token":"nrt_CANARY","bot_id":"b","workspace_id":"w"}"#;
    let client_id = ClientId::new("c").unwrap();
    Entry {
        purpose: Purpose::Refresh {
            bot_id: bot_id.to_owned(),
            token: "ab12".to_owned(),
        },
        grant: Grant::restore(GrantId::generate(), client_id, Timestamp::now(), raw).unwrap(),
    }
}

fn name() -> Name {
    entry("b").name().unwrap()
}

/// The files of a folder.
fn files(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[tokio::test]
async fn an_answer_is_kept_until_it_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a/spool");
    let spool = Spool::open(&path, Seal::Plain).unwrap();
    assert!(spool.get(&name()).await.unwrap().is_none());
    let slot = spool.reserve(&name()).await.unwrap();
    slot.keep(entry("b")).await;
    // As another program sees it.
    let spool = Spool::open(&path, Seal::Plain).unwrap();
    let kept = spool.get(&name()).await.unwrap().unwrap();
    assert_eq!(kept.purpose, entry("b").purpose);
    assert_eq!(kept.grant.token().expose(), "ntn_CANARY");
    assert_eq!(spool.names().await.unwrap(), [name()]);
    spool.remove(&name()).await.unwrap();
    spool.remove(&name()).await.unwrap();
    assert!(files(&path).is_empty());
}

#[tokio::test]
async fn room_that_was_not_needed_is_given_back_and_forgotten_room_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(&folder.path().join("spool"), Seal::Plain).unwrap();
    let slot = spool.reserve(&name()).await.unwrap();
    assert_eq!(spool.names().await.unwrap(), [name()]);
    drop(slot);
    assert!(spool.names().await.unwrap().is_empty());
    // What a program that was killed leaves.
    let partial = format!("{}.left.partial", name().as_str());
    fs::write(folder.path().join("spool").join(partial), "").unwrap();
    assert_eq!(spool.names().await.unwrap(), [name()]);
    assert!(spool.get(&name()).await.unwrap().is_none());
    spool.sweep(&name()).await.unwrap();
    assert!(spool.names().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_no_answer_is_set_aside_and_blocks_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::open(&path, Seal::Plain).unwrap();
    let answer = path.join(format!("{}.{ANSWER}", name().as_str()));
    spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
    let good = fs::read(&answer).unwrap();
    let other = Name::exchange(FLOW);
    fs::write(path.join(format!("{}.{ANSWER}", other.as_str())), &good).unwrap();
    for bad in [
        &b""[..],
        b"garbage",
        &good[..good.len() / 2],
        b"\x01\x01k123",
        &[0; RESERVED],
    ] {
        fs::write(&answer, bad).unwrap();
        assert!(spool.get(&name()).await.unwrap().is_none());
        assert!(!answer.exists());
    }
    // An answer under another name than its own.
    assert!(spool.get(&other).await.unwrap().is_none());
    fs::write(path.join("README"), "not ours").unwrap();
    assert!(spool.names().await.unwrap().is_empty());
    let aside = files(&path)
        .iter()
        .filter(|file| file.ends_with(SET_ASIDE))
        .count();
    assert_eq!(aside, 6, "{:?}", files(&path));
    spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
    assert!(spool.get(&name()).await.unwrap().is_some());
}

#[cfg(unix)]
#[tokio::test]
async fn the_folder_and_its_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let spool = Spool::open(&path, Seal::Plain).unwrap();
    assert_eq!(mode(&path), 0o700);
    spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
    assert_eq!(mode(&spool.folder.unwrap().answer(&name())), 0o600);
    for lax in [0o777, 0o750, 0o701] {
        fs::set_permissions(&path, fs::Permissions::from_mode(lax)).unwrap();
        let error = Spool::open(&path, Seal::Plain).err().unwrap();
        assert_eq!(error.kind(), ErrorKind::Configuration);
        assert!(error.to_string().contains("chmod 700"), "{error}");
    }
}

#[tokio::test]
async fn a_spool_that_cannot_be_written_is_noticed_before_an_answer_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::open(&path, Seal::Plain).unwrap();
    fs::remove_dir(&path).unwrap();
    let error = spool.reserve(&name()).await.err().unwrap();
    assert_eq!(error.kind(), ErrorKind::Store);
    assert!(error.to_string().contains("the spool cannot write"), "{error}");
    fs::write(&path, "a file").unwrap();
    assert!(Spool::open(&path, Seal::Plain).is_err());
}

/// Whoever has lost the lock may have put one there.
#[tokio::test]
async fn an_answer_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spool");
    let spool = Spool::open(&path, Seal::Plain).unwrap();
    let slots = [
        spool.reserve(&name()).await.unwrap(),
        spool.reserve(&name()).await.unwrap(),
    ];
    for slot in slots {
        slot.keep(entry("b")).await;
    }
    assert!(spool.get(&name()).await.unwrap().is_some());
    let mut files = files(&path);
    files.sort_by_key(|file| file.ends_with(SET_ASIDE));
    assert!(files.len() == 2 && files[1].ends_with(SET_ASIDE), "{files:?}");
}

/// The room that is taken before an answer comes is enough for one whose flow has the longest payload.
#[tokio::test]
async fn an_answer_takes_its_flow_along_and_needs_no_more_room_than_it_had() {
    let folder = tempfile::tempdir().unwrap();
    let spool = Spool::open(&folder.path().join("spool"), Seal::Plain).unwrap();
    let ticket = Ticket {
        subject: Some("s".repeat(1 << 10)),
        payload: Some("p".repeat((16 << 10) - 2).into()),
        ..Ticket::default()
    };
    let flow = Flow {
        names_redirect_uri: true,
        binding: "b".repeat(64),
        redirect_uri: "https://example.com/callback".to_owned(),
        expires_at: Timestamp::now(),
        ticket,
        stage: Stage::Exchanging,
    };
    let entry = Entry {
        purpose: Purpose::Exchange {
            key: FLOW.to_owned(),
            flow: Box::new(flow),
        },
        ..entry("b")
    };
    let name = Name::exchange(FLOW);
    spool.reserve(&name).await.unwrap().keep(entry.clone()).await;
    assert_eq!(spool.get(&name).await.unwrap().unwrap().purpose, entry.purpose);
    let file = spool.folder.unwrap().answer(&name);
    assert!(fs::metadata(file).unwrap().len() < RESERVED as u64);
}

#[cfg(feature = "encryption")]
mod sealed {
    use super::*;
    use crate::keys::{Key, KeyId, KeyRing};

    fn open(path: &Path, id: &str, byte: u8) -> Spool {
        let key = Key::from_bytes(KeyId::new(id).unwrap(), [byte; 32]);
        Spool::open(path, Seal::Keys(KeyRing::new(key))).unwrap()
    }

    async fn keys(spool: &Spool) -> Vec<String> {
        let keys = spool.keys().await.unwrap();
        keys.iter().map(KeyId::to_string).collect()
    }

    #[tokio::test]
    async fn t16_an_answer_whose_key_is_missing_is_named_and_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        let spool = open(&path, "a", 1);
        spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
        let bytes = fs::read(spool.folder.as_ref().unwrap().answer(&name())).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"CANARY"));
        for other in [open(&path, "b", 2), Spool::open(&path, Seal::Plain).unwrap()] {
            let error = other.get(&name()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Sealed);
            assert!(error.to_string().contains("the key a is needed"), "{error}");
            assert_eq!(other.names().await.unwrap(), [name()]);
            assert_eq!(keys(&other).await, ["a"]);
        }
        assert!(spool.get(&name()).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn t16_what_is_set_aside_still_needs_its_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spool");
        let spool = open(&path, "a", 1);
        spool.reserve(&name()).await.unwrap().keep(entry("b")).await;
        let answer = spool.folder.as_ref().unwrap().answer(&name());
        let mut bytes = fs::read(&answer).unwrap();
        let end = bytes.len() - 1;
        bytes[end] ^= 1;
        fs::write(&answer, &bytes).unwrap();
        assert!(spool.get(&name()).await.unwrap().is_none());
        assert!(spool.names().await.unwrap().is_empty());
        // A newer one with another key takes the place that is free.
        let other = open(&path, "b", 2);
        other.reserve(&name()).await.unwrap().keep(entry("b")).await;
        assert_eq!(keys(&other).await, ["a", "b"]);
        // What is no name of a key is none that is in use.
        let garbage = [b"\x01\x03a b".as_slice(), &[7; 60]].concat();
        fs::write(other.folder.as_ref().unwrap().answer(&name()), garbage).unwrap();
        assert!(other.get(&name()).await.unwrap().is_none());
        assert_eq!(keys(&other).await, ["a"]);
    }
}
