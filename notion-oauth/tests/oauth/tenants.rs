//! Customers of a program, who see their own installations and nobody else's.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use notion_core::BoxFuture;
use notion_core::transport::{Transport, TransportError};
use notion_oauth::{
    BotId, ClientId, ClientSecret, Connection, ErrorKind, FlowResult, RedirectUri, Start, TenantId,
    Workspaces,
};
use proptest::prelude::*;

use crate::fake::{CLIENT_ID, REDIRECT_URI, SECRET};
use crate::stored_flow::allowed;

/// A server that gives the grants it is told to, says who asks, and remembers what is revoked.
#[derive(Clone, Default)]
struct Server {
    grants: Arc<Mutex<VecDeque<String>>>,
    revoked: Arc<Mutex<BTreeSet<String>>>,
}

impl Transport for Server {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let body = match request.uri().path() {
            "/v1/oauth/token" => self.grants.lock().unwrap().pop_front().unwrap(),
            "/v1/oauth/revoke" => {
                let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
                let token = body["token"].as_str().unwrap().to_owned();
                self.revoked.lock().unwrap().insert(token);
                "{}".to_owned()
            }
            path => panic!("{path}"),
        };
        Box::pin(async move { Ok(Response::new(Bytes::from(body))) })
    }
}

async fn open(server: &Server) -> Workspaces {
    let connection = Connection::builder(
        ClientId::new(CLIENT_ID).unwrap(),
        ClientSecret::new(SECRET).unwrap(),
        RedirectUri::new(REDIRECT_URI).unwrap(),
    )
    .transport(server.clone());
    Workspaces::builder(connection.build().unwrap())
        .in_memory()
        .open()
        .await
        .unwrap()
}

fn tenant(number: usize) -> TenantId {
    TenantId::new(format!("tenant-{number}")).unwrap()
}

fn bot(number: usize) -> BotId {
    BotId::new(format!("bot-{number}")).unwrap()
}

/// A tenant's user lets the connection in.
async fn install(
    workspaces: &Workspaces,
    server: &Server,
    tenant_number: usize,
    bot_number: usize,
    token: &str,
) {
    server.grants.lock().unwrap().push_back(format!(
        r#"{{"access_token":"ntn_{token}","token_type":"bearer","refresh_token":"nrt_{token}","bot_id":"bot-{bot_number}","workspace_id":"w"}}"#
    ));
    let start = Start::new().subject(format!("user of {tenant_number}"));
    let view = workspaces.tenant(&tenant(tenant_number));
    let started = view.start(start, None).await.unwrap();
    let finished = workspaces
        .finish(allowed(&started), Some(started.binding()))
        .await
        .unwrap();
    assert!(
        matches!(finished.result, FlowResult::Installed(_)),
        "{finished:?}"
    );
}

#[tokio::test]
async fn s000_10_users_of_a_workspace_have_an_installation_each() {
    let server = Server::default();
    let workspaces = open(&server).await;
    for number in 0..3 {
        install(&workspaces, &server, 0, number, &format!("t{number}")).await;
    }
    let listed = workspaces.tenant(&tenant(0)).list().await.unwrap();
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().all(|one| one.workspace_id().as_str() == "w"));
}

#[tokio::test]
async fn t18_an_installation_of_somebody_else_is_not_found() {
    let server = Server::default();
    let workspaces = open(&server).await;
    install(&workspaces, &server, 0, 0, "a").await;
    let other = workspaces.tenant(&tenant(1));
    let bot = bot(0);
    for error in [
        other.get(&bot).await.unwrap_err(),
        other.history(&bot).await.unwrap_err(),
        other.audit(&bot).await.unwrap_err(),
        other.unlink(&bot).await.unwrap_err(),
        other.client(&bot).await.unwrap_err(),
        other.uninstall(&bot).await.unwrap_err(),
        other.related(&bot).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(!error.to_string().contains("tenant"), "{error}");
    }
    assert!(other.list().await.unwrap().is_empty());
    assert!(workspaces.tenant(&tenant(0)).client(&bot).await.is_ok());
}

