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
