//! A removal that ends at each of its steps.

use notion_core::Token;
use notion_oauth::{Action, ErrorKind, Status};
use notion_sim::{Fault, RefreshMode};

use crate::child::Work;
use crate::invariants;
use crate::runner::run;
use crate::site::Place;
use crate::world::{Kind, MODES, World, product_of_steps};

const STEPS: &[&str] = &["U0", "U1", "U2", "U3"];

#[test]
fn t31_a_removal_is_brought_to_its_end_wherever_the_program_is_killed() {
    let kinds = Kind::all("t31_a_removal_is_brought_to_its_end_wherever_the_program_is_killed");
    let mut cases = Vec::new();
    for (name, (step, mode, kind)) in product_of_steps(STEPS, &kinds, &MODES) {
        for is_away in [false, true] {
            let away = if is_away { " while Notion is away" } else { "" };
            cases.push((format!("{name}{away}"), (step, mode, kind.clone(), is_away)));
        }
    }
    run("uninstall", cases, |(step, mode, kind, is_away)| async move {
        let world = World::installed(mode, &kind).await;
        let token = token(&world).await;
        world.killed(&uninstall(&world), step);
        ended(world, &token, step, is_away).await;
    });
    Kind::end(kinds);
}

#[test]
fn t8_t31_a_panic_in_a_removal_says_no_token_and_stops_it_no_more_than_a_crash() {
    let name = "t8_t31_a_panic_in_a_removal_says_no_token_and_stops_it_no_more_than_a_crash";
    let kinds = Kind::all(name);
    // What a server may do with what is left when one token is revoked.
    let modes = [
        RefreshMode::Strict,
        RefreshMode::SameRefreshToken,
        RefreshMode::NoRefreshToken,
    ];
    let cases = product_of_steps(STEPS, &kinds, &modes);
    run("panics of a removal", cases, |(step, mode, kind)| async move {
        let world = World::installed(mode, &kind).await;
        let token = token(&world).await;
        world.panicked(&uninstall(&world), step);
        ended(world, &token, step, false).await;
    });
    Kind::end(kinds);
}

fn uninstall(world: &World) -> Work {
    Work::Uninstall(world.bot.to_string())
}

async fn token(world: &World) -> Token {
    let installation = world.open().await.get(&world.bot).await.unwrap();
    installation.grant().token().clone()
}

/// Another program goes on with it, for which Notion is away at first, or not.
async fn ended(world: World, token: &Token, step: &str, is_away: bool) {
    let is_begun = ["U0", "U1"].contains(&step);
    if is_away {
        let away = Fault::on("POST", "/v1/oauth/revoke").status(503).times(3);
        world.sim.fault(away);
    }
    let workspaces = world.open().await;
    // Whatever is still to be done: nobody is given the tokens.
    let error = workspaces.client(&world.bot).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let left = workspaces.recover().await.unwrap().left;
    if is_away && is_begun && left > 0 {
        let status = workspaces.get(&world.bot).await.unwrap().status();
        assert_eq!(status, Status::Revoking);
    }
    world.sim.clear_faults();
    workspaces.recover().await.unwrap();

    assert!(workspaces.list().await.unwrap().is_empty());
    let introspected = world.site.connection().introspect(token).await.unwrap();
    assert!(!introspected.is_active());
    invariants::log(&world, &[Action::Revoking, Action::Uninstalled]).await;
    invariants::nothing_left(&world).await;
    // The store is of use for the same user again.
    if matches!(world.site.place, Place::Sqlite) {
        let mut world = world;
        world.authorize().await;
        let events = [Action::Revoking, Action::Uninstalled, Action::Installed];
        invariants::hold(&world, Status::Healthy, &events).await;
    }
}
