//! Stores: what each promises, and what is special about it.

mod broken;
#[cfg(all(any(feature = "file", feature = "sqlite"), unix))]
#[expect(unreachable_pub, reason = "the tests across crates share it")]
#[path = "../../../tests/src/broken_disk.rs"]
mod broken_disk;
mod conformance;
#[cfg(all(any(feature = "file", feature = "sqlite"), unix))]
mod disk;
#[cfg(feature = "file")]
mod file;
#[cfg(all(feature = "postgres", unix))]
mod postgres;
#[cfg(all(feature = "postgres", unix))]
#[expect(dead_code, unreachable_pub, reason = "the tests across crates share it")]
#[path = "../../../tests/src/postgres.rs"]
mod server;
#[cfg(feature = "sqlite")]
mod sqlite;

#[cfg(any(feature = "file", feature = "postgres", feature = "sqlite"))]
const OWNER: &str = "e79a0b74-3aba-4149-9f74-0bb5791a6ee6";

/// The grant of a person: tokens are secret, and so is all that says who it is.
#[cfg(any(feature = "file", feature = "postgres", feature = "sqlite"))]
fn grant(bot: &str, token: &str) -> notion_oauth::Grant {
    let raw = format!(
        r#"{{"access_token":"{token}","token_type":"bearer","refresh_token":"nrt_{token}","bot_id":"{bot}","workspace_id":"w","workspace_name":"Acme CANARY","workspace_icon":"https://CANARY.example/a.png","owner":{{"type":"user","user":{{"object":"user","id":"{OWNER}","type":"person","name":"Ada CANARY","avatar_url":"https://CANARY.example/ada.png","person":{{"email":"ada@CANARY.example"}}}}}}}}"#
    );
    let client = notion_oauth::ClientId::new("client").unwrap();
    notion_oauth::Grant::restore(
        notion_oauth::GrantId::generate(),
        client,
        jiff::Timestamp::now(),
        raw,
    )
    .unwrap()
}

/// What a file holds: nothing, if its program has deleted it since the folder was read.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
fn content(path: &std::path::Path) -> Vec<u8> {
    match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => panic!("{}: {error}", path.display()),
    }
}
