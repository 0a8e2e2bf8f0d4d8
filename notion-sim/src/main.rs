//! `notion-sim`: the simulator as a program.

use std::error::Error as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use notion_sim::{Clock, Error, ErrorKind, RateLimit, Sim};
use serde_json::{Value, json};

/// An embedded Notion server: the API, OAuth with a consent page, and control endpoints below /_sim/.
///
/// When it listens it prints one line of JSON with `base_url`, `token`, `parent_page_id` and `oauth`.
/// It runs until it is interrupted.
#[derive(Debug, Parser)]
#[command(
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Exit codes: 0 stopped by a signal, 2 wrong usage, 3 the address cannot be listened on, \
                                 4 a seed, a recording or the data file cannot be used, \
                                 5 the operating system refused something."
)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 6684)]
    port: u16,
    /// Keep the state in this file across restarts. If it exists, it wins over --seed.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Begin with the workspace of this seed document, or as it was before this recording of real traffic.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    #[arg(
        long,
        value_name = "TOKEN",
        value_parser = token,
        help = "A token of the internal connection; may be given more than once [default: secret_sim]"
    )]
    token: Vec<String>,
    /// Give OAuth consent without showing a page, with everything shared.
    #[arg(long)]
    auto_approve: bool,
    #[arg(
        long,
        value_name = "URI",
        help = "A redirect URI of the public connection; may be given more than once \
                [default: http://localhost:6685/callback]"
    )]
    redirect_uri: Vec<String>,
    /// Limit requests: off, notion (180 per connection and 600 in all per 60 seconds), or a number per connection.
    #[arg(long, value_name = "LIMIT", default_value = "off")]
    rate_limit: RateLimit,
    /// The clock: real, an instant at which it stands still, or either with a speed behind it, such as real@60.
    #[arg(long, value_name = "CLOCK", default_value = "real")]
    clock: Clock,
    /// Begin with the faults in this file: one in JSON, or a list of them.
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// End queries after so many rows and say so, where Notion does after 10,000.
    #[arg(long, value_name = "N")]
    query_limit: Option<usize>,
    /// What happens by chance follows from this: ids, tokens, and which requests a fault with a probability strikes.
    #[arg(long, value_name = "N")]
    rng_seed: Option<u64>,
    #[arg(
        long,
        value_name = "N",
        default_value_t = 100,
        value_parser = clap::value_parser!(u8).range(1..=100),
        help = "Give at most this many results at a time, so that programs must read on"
    )]
    max_page_size: u8,
    /// Let search be this many milliseconds behind.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    search_lag: u64,
    /// Let queries not find rows that are not older than this many milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 0)]
    query_lag: u64,
}

/// What the program can do besides being a server.
#[derive(Debug, Subcommand)]
enum Command {
    /// Make a seed document out of recordings of real traffic: the workspace as it was before they were made.
    ///
    /// Recordings are VCR.py cassettes (YAML or JSON), HAR files, or JSON Lines with a request and its answer per
    /// line. A folder stands for all files in it. Credentials do not get into the seed.
    Import {
        /// The recordings; several give one workspace with what any of them found.
        #[arg(required = true, value_name = "RECORDING")]
        recordings: Vec<PathBuf>,
        /// Write the seed to this file instead of the standard output.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Reads a token, which has to go into the `Authorization` header as one word.
fn token(text: &str) -> Result<String, String> {
    match !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(text.to_owned()),
        false => Err("expected letters, digits and signs without a space".to_owned()),
    }
}

/// Why the program ends: a sentence and the exit code.
struct Failure(String, u8);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let cause = error
            .source()
            .map(|source| format!(" ({source})"))
            .unwrap_or_default();
        let code = match error.kind() {
            ErrorKind::Address => 3,
            ErrorKind::Data => 4,
            _ => 5,
        };
        Self(format!("{error}{cause}"), code)
    }
}

