//! A removal that ends at each of its steps.

use notion_oauth::{Action, ErrorKind, Status};
use notion_sim::{Fault, RefreshMode};

use crate::child::Work;
use crate::invariants;
use crate::runner::run;
use crate::site::Place;
use crate::world::{Kind, World};

/// What a server may do with what is left when one token is revoked.
const MODES: [RefreshMode; 3] = [
    RefreshMode::Strict,
    RefreshMode::SameRefreshToken,
    RefreshMode::NoRefreshToken,
];

#[test]
fn t31_a_removal_is_brought_to_its_end_wherever_the_program_is_killed() {
    let kinds = Kind::all("t31_a_removal_is_brought_to_its_end_wherever_the_program_is_killed");
    let mut cases = Vec::new();
    for kind in &kinds {
        for mode in MODES {
            for step in ["U0", "U1", "U2", "U3"] {
                for is_away in [false, true] {
                    let away = if is_away { " while Notion is away" } else { "" };
                    let name = format!("{step} {mode:?} {}{away}", kind.name());
                    cases.push((name, (step, mode, kind.clone(), is_away)));
                }
            }
        }
    }
    run("uninstall", cases, |(step, mode, kind, is_away)| {
        killed(step, mode, kind, is_away)
    });
    invariants::no_token_on_disk(&kinds);
}

async fn killed(step: &'static str, mode: RefreshMode, kind: Kind, is_away: bool) {
    let world = World::installed(mode, &kind).await;
    let token = world
        .open()
        .await
        .get(&world.bot)
        .await
        .unwrap()
        .grant()
        .token()
        .clone();
    world.killed(&Work::Uninstall(world.bot.to_string()), step);
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
    assert!(
        !world
            .site
            .connection()
            .introspect(&token)
            .await
            .unwrap()
            .is_active()
    );
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
