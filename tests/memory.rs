//! What of the tokens is left in the memory of a program that has dropped them.
//!
//! The program is a child of the test, which looks into it from outside: what the test itself knows is not found.
#![cfg(target_os = "linux")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::LOCATION;
use http::{Request, Response, StatusCode};
use notion_core::BoxFuture;
use notion_core::transport::{HttpClient, Transport, TransportError};
use notion_oauth::{
    Callback, ClientId, ClientSecret, Connection, FlowResult, Key, KeyId, KeyRing, RedirectUri, SqliteStore,
    Start, Workspaces,
};
use notion_sim::Sim;
use zeroize::Zeroizing;

const CLIENT: &str = "463558a3-725e-4f37-b6d3-0889894f68de";
const REDIRECT_URI: &str = "http://localhost:8914/callback";
/// The variables by which the child learns what to do.
const FOLDER: &str = "TEST_MEMORY_FOLDER";
const BASE_URL: &str = "TEST_MEMORY_BASE_URL";
const TRANSPORT: &str = "TEST_MEMORY_TRANSPORT";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_what_was_dropped_is_no_more_in_memory() {
    let left = left_of("plain").await;
    assert_eq!(left, Found::default(), "copies that this crate has made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t8_of_what_http_copies_little_is_left() {
    println!("left by reqwest and hyper: {:?}", left_of("reqwest").await);
}

/// How often the memory of a program holds something, by what that is.
type Found = BTreeMap<&'static str, usize>;

/// What is left of its secrets in a program that uses a transport.
async fn left_of(transport: &str) -> Found {
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

    let mut child = Program::start(folder.path(), &sim.base_url(), transport);
    child.says("connected");
    assert!(sim.expire_access_tokens(None) > 0);
    child.go_on();
    child.says("refreshed");
    let alive = secrets.find(&child.memory());
    assert!(
        alive["access token"] > 0 && alive["refresh token"] > 0,
        "{alive:?}"
    );
    assert!(alive["client secret"] > 0 && alive["key"] > 0, "{alive:?}");
    child.go_on();
    child.says("dropped");
    let memory = child.memory();
    secrets.find(&memory)
}

fn write(path: &Path, text: &str) {
    let mut options = fs::OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

struct Program {
    child: Child,
    lines: io::Lines<BufReader<ChildStdout>>,
}

impl Program {
    fn start(folder: &Path, base_url: &str, transport: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args([
            "--exact",
            "a_program_that_drops_its_tokens",
            "--ignored",
            "--nocapture",
        ]);
        command
            .env(FOLDER, folder)
            .env(BASE_URL, base_url)
            .env(TRANSPORT, transport);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn says(&mut self, expected: &str) {
        let said = self
            .lines
            .by_ref()
            .map(Result::unwrap)
            .find(|line| line.ends_with(expected));
        assert!(said.is_some(), "the program ended before it was {expected}");
    }

    fn go_on(&mut self) {
        self.child.stdin.as_mut().unwrap().write_all(b"\n").unwrap();
    }

    /// All that it can write to: heaps, stacks, and what its libraries keep.
    fn memory(&self) -> Vec<Vec<u8>> {
        let of = |what: &str| format!("/proc/{}/{what}", self.child.id());
        let memory = File::open(of("mem")).unwrap();
        let mut parts = Vec::new();
        for line in fs::read_to_string(of("maps")).unwrap().lines() {
            let mut words = line.split_whitespace();
            let (Some(range), Some(rights)) = (words.next(), words.next()) else {
                continue;
            };
            if !rights.starts_with("rw") {
                continue;
            }
            let (start, end) = range.split_once('-').unwrap();
            let [start, end] = [start, end].map(|at| u64::from_str_radix(at, 16).unwrap());
            let mut bytes = vec![0; (end - start) as usize];
            // Some cannot be read, such as those of the kernel's own.
            if memory.read_exact_at(&mut bytes, start).is_ok() {
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

/// What must not be found.
struct Secrets(Vec<(&'static str, Vec<u8>)>);

impl Secrets {
    fn new(secret: &str, key: &str) -> Self {
        let key = key.split_once(':').unwrap().1;
        Self(vec![
            ("access token", b"ntn_".to_vec()),
            ("refresh token", b"nrt_".to_vec()),
            ("client secret", secret.as_bytes().to_vec()),
            (
                "client secret in Base64",
                STANDARD.encode(format!("{CLIENT}:{secret}")).as_bytes()[48..].to_vec(),
            ),
            ("key in Base64", key.as_bytes().to_vec()),
            ("key", STANDARD.decode(key).unwrap()),
        ])
    }

    fn find(&self, memory: &[Vec<u8>]) -> Found {
        let mut found = Found::new();
        for part in memory {
            for (name, bytes) in &self.0 {
                let mut rest = &part[..];
                while let Some(at) = rest.windows(bytes.len()).position(|window| window == bytes) {
                    let end = at + bytes.len();
                    // Of tokens the beginning is known alone. What is shorter is a word of the program.
                    let length = rest[at..]
                        .iter()
                        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
                        .count();
                    if !name.ends_with(" token") || length > 40 {
                        *found.entry(name).or_default() += 1;
                        let near = &rest[at.saturating_sub(100)..(at + 160).min(rest.len())];
                        eprintln!("{name}: {}", near.escape_ascii());
                    }
                    rest = &rest[end..];
                }
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
    runtime.block_on(run());
    drop(runtime);
    println!("dropped");
    wait();
}

async fn run() {
    let folder = std::env::var_os(FOLDER).unwrap();
    let folder = Path::new(&folder);
    let mut builder = Connection::builder(
        ClientId::new(CLIENT).unwrap(),
        ClientSecret::new(fs::read_to_string(folder.join("secret")).unwrap()).unwrap(),
        RedirectUri::new(REDIRECT_URI).unwrap(),
    )
    .base_url(std::env::var(BASE_URL).unwrap());
    if std::env::var(TRANSPORT).unwrap() == "plain" {
        builder = builder.transport(Plain);
    }
    let connection = builder.build().unwrap();
    let store = SqliteStore::open(folder.join("grants.db")).await.unwrap();
    let keys = KeyRing::from_file(folder.join("keys")).unwrap();
    let workspaces = Workspaces::builder(connection)
        .store(store.clone(), keys)
        .open()
        .await
        .unwrap();

    let started = workspaces.start(Start::new(), None).await.unwrap();
    let page = Request::get(started.url()).body(Bytes::new()).unwrap();
    let answer = HttpClient::new(Duration::from_secs(10))
        .unwrap()
        .send(page)
        .await
        .unwrap();
    let callback = Callback::parse(answer.headers()[LOCATION].to_str().unwrap()).unwrap();
    let finished = workspaces
        .finish(callback, Some(started.binding()))
        .await
        .unwrap();
    let FlowResult::Installed(installation) = &finished.result else {
        panic!("{finished:?}");
    };
    let notion = workspaces.client(installation.bot_id()).await.unwrap();
    notion.me().await.unwrap();
    println!("connected");
    wait();
    notion.me().await.unwrap();
    assert_eq!(workspaces.history(installation.bot_id()).await.unwrap().len(), 2);
    println!("refreshed");
    wait();
    workspaces.shutdown(Duration::from_secs(10)).await.unwrap();
    drop((workspaces, notion, finished, started));
    store.close().await;
}

fn wait() {
    let mut byte = [0];
    let _ = io::stdin().read(&mut byte);
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
    let host = uri.authority().unwrap().as_str();
    let mut stream = TcpStream::connect(host)?;
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
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .unwrap();
    let status = std::str::from_utf8(&answer[9..12])
        .unwrap()
        .parse::<StatusCode>()
        .unwrap();
    let body = Zeroizing::new(answer[end + 4..].to_vec());
    Ok(Response::builder()
        .status(status)
        .body(Bytes::from_owner(body))
        .unwrap())
}
