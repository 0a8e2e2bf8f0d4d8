//! A program that is killed, halted or cut off: this test again, in a child.
//!
//! It is told what to do on its standard input, as secrets must be neither in its arguments nor in its environment. All that
//! it logs, and what it says when it panics, goes into a file. Both are searched in every case.

use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use notion_tests::broken_disk::Disk;
use tokio::task::block_in_place;

use crate::child::{ANSWER, BEGUN, DONE, Job, OK, READY, TRY, Work};
use crate::secrets::has_secret;
use crate::trace;
use crate::world::World;

const KILLED: i32 = 9;
/// No program takes longer, however busy the machine is.
const LONGEST: Duration = Duration::from_secs(120);

/// A program that has opened the store and waits for a word to begin.
pub(crate) struct Program {
    child: Child,
    log: PathBuf,
    secrets: Vec<String>,
}

/// How a program ended, and what it said and logged.
pub(crate) struct End {
    pub(crate) status: ExitStatus,
    pub(crate) said: String,
}

impl Program {
    /// Starts a child with failpoints, such as `R7=kill`, and waits until it is ready.
    pub(crate) fn start(world: &World, keys: &[&str], work: &Work, failpoints: &str) -> Self {
        block_in_place(|| Self::start_now(world, keys, work, failpoints))
    }

    fn start_now(world: &World, keys: &[&str], work: &Work, failpoints: &str) -> Self {
        // A trace takes longer than all the rest.
        let trace = if failpoints.contains("=panic") {
            "full"
        } else {
            "0"
        };
        let log = world.new_log();
        let child = Command::new(std::env::current_exe().unwrap())
            .envs(world.disk.iter().flat_map(Disk::environment))
            .args(["--exact", "child::work", "--ignored", "--nocapture", "--quiet"])
            .env("NOTION_OAUTH_FAILPOINTS", failpoints)
            .env("RUST_BACKTRACE", trace)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut program = Self {
            child,
            log,
            secrets: world.secrets.clone(),
        };
        program.hear(BEGUN).unwrap();
        program.shows_nothing();
        program.say(&Job::new(&world.site, keys, work).to_string());
        // One that is killed while it opens the store says nothing.
        if program.hear(READY).is_some() {
            program.shows_nothing();
        }
        let log = std::fs::read_to_string(&program.log).unwrap();
        assert!(log.contains(trace::FIRST), "it logs nothing: {log}");
        program
    }

    /// Lets it begin.
    pub(crate) fn go(&self) {
        self.say("go");
    }

    /// Tells one that serves what to do, and says how it went.
    pub(crate) fn ask(&mut self, what: &str) -> String {
        self.tell(what);
        self.answer()
    }

    pub(crate) fn tell(&self, what: &str) {
        self.say(what);
    }

    /// How it went what it was told last.
    pub(crate) fn answer(&mut self) -> String {
        let answer = block_in_place(|| self.hear(ANSWER));
        answer.unwrap_or_else(|| panic!("it ends: {}", self.tail()))
    }

    /// Lets one that serves go on until it works, which it does not at once after it has failed.
    pub(crate) async fn tries_until_it_works(&mut self) {
        let start = Instant::now();
        loop {
            let answer = self.ask(TRY);
            if answer == OK {
                return;
            }
            assert!(start.elapsed() < LONGEST, "{answer}");
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    }

    /// Lets one that serves end.
    pub(crate) fn done(self) {
        self.say("");
        self.succeeds();
    }

    fn say(&self, line: &str) {
        // One that is killed already does not listen.
        let _ = writeln!(self.child.stdin.as_ref().unwrap(), "{line}");
    }

    /// The next line of what it says that begins so, without its beginning; nothing if it ends before.
    fn hear(&mut self, start: &str) -> Option<String> {
        let output = self.child.stdout.as_mut().unwrap();
        // Nothing is taken that is for whoever listens later.
        let lines = BufReader::with_capacity(1, output).lines();
        lines
            .map_while(Result::ok)
            .find_map(|line| Some(line.strip_prefix(start)?.to_owned()))
    }

    /// Nothing secret is in what other users of the machine see of it, nor in what it would give to programs that it
    /// starts.
    fn shows_nothing(&self) {
        for what in ["cmdline", "environ"] {
            let shown = std::fs::read(format!("/proc/{}/{what}", self.child.id())).unwrap();
            assert!(!shown.is_empty(), "{what}");
            let text = String::from_utf8_lossy(&shown);
            assert!(
                !has_secret(&text, &self.secrets),
                "a secret can be seen in {what}"
            );
        }
    }

    /// Waits until it has halted itself.
    pub(crate) fn halted(&self) {
        block_in_place(|| self.wait_for_halt());
        self.shows_nothing();
    }

    fn wait_for_halt(&self) {
        let end = Instant::now() + LONGEST;
        while !self.is_halted() {
            let is_over = Instant::now() > end || self.state().starts_with('Z');
            assert!(!is_over, "it is not halted: {}", self.tail());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn is_halted(&self) -> bool {
        self.state().starts_with(['T', 't'])
    }

    /// As the system calls it.
    fn state(&self) -> String {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        stat.rsplit(") ").next().unwrap_or_default().to_owned()
    }

    fn tail(&self) -> String {
        tail(&std::fs::read_to_string(&self.log).unwrap_or_default()).to_owned()
    }

    /// Lets it go on.
    pub(crate) fn awake(&self) {
        let id = self.child.id().to_string();
        let status = Command::new("/bin/sh")
            .args(["-c", &format!("kill -CONT {id}")])
            .status();
        assert!(status.unwrap().success());
    }

    /// Kills it wherever it is.
    pub(crate) fn kill(mut self) -> End {
        self.child.kill().unwrap();
        self.end()
    }

    /// Waits for its end. Whoever comes by a step again at which it has been halted goes on: a server may have closed the
    /// connection meanwhile, and then a request is sent anew.
    pub(crate) fn end(self) -> End {
        block_in_place(|| self.wait_for_end())
    }

    fn wait_for_end(mut self) -> End {
        let end = Instant::now() + LONGEST;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "a program does not end: {}", self.tail());
            if self.is_halted() {
                self.awake();
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        let mut said = String::new();
        let output = self.child.stdout.as_mut().unwrap();
        output.read_to_string(&mut said).unwrap();
        said += &std::fs::read_to_string(&self.log).unwrap();
        assert!(
            !has_secret(&said, &self.secrets),
            "a secret is in the log {}",
            self.log.display()
        );
        End { status, said }
    }

    /// Waits for its end, which is a good one.
    pub(crate) fn succeeds(self) {
        let end = self.end();
        assert!(end.is_good(), "{end:?}");
    }

    /// Waits until it has killed itself at a step.
    pub(crate) fn dies(self, step: &str) {
        let end = self.end();
        assert_eq!(
            end.status.signal(),
            Some(KILLED),
            "{step} was not reached: {end:?}"
        );
    }
}

impl Drop for Program {
    /// Where a case fails in the middle, nobody else would end it.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl End {
    pub(crate) fn is_good(&self) -> bool {
        self.status.success() && self.said.contains(DONE)
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: … {}", self.status, tail(&self.said))
    }
}

/// The end of a log, which has the reason in it.
fn tail(text: &str) -> &str {
    text.get(text.len().saturating_sub(2000)..).unwrap_or(text)
}
