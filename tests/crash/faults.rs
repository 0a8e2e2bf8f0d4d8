//! Programs that refresh at once, halt, or lose what they depend on.

use std::sync::Arc;
use std::time::Duration;

use notion_oauth::{Action, Status};
use notion_sim::{Fault, RefreshMode};
use notion_tests::postgres::Postgres;

use crate::child::Program;
use crate::invariants;
use crate::runner::run;
use crate::site::{PATIENCE, Place};
use crate::world::{Kind, MODES, World, close, forgives};

/// The modes in which there is something to refresh with.
const ROTATING: &[RefreshMode] = MODES.first_chunk::<4>().unwrap();

/// Every mode with every kind of store.
fn product(kinds: &[Kind], modes: &[RefreshMode]) -> Vec<(String, (RefreshMode, Kind))> {
    let of_kind = |kind: &Kind| {
        let named = |mode: &RefreshMode| (format!("{mode:?} {}", kind.name()), (*mode, kind.clone()));
        modes.iter().map(named).collect::<Vec<_>>()
    };
    kinds.iter().flat_map(of_kind).collect()
}

#[test]
fn t13_of_eight_programs_that_refresh_at_once_one_sends_and_the_others_adopt() {
    let kinds = Kind::all("t13_of_eight_programs_that_refresh_at_once_one_sends_and_the_others_adopt");
    run(
        "eight programs",
        product(&kinds, ROTATING),
        |(mode, kind)| async move {
            let mut world = World::installed(mode, &kind).await;
            world.sim.set_rate_limit(notion_sim::RateLimit::off());
            let programs: Vec<_> = (0..8).map(|_| world.refresher("")).collect();
            world.expire();
            programs.iter().for_each(Program::go);
            programs.into_iter().for_each(Program::succeeds);
            assert_eq!(world.refreshes(), 1);
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        },
    );
}

/// The holder of the lock is halted for longer than anybody waits: nobody takes its place.
#[test]
fn t15_a_program_that_is_halted_past_every_deadline_is_not_taken_for_dead() {
    let kinds = Kind::all("t15_a_program_that_is_halted_past_every_deadline_is_not_taken_for_dead");
    let mut cases = Vec::new();
    for (name, (mode, kind)) in product(&kinds, ROTATING) {
        for step in ["R3", "R6", "R8", "R9"] {
            cases.push((format!("{step} {name}"), (step, mode, kind.clone())));
        }
    }
    run("halted programs", cases, |(step, mode, kind)| async move {
        let world = World::expired(mode, &kind).await;
        let holder = world.refresher(&format!("{step}=stop"));
        holder.go();
        holder.halted();
        let sent = world.refreshes();
        // Another program gives up in time, and sends nothing.
        let workspaces = world.open().await;
        let client = workspaces.client(&world.bot).await.unwrap();
        let waiting = tokio::time::timeout(10 * PATIENCE, client.me()).await;
        waiting.expect("within its deadline").unwrap_err();
        assert_eq!(world.refreshes(), sent);
        drop(client);
        close(&workspaces).await;
        holder.awake();
        holder.succeeds();
        assert_eq!(world.refreshes(), 1);
        invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
    });
}

/// The token endpoint does it, or does not; in either case nothing comes back.
#[test]
fn t14_an_answer_that_is_lost_on_the_way_is_asked_for_once_more() {
    let kinds = Kind::all("t14_an_answer_that_is_lost_on_the_way_is_asked_for_once_more");
    let mut cases = Vec::new();
    for (name, (mode, kind)) in product(&kinds, ROTATING) {
        for is_done in [true, false] {
            let what = if is_done { "after" } else { "before" };
            cases.push((
                format!("{name}, {what} the commit"),
                (is_done, mode, kind.clone()),
            ));
        }
    }
    run("lost answers", cases, |(is_done, mode, kind)| async move {
        let world = World::expired(mode, &kind).await;
        let fault = Fault::on("POST", "/v1/oauth/token").reset();
        let fault = if is_done { fault.after_commit() } else { fault };
        world.sim.fault(fault);
        let program = world.refresher("");
        program.go();
        let (status, said) = program.end();
        let is_healthy = !is_done || forgives(mode);
        assert_eq!(status.success(), is_healthy, "{said}");
        assert_eq!(world.refreshes(), 2);
        if is_healthy {
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        } else {
            invariants::hold(&world, Status::NeedsReauthorization, &[Action::Flagged]).await;
        }
    });
}

/// The server of the database ends while a program holds the answer, and comes back when the program has given up.
#[test]
fn t14_a_database_that_ends_between_answer_and_commit_loses_no_answer() {
    let name = "t14_a_database_that_ends_between_answer_and_commit_loses_no_answer";
    let mut cases = Vec::new();
    for mode in [RefreshMode::Strict, RefreshMode::Grace] {
        for step in ["R8", "R9"] {
            for is_killed in [true, false] {
                let end = if is_killed { "killed" } else { "giving up" };
                cases.push((format!("{step} {mode:?} {end}"), (step, mode, is_killed)));
            }
        }
    }
    run(
        "a database that ends",
        cases,
        move |(step, mode, is_killed)| async move {
            let Some(server) = Postgres::start(name, &[]) else {
                return;
            };
            let (server, kind) = {
                let server = Arc::new(server);
                (Arc::clone(&server), Kind::Postgres(server))
            };
            let world = World::expired(mode, &kind).await;
            let end = if is_killed { ",R10=kill" } else { "" };
            let holder = world.refresher(&format!("{step}=stop{end}"));
            holder.go();
            holder.halted();
            server.crash();
            holder.awake();
            let (status, said) = holder.end();
            assert!(!status.success(), "{said}");
            server.resume();
            world.recover().await;
            assert_eq!(world.refreshes(), 1);
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        },
    );
}

/// A lock of `PostgreSQL` ends with its connection, and its holder goes on: the next one waits for as long as a request may
/// take.
#[test]
fn t15_a_lock_that_the_database_takes_away_lets_nobody_send_the_same_token() {
    let kinds = Kind::all("t15_a_lock_that_the_database_takes_away_lets_nobody_send_the_same_token");
    let kinds: Vec<_> = kinds
        .into_iter()
        .filter(|kind| matches!(kind, Kind::Postgres(_)))
        .collect();
    let mut cases = Vec::new();
    for (name, (mode, kind)) in product(&kinds, ROTATING) {
        for step in ["R6", "R8", "R9"] {
            cases.push((format!("{step} {name}"), (step, mode, kind.clone())));
        }
    }
    run(
        "a lock that is taken away",
        cases,
        |(step, mode, kind)| async move {
            let mut world = World::expired(mode, &kind).await;
            world.site.timeout = Duration::from_secs(8);
            let (first, second) = (world.refresher(&format!("{step}=stop")), world.refresher(""));
            first.go();
            first.halted();
            let (Kind::Postgres(server), Place::Postgres(url)) = (&world.kind, &world.site.place) else {
                unreachable!("all are of this kind");
            };
            let database = url.split(['/', '?']).nth(3).unwrap();
            server.query(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
            ));
            second.go();
            tokio::time::sleep(Duration::from_secs(1)).await;
            first.awake();
            first.succeeds();
            second.succeeds();
            assert_eq!(world.refreshes(), 1);
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        },
    );
}