fn main() -> ExitCode {
    let args = Args::parse();
    let ended = match args.command {
        Some(Command::Import { recordings, output }) => import(&recordings, output.as_deref()),
        None => serve(args).map_err(Failure::from),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure(sentence, code)) => {
            let _ = writeln!(std::io::stderr(), "notion-sim: {sentence}");
            ExitCode::from(code)
        }
    }
}

/// Writes a seed document, and says on the error output what is in it.
fn import(recordings: &[PathBuf], output: Option<&Path>) -> Result<(), Failure> {
    let seed = notion_sim::import(recordings)?;
    let text = format!("{seed:#}\n");
    let (written, place) = match output {
        Some(path) => (std::fs::write(path, text), path.display().to_string()),
        None => (
            std::io::stdout().write_all(text.as_bytes()),
            "the standard output".to_owned(),
        ),
    };
    written.map_err(|error| {
        Failure(
            format!("cannot write to {place}; check the folder and its permissions ({error})"),
            5,
        )
    })?;
    let _ = writeln!(std::io::stderr(), "{}", summary(&seed));
    Ok(())
}

/// What a seed document that was imported holds, in one line.
fn summary(seed: &Value) -> String {
    let origins: Vec<&Value> = seed["provenance"]
        .as_object()
        .map(|map| map.values().collect())
        .unwrap_or_default();
    let count = |names: &[&str]| {
        origins
            .iter()
            .filter(|origin| names.iter().any(|name| **origin == name))
            .count()
    };
    let absent = seed["absent"].as_array().map_or(0, Vec::len);
    format!(
        "{} objects: {} seen, {} borrowed or inferred, {} stubs; {absent} {} must not exist",
        origins.len(),
        count(&["observed", "after_write"]),
        count(&["borrowed", "inferred"]),
        count(&["stub"]),
        if absent == 1 { "id" } else { "ids" },
    )
}

fn serve(args: Args) -> Result<(), Error> {
    let mut builder = Sim::builder()
        .host(args.host)
        .port(args.port)
        .auto_approve(args.auto_approve)
        .rate_limit(args.rate_limit)
        .clock(args.clock)
        .max_page_size(args.max_page_size.into())
        .search_lag(Duration::from_millis(args.search_lag))
        .query_lag(Duration::from_millis(args.query_lag));
    if let Some(seed) = args.rng_seed {
        builder = builder.rng_seed(seed);
    }
    if let Some(rows) = args.query_limit {
        builder = builder.query_limit(rows);
    }
    for token in args.token {
        builder = builder.token(token);
    }
    for uri in args.redirect_uri {
        builder = builder.redirect_uri(uri);
    }
    if let Some(path) = args.data {
        builder = builder.data_file(path);
    }
    if let Some(path) = args.faults {
        builder = builder.faults_file(path);
    }
    if let Some(path) = args.seed {
        builder = builder.seed_file(path);
    }
    let sim = builder.start_blocking()?;
    let oauth = sim.oauth();
    let line = json!({
        "base_url": sim.base_url(),
        "token": sim.token(),
        "parent_page_id": sim.parent_page_id(),
        "oauth": {
            "client_id": oauth.client_id,
            "client_secret": oauth.client_secret,
            "redirect_uri": oauth.redirect_uri,
        },
    });
    // Whoever started the program may have closed its output; the simulator runs nevertheless.
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    wait_for_signal();
    Ok(())
}

/// Returns when the program is interrupted (Ctrl-C) or asked to end. Without signals it waits for ever.
fn wait_for_signal() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        loop {
            std::thread::park();
        }
    };
    runtime.block_on(async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            if let Ok(mut terminate) = signal(SignalKind::terminate()) {
                tokio::select! {
                    _ = tokio::signal::ctrl_c() => {}
                    _ = terminate.recv() => {}
                }
                return;
            }
        }
        let _ = tokio::signal::ctrl_c().await;
    });
}
