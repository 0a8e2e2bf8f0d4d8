//! What of the tokens is left in the memory of a program that has dropped them.
//!
//! The program is a child of the test, which looks into it from outside: what the test itself knows is not found.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::LOCATION;
use http::{Request, Response, StatusCode};
use memchr::memmem;
use notion_core::BoxFuture;
use notion_core::transport::{HttpClient, Transport, TransportError};
use notion_oauth::{
    BotId, Callback, ClientId, ClientSecret, Connection, FileStore, FlowResult, Key, KeyId, KeyRing,
    RedirectUri, SqliteStore, Start, Workspaces,
};
use notion_sim::Sim;
use zeroize::Zeroizing;

const CLIENT: &str = "463558a3-725e-4f37-b6d3-0889894f68de";
const REDIRECT_URI: &str = "http://localhost:8914/callback";
/// The variables by which the child learns what to do.
const FOLDER: &str = "TEST_MEMORY_FOLDER";
const BASE_URL: &str = "TEST_MEMORY_BASE_URL";
const STORE: &str = "TEST_MEMORY_STORE";
const TRANSPORT: &str = "TEST_MEMORY_TRANSPORT";
const PAGE: usize = 4096;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_what_was_dropped_is_no_more_in_memory() {
    for store in ["sqlite", "file", "memory"] {
        let left = left_of(store, "plain").await;
        assert_eq!(left, Found::new(), "copies that this crate has made: {store}");
    }
}

/// Buffers of sockets are not ours to wipe: what they still hold may be as much as went through them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_of_what_http_copies_little_is_left() {
    let left = left_of("sqlite", "reqwest").await;
    println!("left by reqwest and hyper: {left:?}");
    for (what, most) in [
        // Two answers, in the buffer of the socket and behind it, and three requests.
        ("access token", 7),
        // The same, and one request.
        ("refresh token", 5),
        // Two requests.
        ("client secret in Base64", 2),
        ("client secret", 0),
        ("key", 0),
        ("key in Base64", 0),
    ] {
        let count = left.get(what).copied().unwrap_or_default();
        assert!(count <= most, "{what}: {count}");
    }
}

/// How often the memory of a program holds something, by what that is.
type Found = BTreeMap<&'static str, usize>;

/// What is left of its secrets in a program.
async fn left_of(store: &str, transport: &str) -> Found {
    let secret = format!("secret_{:032x}", fastrand::u128(..));
    let client = notion_sim::Connection::public("Mine", CLIENT, &secret).redirect_uri(REDIRECT_URI);
    let sim = Sim::builder()
        .connection(client)
        .auto_approve(true)
        .start()
        .await
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let key = Key::generate(KeyId::new("k").unwrap()).unwrap();
    write(&folder.path().join("secret"), &secret);
    write(&folder.path().join("keys"), &key.expose());
    let secrets = Secrets::new(&secret, &key.expose());

    let mut program = Program::start(&[
        (FOLDER, folder.path().to_str().unwrap()),
        (BASE_URL, &sim.base_url()),
        (STORE, store),
        (TRANSPORT, transport),
    ]);
    program.says("connected");
    assert!(sim.expire_access_tokens(None) > 0);
    program.go_on();
    program.says("refreshed");
    let held = secrets.find(&program.memory());
    for what in ["access token", "refresh token", "client secret"] {
        assert!(held.contains_key(what), "it is found while it is there: {held:?}");
    }
    program.go_on();
    program.says("dropped");
    secrets.find(&program.memory())
}

