use rustix::process::{Resource, Rlimit, setrlimit};

use crate::error::{Error, ErrorKind, Result};

/// Turns core files off for this program and those that it starts from then on.
///
/// A crash can write the memory of a program to a disk, tokens included. Call this first in `main`. On Linux no other program of
/// the same user can look into this one's memory any more, either, so no debugger can join it.
///
/// ```
/// notion_oauth::refuse_core_dumps()?;
/// # Ok::<(), notion_oauth::Error>(())
/// ```
///
/// # Errors
/// [`System`](ErrorKind::System) when the operating system does not allow it.
pub fn refuse_core_dumps() -> Result<()> {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).map_err(refused)?;
    // A program that core files are piped to is given them whatever the limit is.
    #[cfg(target_os = "linux")]
    rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable)
        .map_err(refused)?;
    Ok(())
}

fn refused(error: rustix::io::Errno) -> Error {
    Error::new(ErrorKind::System, "core files cannot be turned off")
        .with_source(error)
        .with_hint("Turn them off for the service, with `ulimit -c 0` or `LimitCORE=0`.")
}
