//! What a [program](crate::program) does.

use std::fmt;
use std::io::Write as _;
use std::time::Duration;

use notion_oauth::{Binding, BotId, Callback, FlowResult, Workspaces};
use serde::{Deserialize, Serialize};

use crate::site::Site;
use crate::trace;

/// What it says before it is told anything.
pub(crate) const BEGUN: &str = "BEGUN";
/// What it says when it has done everything up to its work.
pub(crate) const READY: &str = "READY";
/// What it says at its end.
pub(crate) const DONE: &str = "DONE";

/// What it is told to do.
pub(crate) const TRY: &str = "try";
pub(crate) const END: &str = "end";
/// How it begins to say how that went.
pub(crate) const ANSWER: &str = "ANSWER ";
/// That it went well.
pub(crate) const OK: &str = "OK";

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
    /// Does it each time that it is told [`TRY`], and says how that went.
    Serve(Box<Self>),
}

impl Work {
    fn itself(&self) -> &Self {
        match self {
            Self::Serve(work) => work,
            work => work,
        }
    }
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
    if let Work::Refresh(bot) = job.work.itself() {
        // From here on it knows the token.
        workspaces.client(&BotId::new(bot).unwrap()).await.unwrap();
    }
    say(READY);
    if let Work::Serve(work) = &job.work {
        return serve(&workspaces, work).await;
    }
    line();
    act(&workspaces, &job.work).await.unwrap();
}

async fn serve(workspaces: &Workspaces, work: &Work) {
    loop {
        let result = match line().trim() {
            TRY => act(workspaces, work).await,
            END => {
                let deadline = Duration::from_secs(30);
                let ended = workspaces.shutdown(deadline).await;
                ended.map_err(|error| error.to_string())
            }
            _ => return,
        };
        match result {
            Ok(()) => say(&format!("{ANSWER}{OK}")),
            Err(error) => say(&format!("{ANSWER}{}", error.replace('\n', " "))),
        }
    }
}

async fn act(workspaces: &Workspaces, work: &Work) -> Result<(), String> {
    let result = match work {
        Work::Refresh(bot) => {
            let client = workspaces.client(&BotId::new(bot).unwrap()).await;
            let client = client.map_err(|error| error.to_string())?;
            return client.me().await.map(drop).map_err(|error| error.to_string());
        }
        Work::Finish { callback, binding } => {
            let binding = Binding::parse(binding).unwrap();
            let callback = Callback::parse(callback).unwrap();
            let finished = workspaces.finish(callback, Some(&binding)).await;
            let is_wrong = |result: &FlowResult| !matches!(result, FlowResult::Installed(_));
            if let Ok(finished) = &finished
                && is_wrong(&finished.result)
            {
                return Err(format!("{:?}", finished.result));
            }
            finished.map(drop)
        }
        Work::Uninstall(bot) => workspaces.uninstall(&BotId::new(bot).unwrap()).await,
        Work::Reseal => workspaces.reseal().await.map(drop),
        Work::Serve(_) => unreachable!("it serves already"),
    };
    result.map_err(|error| error.to_string())
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
