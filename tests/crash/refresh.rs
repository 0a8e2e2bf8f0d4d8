//! A refresh that ends at each of its steps.

use notion_oauth::{Action, Status};
use notion_sim::RefreshMode;

use crate::invariants;
use crate::runner::run;
use crate::world::{Kind, MODES, World, forgives};

/// Nothing was sent.
const BEFORE: &[&str] = &["R0", "R1", "R2", "R3", "R4", "R6"];
/// It was sent, and nothing of the answer is on a disk under its name.
const DURING: &[&str] = &["R7", "R8", "spool.written"];
/// The answer is on a disk.
const AFTER: &[&str] = &["R9", "R10", "R11", "R12", "R13"];

#[test]
fn t14_a_refresh_ends_healthy_or_flagged_wherever_its_program_is_killed() {
    let kinds = Kind::all("t14_a_refresh_ends_healthy_or_flagged_wherever_its_program_is_killed");
    let mut cases = Vec::new();
    for kind in &kinds {
        for mode in MODES {
            for step in [BEFORE, DURING, AFTER, &["R5"]].into_iter().flatten().copied() {
                if mode == RefreshMode::NoRefreshToken && !BEFORE[..5].contains(&step) {
                    continue;
                }
                let name = format!("{step} {mode:?} {}", kind.name());
                cases.push((name, (step, mode, kind.clone())));
            }
        }
    }
    run("refresh", cases, |(step, mode, kind)| {
        ended(End::Kill, step, mode, kind)
    });
    invariants::no_token_on_disk(&kinds);
}

#[test]
fn t8_a_panic_says_no_token_and_loses_nothing_that_a_crash_would_not_lose() {
    let kinds = Kind::all("t8_a_panic_says_no_token_and_loses_nothing_that_a_crash_would_not_lose");
    let mut cases = Vec::new();
    for kind in &kinds {
        // A panic while the answer is written to the spool is survived: the program has it in memory.
        for step in [BEFORE, &["R7", "R8"], AFTER].into_iter().flatten().copied() {
            cases.push((format!("{step} {}", kind.name()), (step, kind.clone())));
        }
    }
    run("panics", cases, |(step, kind)| {
        ended(End::Panic, step, RefreshMode::Strict, kind)
    });
}

/// How a program ends.
enum End {
    Kill,
    Panic,
}

async fn ended(end: End, step: &'static str, mode: RefreshMode, kind: Kind) {
    let mut world = World::expired(mode, &kind).await;
    if step == "R5" {
        // The program that finds the answer in the spool is killed, too.
        world.killed(&world.refresh(), "R9");
    }
    match end {
        End::Kill => world.killed(&world.refresh(), step),
        End::Panic => panicked(&world, step),
    }
    world.recover().await;

    let is_flagged = match mode {
        RefreshMode::NoRefreshToken => true,
        _ => DURING.contains(&step) && !forgives(mode),
    };
    let posts = match mode {
        RefreshMode::NoRefreshToken => 0,
        _ if DURING.contains(&step) => 2,
        _ => 1,
    };
    assert_eq!(world.refreshes(), posts);
    if is_flagged {
        invariants::hold(&world, Status::NeedsReauthorization, &[Action::Flagged]).await;
        // And that is not the end.
        world.authorize().await;
        let events = [Action::Flagged, Action::Reauthorized];
        invariants::hold(&world, Status::Healthy, &events).await;
    } else {
        invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
    }
    assert_eq!(world.refreshes(), posts);
}

/// What the program prints then has the trace of all its calls, and no secret.
fn panicked(world: &World, step: &str) {
    let program = world.refresher(&format!("{step}=panic"));
    assert!(!invariants::has_secret(&program.visible(), &world.secrets));
    program.go();
    let (_, said) = program.end();
    assert!(said.contains(&format!("the failpoint {step}")), "{said}");
    assert!(!invariants::has_secret(&said, &world.secrets));
}
