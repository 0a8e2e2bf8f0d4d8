//! Faults within a program that lives on: panics of a store, of the network and of hooks, and many tasks at once.
//!
//! A store in memory ends with its program. So there is nothing to be found after a kill, and the groups that kill and halt
//! programs do without it; here it takes part.

use notion_core::TokenProvider as _;
use notion_oauth::{Action, BotId, Callback, ErrorKind, FlowResult, Status, Workspaces};
use notion_sim::RefreshMode;
use tokio::task::JoinSet;

use crate::invariants;
use crate::panicking::{Fuse, PanickingHooks, PanickingStore, PanickingTransport, When};
use crate::runner::{run, run_heavy};
use crate::site::{Place, client, ring};
use crate::world::{Flow, KEY, Kind, MODES, ROTATING, World, close, forgives, product};

const TASKS: usize = 1000;

/// What a program is at when something panics.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    Refresh,
    Exchange,
    Removal,
}

impl At {
    /// The modes that make a difference.
    fn modes(self) -> &'static [RefreshMode] {
        match self {
            Self::Refresh => ROTATING,
            Self::Exchange => &[RefreshMode::Strict, RefreshMode::NoRefreshToken],
            Self::Removal => &[
                RefreshMode::Strict,
                RefreshMode::SameRefreshToken,
                RefreshMode::NoRefreshToken,
            ],
        }
    }

    /// More calls of the store than it takes.
    fn calls(self) -> usize {
        match self {
            Self::Refresh => 14,
            Self::Exchange => 22,
            Self::Removal => 20,
        }
    }
}

const ALL: [At; 3] = [At::Refresh, At::Exchange, At::Removal];

/// A call of the store panics, whichever it is: what has been done by then is gone on with by the same program.
#[test]
fn t14_a_store_that_panics_at_any_call_loses_nothing() {
    let mut cases = Vec::new();
    for at in ALL {
        for mode in at.modes() {
            for when in [When::Before, When::After] {
                for call in 1..=at.calls() {
                    let name = format!("{at:?} {mode:?}, {when:?} call {call}");
                    cases.push((name, (at, *mode, when, call)));
                }
            }
        }
    }
    run(
        "a store that panics",
        cases,
        |(at, mode, when, call)| async move {
            let fuse = Fuse::new(when);
            let mut scene = Scene::new(at, mode, &Kind::Memory).await;
            let Place::Memory(store) = scene.world.site.place.clone() else {
                unreachable!("it is of this kind");
            };
            let builder = Workspaces::builder(scene.world.site.connection());
            let opening = builder.store(PanickingStore::new(store, fuse.clone()), ring(KEY));
            let workspaces = scene.world.site.set_up(opening).open().await.unwrap();
            scene.get_ready(&workspaces).await;
            fuse.light(call);
            let result = scene.act(&workspaces).await;
            let has_blown = fuse.put_out();
            assert!(has_blown || result.is_ok(), "{result:?}");
            assert!(
                !has_blown || call < at.calls(),
                "there are more calls than are tried"
            );
            scene.goes_on(&workspaces, false).await;
        },
    );
}

/// The network panics before a request of the token endpoint is sent, or with its answer.
#[test]
fn t14_a_transport_that_panics_is_an_answer_that_was_lost() {
    let mut cases = Vec::new();
    for kind in [Kind::Memory, Kind::Sqlite] {
        for at in ALL {
            for mode in at.modes() {
                for when in [When::Before, When::After] {
                    let name = format!("{at:?} {mode:?} {}, {when:?} it is sent", kind.name());
                    cases.push((name, (at, *mode, kind.clone(), when)));
                }
            }
        }
    }
    run(
        "a transport that panics",
        cases,
        |(at, mode, kind, when)| async move {
            let fuse = Fuse::new(when);
            let mut scene = Scene::new(at, mode, &kind).await;
            let site = &scene.world.site;
            let transport = PanickingTransport::new(client(), fuse.clone());
            let opening = site.opening(site.connection_by(transport), ring(KEY)).await;
            let workspaces = opening.unwrap().open().await.unwrap();
            scene.get_ready(&workspaces).await;
            fuse.light(1);
            let result = scene.act(&workspaces).await;
            assert!(fuse.put_out() && result.is_err(), "{result:?}");
            scene.goes_on(&workspaces, when == When::After).await;
        },
    );
}

