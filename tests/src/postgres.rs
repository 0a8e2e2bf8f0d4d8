//! A real `PostgreSQL` server, for one test.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A server with its own folder, which answers on a socket there and nowhere else. It ends when this is dropped.
pub struct Postgres {
    folder: tempfile::TempDir,
    programs: PathBuf,
    environment: Vec<(String, PathBuf)>,
}

impl Postgres {
    /// Starts a server, with settings such as `synchronous_commit=off`.
    ///
    /// Without `PostgreSQL` on this machine the test is said to be skipped, and fails where `CI` is set.
    pub fn start(test: &str, settings: &[&str]) -> Option<Self> {
        Self::start_in(&[], test, settings)
    }

    /// The same with variables in the environment of the server.
    pub fn start_in(environment: &[(&str, &Path)], test: &str, settings: &[&str]) -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{test} needs PostgreSQL: install its server and clients"
            );
            eprintln!("skipped: {test}, because there is no PostgreSQL here");
            return None;
        };
        let mut server = Self::new(programs);
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
        server.configure(&["listen_addresses = ''", "max_connections = 200"]);
        server.configure(settings);
        let variables = environment.iter();
        server.environment = variables
            .map(|(name, path)| ((*name).to_owned(), path.to_path_buf()))
            .collect();
        server.resume();
        Some(server)
    }

    /// Starts a copy, which follows this server for as long as it can.
    pub fn replica(&self) -> Self {
        let replica = Self::new(self.programs.clone());
        let socket = self.folder().to_str().unwrap();
        let from = [
            "-h",
            socket,
            "-U",
            "test",
            "-R",
            "-X",
            "stream",
            "-c",
            "fast",
            "--no-sync",
        ];
        replica.run(
            "pg_basebackup",
            from.map(OsStr::new),
            [OsStr::new("-D"), replica.data().as_ref()],
        );
        replica.configure(&[]);
        replica.resume();
        replica
    }

    /// Makes a copy a server of its own, as it is then.
    pub fn promote(&self) {
        self.control(&["promote"]);
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        Self::url_at(self.folder())
    }

    /// The URL of the database of a server whose socket is in a folder.
    pub fn url_at(folder: &Path) -> String {
        format!("postgres://test@localhost/postgres?host={}", folder.display())
    }

    /// The folder with its socket.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops it as a crash would: nothing is written any more, and no connection is told.
    pub fn crash(&self) {
        self.control(&["stop", "-m", "immediate"]);
    }

    /// Starts it again.
    pub fn resume(&self) {
        self.control(&["start"]);
    }

    /// Whether it was not stopped.
    pub fn is_running(&self) -> bool {
        self.data().join("postmaster.pid").exists()
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

    fn new(programs: PathBuf) -> Self {
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap();
        give_away(folder.path());
        Self {
            folder,
            programs,
            environment: Vec::new(),
        }
    }

    /// Adds settings to those that it has.
    fn configure(&self, settings: &[&str]) {
        let place = format!("unix_socket_directories = '{}'", self.folder().display());
        let lines = format!("{place}\n{}\n", settings.join("\n"));
        let mut file = std::fs::OpenOptions::new();
        let path = self.data().join("postgresql.auto.conf");
        let file = file.append(true).create(true).open(path);
        file.unwrap().write_all(lines.as_bytes()).unwrap();
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
        command.envs(self.environment.iter().map(|(name, path)| (name, path)));
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
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut command = Command::new(self.programs.join("pg_ctl"));
        command.args(["stop", "-m", "immediate", "-D"]).arg(self.data());
        as_somebody(&mut command);
        let _ = command.output();
    }
}

/// A server does not run as root: then its folder belongs to `nobody`.
pub fn give_away(folder: &Path) {
    if let Some((user, group)) = nobody() {
        std::os::unix::fs::chown(folder, Some(user), Some(group)).unwrap();
    }
}

/// Nor does it run as root: then it runs as `nobody`.
pub fn as_somebody(command: &mut Command) {
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
    ["initdb", "pg_basebackup", "pg_ctl", "psql"]
        .iter()
        .all(|program| folder.join(program).is_file())
}
