//! What every grant store has to do, run on each of them.

use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use notion_core::UserId;
use notion_oauth::{
    BotId, ClientId, Grant, GrantId, GrantStore, Installation, MemoryStore, Owner, WorkspaceId,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory() {
    conforms(|| async { Arc::new(MemoryStore::new()) as Arc<dyn GrantStore> }).await;
}

#[cfg(feature = "sqlite")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let count = std::sync::atomic::AtomicUsize::new(0);
    conforms(|| {
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = folder.path().join(format!("{number}.db"));
        async move { Arc::new(notion_oauth::SqliteStore::open(path).await.unwrap()) as Arc<dyn GrantStore> }
    })
    .await;
}

/// Each case gets a store with nothing in it.
pub(crate) async fn conforms<F: Future<Output = Arc<dyn GrantStore>>>(new: impl Fn() -> F) {
    knows_nothing_at_first(&*new().await).await;
    gives_back_what_was_saved(&*new().await).await;
    keeps_older_grants_behind_the_newest(&*new().await).await;
    orders_by_time_and_not_by_arrival(&*new().await).await;
    touches_the_time_when_the_tokens_are_the_same(&*new().await).await;
    forgets_no_detail_that_a_newer_grant_leaves_out(&*new().await).await;
    keeps_users_of_a_workspace_apart(&*new().await).await;
    keeps_connections_apart(&*new().await).await;
    removes_one_installation(&*new().await).await;
    takes_saves_at_once(new().await).await;
}

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

fn client(id: &str) -> ClientId {
    ClientId::new(id).unwrap()
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

async fn current(store: &dyn GrantStore) -> Installation {
    store
        .current(&client("client-1"), &bot("bot-1"))
        .await
        .unwrap()
        .unwrap()
}

async fn knows_nothing_at_first(store: &dyn GrantStore) {
    let (client, bot) = (client("client-1"), bot("bot-1"));
    assert_eq!(store.current(&client, &bot).await.unwrap().map(|_| ()), None);
    assert!(store.list(&client).await.unwrap().is_empty());
    assert!(store.history(&client, &bot).await.unwrap().is_empty());
    assert!(!store.remove(&client, &bot).await.unwrap());
}

async fn gives_back_what_was_saved(store: &dyn GrantStore) {
    let grant = Given {
        rest: r#","workspace_name":"Açme 🦀 \u00e9","workspace_icon":null,"duplicated_template_id":"t-1", "later" : {"b":1.50,"a":[ ]}, "big":12345678901234567890123"#,
        ..GIVEN
    }
    .grant();
    store.save(&grant).await.unwrap();
    store.save(&grant).await.unwrap();
    let installation = current(store).await;
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
    let history = store.history(grant.client_id(), grant.bot_id()).await.unwrap();
    assert_eq!(history.len(), 1, "saving twice is saving once");
    assert_eq!(history[0].superseded_at, None);
}

async fn keeps_older_grants_behind_the_newest(store: &dyn GrantStore) {
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
        store.save(grant).await.unwrap();
    }
    assert_eq!(current(store).await.grant(), &grants[2]);
    assert_eq!(current(store).await.created_at(), at(0));
    assert_eq!(current(store).await.updated_at(), at(2));
    let history = store
        .history(grants[0].client_id(), grants[0].bot_id())
        .await
        .unwrap();
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
    assert_eq!(store.list(&client("client-1")).await.unwrap().len(), 1);
}

async fn orders_by_time_and_not_by_arrival(store: &dyn GrantStore) {
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
    store.save(&newer).await.unwrap();
    store.save(&older).await.unwrap();
    let installation = current(store).await;
    assert_eq!(installation.grant(), &newer);
    assert_eq!(installation.workspace_name(), Some("New"));
    assert_eq!(installation.workspace_icon(), Some("O"));
    assert_eq!(
        (installation.created_at(), installation.updated_at()),
        (at(1), at(5))
    );
    let history = store.history(older.client_id(), older.bot_id()).await.unwrap();
    assert_eq!(history[1].grant, older);
    assert_eq!(history[1].superseded_at, Some(at(5)));
}