/// A program that does one thing.
struct Scene {
    at: At,
    world: World,
    flow: Option<Flow>,
}

impl Scene {
    async fn new(at: At, mode: RefreshMode, kind: &Kind) -> Self {
        let mut world = World::new(mode, kind).await;
        let flow = match at {
            At::Exchange => Some(world.allow().await),
            At::Refresh | At::Removal => {
                world.authorize().await;
                None
            }
        };
        Self { at, world, flow }
    }

    /// Up to the moment from which on something may panic.
    async fn get_ready(&mut self, workspaces: &Workspaces) {
        if self.at == At::Refresh {
            workspaces.client(&self.world.bot).await.unwrap();
            self.world.expire();
        }
    }

    /// Does it in a task, as a panic may also reach whoever calls.
    async fn act(&self, workspaces: &Workspaces) -> Result<(), String> {
        let (at, bot, workspaces) = (self.at, self.world.bot.clone(), workspaces.clone());
        let flow = self.flow.as_ref();
        let flow = flow.map(|flow| (flow.callback.clone(), flow.binding.clone()));
        let task = tokio::spawn(async move {
            match (at, flow) {
                (At::Exchange, Some((callback, binding))) => {
                    let callback = Callback::parse(&callback).unwrap();
                    let finished = workspaces.finish(callback, Some(&binding)).await;
                    finished.map(drop).map_err(|error| error.to_string())
                }
                (At::Removal, _) => {
                    let removed = workspaces.uninstall(&bot).await;
                    removed.map_err(|error| error.to_string())
                }
                _ => request(&workspaces, &bot).await,
            }
        });
        task.await.unwrap_or_else(|error| Err(error.to_string()))
    }

    /// The same program tries again, and all is as it should be.
    async fn goes_on(mut self, workspaces: &Workspaces, is_lost: bool) {
        workspaces.recover().await.unwrap();
        match self.at {
            At::Refresh => self.goes_on_to_refresh(workspaces, is_lost).await,
            At::Exchange => self.goes_on_to_install(workspaces, is_lost).await,
            At::Removal => {
                // It is done, or had not begun.
                let again = workspaces.uninstall(&self.world.bot).await;
                let is_done = |error: &notion_oauth::Error| error.kind() == ErrorKind::NotFound;
                assert!(again.as_ref().err().is_none_or(is_done), "{again:?}");
                close(workspaces).await;
                assert!(self.world.open().await.list().await.unwrap().is_empty());
                invariants::log(&self.world, &[Action::Revoking, Action::Uninstalled]).await;
                invariants::nothing_left(&self.world).await;
            }
        }
    }

    async fn goes_on_to_refresh(&mut self, workspaces: &Workspaces, is_lost: bool) {
        let world = &mut self.world;
        world.lost = usize::from(is_lost);
        let is_flagged = is_lost && !forgives(world.mode);
        let used = request(workspaces, &world.bot).await;
        assert_eq!(used.is_err(), is_flagged, "{used:?}");
        close(workspaces).await;
        assert_eq!(world.refreshes(), 1 + world.lost);
        if is_flagged {
            invariants::hold(world, Status::NeedsReauthorization, &[Action::Flagged]).await;
        } else {
            invariants::hold(world, Status::Healthy, &[Action::Refreshed]).await;
        }
    }

    /// The user reloads the page. Where the code was not sent, or its answer was lost, they begin again.
    async fn goes_on_to_install(&mut self, workspaces: &Workspaces, is_lost: bool) {
        let flow = self.flow.take().unwrap();
        let callback = Callback::parse(&flow.callback).unwrap();
        let finished = workspaces.finish(callback, Some(&flow.binding)).await;
        let posts = self.world.posts("authorization_code").len();
        assert!(posts <= 1);
        match finished.unwrap().result {
            FlowResult::Installed(installation) => {
                assert!(posts == 1 && !is_lost);
                self.world.bot = installation.bot_id().clone();
            }
            FlowResult::Unknown => {
                assert!(posts == 0 || is_lost);
                assert!(workspaces.list().await.unwrap().is_empty());
                self.world.authorize().await;
            }
            other => panic!("{other:?}"),
        }
        close(workspaces).await;
        invariants::hold(&self.world, Status::Healthy, &[]).await;
    }
}