fn write(path: &Path, text: &str) {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

struct Program {
    child: Child,
    lines: io::Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([
            "--exact",
            "a_program_that_drops_its_tokens",
            "--ignored",
            "--nocapture",
        ]);
        command.envs(variables.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn says(&mut self, expected: &str) {
        let mut lines = self.lines.by_ref().map(Result::unwrap);
        let said = lines.any(|line| line.ends_with(expected));
        assert!(said, "the program ended before it was {expected}");
    }

    fn go_on(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// All that it can write to: heaps, stacks, and what its libraries keep.
    fn memory(&self) -> Vec<Vec<u8>> {
        let of = |what: &str| PathBuf::from(format!("/proc/{}/{what}", self.child.id()));
        let memory = File::open(of("mem")).unwrap();
        let mut parts = Vec::new();
        for line in fs::read_to_string(of("maps")).unwrap().lines() {
            let mut words = line.split_whitespace();
            let (range, rights) = (words.next().unwrap(), words.next().unwrap());
            if rights.starts_with("rw") {
                let (start, end) = range.split_once('-').unwrap();
                let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).unwrap());
                let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
                for (page, at) in bytes.chunks_mut(PAGE).zip((start..).step_by(PAGE)) {
                    // One that was given back since then is nobody's memory.
                    let _ = memory.read_exact_at(page, at);
                }
                parts.push(bytes);
            }
        }
        parts
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What must not be found, or how it begins.
struct Secrets(Vec<(&'static str, Vec<u8>)>);

impl Secrets {
    fn new(secret: &str, key: &str) -> Self {
        let (_, key) = key.split_once(':').unwrap();
        // The first bytes of the pair are the id's.
        let basic = STANDARD.encode(format!("{CLIENT}:{secret}")).split_off(48);
        Self(vec![
            ("access token", b"ntn_".to_vec()),
            ("refresh token", b"nrt_".to_vec()),
            ("client secret", secret.as_bytes().to_vec()),
            ("client secret in Base64", basic.into_bytes()),
            ("key", STANDARD.decode(key).unwrap()),
            ("key in Base64", key.as_bytes().to_vec()),
        ])
    }

    fn find(&self, memory: &[Vec<u8>]) -> Found {
        let mut found = Found::new();
        for (part, (name, bytes)) in memory
            .iter()
            .flat_map(|part| self.0.iter().map(move |one| (part, one)))
        {
            let is_whole = |at: &usize| {
                let mut word = part[at + bytes.len()..].iter().take(20);
                !name.ends_with(" token") || word.len() == 20 && word.all(u8::is_ascii_alphanumeric)
            };
            let count = memmem::find_iter(part, bytes).filter(is_whole).count();
            if count > 0 {
                *found.entry(name).or_default() += count;
            }
        }
        found
    }
}

#[test]
#[ignore = "the program that the tests above start"]
fn a_program_that_drops_its_tokens() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let folder = PathBuf::from(variable(FOLDER));
        let keys = || KeyRing::from_file(folder.join("keys")).unwrap();
        let connection = connection(&folder);
        let builder = Workspaces::builder(connection.clone());
        match &*variable(STORE) {
            "sqlite" => {
                let store = SqliteStore::open(folder.join("grants.db")).await.unwrap();
                let workspaces = builder.store(store.clone(), keys()).open().await.unwrap();
                let bot = by_a_web_flow(&workspaces).await;
                use_and_drop(workspaces, bot).await;
                store.close().await;
            }
            "file" => {
                let store = FileStore::open(folder.join("grants.json")).await.unwrap();
                let workspaces = builder.store(store, keys()).open().await.unwrap();
                let bot = by_a_login(&workspaces).await;
                use_and_drop(workspaces, bot).await;
            }
            _ => {
                let workspaces = builder.in_memory().open().await.unwrap();
                let bot = by_a_web_flow(&workspaces).await;
                use_and_drop(workspaces, bot).await;
            }
        }
    });
    drop(runtime);
    println!("dropped");
    wait();
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap()
}

fn wait() {
    let mut byte = [0];
    let _ = io::stdin().read(&mut byte);
}

fn connection(folder: &Path) -> Connection {
    let secret = fs::read_to_string(folder.join("secret")).unwrap();
    let builder = Connection::builder(
        ClientId::new(CLIENT).unwrap(),
        ClientSecret::new(secret).unwrap(),
        RedirectUri::new(REDIRECT_URI).unwrap(),
    );
    let builder = builder.base_url(variable(BASE_URL));
    let is_plain = variable(TRANSPORT) == "plain";
    let builder = if is_plain {
        builder.transport(Plain)
    } else {
        builder
    };
    builder.build().unwrap()
}

/// What the simulator sends the browser of a user back with.
async fn allowed(url: &str) -> Callback {
    let browser = HttpClient::new(Duration::from_secs(10)).unwrap();
    let page = Request::get(url).body(Bytes::new()).unwrap();
    let answer = browser.send(page).await.unwrap();
    Callback::parse(answer.headers()[LOCATION].to_str().unwrap()).unwrap()
}

async fn by_a_web_flow(workspaces: &Workspaces) -> BotId {
    let started = workspaces.start(Start::new(), None).await.unwrap();
    let callback = allowed(started.url()).await;
    let finished = workspaces.finish(callback, Some(started.binding())).await;
    match finished.unwrap().result {
        FlowResult::Installed(installation) => installation.bot_id().clone(),
        other => panic!("{other:?}"),
    }
}

async fn by_a_login(workspaces: &Workspaces) -> BotId {
    let pending = workspaces.connection().authorize().unwrap();
    let outcome = pending.finish(allowed(pending.url()).await).await.unwrap();
    let grant = outcome.into_grant().unwrap();
    workspaces.install(&grant).await.unwrap();
    grant.bot_id().clone()
}

async fn use_and_drop(workspaces: Workspaces, bot: BotId) {
    let notion = workspaces.client(&bot).await.unwrap();
    notion.me().await.unwrap();
    println!("connected");
    wait();
    notion.me().await.unwrap();
    let grants = workspaces.history(&bot).await.unwrap();
    assert_eq!(grants.len(), 2);
    println!("refreshed");
    wait();
    drop(grants);
    workspaces.shutdown(Duration::from_secs(10)).await.unwrap();
}

/// A transport that leaves nothing behind, so that all that is found is the work of this crate.
struct Plain;

impl Transport for Plain {
    fn send(&self, request: Request<Bytes>) -> BoxFuture<'_, Result<Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let sent = tokio::task::spawn_blocking(move || exchange(&request)).await;
            sent.unwrap().map_err(TransportError::lost)
        })
    }
}

fn exchange(request: &Request<Bytes>) -> io::Result<Response<Bytes>> {
    let (uri, body) = (request.uri(), request.body());
    let host = uri.authority().unwrap();
    let mut stream = TcpStream::connect(host.as_str())?;
    write!(
        stream,
        "{} {} HTTP/1.1\r\nhost: {host}\r\n",
        request.method(),
        uri.path()
    )?;
    write!(stream, "connection: close\r\ncontent-length: {}\r\n", body.len())?;
    for (name, value) in request.headers() {
        write!(stream, "{name}: ")?;
        stream.write_all(value.as_bytes())?;
        stream.write_all(b"\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(body)?;

    let mut answer = Zeroizing::new(Vec::with_capacity(256 << 10));
    stream.read_to_end(&mut answer)?;
    let end = memmem::find(&answer, b"\r\n\r\n").unwrap();
    let status = std::str::from_utf8(&answer[9..12]).unwrap();
    let body = Zeroizing::new(answer[end + 4..].to_vec());
    let mut response = Response::new(Bytes::from_owner(body));
    *response.status_mut() = status.parse::<StatusCode>().unwrap();
    Ok(response)
}