async fn touches_the_time_when_the_tokens_are_the_same(store: &dyn GrantStore) {
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
    store.save(&first).await.unwrap();
    store.save(&again).await.unwrap();
    let installation = current(store).await;
    assert_eq!(installation.grant(), &first);
    assert_eq!(installation.updated_at(), at(9));
    assert_eq!(installation.workspace_name(), Some("Acme Inc"));
    assert_eq!(
        store
            .history(first.client_id(), first.bot_id())
            .await
            .unwrap()
            .len(),
        1
    );
}

async fn forgets_no_detail_that_a_newer_grant_leaves_out(store: &dyn GrantStore) {
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
    store.save(&first.grant()).await.unwrap();
    store.save(&second.grant()).await.unwrap();
    let installation = current(store).await;
    assert_eq!(installation.workspace_name(), Some("Acme Inc"));
    assert_eq!(installation.workspace_icon(), Some("A"));
    assert_eq!(installation.duplicated_template_id(), Some("t-1"));
    assert!(matches!(installation.owner(), Owner::User(_)));
}

async fn keeps_users_of_a_workspace_apart(store: &dyn GrantStore) {
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
        store.save(&given.grant()).await.unwrap();
    }
    let id = client("client-1");
    assert_eq!(bots(&store.list(&id).await.unwrap()), ["bot-c", "bot-a", "bot-b"]);
    let acme = WorkspaceId::new("acme").unwrap();
    assert_eq!(
        bots(&store.by_workspace(&id, &acme).await.unwrap()),
        ["bot-a", "bot-b"]
    );
    let user = |id: &str| id.parse::<UserId>().unwrap();
    assert_eq!(
        bots(&store.by_owner(&id, user(ADA)).await.unwrap()),
        ["bot-c", "bot-b"]
    );
    assert_eq!(bots(&store.by_owner(&id, user(BOB)).await.unwrap()), ["bot-a"]);
    let found = store.current(&id, &bot("bot-a")).await.unwrap().unwrap();
    assert_eq!(found.grant().token().expose(), "ntn_two");
}

async fn keeps_connections_apart(store: &dyn GrantStore) {
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
    store.save(&mine).await.unwrap();
    store.save(&theirs).await.unwrap();
    for grant in [&mine, &theirs] {
        let id = grant.client_id();
        assert_eq!(
            store.current(id, grant.bot_id()).await.unwrap().unwrap().grant(),
            grant
        );
        assert_eq!(store.list(id).await.unwrap().len(), 1);
        assert_eq!(store.by_owner(id, ADA.parse().unwrap()).await.unwrap().len(), 1);
        assert_eq!(
            store.by_workspace(id, grant.workspace_id()).await.unwrap().len(),
            1
        );
        assert_eq!(store.history(id, grant.bot_id()).await.unwrap().len(), 1);
    }
    assert!(store.remove(mine.client_id(), mine.bot_id()).await.unwrap());
    assert!(
        store
            .current(theirs.client_id(), theirs.bot_id())
            .await
            .unwrap()
            .is_some()
    );
}

async fn removes_one_installation(store: &dyn GrantStore) {
    let gone = Given {
        tokens: "one",
        ..GIVEN
    }
    .grant();
    let newer = Given {
        tokens: "two",
        minute: 1,
        ..GIVEN
    }
    .grant();
    let kept = Given {
        bot: "bot-2",
        tokens: "three",
        ..GIVEN
    }
    .grant();
    for grant in [&gone, &newer, &kept] {
        store.save(grant).await.unwrap();
    }
    assert!(store.remove(gone.client_id(), gone.bot_id()).await.unwrap());
    assert!(!store.remove(gone.client_id(), gone.bot_id()).await.unwrap());
    assert!(
        store
            .history(gone.client_id(), gone.bot_id())
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(bots(&store.list(gone.client_id()).await.unwrap()), ["bot-2"]);
    // The same user may come back.
    store.save(&gone).await.unwrap();
    assert_eq!(current(store).await.grant(), &gone);
}

async fn takes_saves_at_once(store: Arc<dyn GrantStore>) {
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
            let store = Arc::clone(&store);
            tasks.spawn(async move { store.save(&grant).await.unwrap() });
        }
    }
    tasks.join_all().await;
    assert_eq!(store.list(&client("client-1")).await.unwrap().len(), 2);
    for id in ["bot-1", "bot-2"] {
        let history = store.history(&client("client-1"), &bot(id)).await.unwrap();
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
