//! An exchange that ends at each of its steps.

use notion_oauth::{FlowResult, Status};
use notion_sim::RefreshMode;

use crate::child::Work;
use crate::invariants;
use crate::runner::run;
use crate::world::{Kind, World};

/// With a refresh token and without one. What becomes of it later makes no difference here.
const MODES: [RefreshMode; 2] = [RefreshMode::Strict, RefreshMode::NoRefreshToken];

/// Nothing of the answer is on a disk under its name.
const LOST: &[&str] = &["C0", "C1", "C2", "C3", "spool.written"];
/// The answer is on a disk.
const KEPT: &[&str] = &["C4", "C5", "C6", "C7"];

#[test]
fn t3_t14_a_code_is_sent_once_and_gives_all_or_nothing_wherever_the_program_is_killed() {
    let kinds =
        Kind::all("t3_t14_a_code_is_sent_once_and_gives_all_or_nothing_wherever_the_program_is_killed");
    let mut cases = Vec::new();
    for kind in &kinds {
        for mode in MODES {
            for step in [LOST, KEPT].into_iter().flatten().copied() {
                let name = format!("{step} {mode:?} {}", kind.name());
                cases.push((name, (step, mode, kind.clone())));
            }
        }
    }
    run("exchange", cases, |(step, mode, kind)| killed(step, mode, kind));
    invariants::no_token_on_disk(&kinds);
}

async fn killed(step: &'static str, mode: RefreshMode, kind: Kind) {
    let mut world = World::new(mode, &kind).await;
    let flow = world.allow().await;
    let work = Work::Finish {
        callback: flow.callback.clone(),
        binding: flow.binding.expose().to_owned(),
    };
    world.killed(&work, step);
    let workspaces = world.open().await;
    workspaces.recover().await.unwrap();
    let installed = workspaces.list().await.unwrap().len();
    // The user reloads the page.
    let result = world.finish(&flow).await;
    let was_sent = usize::from(!["C0", "C1"].contains(&step));
    assert_eq!(world.posts("authorization_code"), was_sent);
    if LOST.contains(&step) {
        assert_eq!(installed, 0);
        assert!(matches!(result, FlowResult::Unknown), "{result:?}");
        invariants::nothing_left(&world).await;
        // Then the user begins again.
        world.authorize().await;
        assert_eq!(world.posts("authorization_code"), was_sent + 1);
    } else {
        assert_eq!(installed, 1);
        assert!(matches!(result, FlowResult::Installed(_)), "{result:?}");
    }
    invariants::hold(&world, Status::Healthy, &[]).await;
}
