//! A refresh that ends at each of its steps.

use notion_oauth::{Action, Status};
use notion_sim::RefreshMode;

use crate::invariants;
use crate::runner::run;
use crate::world::{Kind, MODES, World, forgives, product_of_steps};

/// Nothing was sent.
const BEFORE: &[&str] = &["R0", "R1", "R2", "R3", "R4", "R6"];
/// It was sent, and nothing of the answer is on a disk under its name.
const DURING: &[&str] = &["R7", "R8", "spool.written"];
/// The answer is on a disk.
const AFTER: &[&str] = &["R9", "R10", "R11", "R12", "R13"];

/// The steps that are there in a mode: where nothing can be sent, the refresh ends before.
fn are_there(step: &str, mode: RefreshMode) -> bool {
    mode != RefreshMode::NoRefreshToken || BEFORE[..5].contains(&step)
}

#[test]
fn t14_a_refresh_ends_healthy_or_flagged_wherever_its_program_is_killed() {
    let kinds = Kind::all("t14_a_refresh_ends_healthy_or_flagged_wherever_its_program_is_killed");
    let steps = [BEFORE, DURING, AFTER, &["R5"]].concat();
    let mut cases = product_of_steps(&steps, &kinds, &MODES);
    cases.retain(|(_, (step, mode, _))| are_there(step, *mode));
    run("refresh", cases, |(step, mode, kind)| async move {
        let mut world = World::expired(mode, &kind).await;
        if step == "R5" {
            // The program that finds the answer in the spool is killed, too.
            world.killed(&world.refresh(), "R9");
        }
        world.killed(&world.refresh(), step);
        ended(&mut world, step).await;
    });
    Kind::end(kinds);
}

#[test]
fn t8_a_panic_says_no_token_and_loses_nothing_that_a_crash_would_not_lose() {
    let kinds = Kind::all("t8_a_panic_says_no_token_and_loses_nothing_that_a_crash_would_not_lose");
    // A panic while the answer is written to the spool is survived: the program has it in memory.
    let steps = [BEFORE, &["R7", "R8"], AFTER].concat();
    let mut cases = product_of_steps(&steps, &kinds, &MODES);
    cases.retain(|(_, (step, mode, _))| are_there(step, *mode));
    run("panics of a refresh", cases, |(step, mode, kind)| async move {
        let mut world = World::expired(mode, &kind).await;
        world.panicked(&world.refresh(), step);
        ended(&mut world, step).await;
    });
    Kind::end(kinds);
}

/// Another program recovers, and the installation is healthy or flagged as it should be.
pub(crate) async fn ended(world: &mut World, step: &str) {
    world.recover().await;
    let can_refresh = world.mode != RefreshMode::NoRefreshToken;
    world.lost = usize::from(can_refresh && DURING.contains(&step));
    if step == "R7" {
        // On a busy machine the request may not have got there before its program was killed.
        world.lost = world.refreshes().saturating_sub(1);
        assert!(world.lost <= 1);
    }
    let posts = usize::from(can_refresh) + world.lost;
    assert_eq!(world.refreshes(), posts);
    if !can_refresh || world.lost > 0 && !forgives(world.mode) {
        invariants::hold(world, Status::NeedsReauthorization, &[Action::Flagged]).await;
        // And that is not the end.
        world.authorize().await;
        let events = [Action::Flagged, Action::Reauthorized];
        invariants::hold(world, Status::Healthy, &events).await;
    } else {
        invariants::hold(world, Status::Healthy, &[Action::Refreshed]).await;
    }
    assert_eq!(world.refreshes(), posts);
}
