use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::thread;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use super::LONGEST;
use crate::callback::{AuthorizationError, Callback};
use crate::error::{Error, ErrorKind, Result};
use crate::flow::{Outcome, Pending};

/// The way back for a browser on another machine: the user pastes the address that it ended up at.
///
/// The browser cannot reach the redirect URI there and shows an error, but its address bar holds the answer of Notion.
/// The whole address is needed: its state proves that it belongs to this flow, so that a bare code, or an address that
/// somebody else sends to the user, is not taken.
///
/// ```no_run
/// # async fn run(connection: notion_oauth::Connection) -> notion_oauth::Result<()> {
/// use notion_oauth::loopback::Paste;
///
/// let pending = connection.authorize()?;
/// let grant = Paste::stdin().receive(&pending, std::io::stderr()).await?.into_grant()?;
/// # Ok(())
/// # }
/// ```
pub struct Paste {
    lines: mpsc::Receiver<Zeroizing<String>>,
    deadline: Duration,
}

/// More than a callback may have, so that it can say so.
const MAX_LINE: u64 = 8 << 10;

impl Paste {
    /// Takes it from what the user types into the program.
    #[must_use]
    pub fn stdin() -> Self {
        Self::new(BufReader::new(std::io::stdin()))
    }

    /// Takes it from somewhere else, a line at a time.
    ///
    /// The input is read on a thread of its own, which ends with the input or with the program: nobody can take the wait
    /// for a line back.
    #[must_use]
    pub fn new(input: impl BufRead + Send + 'static) -> Self {
        let (sender, lines) = mpsc::channel(1);
        thread::spawn(move || read(input, &sender));
        Self {
            lines,
            deadline: Duration::from_secs(5 * 60),
        }
    }

    /// How long to wait for the user; 5 minutes if not set, and never longer than the flow lasts.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Tells the user what to do, waits for the address, and ends the flow. What is no answer to this flow is refused
    /// with the reason, and the user may try again.
    ///
    /// It may wait beside [`Loopback::receive`](super::Loopback::receive): whichever comes first ends the flow.
    ///
    /// # Errors
    /// [`TimedOut`](ErrorKind::TimedOut) when nothing came, [`System`](ErrorKind::System) when the input ended; and as
    /// [`Pending::finish`], whose result this is.
    pub async fn receive(mut self, pending: &Pending, mut out: impl Write) -> Result<Outcome> {
        // Who cannot read this sees nothing else either.
        let mut say = |text: &str| {
            let _ = writeln!(out, "{text}").and_then(|()| out.flush());
        };
        say(&instructions(pending));
        let deadline = Instant::now() + self.deadline.min(pending.remaining()).min(LONGEST);
        loop {
            let line = timeout_at(deadline, self.lines.recv()).await.map_err(|_| {
                Error::new(ErrorKind::TimedOut, "nobody pasted the address in time")
                    .with_hint("Begin again with a new link.")
            })?;
            let line = line.ok_or_else(|| {
                Error::new(ErrorKind::System, "the input ended before an address was pasted")
                    .with_hint("Run the program in a terminal.")
            })?;
            match check(&line, pending) {
                Ok(Some(callback)) => return pending.finish(callback).await,
                Ok(None) => {}
                Err(why) => say(&why),
            }
        }
    }
}

impl fmt::Debug for Paste {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paste")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

fn instructions(pending: &Pending) -> String {
    format!(
        "Open this link in a browser:\n\n{}\n\nAllow the connection there. The browser then shows a page that cannot be \
         reached, or an error: that is right. Copy the whole address from its address bar, which begins with {}, and \
         paste it here.\nNever send this address to anyone, and paste only one that your own browser shows.",
        pending.url(),
        pending.redirect_uri(),
    )
}

/// The callback in a line, `None` if it is empty, or what to tell the user.
fn check(line: &str, pending: &Pending) -> Result<Option<Callback>, String> {
    let line = line.trim();
    if line.is_empty() {
        return Ok(None);
    }
    if !line.contains('=') {
        return Err("That is not the whole address. Copy all of it, from `http` to its end.".to_owned());
    }
    let callback = Callback::parse(line).map_err(|error| format!("That cannot be used: {error}"))?;
    let is_cancelled =
        callback.state.is_none() && callback.error() == Some(&AuthorizationError::AccessDenied);
    if is_cancelled || pending.is_answered_by(&callback) {
        return Ok(Some(callback));
    }
    Err(match callback.state {
        None => "That is not the whole address: its `state` is missing. Copy all of it.",
        Some(_) => {
            "That address belongs to another login. Paste the one that your own browser shows after it has opened the \
             link above."
        }
    }
    .to_owned())
}

fn read(mut input: impl BufRead, lines: &mpsc::Sender<Zeroizing<String>>) {
    loop {
        let mut line = Zeroizing::new(String::with_capacity(MAX_LINE as usize));
        match input.by_ref().take(MAX_LINE).read_line(&mut line) {
            Ok(count) if count > 0 && lines.blocking_send(line).is_ok() => {}
            _ => return,
        }
    }
}
