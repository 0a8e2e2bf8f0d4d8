//! What a [program](crate::program) does.

use std::fmt;
use std::io::Write as _;

use notion_oauth::{Binding, BotId, Callback};
use serde::{Deserialize, Serialize};

use crate::site::Site;
use crate::trace;

/// What it says before it is told anything.
pub(crate) const BEGUN: &str = "BEGUN";
/// What it says when it has done everything up to its work.
pub(crate) const READY: &str = "READY";
/// What it says at its end.
pub(crate) const DONE: &str = "DONE";

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

/// All that it is told, in one line.
#[derive(Serialize, Deserialize)]
pub(crate) struct Job {
    site: Site,
    keys: Vec<String>,
    work: Work,
}

impl Job {
    pub(crate) fn new(site: &Site, keys: &[&str], work: &Work) -> Self {
        Self {
            site: site.clone(),
            keys: keys.iter().copied().map(str::to_owned).collect(),
            work: work.clone(),
        }
    }
}

impl fmt::Display for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).unwrap())
    }
}

#[test]
#[ignore = "runs in a child"]
fn work() {
    trace::begin();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    say(BEGUN);
    let job: Job = serde_json::from_str(&line()).unwrap();
    runtime.block_on(run(&job));
    say(DONE);
}

async fn run(job: &Job) {
    let keys: Vec<_> = job.keys.iter().map(String::as_str).collect();
    let workspaces = job.site.open(&keys).await;
    let ready = || {
        say(READY);
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

/// In a line of its own, whatever the test harness has printed.
fn say(line: &str) {
    println!("\n{line}");
    std::io::stdout().flush().unwrap();
}

fn line() -> String {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).unwrap();
    line
}
