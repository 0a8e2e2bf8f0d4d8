//! The program that is killed.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use notion_oauth::{Binding, BotId, Callback};
use serde::{Deserialize, Serialize};
use tokio::task::block_in_place;

use crate::site::Site;

/// What the child says when it has done everything up to its work.
const READY: &str = "READY";
const DONE: &str = "DONE";
const KILLED: i32 = 9;
/// No program takes longer, however busy the machine is.
const LONGEST: Duration = Duration::from_secs(60);

/// What a child does.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Work {
    /// Makes a request whose token is refused.
    Refresh(String),
    Finish {
        callback: String,
        binding: String,
    },
    Uninstall(String),
    Reseal,
}

#[derive(Serialize, Deserialize)]
struct Job {
    site: Site,
    keys: Vec<String>,
    work: Work,
}

/// A program that has opened the store and waits for a word to begin.
pub(crate) struct Program {
    child: Child,
}

impl Program {
    /// Starts a child with one failpoint, such as `R7=kill`, and waits until it is ready.
    pub(crate) fn start(site: &Site, keys: &[&str], work: &Work, failpoint: &str) -> Self {
        block_in_place(|| Self::start_now(site, keys, work, failpoint))
    }

    fn start_now(site: &Site, keys: &[&str], work: &Work, failpoint: &str) -> Self {
        // A trace takes longer than all the rest.
        let trace = if failpoint.ends_with("=panic") {
            "full"
        } else {
            "0"
        };
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child::work", "--ignored", "--nocapture", "--quiet"])
            .env("NOTION_OAUTH_FAILPOINTS", failpoint)
            .env("RUST_BACKTRACE", trace)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let job = Job {
            site: site.clone(),
            keys: keys.iter().copied().map(str::to_owned).collect(),
            work: work.clone(),
        };
        let job = serde_json::to_string(&job).unwrap();
        writeln!(child.stdin.as_ref().unwrap(), "{job}").unwrap();
        // One that is killed while it opens the store says nothing.
        let output = child.stdout.as_mut().unwrap();
        let mut lines = BufReader::with_capacity(1, output).lines();
        let _ = lines.find(|line| line.as_ref().is_ok_and(|line| line == READY));
        Self { child }
    }

    /// Lets it begin.
    pub(crate) fn go(&self) {
        // One that is killed already does not listen.
        let _ = writeln!(self.child.stdin.as_ref().unwrap(), "go");
    }

    /// What other users of the machine see of it, and what it would give to programs that it starts.
    pub(crate) fn visible(&self) -> String {
        let read = |what: &str| std::fs::read(format!("/proc/{}/{what}", self.child.id())).unwrap();
        let (arguments, environment) = (read("cmdline"), read("environ"));
        assert!(!arguments.is_empty() && !environment.is_empty());
        String::from_utf8_lossy(&[arguments, environment].concat()).into_owned()
    }

    /// Waits until it has halted itself.
    pub(crate) fn halted(&self) {
        block_in_place(|| self.wait_for_halt());
    }

    fn wait_for_halt(&self) {
        let path = format!("/proc/{}/stat", self.child.id());
        let end = Instant::now() + LONGEST;
        loop {
            let stat = std::fs::read_to_string(&path).unwrap();
            let state = stat.rsplit(") ").next().unwrap_or_default();
            if state.starts_with(['T', 't']) {
                return;
            }
            assert!(Instant::now() < end, "it goes on: {stat}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Lets it go on.
    pub(crate) fn awake(&self) {
        let id = self.child.id().to_string();
        let status = Command::new("/bin/sh")
            .args(["-c", &format!("kill -CONT {id}")])
            .status();
        assert!(status.unwrap().success());
    }

    /// Waits for its end, and says how it ended and what it said.
    pub(crate) fn end(self) -> (ExitStatus, String) {
        block_in_place(|| self.wait_for_end())
    }

    fn wait_for_end(mut self) -> (ExitStatus, String) {
        let end = Instant::now() + LONGEST;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > end {
                self.child.kill().unwrap();
                panic!("a program does not end");
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut said = String::new();
        self.child
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (status, said)
    }

    /// Waits for its end, which is a good one.
    pub(crate) fn succeeds(self) {
        let (status, said) = self.end();
        assert!(status.success() && said.contains(DONE), "{status}: {said}");
    }
}

/// Runs a child until it kills itself.
pub(crate) fn killed(site: &Site, keys: &[&str], work: &Work, step: &str) {
    let program = Program::start(site, keys, work, &format!("{step}=kill"));
    program.go();
    let (status, said) = program.end();
    assert_eq!(status.signal(), Some(KILLED), "{step} was not reached: {said}");
}

/// The child.
#[test]
#[ignore = "runs in a child"]
fn work() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let job: Job = serde_json::from_str(&line()).unwrap();
    runtime.block_on(run(&job));
    println!("\n{DONE}");
}

async fn run(job: &Job) {
    let keys: Vec<_> = job.keys.iter().map(String::as_str).collect();
    let workspaces = job.site.open(&keys).await;
    let ready = || {
        println!("\n{READY}");
        std::io::stdout().flush().unwrap();
        line();
    };
    match &job.work {
        Work::Refresh(bot) => {
            let client = workspaces.client(&BotId::new(bot).unwrap()).await.unwrap();
            ready();
            client.me().await.unwrap();
        }
        Work::Finish { callback, binding } => {
            let binding = Binding::parse(binding).unwrap();
            ready();
            let callback = Callback::parse(callback).unwrap();
            workspaces.finish(callback, Some(&binding)).await.unwrap();
        }
        Work::Uninstall(bot) => {
            ready();
            workspaces.uninstall(&BotId::new(bot).unwrap()).await.unwrap();
        }
        Work::Reseal => {
            ready();
            workspaces.reseal().await.unwrap();
        }
    }
}

fn line() -> String {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    line
}
