//! What installing keeps, and how it is looked up.

use jiff::{Timestamp, ToSpan};
use notion_core::UserId;
use notion_oauth::{
    BotId, ClientId, Connection, ErrorKind, Grant, GrantId, Installation, MemoryStore, Owner, WorkspaceId,
    Workspaces,
};

use crate::fake::{REDIRECT_URI, SECRET};

const ADA: &str = "e79a0b74-3aba-4149-9f74-0bb5791a6ee6";
const BOB: &str = "0b0b0b0b-3aba-4149-9f74-0bb5791a6ee6";

/// A grant of minute `minute`.
struct Given {
    client: &'static str,
    bot: &'static str,
    workspace: &'static str,
    user: &'static str,
    tokens: &'static str,
    minute: i64,
    rest: &'static str,
}

const GIVEN: Given = Given {
    client: "client-1",
    bot: "bot-1",
    workspace: "acme",
    user: ADA,
    tokens: "one",
    minute: 0,
    rest: "",
};

impl Given {
    fn grant(&self) -> Grant {
        let Self {
            client,
            bot,
            workspace,
            user,
            tokens,
            minute,
            rest,
        } = self;
        let raw = format!(
            r#"{{"access_token":"ntn_{tokens}","token_type":"bearer","refresh_token":"nrt_{tokens}","bot_id":"{bot}","workspace_id":"{workspace}","owner":{{"type":"user","user":{{"object":"user","id":"{user}"}}}}{rest}}}"#
        );
        Grant::restore(
            GrantId::generate(),
            ClientId::new(client).unwrap(),
            at(*minute),
            raw,
        )
        .unwrap()
    }
}

fn at(minute: i64) -> Timestamp {
    let start: Timestamp = "2026-11-20T12:00:00.123456Z".parse().unwrap();
    start + minute.minutes()
}

fn bot(id: &str) -> BotId {
    BotId::new(id).unwrap()
}

fn bots(installations: &[Installation]) -> Vec<&str> {
    installations
        .iter()
        .map(|installation| installation.bot_id().as_str())
        .collect()
}

async fn in_memory() -> Workspaces {
    Workspaces::builder(Connection::new("client-1", SECRET, REDIRECT_URI).unwrap())
        .in_memory()
        .open()
        .await
        .unwrap()
}

async fn in_store(store: &MemoryStore, client_id: &str, folder: &tempfile::TempDir) -> Workspaces {
    Workspaces::builder(Connection::new(client_id, SECRET, REDIRECT_URI).unwrap())
        .insecure_plaintext_store_for_tests(store.clone())
        .spool(folder.path().join("spool"))
        .open()
        .await
        .unwrap()
}

async fn current(workspaces: &Workspaces) -> Installation {
    workspaces.get(&bot("bot-1")).await.unwrap()
}