#[tokio::test]
async fn t18_an_installation_ends_with_its_last_tenant() {
    let server = Server::default();
    let workspaces = open(&server).await;
    install(&workspaces, &server, 0, 0, "a").await;
    let (one, other) = (workspaces.tenant(&tenant(0)), workspaces.tenant(&tenant(1)));
    other.link(&bot(0)).await.unwrap();
    other.link(&bot(0)).await.unwrap();
    assert_eq!(
        workspaces.tenants_of(&bot(0)).await.unwrap(),
        [tenant(0), tenant(1)]
    );

    assert!(!one.uninstall(&bot(0)).await.unwrap().was_last);
    assert!(server.revoked.lock().unwrap().is_empty());
    assert_eq!(one.get(&bot(0)).await.unwrap_err().kind(), ErrorKind::NotFound);
    assert_eq!(
        other.get(&bot(0)).await.unwrap().grant().token().expose(),
        "ntn_a"
    );

    assert!(other.uninstall(&bot(0)).await.unwrap().was_last);
    assert!(server.revoked.lock().unwrap().contains("ntn_a"));
    assert!(workspaces.list().await.unwrap().is_empty());
    // Who comes back later brings nobody else back.
    install(&workspaces, &server, 1, 0, "b").await;
    assert_eq!(one.get(&bot(0)).await.unwrap_err().kind(), ErrorKind::NotFound);
}

#[derive(Debug, Clone)]
enum Op {
    Install(usize, usize),
    Link(usize, usize),
    Unlink(usize, usize),
    Uninstall(usize, usize),
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
    let pair = || (0..3_usize, 0..3_usize);
    let op = prop_oneof![
        pair().prop_map(|(tenant, bot)| Op::Install(tenant, bot)),
        pair().prop_map(|(tenant, bot)| Op::Link(tenant, bot)),
        pair().prop_map(|(tenant, bot)| Op::Unlink(tenant, bot)),
        pair().prop_map(|(tenant, bot)| Op::Uninstall(tenant, bot)),
    ];
    proptest::collection::vec(op, 1..24)
}

/// What has to be true: the token of each bot, and who may use it.
#[derive(Debug, Default)]
struct Model(BTreeMap<usize, (String, BTreeSet<usize>)>);

impl Model {
    fn token_for(&self, tenant: usize, bot: usize) -> Option<&str> {
        let (token, tenants) = self.0.get(&bot)?;
        tenants.contains(&tenant).then_some(token)
    }
}

/// Does all of them, and compares what each tenant sees after each.
async fn run(ops: Vec<Op>) {
    let server = Server::default();
    let workspaces = open(&server).await;
    let mut model = Model::default();
    for (step, op) in ops.into_iter().enumerate() {
        match op {
            Op::Install(who, what) => {
                let token = format!("{step}");
                install(&workspaces, &server, who, what, &token).await;
                let entry = model.0.entry(what).or_default();
                entry.0 = format!("ntn_{token}");
                entry.1.insert(who);
            }
            Op::Link(who, what) => {
                let linked = workspaces.tenant(&tenant(who)).link(&bot(what)).await;
                assert_eq!(linked.is_ok(), model.0.contains_key(&what));
                model.0.entry(what).and_modify(|(_, tenants)| {
                    tenants.insert(who);
                });
            }
            Op::Unlink(who, what) => {
                let unlinked = workspaces.tenant(&tenant(who)).unlink(&bot(what)).await;
                let is_known = model.token_for(who, what).is_some();
                assert_eq!(unlinked.is_ok(), is_known);
                if let Ok(unlinked) = unlinked {
                    let (_, tenants) = model.0.get_mut(&what).unwrap();
                    tenants.remove(&who);
                    assert_eq!(unlinked.was_last, tenants.is_empty());
                }
            }
            Op::Uninstall(who, what) => {
                let ended = workspaces.tenant(&tenant(who)).uninstall(&bot(what)).await;
                let is_known = model.token_for(who, what).is_some();
                assert_eq!(ended.is_ok(), is_known);
                if let Ok(ended) = ended {
                    let (token, tenants) = model.0.get_mut(&what).unwrap();
                    tenants.remove(&who);
                    assert_eq!(ended.was_last, tenants.is_empty());
                    assert_eq!(server.revoked.lock().unwrap().contains(token), ended.was_last);
                    if ended.was_last {
                        model.0.remove(&what);
                    }
                }
            }
        }
        check(&workspaces, &model).await;
    }
}

async fn check(workspaces: &Workspaces, model: &Model) {
    for who in 0..3 {
        let view = workspaces.tenant(&tenant(who));
        let mut listed = BTreeSet::new();
        for what in 0..3 {
            let seen = view.get(&bot(what)).await;
            let token = seen.as_ref().ok().map(|one| one.grant().token().expose());
            assert_eq!(token, model.token_for(who, what));
            assert_eq!(view.client(&bot(what)).await.is_ok(), token.is_some());
            match seen {
                Ok(_) => {
                    listed.insert(bot(what));
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound),
            }
        }
        let all: BTreeSet<_> = view
            .list()
            .await
            .unwrap()
            .iter()
            .map(|one| one.bot_id().clone())
            .collect();
        assert_eq!(all, listed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn t18_no_token_crosses_from_tenant_to_tenant(ops in ops()) {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
            .block_on(run(ops));
    }
}
