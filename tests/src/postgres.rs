//! A real `PostgreSQL` server, for one test.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A server with its own folder, which answers on a socket there and nowhere else. It ends when this is dropped.
pub struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl Postgres {
    /// Starts a server, with settings such as `synchronous_commit=off`.
    ///
    /// Without `PostgreSQL` on this machine the test is said to be skipped, and fails where `CI` is set.
    pub fn start(test: &str, settings: &[&str]) -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{test} needs PostgreSQL: install `initdb`, `pg_ctl` and `psql`"
            );
            eprintln!("skipped: {test}, because there is no PostgreSQL here");
            return None;
        };
        let server = Self {
            folder: tempfile::Builder::new().prefix("pg").tempdir().unwrap(),
            programs,
        };
        server.give_away();
        let initdb = [
            "-A",
            "trust",
            "-U",
            "test",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ];
        server.run(
            "initdb",
            initdb.map(OsStr::new),
            [OsStr::new("-D"), server.data().as_ref()],
        );
        let mut lines = format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 200\n",
            server.folder.path().display()
        );
        for setting in settings {
            lines += setting;
            lines.push('\n');
        }
        let configuration = server.data().join("postgresql.auto.conf");
        std::fs::write(configuration, lines).unwrap();
        server.resume();
        Some(server)
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!(
            "postgres://test@localhost/postgres?host={}",
            self.folder.path().display()
        )
    }

    /// Stops it as a crash would: nothing is written any more, and no connection is told.
    pub fn crash(&self) {
        self.control(&["stop", "-m", "immediate"]);
    }

    /// Starts it again.
    pub fn resume(&self) {
        self.control(&["start"]);
    }

    /// What a statement gives, as text.
    pub fn query(&self, sql: &str) -> String {
        let socket = self.folder.path().to_str().unwrap();
        let arguments = [
            "-X", "-A", "-t", "-U", "test", "-h", socket, "-c", sql, "postgres",
        ];
        let output = self.run("psql", arguments.map(OsStr::new), []);
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    /// All that it writes to the disk.
    pub fn files(&self) -> PathBuf {
        self.data()
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn control(&self, arguments: &[&str]) {
        let (data, log) = (self.data(), self.folder.path().join("log"));
        let folder = [
            OsStr::new("-D"),
            data.as_ref(),
            OsStr::new("-l"),
            log.as_ref(),
            OsStr::new("-w"),
        ];
        self.run("pg_ctl", arguments.iter().map(OsStr::new), folder);
    }

    fn run<'a>(
        &self,
        program: &str,
        arguments: impl IntoIterator<Item = &'a OsStr>,
        more: impl IntoIterator<Item = &'a OsStr>,
    ) -> Output {
        let mut command = Command::new(self.programs.join(program));
        command.args(arguments).args(more).current_dir(self.folder.path());
        // The server keeps what it inherits, and who reads that would wait for it.
        let said = self.folder.path().join(format!("{program}.out"));
        if program == "pg_ctl" {
            let file = std::fs::File::create(&said).unwrap();
            command.stdout(file.try_clone().unwrap()).stderr(file);
        }
        as_somebody(&mut command);
        let output = command.output().unwrap();
        assert!(
            output.status.success(),
            "{program}: {}{}",
            String::from_utf8_lossy(&output.stderr),
            std::fs::read_to_string(said).unwrap_or_default()
        );
        output
    }

    /// A server does not run as root: then it belongs to `nobody`.
    fn give_away(&self) {
        if let Some((user, group)) = nobody() {
            std::os::unix::fs::chown(self.folder.path(), Some(user), Some(group)).unwrap();
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut command = Command::new(self.programs.join("pg_ctl"));
        command.args(["stop", "-m", "immediate", "-D"]).arg(self.data());
        as_somebody(&mut command);
        let _ = command.output();
    }
}

fn as_somebody(command: &mut Command) {
    use std::os::unix::process::CommandExt;

    if let Some((user, group)) = nobody() {
        command.uid(user).gid(group);
    }
}

/// The user and group of `nobody`, if this runs as root.
fn nobody() -> Option<(u32, u32)> {
    let id = |arguments: &[&str]| {
        let output = Command::new("id").args(arguments).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"])? != 0 {
        return None;
    }
    Some((id(&["-u", "nobody"])?, id(&["-g", "nobody"])?))
}

/// The folder with `initdb`: one in `PATH`, or where Debian puts it.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).find(|folder| has_all(folder));
    found.or_else(|| {
        let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
        let mut folders = Vec::from_iter(versions.flatten().map(|version| version.path().join("bin")));
        folders.sort();
        folders.into_iter().rev().find(|folder| has_all(folder))
    })
}

fn has_all(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "psql"]
        .iter()
        .all(|program| folder.join(program).is_file())
}
