//! `notion-sim`: the simulator as a program.

use std::error::Error as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use notion_sim::{Clock, Error, ErrorKind, RateLimit, Sim};
use serde_json::json;

/// An embedded Notion server: the API, OAuth with a consent page, and control endpoints below /_sim/.
///
/// When it listens it prints one line of JSON with `base_url`, `token`, `parent_page_id` and `oauth`.
/// It runs until it is interrupted.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Exit codes: 0 stopped by a signal, 2 wrong usage, 3 the address cannot be listened on, \
                                 4 a file cannot be used, 5 the operating system refused something."
)]
struct Args {
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// The port to listen on; 0 takes a free one.
    #[arg(long, default_value_t = 6684)]
    port: u16,
    /// Keep the state in this file across restarts. If it exists, it wins over --seed.
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,
    /// Begin with the workspace of this seed document.
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
    #[arg(
        long,
        value_name = "TOKEN",
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

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let cause = error
                .source()
                .map(|source| format!(" ({source})"))
                .unwrap_or_default();
            let _ = writeln!(std::io::stderr(), "notion-sim: {error}{cause}");
            ExitCode::from(match error.kind() {
                ErrorKind::Address => 3,
                ErrorKind::Data => 4,
                _ => 5,
            })
        }
    }
}

fn run(args: Args) -> Result<(), Error> {
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
