//! Programs that refresh at once, halt, or lose an answer.

use std::time::Duration;

use notion_oauth::{Action, Status};
use notion_sim::Fault;

use crate::invariants;
use crate::program::Program;
use crate::runner::{run, run_heavy};
use crate::world::{Kind, ROTATING, World, close, forgives, product, product_of_steps};

#[test]
fn t13_of_eight_programs_that_refresh_at_once_one_sends_and_the_others_adopt() {
    let kinds = Kind::all("t13_of_eight_programs_that_refresh_at_once_one_sends_and_the_others_adopt");
    let cases = product(&kinds, ROTATING);
    run_heavy(4, "eight programs", cases, |(mode, kind)| async move {
        let mut world = World::installed(mode, &kind).await;
        eight(&mut world);
        invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
    });
    Kind::end(kinds);
}

/// Eight programs notice at once that the token has ended.
pub(crate) fn eight(world: &mut World) {
    let programs: Vec<_> = (0..8).map(|_| world.refresher("")).collect();
    world.expire();
    programs.iter().for_each(Program::go);
    programs.into_iter().for_each(Program::succeeds);
    assert_eq!(world.refreshes(), 1);
}

/// The holder of the lock is halted for longer than anybody waits: nobody takes its place.
#[test]
fn t15_a_program_that_is_halted_past_every_deadline_is_not_taken_for_dead() {
    let kinds = Kind::all("t15_a_program_that_is_halted_past_every_deadline_is_not_taken_for_dead");
    let cases = product_of_steps(&["R3", "R6", "R8", "R9"], &kinds, ROTATING);
    run("halted programs", cases, |(step, mode, kind)| async move {
        let mut world = World::expired(mode, &kind).await;
        let holder = world.refresher(&format!("{step}=stop"));
        holder.go();
        holder.halted();
        let sent = world.refreshes();
        // Another program gives up in time, and sends nothing.
        let patience = Duration::from_secs(2);
        let usual = std::mem::replace(&mut world.site.patience, patience);
        let workspaces = world.open().await;
        let client = workspaces.client(&world.bot).await.unwrap();
        let waiting = tokio::time::timeout(10 * patience, client.me()).await;
        waiting.expect("within its deadline").unwrap_err();
        assert_eq!(world.refreshes(), sent);
        drop(client);
        close(&workspaces).await;
        world.site.patience = usual;
        holder.awake();
        holder.succeeds();
        assert_eq!(world.refreshes(), 1);
        invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
    });
    Kind::end(kinds);
}

/// The token endpoint does it, or does not; in either case nothing comes back.
#[test]
fn t14_an_answer_that_is_lost_on_the_way_is_asked_for_once_more() {
    let kinds = Kind::all_and_memory("t14_an_answer_that_is_lost_on_the_way_is_asked_for_once_more");
    let mut cases = Vec::new();
    for (name, (mode, kind)) in product(&kinds, ROTATING) {
        for is_done in [true, false] {
            let what = if is_done { "after" } else { "before" };
            let name = format!("{name}, {what} the commit");
            cases.push((name, (is_done, mode, kind.clone())));
        }
    }
    run("lost answers", cases, |(is_done, mode, kind)| async move {
        let mut world = World::expired(mode, &kind).await;
        world.sim.fault(lost(is_done));
        world.lost = 1;
        let is_healthy = !is_done || forgives(mode);
        if let Kind::Memory = kind {
            world.recover().await;
        } else {
            let program = world.refresher("");
            program.go();
            let end = program.end();
            assert_eq!(end.is_good(), is_healthy, "{end:?}");
        }
        assert_eq!(world.refreshes(), 2);
        if is_healthy {
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        } else {
            invariants::hold(&world, Status::NeedsReauthorization, &[Action::Flagged]).await;
        }
    });
    Kind::end(kinds);
}

/// The next request of the token endpoint has no answer, after it was done or instead.
pub(crate) fn lost(is_done: bool) -> Fault {
    let fault = Fault::on("POST", "/v1/oauth/token").reset();
    if is_done { fault.after_commit() } else { fault }
}

/// A lock of `PostgreSQL` ends with its connection, and its holder goes on: the next one waits for as long as a request may
/// take.
#[test]
fn t15_a_lock_that_the_database_takes_away_lets_nobody_send_the_same_token() {
    let kind = Kind::postgres("t15_a_lock_that_the_database_takes_away_lets_nobody_send_the_same_token");
    let kinds = Vec::from_iter(kind);
    let cases = product_of_steps(&["R6", "R8", "R9"], &kinds, ROTATING);
    run(
        "a lock that is taken away",
        cases,
        |(step, mode, kind)| async move {
            let mut world = World::expired(mode, &kind).await;
            world.site.timeout = Duration::from_secs(30);
            let (first, second) = (world.refresher(&format!("{step}=stop")), world.refresher(""));
            first.go();
            first.halted();
            let (server, schema) = world.in_postgres();
            server.query(&format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
                schema.name
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
    Kind::end(kinds);
}
