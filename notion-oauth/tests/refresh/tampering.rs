//! What somebody does who can write the database, and has no key.

use notion_core::TokenProvider as _;
use notion_oauth::store::{Change, Column, Commit, Query, Record, Table};
use notion_oauth::{
    Action, BotId, Callback, ErrorKind, Key, KeyId, KeyRing, MemoryStore, Start, Status, Store as _,
    TenantId, Workspaces,
};

use crate::endpoint::{Endpoint, bot, builder};

/// A store that is sealed, and the program that uses it.
struct Site {
    endpoint: Endpoint,
    store: MemoryStore,
    workspaces: Workspaces,
    _folder: tempfile::TempDir,
}

impl Site {
    async fn new() -> Self {
        let (endpoint, store) = (Endpoint::default(), MemoryStore::new());
        let folder = tempfile::tempdir().unwrap();
        let key = Key::from_bytes(KeyId::new("k").unwrap(), [7; 32]);
        let workspaces = builder(&endpoint)
            .store(store.clone(), KeyRing::new(key))
            .spool(folder.path().join("spool"))
            .open()
            .await
            .unwrap();
        for name in ["bot-1", "bot-2"] {
            workspaces.install(&endpoint.grant_of(name)).await.unwrap();
        }
        Self {
            endpoint,
            store,
            workspaces,
            _folder: folder,
        }
    }

    async fn records(&self, table: Table) -> Vec<Record> {
        self.store.find(&Query::new(table)).await.unwrap()
    }

    async fn installation(&self, bot: &str) -> Record {
        let key = format!("client-1:{bot}");
        self.store.get(Table::Installation, &key).await.unwrap().unwrap()
    }

    /// Puts a record there, whatever was there before.
    async fn put(&self, table: Table, record: &Record) {
        let mut changes = Vec::new();
        if let Some(there) = self.store.get(table, &record.key).await.unwrap() {
            changes.push(Change::Delete {
                table,
                key: there.key,
                version: there.version,
            });
        }
        // Databases have no versions of their own: any number may be written.
        changes.push(Change::Insert(table, record.clone()));
        assert_eq!(self.store.commit(&changes).await.unwrap(), Commit::Done);
    }

    async fn kind(&self, bot: &BotId) -> Option<ErrorKind> {
        self.workspaces.get(bot).await.err().map(|error| error.kind())
    }
}

fn other() -> BotId {
    BotId::new("bot-2").unwrap()
}

