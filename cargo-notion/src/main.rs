#![doc = include_str!("../README.md")]

mod command;

use std::error::Error;
use std::io;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::command::{Done, doctor, generate, ls, pull};

// Cargo calls `cargo-notion notion …`.
/// Schemas of Notion databases from the command line.
#[derive(Parser)]
#[command(name = "cargo", bin_name = "cargo")]
enum Cargo {
    Notion(Notion),
}

/// Schemas of Notion databases.
///
/// The token is read from `NOTION_TOKEN` (or `NOTION_TOKEN_FILE`); `NOTION_BASE_URL` names another server than Notion's.
#[derive(clap::Args)]
#[command(version)]
struct Notion {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Doctor(doctor::Args),
    Ls(ls::Args),
    Pull(pull::Args),
    Generate(generate::Args),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Cargo::Notion(Notion { command }) = Cargo::parse();
    let done = match command {
        Command::Doctor(args) => doctor::run(&args).await,
        Command::Ls(args) => ls::run(&args).await,
        Command::Pull(args) => pull::run(&args).await,
        Command::Generate(args) => generate::run(&args),
    };
    match done {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::Differs) => ExitCode::from(3),
        // Whoever reads this has seen enough, as `head` has after some lines.
        Err(error) if is_closed_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            let mut cause = error.source();
            while let Some(error) = cause {
                eprintln!("  because: {error}");
                cause = error.source();
            }
            ExitCode::from(1)
        }
    }
}

fn is_closed_pipe(error: &(dyn Error + 'static)) -> bool {
    let error = error.downcast_ref::<io::Error>();
    error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}