#[tokio::test]
async fn knows_nothing_at_first() {
    let workspaces = in_memory().await;
    let bot = bot("bot-1");
    assert!(workspaces.list().await.unwrap().is_empty());
    for error in [
        workspaces.get(&bot).await.unwrap_err(),
        workspaces.history(&bot).await.unwrap_err(),
        workspaces.audit(&bot).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn s002_8_s004_15_gives_back_what_was_saved() {
    let workspaces = in_memory().await;
    let grant = Given {
        rest: r#","workspace_name":"Açme 🦀 \u00e9","workspace_icon":null,"duplicated_template_id":"t-1", "later" : {"b":1.50,"a":[ ]}, "big":12345678901234567890123"#,
        ..GIVEN
    }
    .grant();
    workspaces.install(&grant).await.unwrap();
    workspaces.install(&grant).await.unwrap();
    let installation = current(&workspaces).await;
    assert_eq!(installation.grant(), &grant);
    assert_eq!(
        installation.grant().expose_raw(),
        grant.expose_raw(),
        "byte for byte"
    );
    assert_eq!(installation.grant().received_at(), at(0));
    assert_eq!(installation.created_at(), at(0));
    assert_eq!(installation.updated_at(), at(0));
    assert_eq!(installation.workspace_name(), Some("Açme 🦀 é"));
    assert_eq!(installation.workspace_icon(), None);
    assert_eq!(installation.duplicated_template_id(), Some("t-1"));
    assert_eq!(installation.owner(), grant.owner());
    let history = workspaces.history(&bot("bot-1")).await.unwrap();
    assert_eq!(history.len(), 1, "saving twice is saving once");
    assert_eq!(history[0].superseded_at, None);
}

#[tokio::test]
async fn s004_9_keeps_older_grants_behind_the_newest() {
    let workspaces = in_memory().await;
    let grants: Vec<_> = [("one", 0), ("two", 1), ("three", 2)]
        .map(|(tokens, minute)| {
            Given {
                tokens,
                minute,
                ..GIVEN
            }
            .grant()
        })
        .into();
    for grant in &grants {
        workspaces.install(grant).await.unwrap();
    }
    assert_eq!(current(&workspaces).await.grant(), &grants[2]);
    assert_eq!(current(&workspaces).await.created_at(), at(0));
    assert_eq!(current(&workspaces).await.updated_at(), at(2));
    let history = workspaces.history(&bot("bot-1")).await.unwrap();
    let seen: Vec<_> = history
        .iter()
        .map(|stored| (&stored.grant, stored.superseded_at))
        .collect();
    assert_eq!(
        seen,
        [
            (&grants[2], None),
            (&grants[1], Some(at(2))),
            (&grants[0], Some(at(1)))
        ]
    );
    assert_eq!(workspaces.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn orders_by_time_and_not_by_arrival() {
    let workspaces = in_memory().await;
    let newer = Given {
        tokens: "two",
        minute: 5,
        rest: r#","workspace_name":"New""#,
        ..GIVEN
    }
    .grant();
    let older = Given {
        tokens: "one",
        minute: 1,
        rest: r#","workspace_name":"Old","workspace_icon":"O""#,
        ..GIVEN
    }
    .grant();
    workspaces.install(&newer).await.unwrap();
    workspaces.install(&older).await.unwrap();
    let installation = current(&workspaces).await;
    assert_eq!(installation.grant(), &newer);
    assert_eq!(installation.workspace_name(), Some("New"));
    assert_eq!(installation.workspace_icon(), Some("O"));
    assert_eq!(
        (installation.created_at(), installation.updated_at()),
        (at(1), at(5))
    );
    let history = workspaces.history(&bot("bot-1")).await.unwrap();
    assert_eq!(history[1].grant, older);
    assert_eq!(history[1].superseded_at, Some(at(5)));
}

#[tokio::test]
async fn s004_9_touches_the_time_when_the_tokens_are_the_same() {
    let workspaces = in_memory().await;
    let first = Given {
        rest: r#","workspace_name":"Acme""#,
        ..GIVEN
    }
    .grant();
    let again = Given {
        minute: 9,
        rest: r#","workspace_name":"Acme Inc""#,
        ..GIVEN
    }
    .grant();
    workspaces.install(&first).await.unwrap();
    workspaces.install(&again).await.unwrap();
    let installation = current(&workspaces).await;
    assert_eq!(installation.grant(), &first);
    assert_eq!(installation.updated_at(), at(9));
    assert_eq!(installation.workspace_name(), Some("Acme Inc"));
    assert_eq!(workspaces.history(&bot("bot-1")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn forgets_no_detail_that_a_newer_grant_leaves_out() {
    let workspaces = in_memory().await;
    let first = Given {
        rest: r#","workspace_name":"Acme","workspace_icon":"A","duplicated_template_id":"t-1""#,
        ..GIVEN
    };
    let second = Given {
        tokens: "two",
        minute: 1,
        rest: r#","workspace_name":"Acme Inc","workspace_icon":null"#,
        ..GIVEN
    };
    workspaces.install(&first.grant()).await.unwrap();
    workspaces.install(&second.grant()).await.unwrap();
    let installation = current(&workspaces).await;
    assert_eq!(installation.workspace_name(), Some("Acme Inc"));
    assert_eq!(installation.workspace_icon(), Some("A"));
    assert_eq!(installation.duplicated_template_id(), Some("t-1"));
    assert!(matches!(installation.owner(), Owner::User(_)));
}

#[tokio::test]
async fn s000_1_s000_3_s004_1_s004_4_keeps_users_of_a_workspace_apart() {
    let workspaces = in_memory().await;
    let given = [
        Given {
            bot: "bot-b",
            minute: 3,
            ..GIVEN
        },
        Given {
            bot: "bot-a",
            user: BOB,
            tokens: "two",
            minute: 3,
            ..GIVEN
        },
        Given {
            bot: "bot-c",
            workspace: "other",
            tokens: "three",
            minute: 1,
            ..GIVEN
        },
    ];
    for given in &given {
        workspaces.install(&given.grant()).await.unwrap();
    }
    assert_eq!(
        bots(&workspaces.list().await.unwrap()),
        ["bot-c", "bot-a", "bot-b"]
    );
    let acme = WorkspaceId::new("acme").unwrap();
    assert_eq!(
        bots(&workspaces.by_workspace(&acme).await.unwrap()),
        ["bot-a", "bot-b"]
    );
    let user = |id: &str| id.parse::<UserId>().unwrap();
    assert_eq!(
        bots(&workspaces.by_owner(user(ADA)).await.unwrap()),
        ["bot-c", "bot-b"]
    );
    assert_eq!(bots(&workspaces.by_owner(user(BOB)).await.unwrap()), ["bot-a"]);
    let found = workspaces.get(&bot("bot-a")).await.unwrap();
    assert_eq!(found.grant().token().expose(), "ntn_two");
}

#[tokio::test]
async fn s004_16_keeps_connections_apart() {
    let (store, folder) = (MemoryStore::new(), tempfile::tempdir().unwrap());
    let mine = Given {
        tokens: "mine",
        ..GIVEN
    }
    .grant();
    let theirs = Given {
        client: "client-2",
        tokens: "theirs",
        minute: 1,
        ..GIVEN
    }
    .grant();
    let of_mine = in_store(&store, "client-1", &folder).await;
    let of_theirs = in_store(&store, "client-2", &folder).await;
    for (workspaces, grant) in [(&of_mine, &mine), (&of_theirs, &theirs)] {
        workspaces.install(grant).await.unwrap();
    }
    for (workspaces, grant) in [(&of_mine, &mine), (&of_theirs, &theirs)] {
        assert_eq!(workspaces.get(grant.bot_id()).await.unwrap().grant(), grant);
        assert_eq!(workspaces.list().await.unwrap().len(), 1);
        assert_eq!(workspaces.by_owner(ADA.parse().unwrap()).await.unwrap().len(), 1);
        assert_eq!(
            workspaces.by_workspace(grant.workspace_id()).await.unwrap().len(),
            1
        );
        assert_eq!(workspaces.history(grant.bot_id()).await.unwrap().len(), 1);
    }
    let error = of_mine.install(&theirs).await.unwrap_err();
    assert!(error.is_configuration(), "{error}");
}

#[tokio::test]
async fn takes_saves_at_once() {
    let workspaces = in_memory().await;
    const TOKENS: [&str; 20] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r", "s", "t",
    ];
    let mut tasks = tokio::task::JoinSet::new();
    for (minute, tokens) in (0..).zip(TOKENS) {
        for bot in ["bot-1", "bot-2"] {
            let grant = Given {
                bot,
                tokens,
                minute,
                ..GIVEN
            }
            .grant();
            let workspaces = workspaces.clone();
            tasks.spawn(async move { workspaces.install(&grant).await.unwrap() });
        }
    }
    tasks.join_all().await;
    assert_eq!(workspaces.list().await.unwrap().len(), 2);
    for id in ["bot-1", "bot-2"] {
        let history = workspaces.history(&bot(id)).await.unwrap();
        assert_eq!(history.len(), TOKENS.len());
        assert_eq!(
            history[0].grant.token().expose(),
            "ntn_t",
            "the newest is current"
        );
        assert_eq!(
            history
                .iter()
                .filter(|stored| stored.superseded_at.is_none())
                .count(),
            1
        );
        assert!(history.is_sorted_by_key(|stored| -stored.grant.received_at().as_microsecond()));
    }
}