#[tokio::test]
async fn t17_a_secret_opens_in_no_other_row_version_or_table() {
    let site = Site::new().await;
    let (one, two) = (site.installation("bot-1").await, site.installation("bot-2").await);
    // The secret of one in the row of the other, which nobody may take for it.
    let swapped = Record {
        sealed: one.sealed.clone(),
        ..two.clone()
    };
    site.put(Table::Installation, &swapped).await;
    assert_eq!(site.kind(&other()).await, Some(ErrorKind::Sealed));
    assert_eq!(site.kind(&bot()).await, None);
    // The whole row under the other's key, columns and all.
    let moved = Record {
        key: two.key.clone(),
        ..one.clone()
    };
    site.put(Table::Installation, &moved).await;
    assert_eq!(site.kind(&other()).await, Some(ErrorKind::Sealed));
    site.put(Table::Installation, &two).await;
    assert_eq!(site.kind(&other()).await, None);

    // A secret of before, in the row of now.
    let token = one_token(&site).await;
    site.workspaces.provider(bot()).renew(&token).await.unwrap();
    let now = site.installation("bot-1").await;
    assert!(now.version > one.version);
    let rolled_back = Record {
        sealed: one.sealed.clone(),
        ..now.clone()
    };
    site.put(Table::Installation, &rolled_back).await;
    assert_eq!(site.kind(&bot()).await, Some(ErrorKind::Sealed));
    site.put(Table::Installation, &now).await;

    // A past grant in the place of another one, and in that of the current one.
    let past = site.records(Table::Grant).await.remove(0);
    let elsewhere = Record {
        key: past.key.replace("bot-1", "bot-2"),
        ..past.clone()
    };
    let mut elsewhere = elsewhere;
    elsewhere.columns.insert(Column::BotId, "bot-2".to_owned());
    site.put(Table::Grant, &elsewhere).await;
    let error = site.workspaces.history(&other()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    let current = Record {
        sealed: past.sealed,
        ..now
    };
    site.put(Table::Installation, &current).await;
    assert_eq!(site.kind(&bot()).await, Some(ErrorKind::Sealed));
}

async fn one_token(site: &Site) -> notion_core::Token {
    site.workspaces.get(&bot()).await.unwrap().grant().token().clone()
}

/// A flow is sealed as well: nobody can make that of another browser, tenant or address out of it.
#[tokio::test]
async fn t17_a_flow_opens_under_its_own_state_alone() {
    let site = Site::new().await;
    let start = || Start::new().tenant(TenantId::new("acme").unwrap());
    let mine = site.workspaces.start(start(), None).await.unwrap();
    let theirs = site.workspaces.start(start(), None).await.unwrap();
    let state = |url: &str| url.rsplit_once("state=").unwrap().1.to_owned();
    let finish = async |started: &notion_oauth::Started| {
        let callback = Callback::parse(&format!("code=c&state={}", state(started.url()))).unwrap();
        let binding = Some(started.binding());
        site.workspaces.finish(callback, binding).await
    };
    let flows = site.records(Table::Flow).await;
    let [one, two] = &flows[..] else {
        panic!("two flows")
    };
    let (one, two) = (
        Record {
            sealed: two.sealed.clone(),
            ..one.clone()
        },
        Record {
            sealed: one.sealed.clone(),
            ..two.clone()
        },
    );
    site.put(Table::Flow, &one).await;
    site.put(Table::Flow, &two).await;
    for started in [&mine, &theirs] {
        assert_eq!(finish(started).await.unwrap_err().kind(), ErrorKind::Sealed);
    }
    assert_eq!(site.endpoint.refreshes(), 0, "nothing was sent");
}

/// A whole row of before, its version and all, cannot be told from the store alone: it was written with the key. Its log goes
/// on beyond it, and that is noticed.
#[tokio::test]
async fn t17_t36_a_row_that_was_put_back_whole_is_told_by_its_log() {
    let site = Site::new().await;
    let before = site.installation("bot-1").await;
    let token = one_token(&site).await;
    site.workspaces.provider(bot()).renew(&token).await.unwrap();
    site.put(Table::Installation, &before).await;
    let error = site.workspaces.audit(&bot()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Sealed);
    assert!(
        error.to_string().contains("ends with entry 2, and should with 1"),
        "{error}"
    );
    // Nobody is shut out for good by it.
    site.workspaces.forget(&bot()).await.unwrap();
    let again = site.workspaces.install(&site.endpoint.grant()).await.unwrap();
    assert_eq!(again.status(), Status::Healthy);
    let log = site.workspaces.audit(&bot()).await.unwrap();
    let actions: Vec<_> = log.iter().map(|entry| entry.action).collect();
    assert_eq!(
        actions,
        [
            Action::Installed,
            Action::Refreshed,
            Action::Forgotten,
            Action::Installed
        ]
    );
    assert_eq!(log[2].reason.as_deref(), Some("its record is older than its log"));
}

#[tokio::test]
async fn t36_a_log_that_was_changed_in_the_database_is_told() {
    let site = Site::new().await;
    let token = one_token(&site).await;
    site.workspaces.provider(bot()).renew(&token).await.unwrap();
    let entries: Vec<_> = site.records(Table::Audit).await;
    let own: Vec<_> = entries
        .iter()
        .filter(|entry| entry.key.contains("bot-1"))
        .collect();
    let [first, last] = own[..] else {
        panic!("two entries")
    };
    let says = async |expected: &str| {
        let error = site.workspaces.audit(&bot()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Sealed);
        assert!(error.to_string().contains(expected), "{error}");
    };
    let edited = Record {
        body: first.body.replace("installed", "uninstalled"),
        ..first.clone()
    };
    assert_ne!(edited.body, first.body);
    site.put(Table::Audit, &edited).await;
    says("entry 1 is not as it was written").await;
    site.put(Table::Audit, first).await;
    site.workspaces.audit(&bot()).await.unwrap();

    let delete = |record: &Record| Change::Delete {
        table: Table::Audit,
        key: record.key.clone(),
        version: record.version,
    };
    for (gone, expected) in [
        (first, "entry 1 is missing"),
        (last, "ends with entry 1, and should with 2"),
    ] {
        assert_eq!(site.store.commit(&[delete(gone)]).await.unwrap(), Commit::Done);
        says(expected).await;
        site.put(Table::Audit, gone).await;
    }
    // An entry of another installation's log does not fit before the next one.
    let of_other = entries.iter().find(|entry| entry.key.contains("bot-2")).unwrap();
    let foreign = Record {
        body: of_other.body.clone(),
        ..first.clone()
    };
    site.put(Table::Audit, &foreign).await;
    says("entry 2 is not as it was written").await;

    // Whoever reads it finds no secret: tokens are named by their digests.
    for entry in &entries {
        for secret in ["CANARY", "ntn_", "nrt_"] {
            assert!(!entry.body.contains(secret), "{}", entry.body);
        }
    }
}

/// M-1: what a later version of this crate adds to a record is no reason for this one not to read it.
#[tokio::test]
async fn m_1_a_record_with_more_in_it_is_read() {
    let site = Site::new().await;
    site.workspaces
        .tenant(&TenantId::new("acme").unwrap())
        .link(&bot())
        .await
        .unwrap();
    let token = one_token(&site).await;
    site.workspaces.provider(bot()).renew(&token).await.unwrap();
    for table in [Table::Installation, Table::Grant, Table::Link] {
        for record in site.records(table).await {
            let more = Record {
                body: record
                    .body
                    .replacen('{', "{\"of_a_later_version\":{\"x\":[1]},", 1),
                ..record
            };
            site.put(table, &more).await;
        }
    }
    let acme = site.workspaces.tenant(&TenantId::new("acme").unwrap());
    assert_eq!(acme.list().await.unwrap().len(), 1);
    assert_eq!(site.workspaces.history(&bot()).await.unwrap().len(), 2);
    let token = one_token(&site).await;
    assert!(
        site.workspaces
            .provider(bot())
            .renew(&token)
            .await
            .unwrap()
            .is_some()
    );
}
