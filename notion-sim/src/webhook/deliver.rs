//! Telling: one POST per event, signed, repeated until it is acknowledged.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper::header::{CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::hub::{Delivery, Hub, Job};
use super::payload;
use crate::core::Core;
use crate::guard;

/// How often an event is sent at most.
const MAX_ATTEMPTS: u32 = 8;
/// How long a receiver may take to acknowledge.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where an address points: host, port and the rest.
#[derive(Debug)]
pub(super) struct Target {
    host: String,
    port: u16,
    path: String,
}

impl Target {
    /// Reads an address.
    ///
    /// # Errors
    ///
    /// A sentence, for whatever is not plain HTTP to a name that only this computer or its network knows: a simulator must
    /// not be talked into sending requests to strangers.
    pub(super) fn read(url: &str) -> Result<Self, String> {
        let uri: Uri = url.parse().map_err(|_| format!("`{url}` is not an address"))?;
        if uri.scheme_str() != Some("http") {
            return Err(format!(
                "`{url}` should begin with http://, since deliveries stay on this computer"
            ));
        }
        let host = uri.host().unwrap_or_default().to_owned();
        if host.is_empty() || !guard::is_private(&host) {
            return Err(format!(
                "`{host}` is not this computer; notion-sim delivers to localhost and addresses of this network only"
            ));
        }
        Ok(Self {
            port: uri.port_u16().unwrap_or(80),
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
            host,
        })
    }

    async fn post(&self, body: Bytes, signature: &str) -> Result<u16, String> {
        let name = self.host.trim_matches(['[', ']']);
        let stream = TcpStream::connect((name, self.port))
            .await
            .map_err(|error| error.to_string())?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
            .await
            .map_err(|error| error.to_string())?;
        let connection = tokio::spawn(connection);
        let request = Request::post(&self.path)
            .header(HOST, format!("{}:{}", self.host, self.port))
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, "notion-api-webhooks")
            .header("x-notion-signature", signature)
            .body(Full::new(body))
            .map_err(|error| error.to_string())?;
        let answer = sender.send_request(request).await;
        connection.abort();
        answer
            .map(|answer| answer.status().as_u16())
            .map_err(|error| error.to_string())
    }
}

/// Delivers until the simulator stops. Each subscription is told in order, and a slow one holds up no other.
pub(crate) async fn run(core: Arc<Core>) {
    let Some(mut jobs) = core.webhooks.take_jobs() else {
        return;
    };
    let mut workers: HashMap<Uuid, UnboundedSender<Job>> = HashMap::new();
    let mut tasks = JoinSet::new();
    tasks.spawn(collect(core.clone()));
    while let Some(job) = jobs.recv().await {
        let worker = workers.entry(job.subscription.id).or_insert_with(|| {
            let (sender, receiver) = unbounded_channel();
            tasks.spawn(work(core.clone(), receiver));
            sender
        });
        let _ = worker.send(job);
    }
}

/// Tells what was collected whenever a window closes.
async fn collect(core: Arc<Core>) {
    loop {
        core.webhooks.window_closed().await;
        let now = core.clock.now();
        let state = core.state();
        core.webhooks.flush(&state, now);
    }
}

async fn work(core: Arc<Core>, mut jobs: UnboundedReceiver<Job>) {
    let mut retries = JoinSet::new();
    while let Some(job) = jobs.recv().await {
        let delivery = attempt(&job).await;
        let retry = !delivery.arrived() && job.attempt < MAX_ATTEMPTS;
        core.webhooks.delivered(delivery);
        // What is done is let go of, or each repetition would be kept until the end.
        while retries.try_join_next().is_some() {}
        if retry {
            let core = core.clone();
            retries.spawn(async move { again(&core.webhooks, job).await });
        }
    }
}

async fn attempt(job: &Job) -> Delivery {
    let mut body = job.body.clone();
    if let Some(number) = body.get_mut("attempt_number") {
        *number = json!(job.attempt);
    }
    let body = Bytes::from(body.to_string());
    let signature = payload::signature(&body, job.subscription.verification_token.expose());
    let outcome = match Target::read(&job.subscription.url) {
        Ok(target) => match tokio::time::timeout(PATIENCE, target.post(body, &signature)).await {
            Ok(outcome) => outcome,
            Err(_) => Err("no answer in time".to_owned()),
        },
        Err(problem) => Err(problem),
    };
    Delivery {
        subscription: job.subscription.id,
        event: job.id,
        kind: job.kind.clone(),
        attempt: job.attempt,
        outcome,
    }
}

/// Queues a delivery once more, later each time.
async fn again(hub: &Hub, mut job: Job) {
    let doubled = 1_u32.checked_shl(job.attempt - 1).unwrap_or(u32::MAX);
    tokio::time::sleep(job.subscription.retry.saturating_mul(doubled)).await;
    job.attempt += 1;
    hub.send(job);
}