async fn request(workspaces: &Workspaces, bot: &BotId) -> Result<(), String> {
    let client = workspaces.client(bot).await.map_err(|error| error.to_string())?;
    client.me().await.map(drop).map_err(|error| error.to_string())
}

#[test]
fn t14_a_hook_that_panics_is_noted_and_changes_nothing() {
    let kinds = Kind::all_and_memory("t14_a_hook_that_panics_is_noted_and_changes_nothing");
    let hooks = ["may_install", "on_installed", "on_flagged", "on_uninstalled"];
    let mut cases = Vec::new();
    for kind in &kinds {
        for hook in hooks {
            cases.push((format!("{hook} {}", kind.name()), (hook, kind.clone())));
        }
    }
    run("hooks that panic", cases, |(hook, kind)| async move {
        let mut world = World::new(RefreshMode::NoRefreshToken, &kind).await;
        let site = &world.site;
        let opening = site.opening(site.connection(), ring(KEY)).await.unwrap();
        let workspaces = opening.hooks(PanickingHooks(hook)).open().await.unwrap();
        let flow = world.allow().await;
        let callback = || Callback::parse(&flow.callback).unwrap();
        let finished = workspaces.finish(callback(), Some(&flow.binding)).await;
        if hook == "may_install" {
            assert_eq!(finished.unwrap_err().kind(), ErrorKind::System);
            close(&workspaces).await;
            // A program whose hook does not panic is asked when the user reloads the page.
            let result = world.finish(&flow).await;
            assert!(matches!(result, FlowResult::Installed(_)), "{result:?}");
            return invariants::hold(&world, Status::Healthy, &[]).await;
        }
        let FlowResult::Installed(installation) = finished.unwrap().result else {
            panic!("it is not installed");
        };
        world.bot = installation.bot_id().clone();
        let client = workspaces.client(&world.bot).await.unwrap();
        let noted = Action::HookFailed;
        match hook {
            "on_installed" => {
                close(&workspaces).await;
                invariants::hold(&world, Status::Healthy, &[noted]).await;
            }
            "on_flagged" => {
                world.expire();
                client.me().await.unwrap_err();
                close(&workspaces).await;
                let events = [Action::Flagged, noted];
                invariants::hold(&world, Status::NeedsReauthorization, &events).await;
            }
            _ => {
                workspaces.uninstall(&world.bot).await.unwrap();
                close(&workspaces).await;
                let events = [Action::Revoking, Action::Uninstalled, noted];
                invariants::log(&world, &events).await;
                invariants::nothing_left(&world).await;
            }
        }
    });
    Kind::end(kinds);
}

#[test]
fn t13_of_a_thousand_tasks_one_sends_in_every_mode_and_with_every_store() {
    let kinds = Kind::all("t13_of_a_thousand_tasks_one_sends_in_every_mode_and_with_every_store");
    // What the tasks share is above the store, so that the modes need but one of them.
    let mut cases = product(&[Kind::Memory], &MODES);
    cases.extend(product(&kinds, &[RefreshMode::Strict]));
    run_heavy(4, "a thousand tasks", cases, |(mode, kind)| async move {
        let world = World::expired(mode, &kind).await;
        let workspaces = world.open().await;
        let provider = workspaces.provider(world.bot.clone());
        // Each task is told that the same token is refused, as its request would be. A client would send them one by one.
        let refused = provider.token().await.unwrap();
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let (provider, refused) = (provider.clone(), refused.clone());
            tasks.spawn(async move { provider.renew(&refused).await });
        }
        let renewed = tasks.join_all().await.into_iter();
        let succeeded = renewed
            .filter(|new| new.as_ref().is_ok_and(Option::is_some))
            .count();
        close(&workspaces).await;
        if mode == RefreshMode::NoRefreshToken {
            assert_eq!((succeeded, world.refreshes()), (0, 0));
            invariants::hold(&world, Status::NeedsReauthorization, &[Action::Flagged]).await;
        } else {
            assert_eq!((succeeded, world.refreshes()), (TASKS, 1));
            invariants::hold(&world, Status::Healthy, &[Action::Refreshed]).await;
        }
    });
    Kind::end(kinds);
}
