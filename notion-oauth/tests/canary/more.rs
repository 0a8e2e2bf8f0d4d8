//! The types that no flow of a user comes by.

use std::fmt::Write as _;
use std::time::Duration;

use notion_oauth::store::{Change, Query, Store, Table};
use notion_oauth::{
    Connection, Grant, MemoryStore, Origins, ResourceId, ResourceKind, TenantId, Verdict, Workspaces,
};

use crate::fake::{CODE, Fake, SECRET, reply};
use crate::shown::Shown;

pub(crate) async fn all(
    connection: &Connection,
    fake: &Fake,
    grant: &Grant,
    shown: &mut Shown,
    states: &mut Vec<String>,
) {
    records(connection, fake, grant, shown).await;
    shown.debug(&connection.redirect_uris());
    shown.debug(&Origins::new(["https://app.example.com"]).unwrap());
    shown.debug(&Verdict::Refuse("no".to_owned()));
    shown.debug(&notion_oauth::AuthorizationError::ServerError);
    fake.then(reply(
        400,
        format!(r#"{{"error":"{SECRET}","error_description":"{CODE}"}}"#),
    ));
    let diagnosis = connection.doctor_of(grant.token()).await;
    shown.debug(&diagnosis.findings());
    shown.debug(&diagnosis);
    shown.text.push_str(&diagnosis.to_string());
    tokens(shown);
    keys(connection, grant, shown).await;
    shown.debug(&notion_oauth::PostgresStore::builder(
        "postgres://me:CANARYPASSWORD@db/grants",
    ));
    webhook(shown);
    shown.debug(&notion_oauth::loopback::Paste::new(std::io::Cursor::new(
        "CANARYPASTE",
    )));
    web::pages(shown, states).await;
}

/// Those of an internal connection.
fn tokens(shown: &mut Shown) {
    use notion_core::{Notion, Token, TokenFile};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    std::fs::write(&path, "ntn_CANARYFILE").unwrap();
    let file = TokenFile::new(&path).unwrap();
    shown.debug(&file);
    let builder = Notion::builder().token(file);
    shown.debug(&builder);
    shown.debug(&builder.build().unwrap());
    let _ = write!(shown.text, "{:?}", Token::new("ntn_CANARY TOKEN").unwrap_err());
}

/// What a store is given, in the clear.
async fn records(connection: &Connection, fake: &Fake, grant: &Grant, shown: &mut Shown) {
    let store = MemoryStore::new();
    let folder = tempfile::tempdir().unwrap();
    let builder = Workspaces::builder(connection.clone());
    shown.debug(&builder);
    let opening = builder
        .insecure_plaintext_store_for_tests(store.clone())
        .spool(folder.path().join("spool"));
    shown.debug(&opening);
    let workspaces = opening.open().await.unwrap();
    workspaces.install(grant).await.unwrap();
    let tenant = workspaces.tenant(&TenantId::new("acme").unwrap());
    shown.debug(&tenant);
    tenant.link(grant.bot_id()).await.unwrap();
    let page: ResourceId = ResourceId::new("b55c9c91-384d-452b-81db-d1ef79372b75").unwrap();
    tenant
        .relate(grant.bot_id(), &page, ResourceKind::Page)
        .await
        .unwrap();
    shown.debug(&tenant.related(grant.bot_id()).await);

    let mut secret = Vec::new();
    for &table in Table::ALL {
        let query = Query::new(table);
        shown.debug(&query);
        for record in store.find(&query).await.unwrap() {
            secret.extend_from_slice(&record.sealed);
            shown.debug(&record);
            shown.debug(&Change::Insert(table, record));
        }
    }
    assert!(String::from_utf8_lossy(&secret).contains("nrt_CANARYREFRESH"));
    shown.debug(&store.lock("bot", Duration::ZERO).await);
    shown.debug(&store);
    shown.debug(&workspaces.purge(Duration::ZERO).await);
    fake.then(reply(200, "{}"));
    fake.then(reply(200, "{}"));
    shown.debug(&tenant.uninstall(grant.bot_id()).await.unwrap());
}

async fn keys(connection: &Connection, grant: &Grant, shown: &mut Shown) {
    use base64::Engine as _;
    use notion_oauth::{Key, KeyId, KeyRing};

    let id = |id| KeyId::new(id).unwrap();
    let bytes = *b"CANARYKEYCANARYKEYCANARYKEYCANAR";
    let key = Key::from_bytes(id("2026"), bytes);
    shown.debug(&key);
    let old = KeyRing::new(Key::from_bytes(id("2025"), [7; 32]));
    let keys = old.clone().with_active(key).unwrap();
    shown.debug(&keys);
    shown.debug(keys.active());
    // As an array of numbers, too.
    for text in [
        format!("{bytes:?}"),
        base64::engine::general_purpose::STANDARD.encode(bytes),
    ] {
        assert!(!shown.text.contains(&text));
    }
    for wrong in [
        "CANARYKEY",
        "a:CANARYKEY!",
        "a:CANARYKEY",
        "CANARY KEY:CANARYKEY=",
    ] {
        shown.error(&KeyRing::parse(wrong).unwrap_err());
    }
    {
        let folder = tempfile::tempdir().unwrap();
        let store = notion_oauth::FileStore::open(folder.path().join("grants.json"))
            .await
            .unwrap();
        shown.debug(&store);
        let open = |keys| {
            Workspaces::builder(connection.clone())
                .store(store.clone(), keys)
                .open()
        };
        open(old).await.unwrap().install(grant).await.unwrap();
        let workspaces = open(keys).await.unwrap();
        shown.debug(&workspaces.reseal().await.unwrap());
        let other = KeyRing::new(Key::from_bytes(id("2026"), [8; 32]));
        shown.error(&open(other).await.unwrap_err());
    }
}

fn webhook(shown: &mut Shown) {
    use notion_oauth::webhook::{Handshake, VerificationToken, Webhook};

    let handshake = Handshake::arm(Duration::from_secs(60));
    let token = handshake
        .take(br#"{"verification_token":"secret_CANARYHOOK"}"#)
        .unwrap();
    shown.debug(&handshake);
    shown.debug(&token);
    shown.error(
        &handshake
            .take(br#"{"verification_token":"secret_CANARYHOOK"}"#)
            .unwrap_err(),
    );
    shown.error(&VerificationToken::new(" ").unwrap_err());
    let webhook = Webhook::new(token);
    shown.debug(&webhook);
    let body = br#"{"id":"e1","type":"page.created"}"#;
    shown.error(&webhook.verify(body, "sha256=CANARY").unwrap_err());
    let mac = hmac::Mac::chain_update(
        <hmac::Hmac<sha2::Sha256> as hmac::KeyInit>::new_from_slice(b"secret_CANARYHOOK").unwrap(),
        body,
    );
    let signature: String = hmac::Mac::finalize(mac)
        .into_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    shown.debug(&webhook.verify(body, &format!("sha256={signature}")).unwrap());
}

/// The pages of a web application, as an application that draws them itself is given them.
mod web {
    use std::sync::{Arc, Mutex};

    use notion_oauth::web::{Page, Pages, Theme, Web};

    use super::*;
    use crate::browser::{App, logged_in};

    #[derive(Clone, Default)]
    struct Drawn(Arc<Mutex<Shown>>);

    impl Pages for Drawn {
        fn html(&self, page: &Page) -> String {
            let mut shown = self.0.lock().unwrap();
            shown.debug(page);
            shown.debug(&page.actions());
            shown.debug(&page.form());
            Theme::new().html(page)
        }
    }

    pub(crate) async fn pages(shown: &mut Shown, states: &mut Vec<String>) {
        let (fake, drawn) = (Fake::granting(), Drawn::default());
        let app = App::with(&fake, |web: Web| {
            let web = web.subject(logged_in).pages(drawn.clone());
            drawn.0.lock().unwrap().debug(&web);
            web
        })
        .await;
        let mut browser = app.browser_of("ada");
        for query in ["error=access_denied", "error=server_error", "code=CANARYCODE"] {
            let state = browser
                .get("/notion/start?return_to=/app%3Fkey%3DCANARYQUERY")
                .await
                .state();
            browser.come_back(&format!("{query}&state={state}")).await;
            states.push(state);
        }
        let asked = browser
            .get(&format!("/notion/disconnect?bot={}", crate::fake::BOT))
            .await;
        let (_, token) = asked.body.split_once("name=\"token\" value=\"").unwrap();
        states.push(token.split_once('"').unwrap().0.to_owned());
        states.extend(browser.jar.values().cloned());
        shown.debug(&Theme::new().product("Boards"));
        shown.debug(&notion_oauth::web::Subject::new(
            "ada",
            TenantId::new("acme").unwrap(),
        ));
        let drawn = std::mem::take(&mut *drawn.0.lock().unwrap());
        shown.text.push_str(&drawn.text);
        shown.types.extend(drawn.types);
    }
}
