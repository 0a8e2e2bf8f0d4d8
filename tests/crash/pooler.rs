//! `PgBouncer` in front of a server, which hands out its few connections by transaction.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use notion_oauth::{Action, Status};
use notion_tests::postgres::{Postgres, as_somebody, give_away};

use crate::faults::eight;
use crate::invariants;
use crate::refresh::ended;
use crate::runner::{run, run_heavy};
use crate::site::Schema;
use crate::world::{Kind, MODES, ROTATING, Server, World, product, product_of_steps};

/// Connections of the server: fewer than the programs of a case have, and more than there are locks at once.
const FEW: u32 = 10;

/// A connection of the server is theirs only for as long as a transaction lasts.
#[test]
fn t13_programs_behind_a_pooler_refresh_once_too() {
    let name = "t13_programs_behind_a_pooler_refresh_once_too";
    let Some((kind, _pooler)) = Pooler::start(name, FEW) else {
        return;
    };
    let cases = product(&[kind], ROTATING);
    run_heavy(
        4,
        "eight programs behind a pooler",
        cases,
        |(mode, kind)| async move {
            let mut world = World::installed(mode, &kind).await;
            eight(&mut world);
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        },
    );
}

#[test]
fn t14_a_refresh_behind_a_pooler_ends_healthy_or_flagged_wherever_its_program_is_killed() {
    let name = "t14_a_refresh_behind_a_pooler_ends_healthy_or_flagged_wherever_its_program_is_killed";
    let Some((kind, _pooler)) = Pooler::start(name, FEW) else {
        return;
    };
    let cases = product_of_steps(&["R3", "R6", "R7", "R9", "R10"], &[kind], ROTATING);
    run(
        "refresh behind a pooler",
        cases,
        |(step, mode, kind)| async move {
            let mut world = World::expired(mode, &kind).await;
            world.killed(&world.refresh(), step);
            ended(&mut world, step).await;
        },
    );
}

/// It keeps what every store promises, if there are connections for all locks.
#[test]
fn a_store_behind_a_pooler_is_as_good_as_any() {
    let Some((kind, _pooler)) = Pooler::start("a_store_behind_a_pooler_is_as_good_as_any", 100) else {
        return;
    };
    run(
        "a store behind a pooler",
        product(&[kind], &MODES[..1]),
        |(_, kind)| async move {
            let Kind::Postgres(server) = kind else {
                unreachable!("it is of this kind");
            };
            let schema = Schema::new(&server.url);
            let open = || async { schema.open().await.unwrap() };
            notion_oauth::store::conformance::check(open).await.unwrap();
        },
    );
}

struct Pooler {
    process: Child,
    folder: tempfile::TempDir,
}

impl Pooler {
    /// Starts one before a server of its own.
    ///
    /// Without `PgBouncer` on this machine the test is said to be skipped, and fails where `CI` is set.
    fn start(test: &str, connections: u32) -> Option<(Kind, Self)> {
        let Some(program) = program() else {
            assert!(
                std::env::var_os("CI").is_none(),
                "{test} needs PgBouncer: install `pgbouncer`"
            );
            eprintln!("skipped: {test}, because there is no PgBouncer here");
            return None;
        };
        let Kind::Postgres(server) = Kind::postgres(test)? else {
            unreachable!("it is of this kind");
        };
        let pooler = Self::before(&server.postgres, &program, connections);
        let url = Postgres::url_at(pooler.folder.path());
        Some((Kind::Postgres(Server { url, ..server }), pooler))
    }

    fn before(server: &Postgres, program: &Path, connections: u32) -> Self {
        let folder = tempfile::Builder::new().prefix("pool").tempdir().unwrap();
        give_away(folder.path());
        let settings = folder.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={} user=test\n\
             [pgbouncer]\nlisten_addr =\nlisten_port = 5432\nunix_socket_dir = {}\nauth_type = any\n\
             pool_mode = transaction\ndefault_pool_size = {connections}\nmax_client_conn = 1000\n",
            server.folder().display(),
            folder.path().display()
        );
        std::fs::write(&settings, text).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(program);
        command.arg(&settings).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log);
        as_somebody(&mut command);
        let process = command.spawn().unwrap();
        let pooler = Self { process, folder };
        pooler.wait();
        pooler
    }

    fn wait(&self) {
        let start = Instant::now();
        while !self.folder.path().join(".s.PGSQL.5432").exists() {
            let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
            assert!(start.elapsed() < Duration::from_secs(60), "{log}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Debian puts it where only root looks.
fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.find_map(|folder| Some(folder.join("pgbouncer")).filter(|file| file.is_file()))
}
