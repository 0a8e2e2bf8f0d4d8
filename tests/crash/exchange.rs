//! An exchange that ends at each of its steps.

use notion_oauth::{FlowResult, Status};
use notion_sim::RefreshMode;

use crate::invariants;
use crate::runner::run;
use crate::world::{Flow, Kind, MODES, World, product_of_steps};

/// Nothing of the answer is on a disk under its name.
const LOST: &[&str] = &["C0", "C1", "C2", "C3", "spool.written"];
/// The answer is on a disk.
const KEPT: &[&str] = &["C4", "C5", "C6", "C7"];

#[test]
fn t3_t14_a_code_is_sent_once_and_gives_all_or_nothing_wherever_the_program_is_killed() {
    let kinds =
        Kind::all("t3_t14_a_code_is_sent_once_and_gives_all_or_nothing_wherever_the_program_is_killed");
    let cases = product_of_steps(&[LOST, KEPT].concat(), &kinds, &MODES);
    run("exchange", cases, |(step, mode, kind)| async move {
        let mut world = World::new(mode, &kind).await;
        let flow = world.allow().await;
        world.killed(&flow.finish(), step);
        ended(world, &flow, step).await;
    });
    Kind::end(kinds);
}

#[test]
fn t3_t8_a_panic_in_an_exchange_says_no_code_and_loses_nothing_that_a_crash_would_not_lose() {
    let name = "t3_t8_a_panic_in_an_exchange_says_no_code_and_loses_nothing_that_a_crash_would_not_lose";
    let kinds = Kind::all(name);
    // What becomes of a refresh token later makes no difference here. A panic while the answer is written to the spool is
    // survived: the program has it in memory.
    let modes = [RefreshMode::Strict, RefreshMode::NoRefreshToken];
    let mut cases = product_of_steps(&[LOST, KEPT].concat(), &kinds, &modes);
    cases.retain(|(_, (step, ..))| *step != "spool.written");
    run("panics of an exchange", cases, |(step, mode, kind)| async move {
        let mut world = World::new(mode, &kind).await;
        let flow = world.allow().await;
        world.panicked(&flow.finish(), step);
        ended(world, &flow, step).await;
    });
    Kind::end(kinds);
}

/// Another program recovers, and the user reloads the page.
async fn ended(mut world: World, flow: &Flow, step: &str) {
    let workspaces = world.open().await;
    workspaces.recover().await.unwrap();
    let installed = workspaces.list().await.unwrap().len();
    let result = world.finish(flow).await;
    let was_sent = usize::from(!["C0", "C1"].contains(&step));
    assert_eq!(world.posts("authorization_code").len(), was_sent);
    if LOST.contains(&step) {
        assert_eq!(installed, 0);
        assert!(matches!(result, FlowResult::Unknown), "{result:?}");
        invariants::nothing_left(&world).await;
        // Then the user begins again.
        world.authorize().await;
        assert_eq!(world.posts("authorization_code").len(), was_sent + 1);
    } else {
        assert_eq!(installed, 1);
        assert!(matches!(result, FlowResult::Installed(_)), "{result:?}");
    }
    invariants::hold(&world, Status::Healthy, &[]).await;
}
