//! A token endpoint that keeps pairs and rotates them, and an API that takes its access tokens.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use notion_core::BoxFuture;
use notion_core::transport::{Transport, TransportError};
use notion_oauth::store::{Change, Commit, Lock, Query, Record, Table};
use notion_oauth::{
    BotId, ClientId, Connection, ConnectionBuilder, Grant, GrantId, MemoryStore, OpenWorkspaces, Result,
    Store, Workspaces,
};
use serde_json::{Value, json};

pub(crate) const BOT: &str = "bot-1";
pub(crate) const WORKSPACE: &str = "workspace-1";

/// What becomes of the next call of the token endpoint.
pub(crate) enum Next {
    /// It is refused with this status, headers and body, and nothing is used up.
    Refuse(u16, &'static [(&'static str, &'static str)], &'static str),
    /// It does not arrive.
    NotSent,
    /// It arrives, and the answer is lost.
    Lost,
    /// Only the first part of it is lost: the server never sees the call, and nobody can tell.
    LostBefore,
    /// It is answered with this instead of the new pair.
    Garble(&'static str),
    /// It takes this long.
    Slow(Duration),
}

#[derive(Clone, Default)]
pub(crate) struct Endpoint {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    next: VecDeque<Next>,
    live: HashSet<String>,
    spent: HashSet<String>,
    /// The used refresh token stays good.
    grace: bool,
    count: usize,
    refreshes: usize,
    introspections: usize,
    revoked: Vec<String>,
    /// How many pairs to a re-used token.
    reused: usize,
}

impl Endpoint {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap()
    }

    pub(crate) fn then(&self, next: Next) {
        self.inner().next.push_back(next);
    }

    pub(crate) fn with_grace(self) -> Self {
        self.inner().grace = true;
        self
    }

    /// How many pairs were given.
    pub(crate) fn pairs(&self) -> usize {
        self.inner().count
    }

    /// How many refresh tokens came.
    pub(crate) fn refreshes(&self) -> usize {
        self.inner().refreshes
    }

    pub(crate) fn introspections(&self) -> usize {
        self.inner().introspections
    }

    pub(crate) fn reused(&self) -> usize {
        self.inner().reused
    }

    pub(crate) fn revoked(&self) -> Vec<String> {
        self.inner().revoked.clone()
    }

    /// Ends a token, as Notion does when it wants to.
    pub(crate) fn end(&self, token: &str) {
        self.inner().live.remove(token);
    }

    pub(crate) fn is_live(&self, token: &str) -> bool {
        self.inner().live.contains(token)
    }

    /// The grant of an authorization.
    pub(crate) fn grant(&self) -> Grant {
        self.grant_of(BOT)
    }

    pub(crate) fn grant_of(&self, bot: &str) -> Grant {
        let body = self.inner().issue(bot).to_string();
        Grant::restore(GrantId::generate(), client_id(), jiff::Timestamp::now(), body).unwrap()
    }

    fn answer(&self, path: &str, request: &Request<Bytes>) -> std::result::Result<(u16, String), bool> {
        let mut inner = self.inner();
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        let token = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        match path {
            "/v1/oauth/introspect" => {
                inner.introspections += 1;
                let active = inner.live.contains(&token("token"));
                return Ok((200, json!({"active": active}).to_string()));
            }
            "/v1/oauth/revoke" => {
                let token = token("token");
                inner.live.remove(&token);
                inner.revoked.push(token);
                return Ok((200, "{}".to_owned()));
            }
            "/v1/oauth/token" => {}
            _ => {
                let bearer = request.headers()[header::AUTHORIZATION]
                    .to_str()
                    .unwrap()
                    .to_owned();
                let token = bearer.trim_start_matches("Bearer ");
                return Ok(match inner.live.contains(token) {
                    true => (
                        200,
                        json!({"object": "user", "id": "e79a0b74-3aba-4149-9f74-0bb5791a6ee6", "type": "bot", "bot": {}, "name": "Bot"}).to_string(),
                    ),
                    false => (
                        401,
                        json!({"object": "error", "status": 401, "code": "unauthorized", "message": "API token is invalid."}).to_string(),
                    ),
                });
            }
        }
        if token("grant_type") == "authorization_code" {
            return Ok((200, inner.issue(BOT).to_string()));
        }
        inner.refreshes += 1;
        let sent = token("refresh_token");
        if inner.spent.contains(&sent) {
            inner.reused += 1;
        }
        let next = inner.next.pop_front();
        match next {
            Some(Next::Refuse(status, _, body)) => return Ok((status, body.to_owned())),
            Some(Next::NotSent) => return Err(false),
            Some(Next::LostBefore) => return Err(true),
            _ => {}
        }
        if !inner.live.contains(&sent) {
            return Ok((400, r#"{"error":"invalid_grant"}"#.to_owned()));
        }
        if !inner.grace {
            inner.live.remove(&sent);
        }
        inner.spent.insert(sent);
        let pair = inner.issue(BOT).to_string();
        match next {
            Some(Next::Lost) => Err(true),
            Some(Next::Garble(body)) => Ok((200, body.to_owned())),
            _ => Ok((200, pair)),
        }
    }
}

impl Inner {
    fn issue(&mut self, bot: &str) -> Value {
        self.count += 1;
        let (access, refresh) = (
            format!("ntn_CANARY{}", self.count),
            format!("nrt_CANARY{}", self.count),
        );
        self.live.extend([access.clone(), refresh.clone()]);
        json!({
            "access_token": access, "token_type": "bearer", "refresh_token": refresh, "bot_id": bot,
            "workspace_id": WORKSPACE, "workspace_name": "Acme", "owner": {"type": "workspace", "workspace": true},
        })
    }
}

impl Transport for Endpoint {
    fn send(
        &self,
        request: Request<Bytes>,
    ) -> BoxFuture<'_, std::result::Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            let path = request.uri().path().to_owned();
            let is_token = path == "/v1/oauth/token";
            let slow = match self.inner().next.front() {
                Some(Next::Slow(time)) if is_token => Some(*time),
                _ => None,
            };
            let headers = match self.inner().next.front() {
                Some(Next::Refuse(_, headers, _)) if is_token => *headers,
                _ => &[],
            };
            let answer = self.answer(&path, &request);
            if let Some(time) = slow {
                tokio::time::sleep(time).await;
            }
            match answer {
                Ok((status, body)) => {
                    let mut response = Response::builder().status(status);
                    for (name, value) in headers {
                        response = response.header(*name, *value);
                    }
                    Ok(response.body(Bytes::from(body)).unwrap())
                }
                Err(true) => Err(TransportError::lost("connection reset")),
                Err(false) => Err(TransportError::not_sent("connection refused")),
            }
        })
    }
}

