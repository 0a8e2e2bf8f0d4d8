//! From the id of a page to a client that reaches it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response, header};
use notion_core::BoxFuture;
use notion_core::transport::{Transport, TransportError};
use notion_oauth::{
    BotId, ClientId, ClientSecret, Connection, ErrorKind, Grant, GrantId, RedirectUri, ResourceId,
    ResourceKind, TenantId, Workspaces,
};

use crate::fake::{CLIENT_ID, REDIRECT_URI, SECRET};

const PAGE: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";
const CHILD: &str = "c55c9c91-384d-452b-81db-d1ef79372b75";

/// A server on which some tokens reach the page, and which remembers who asked for it.
#[derive(Clone, Default)]
struct Server {
    refused: Arc<Mutex<BTreeSet<(String, u16)>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Notion says so to the installation from then on.
    fn refuse(&self, bot: &str, status: u16) {
        self.refused.lock().unwrap().insert((bot.to_owned(), status));
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

impl Transport for Server {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        let token = request.headers()[header::AUTHORIZATION].to_str().unwrap();
        let bot = token.trim_start_matches("Bearer ntn_").to_owned();
        assert_eq!(request.uri().path(), format!("/v1/pages/{PAGE}"));
        self.asked.lock().unwrap().push(bot.clone());
        let refused = self.refused.lock().unwrap();
        let status = refused
            .iter()
            .find(|(refused, _)| *refused == bot)
            .map(|(_, status)| *status);
        let (status, body) = match status {
            None => (
                200,
                format!(
                    r#"{{"object":"page","id":"{PAGE}","parent":{{"type":"workspace","workspace":true}},"properties":{{}},"url":"https://www.notion.so/p","created_time":"2026-01-01T00:00:00.000Z","last_edited_time":"2026-01-01T00:00:00.000Z","archived":false,"in_trash":false,"icon":null,"cover":null,"public_url":null,"created_by":{{"object":"user","id":"{PAGE}"}},"last_edited_by":{{"object":"user","id":"{PAGE}"}}}}"#
                ),
            ),
            Some(404) => (
                404,
                r#"{"object":"error","status":404,"code":"object_not_found","message":"no"}"#.to_owned(),
            ),
            Some(status) => (
                status,
                format!(
                    r#"{{"object":"error","status":{status},"code":"restricted_resource","message":"no"}}"#
                ),
            ),
        };
        let response = Response::builder()
            .status(status)
            .body(Bytes::from(body))
            .unwrap();
        Box::pin(async move { Ok(response) })
    }
}

/// Installations whose tokens bear their names.
async fn open(server: &Server, bots: &[&str]) -> Workspaces {
    let connection = Connection::builder(
        ClientId::new(CLIENT_ID).unwrap(),
        ClientSecret::new(SECRET).unwrap(),
        RedirectUri::new(REDIRECT_URI).unwrap(),
    )
    .transport(server.clone());
    let workspaces = Workspaces::builder(connection.build().unwrap())
        .in_memory()
        .open()
        .await
        .unwrap();
    for bot in bots {
        let raw = format!(
            r#"{{"access_token":"ntn_{bot}","token_type":"bearer","bot_id":"{bot}","workspace_id":"w"}}"#
        );
        let now = jiff::Timestamp::now();
        let grant = Grant::restore(GrantId::generate(), ClientId::new(CLIENT_ID).unwrap(), now, raw).unwrap();
        workspaces.install(&grant).await.unwrap();
        workspaces
            .relate(&id(bot), &page(), ResourceKind::Page)
            .await
            .unwrap();
    }
    workspaces
}

fn id(bot: &str) -> BotId {
    BotId::new(bot).unwrap()
}

fn page() -> ResourceId {
    ResourceId::new(PAGE).unwrap()
}

#[tokio::test]
async fn s004_1_s004_17_the_installation_that_reaches_a_page_is_found_and_remembered() {
    let server = Server::default();
    let workspaces = open(&server, &["one", "two", "three"]).await;
    server.refuse("one", 404);
    server.refuse("two", 403);
    workspaces.for_resource(&page()).await.unwrap();
    assert_eq!(server.asked(), ["one", "two", "three"]);
    // It is believed for a while.
    workspaces.for_resource(&page()).await.unwrap();
    assert!(server.asked().is_empty());

    let related = workspaces.related(&id("one")).await.unwrap();
    assert!(related[0].refused_at.is_some() && related[0].verified_at.is_none());
    let related = workspaces.related(&id("three")).await.unwrap();
    assert!(related[0].refused_at.is_none() && related[0].verified_at.is_some());
}

#[tokio::test]
async fn a_page_that_nobody_reaches_is_not_found_and_who_was_refused_comes_last() {
    let server = Server::default();
    let workspaces = open(&server, &["one", "two"]).await;
    server.refuse("one", 404);
    server.refuse("two", 404);
    let error = workspaces.for_resource(&page()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.hint().unwrap().contains("share"), "{error}");
    assert_eq!(server.asked(), ["one", "two"]);

    server.refused.lock().unwrap().clear();
    workspaces.for_resource(&page()).await.unwrap();
    assert_eq!(server.asked(), ["one"], "the one that was refused longest ago");
}

#[tokio::test]
async fn a_failing_server_says_nothing_about_sharing() {
    let server = Server::default();
    let workspaces = open(&server, &["one"]).await;
    server.refuse("one", 400);
    assert!(workspaces.for_resource(&page()).await.is_ok());
    let related = workspaces.related(&id("one")).await.unwrap();
    assert!(related[0].refused_at.is_none() && related[0].verified_at.is_none());
}

#[tokio::test]
async fn s004_2_what_lies_within_a_page_is_reached_by_who_reaches_the_page() {
    let server = Server::default();
    let workspaces = open(&server, &["one"]).await;
    let child = ResourceId::new(CHILD).unwrap();
    let error = workspaces.for_resource(&child).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(error.to_string().contains(CHILD));
    workspaces.for_resource_within(&child, &[page()]).await.unwrap();
    assert_eq!(server.asked(), ["one"]);
}

#[tokio::test]
async fn a_relation_ends_alone_or_with_its_installation() {
    let server = Server::default();
    let workspaces = open(&server, &["one", "two"]).await;
    assert!(workspaces.unrelate(&id("one"), &page()).await.unwrap());
    assert!(!workspaces.unrelate(&id("one"), &page()).await.unwrap());
    assert!(workspaces.related(&id("one")).await.unwrap().is_empty());
    workspaces.forget(&id("two")).await.unwrap();
    let error = workspaces.for_resource(&page()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let error = workspaces
        .relate(&id("three"), &page(), ResourceKind::Page)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn t18_a_page_leads_a_tenant_to_its_own_installations_alone() {
    let server = Server::default();
    let workspaces = open(&server, &["one", "two"]).await;
    let acme = workspaces.tenant(&TenantId::new("acme").unwrap());
    assert_eq!(
        acme.for_resource(&page()).await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    acme.link(&id("two")).await.unwrap();
    acme.for_resource(&page()).await.unwrap();
    assert_eq!(server.asked(), ["two"]);
    let error = acme
        .relate(&id("one"), &page(), ResourceKind::Page)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
