//! A server of a database that ends, for a while or for good, while programs hold what it should keep.

use std::path::PathBuf;
use std::sync::Arc;

use notion_oauth::{Action, Status};
use notion_sim::RefreshMode;
use notion_tests::postgres::Postgres;

use crate::invariants;
use crate::program::Program;
use crate::runner::run_together;
use crate::world::{Kind, ROTATING, Server, World, forgives};

/// What becomes of the program that refreshes.
#[derive(Clone, Copy, PartialEq)]
enum Holder {
    GoesOn,
    IsKilled,
}

/// The server ends while programs hold answers, and comes back when they have given up.
#[test]
fn t14_a_database_that_ends_between_answer_and_commit_loses_no_answer() {
    let name = "t14_a_database_that_ends_between_answer_and_commit_loses_no_answer";
    let Some(server) = Postgres::start(name, &[]).map(Arc::new) else {
        return;
    };
    let cases = cases(&["R8", "R9"]);
    run_together("a database that ends", cases, |(step, mode, holder), meeting| {
        let server = Arc::clone(&server);
        async move {
            let world = World::expired(mode, &Kind::Postgres(Server::new(&server))).await;
            // Before it is killed, it has written the answer to the spool.
            let end = match (step, holder) {
                ("R8", Holder::IsKilled) => ",R9=kill",
                _ => "",
            };
            let program = world.refresher(&format!("{step}=stop{end}"));
            program.go();
            program.halted();
            meeting.all_here(|| server.crash()).await;
            let end = if (step, holder) == ("R9", Holder::IsKilled) {
                program.kill()
            } else {
                program.awake();
                program.end()
            };
            assert!(!end.is_good(), "{end:?}");
            meeting.all_here(|| server.resume()).await;
            world.recover().await;
            assert_eq!(world.refreshes(), 1);
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        }
    });
}

/// A server ends for good, and a copy takes its place, which has everything.
#[test]
fn t14_a_replica_that_takes_the_place_of_its_server_loses_nothing_that_was_committed() {
    let name = "t14_a_replica_that_takes_the_place_of_its_server_loses_nothing_that_was_committed";
    let Some(pair) = Pair::start(name).map(Arc::new) else {
        return;
    };
    let cases = cases(&["R6", "R8", "R9", "R10"]);
    run_together("a replica", cases, |(step, mode, holder), meeting| {
        let pair = Arc::clone(&pair);
        async move {
            let mut world = World::expired(mode, &pair.kind()).await;
            let program = world.refresher(&format!("{step}=stop"));
            program.go();
            program.halted();
            meeting.all_here(|| pair.take_over()).await;
            world.kind = pair.kind();
            goes_on(program, holder);
            world.recover().await;
            // The answer is lost where nobody but the program that was killed had it.
            world.lost = usize::from((step, holder) == ("R8", Holder::IsKilled));
            ended(&world, world.lost > 0).await;
        }
    });
}

/// The copy has nothing of what the programs did to refresh. Whether anything is lost is for whoever runs the servers to
/// say; but no installation ends dead without being flagged.
#[test]
fn t14_a_replica_that_lags_behind_leaves_nothing_that_is_dead_and_not_flagged() {
    let name = "t14_a_replica_that_lags_behind_leaves_nothing_that_is_dead_and_not_flagged";
    let Some(pair) = Pair::start(name).map(Arc::new) else {
        return;
    };
    let cases = cases(&["R6", "R8", "R9", "R10", "R11"]);
    run_together("a replica that lags", cases, |(step, mode, holder), meeting| {
        let pair = Arc::clone(&pair);
        async move {
            let mut world = World::expired(mode, &pair.kind()).await;
            meeting.all_here(|| pair.cut_off()).await;
            let program = world.refresher(&format!("{step}=stop"));
            program.go();
            program.halted();
            meeting.all_here(|| pair.take_over()).await;
            world.kind = pair.kind();
            goes_on(program, holder);
            world.recover().await;
            // The commit is gone with the server, and after it the spool was emptied.
            let was_forgotten = step == "R11" || (step, holder) == ("R10", Holder::GoesOn);
            let is_lost = was_forgotten || (step, holder) == ("R8", Holder::IsKilled);
            world.lost = usize::from(is_lost);
            ended(&world, is_lost).await;
        }
    });
}

/// Each mode and end with each of these steps.
fn cases(steps: &[&'static str]) -> Vec<(String, (&'static str, RefreshMode, Holder))> {
    let mut cases = Vec::new();
    for step in steps {
        for mode in ROTATING {
            for (holder, what) in [(Holder::GoesOn, "going on"), (Holder::IsKilled, "killed")] {
                cases.push((format!("{step} {mode:?} {what}"), (*step, *mode, holder)));
            }
        }
    }
    cases
}

/// What is left of the program after its server has been replaced.
fn goes_on(program: Program, holder: Holder) {
    match holder {
        Holder::GoesOn => {
            program.awake();
            program.succeeds();
        }
        Holder::IsKilled => drop(program.kill()),
    }
}

async fn ended(world: &World, is_lost: bool) {
    assert_eq!(world.refreshes(), 1 + usize::from(is_lost));
    if is_lost && !forgives(world.mode) {
        invariants::hold(world, Status::NeedsReauthorization, &[Action::Flagged]).await;
    } else {
        invariants::hold(world, Status::Healthy, &[Action::Refreshed]).await;
    }
}

/// A server, the copy that takes its place, and an address which is that of the one or of the other.
struct Pair {
    server: Arc<Postgres>,
    replica: Arc<Postgres>,
    folder: tempfile::TempDir,
}

impl Pair {
    fn start(test: &str) -> Option<Self> {
        let server = Postgres::start(test, &["max_connections = 500"])?;
        let replica = server.replica();
        // From here on nothing is committed before the copy has it.
        server.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
        server.query("SELECT pg_reload_conf()");
        let pair = Self {
            server: Arc::new(server),
            replica: Arc::new(replica),
            folder: tempfile::tempdir().unwrap(),
        };
        pair.lead_to(&pair.server);
        Some(pair)
    }

    /// The database at the address, and its server as it is now.
    fn kind(&self) -> Kind {
        let is_replaced = std::fs::read_link(self.address()).unwrap() == self.replica.folder();
        let now = if is_replaced { &self.replica } else { &self.server };
        Kind::Postgres(Server {
            postgres: Arc::clone(now),
            url: Postgres::url_at(&self.address()),
        })
    }

    fn address(&self) -> PathBuf {
        self.folder.path().join("address")
    }

    fn lead_to(&self, server: &Postgres) {
        let new = self.folder.path().join("new");
        std::os::unix::fs::symlink(server.folder(), &new).unwrap();
        std::fs::rename(new, self.address()).unwrap();
    }

    /// The copy gets nothing any more.
    fn cut_off(&self) {
        self.server.query("ALTER SYSTEM RESET synchronous_standby_names");
        self.server.query("SELECT pg_reload_conf()");
        self.replica.crash();
    }

    /// The server ends, and the copy has its address from then on.
    fn take_over(&self) {
        self.server.crash();
        if !self.replica.is_running() {
            self.replica.resume();
        }
        self.replica.promote();
        self.lead_to(&self.replica);
    }
}
