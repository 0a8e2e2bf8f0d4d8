use std::env;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::time::sleep;
use url::Url;

/// How long a launcher may take to say that it failed.
const PATIENCE: Duration = Duration::from_secs(1);
const STEP: Duration = Duration::from_millis(20);

/// Opens a URL in the user's browser, and gives whether one was started. Otherwise show the URL to the user.
///
/// `$BROWSER` names the program to use, or several with `:` in between; otherwise the system chooses. The browser does
/// not inherit the variables that may hold secrets, which begin with `NOTION_` or `OAUTH_`.
///
/// Every way to open a browser puts the URL into the arguments of a process, which other users of the machine may list,
/// and an authorization URL holds the state of its flow. Where these are not trusted, show the URL instead.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// // Only web pages are opened.
/// assert!(!notion_oauth::loopback::open_browser("file:///etc/passwd").await);
/// # });
/// ```
pub async fn open_browser(url: &str) -> bool {
    let is_web = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
    if !is_web {
        return false;
    }
    let candidates = match env::var_os("BROWSER").filter(|browser| !browser.is_empty()) {
        Some(browser) => chosen(&browser, url),
        None => open::commands(url),
    };
    for mut command in candidates {
        without_secrets(&mut command, env::vars_os().map(|(name, _)| name));
        if start(command).await {
            return true;
        }
    }
    false
}

/// Whether a browser on this machine is likely to be the user's. It is a guess: let it choose what is offered first, and
/// offer the other too.
///
/// A program that runs over SSH, in a container, in CI, or without a display, is likely to have none; `$BROWSER` says
/// that there is one.
#[must_use]
pub fn expects_browser() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_container = Path::new("/.dockerenv").exists() || Path::new("/run/.containerenv").exists();
    is_likely(is_set, is_container)
}

fn is_likely(is_set: impl Fn(&str) -> bool, is_container: bool) -> bool {
    if is_set("BROWSER") {
        return true;
    }
    let is_remote = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY", "CI"]
        .into_iter()
        .any(&is_set);
    let has_display =
        cfg!(any(windows, target_os = "macos")) || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
    has_display && !is_remote && !is_container
}

/// `$BROWSER`, in which `%s` stands for the URL.
fn chosen(browser: &OsStr, url: &str) -> Vec<Command> {
    let browser = browser.to_string_lossy();
    let separator = if cfg!(windows) { ';' } else { ':' };
    let command = |text: &str| {
        let mut words = text.split_whitespace();
        let mut command = Command::new(words.next()?);
        command.args(words.map(|word| word.replace("%s", url)));
        if !text.contains("%s") {
            command.arg(url);
        }
        Some(command)
    };
    browser.split(separator).filter_map(command).collect()
}

fn without_secrets(command: &mut Command, names: impl Iterator<Item = OsString>) {
    for name in names {
        let upper = name.to_string_lossy().to_ascii_uppercase();
        if upper.starts_with("NOTION_") || upper.starts_with("OAUTH_") {
            command.env_remove(name);
        }
    }
}

/// A launcher that still runs after a while is a browser, or waits for one.
async fn start(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else {
        return false;
    };
    let mut waited = Duration::ZERO;
    while waited < PATIENCE {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => sleep(STEP).await,
            Err(_) => return false,
        }
        waited += STEP;
    }
    reap(child);
    true
}

/// Waits for the browser's end on a thread, so that it leaves no zombie.
fn reap(mut child: Child) {
    std::thread::spawn(move || child.wait());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browser_is_what_the_variable_says() {
        let words = |command: &Command| {
            let program = command.get_program().to_owned();
            let all = std::iter::once(program).chain(command.get_args().map(OsStr::to_owned));
            all.map(|word| word.into_string().unwrap()).collect::<Vec<_>>()
        };
        let both = ["firefox -P work", "w3m -o x=1 %s -dump"].join(if cfg!(windows) { ";" } else { ":" });
        let commands = chosen(OsStr::new(&both), "https://a.b/?c=d e");
        assert_eq!(
            words(&commands[0]),
            ["firefox", "-P", "work", "https://a.b/?c=d e"]
        );
        assert_eq!(
            words(&commands[1]),
            ["w3m", "-o", "x=1", "https://a.b/?c=d e", "-dump"]
        );
    }

    #[test]
    fn a_browser_is_expected_where_the_user_sits() {
        for (set, is_container, expected) in [
            (&["DISPLAY"][..], false, true),
            (&["WAYLAND_DISPLAY"], false, true),
            (&["DISPLAY"], true, false),
            (&["DISPLAY", "SSH_CONNECTION"], false, false),
            (&["DISPLAY", "SSH_TTY"], false, false),
            (&["DISPLAY", "CI"], false, false),
            (&["SSH_CONNECTION", "BROWSER"], true, true),
            (&[], false, cfg!(any(windows, target_os = "macos"))),
        ] {
            assert_eq!(
                is_likely(|name| set.contains(&name), is_container),
                expected,
                "{set:?}"
            );
        }
    }

    #[test]
    fn t34_secrets_are_not_inherited() {
        let mut command = Command::new("browser");
        let names = [
            "NOTION_CLIENT_SECRET",
            "NOTION_TOKEN",
            "OAUTH_CLIENT_SECRET",
            "PATH",
            "DISPLAY",
        ];
        without_secrets(&mut command, names.into_iter().map(OsString::from));
        let removed: Vec<_> = command
            .get_envs()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name)
            .collect();
        assert_eq!(
            removed,
            ["NOTION_CLIENT_SECRET", "NOTION_TOKEN", "OAUTH_CLIENT_SECRET"]
        );
    }
}
