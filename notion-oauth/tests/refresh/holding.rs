//! What is held in memory, and for how long.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use notion_core::BoxFuture;
use notion_core::transport::{Transport, TransportError};
use notion_oauth::{ClientSecret, Connection, RedirectUri, Workspaces};

use crate::endpoint::{Endpoint, bot, client_id, shared, site};

#[tokio::test]
async fn a_client_outlives_the_handles_and_nothing_outlives_the_last_client() {
    let (endpoint, store, folder) = site();
    let workspaces = shared(&endpoint, &store, &folder).open().await.unwrap();
    let is_held = store.into_watch();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    let client = workspaces.client(&bot()).await.unwrap();
    let other = workspaces.client(&bot()).await.unwrap();
    drop((workspaces, other));
    endpoint.end(grant.token().expose());
    client.me().await.unwrap();
    assert_eq!(endpoint.refreshes(), 1);
    assert!(is_held());
    drop(client);
    let is_freed = async {
        // The task that has refreshed may be about to end.
        while is_held() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), is_freed)
        .await
        .expect("nobody has a client any more");
}

/// Asks for more patience than clients have, and counts who came.
#[derive(Clone, Default)]
struct Busy(Arc<AtomicUsize>);

impl Transport for Busy {
    fn send(&self, _: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        let refused = Response::builder().status(429).header("retry-after", "1000");
        Box::pin(async { Ok(refused.body(Bytes::new()).unwrap()) })
    }
}

/// Notion limits connections, whatever token a request bears.
#[tokio::test]
async fn all_clients_of_an_installation_share_one_rate_limit() {
    let (endpoint, busy) = (Endpoint::default(), Busy::default());
    let secret = ClientSecret::new("secret").unwrap();
    let uri = RedirectUri::new("https://example.com/callback").unwrap();
    let connection = Connection::builder(client_id(), secret, uri).transport(busy.clone());
    let workspaces = Workspaces::builder(connection.build().unwrap()).in_memory();
    let workspaces = workspaces.open().await.unwrap();
    for _ in 0..3 {
        workspaces.install(&endpoint.grant()).await.unwrap();
        let client = workspaces.client(&bot()).await.unwrap();
        let error = client.me().await.unwrap_err();
        assert_eq!(error.kind(), notion_core::ErrorKind::RateLimited, "{error}");
        assert_eq!(busy.0.load(Ordering::Relaxed), 1);
    }
}