pub(crate) fn client_id() -> ClientId {
    ClientId::new("client-1").unwrap()
}

pub(crate) fn bot() -> BotId {
    BotId::new(BOT).unwrap()
}

pub(crate) fn connection(endpoint: &Endpoint) -> Connection {
    connection_builder(endpoint).build().unwrap()
}

pub(crate) fn connection_builder(endpoint: &Endpoint) -> ConnectionBuilder {
    Connection::builder(
        client_id(),
        notion_oauth::ClientSecret::new("secret_CANARY").unwrap(),
        notion_oauth::RedirectUri::new("https://example.com/callback").unwrap(),
    )
    .transport(endpoint.clone())
    .timeout(Duration::from_millis(500))
}

pub(crate) fn builder(endpoint: &Endpoint) -> notion_oauth::WorkspacesBuilder {
    Workspaces::builder(connection(endpoint))
}

/// In memory, with one installation.
pub(crate) async fn installed(endpoint: &Endpoint) -> (Workspaces, Grant) {
    let workspaces = builder(endpoint).in_memory().open().await.unwrap();
    let grant = endpoint.grant();
    workspaces.install(&grant).await.unwrap();
    (workspaces, grant)
}

/// A server, a store and a folder for the spool, all new.
pub(crate) fn site() -> (Endpoint, Shared, tempfile::TempDir) {
    (
        Endpoint::default(),
        Shared::default(),
        tempfile::tempdir().unwrap(),
    )
}

/// In a store that others open too, as another program does.
pub(crate) fn shared(endpoint: &Endpoint, store: &Shared, folder: &tempfile::TempDir) -> OpenWorkspaces {
    builder(endpoint)
        .insecure_plaintext_store_for_tests(store.clone())
        .spool(folder.path().join("spool"))
        .patience(Duration::from_secs(5))
}

/// A store in memory whose commits fail when they are told to, and whose lock may be said to be of the kind that is lost.
#[derive(Clone, Default)]
pub(crate) struct Shared {
    pub(crate) memory: MemoryStore,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// How many commits still succeed.
    commits: Option<usize>,
    losable: bool,
    panics: bool,
}

impl Shared {
    /// Tells whether anybody still has this store.
    pub(crate) fn into_watch(self) -> impl Fn() -> bool {
        let state = Arc::downgrade(&self.state);
        move || state.strong_count() > 0
    }

    /// Commits fail after so many, until this is called with `None`.
    pub(crate) fn fail_after(&self, commits: Option<usize>) {
        self.state.lock().unwrap().commits = commits;
    }

    /// The next commit panics.
    pub(crate) fn panic_once(&self) {
        self.state.lock().unwrap().panics = true;
    }

    /// Locks exclude nobody, as where the connection that holds one was cut.
    pub(crate) fn lose_locks(&self) {
        self.state.lock().unwrap().losable = true;
    }
}

impl Store for Shared {
    fn get<'a>(&'a self, table: Table, key: &'a str) -> BoxFuture<'a, Result<Option<Record>>> {
        self.memory.get(table, key)
    }

    fn find<'a>(&'a self, query: &'a Query) -> BoxFuture<'a, Result<Vec<Record>>> {
        self.memory.find(query)
    }

    fn commit<'a>(&'a self, changes: &'a [Change]) -> BoxFuture<'a, Result<Commit>> {
        let mut state = self.state.lock().unwrap();
        let fails = state.commits == Some(0);
        state.commits = state.commits.map(|left| left.saturating_sub(1));
        let panics = std::mem::take(&mut state.panics);
        drop(state);
        Box::pin(async move {
            assert!(!panics, "a store with a mistake");
            if fails {
                return Err(notion_oauth::Error::custom(
                    notion_oauth::ErrorKind::Store,
                    "the database is away",
                    None,
                ));
            }
            self.memory.commit(changes).await
        })
    }

    fn lock<'a>(&'a self, name: &'a str, patience: Duration) -> BoxFuture<'a, Result<Lock>> {
        Box::pin(async move {
            if self.state.lock().unwrap().losable {
                return Ok(Lock::new(()).losable());
            }
            self.memory.lock(name, patience).await
        })
    }
}
