//! Places at which a test can stop the program, or end it.

use crate::error::Result;

/// Does what `NOTION_OAUTH_FAILPOINTS` says about the place `name`, such as `R7=kill,C5=error`.
///
/// `kill` ends the process as the operating system does, so that nothing is cleaned up; `stop` halts it until it is sent
/// `SIGCONT`; `panic` and `error` do that here. Without the private feature `failpoints` there is nothing to do.
#[cfg(not(feature = "failpoints"))]
#[inline(always)]
pub(crate) fn reach(_name: &'static str) -> Result<()> {
    Ok(())
}

/// Reaches a place that is somewhere inside `work`: after a while, or at its end if that comes first.
pub(crate) async fn during<T>(name: &'static str, work: impl Future<Output = Result<T>>) -> Result<T> {
    if cfg!(not(feature = "failpoints")) {
        return work.await;
    }
    let mut work = std::pin::pin!(work);
    let early = tokio::time::timeout(INSIDE, work.as_mut()).await;
    reach(name)?;
    match early {
        Ok(result) => result,
        Err(_) => work.await,
    }
}

/// Long enough for a request to reach a server on this machine.
const INSIDE: std::time::Duration = std::time::Duration::from_millis(80);

#[cfg(feature = "failpoints")]
pub(crate) fn reach(name: &'static str) -> Result<()> {
    use crate::error::{Error, ErrorKind};

    let all = std::env::var("NOTION_OAUTH_FAILPOINTS").unwrap_or_default();
    let action = all
        .split(',')
        .find_map(|one| one.trim().strip_prefix(name)?.strip_prefix('='));
    match action {
        None => Ok(()),
        Some("kill") => {
            signal("KILL");
            // The signal comes, and nothing happens before it does.
            loop {
                std::thread::park();
            }
        }
        Some("stop") => {
            signal("STOP");
            // It takes a moment until each thread has heard of it.
            std::thread::sleep(INSIDE);
            Ok(())
        }
        Some("panic") => panic!("the failpoint {name}"),
        Some("error") => Err(Error::new(ErrorKind::Store, format!("the failpoint {name}"))),
        Some(other) => panic!("the failpoint {name} cannot {other}"),
    }
}

/// Sends this process a signal. A shell does it, because it takes `unsafe` or another crate to do so oneself.
#[cfg(feature = "failpoints")]
fn signal(name: &str) {
    let status = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("kill -{name} $PPID")])
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "a shell is needed to send signals"
    );
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing_happens_unless_it_is_asked_for() {
        super::reach("R0").unwrap();
    }
}
