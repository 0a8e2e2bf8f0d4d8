//! Many tasks of several programs with many installations, while everything goes wrong by chance.
//!
//! `NOTION_SOAK_SECONDS` says for how long, and `NOTION_SOAK_SEED` which chance.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fastrand::Rng;
use notion_core::TokenProvider as _;
use notion_core::transport::HttpClient;
use notion_oauth::{Action, BotId, Callback, FlowResult, Status, Workspaces};
use notion_sim::{Fault, RefreshMode, Sim};
use serde_json::json;
use tokio::task::JoinSet;

use crate::invariants;
use crate::recorder::{Outcome, Recorder};
use crate::runner::runtime;
use crate::site::ring;
use crate::world::{KEY, Kind, ROTATING, World, close};

const BOTS: usize = 100;
const TASKS: usize = 1000;
/// For how long a request may take.
const TIMEOUT: Duration = Duration::from_secs(4);
const WORKSPACE: &str = "aaaaaaaa-0000-4000-8000-000000000000";

#[test]
#[ignore = "it takes as long as it is told to"]
fn t13_t14_a_thousand_tasks_lose_nothing_whatever_goes_wrong() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let seed = number("NOTION_SOAK_SEED").unwrap_or_else(|| fastrand::u64(..));
    let time = Duration::from_secs(number("NOTION_SOAK_SECONDS").unwrap_or(20));
    println!("soak: NOTION_SOAK_SEED={seed} for {time:?}");
    // A file is for a few hundred records, and here are thousands.
    let server = Kind::postgres("t13_t14_a_thousand_tasks_lose_nothing_whatever_goes_wrong");
    let mut kinds = Vec::from_iter([Kind::Memory, Kind::Sqlite].into_iter().chain(server));
    let count = kinds.len();
    kinds.rotate_left(usize::try_from(seed % count as u64).unwrap());
    runtime().block_on(async {
        let mut scenes = JoinSet::new();
        for (index, mode) in ROTATING.iter().enumerate() {
            let kind = kinds[index % count].clone();
            let rng = Rng::with_seed(seed.wrapping_add(index as u64));
            scenes.spawn(soak(*mode, kind, rng, time));
        }
        while let Some(scene) = scenes.join_next().await {
            println!("{}", scene.unwrap());
        }
    });
    Kind::end(kinds);
}

/// A server in one mode, and two programs that share a store. Tells what happened.
async fn soak(mode: RefreshMode, kind: Kind, mut rng: Rng, time: Duration) -> String {
    let scene = Scene::new(mode, &kind, &mut rng).await;
    let is_over = Arc::new(AtomicBool::new(false));
    let mut tasks = JoinSet::new();
    for number in 0..TASKS / ROTATING.len() {
        let work = Task {
            workspaces: scene.programs[number % 2].clone(),
            bot: scene.bots[number / 2 % scene.bots.len()].clone(),
            rng: rng.fork(),
            is_over: Arc::clone(&is_over),
        };
        tasks.spawn(work.run());
    }
    let end = Instant::now() + time;
    let troubles = async {
        while Instant::now() < end {
            scene.tokens_end(&mut rng);
            tokio::time::sleep(Duration::from_millis(rng.u64(10..200))).await;
        }
        is_over.store(true, Ordering::Relaxed);
        scene.world.sim.clear_faults();
    };
    let users = async {
        while Instant::now() < end {
            scene.users_authorize_again().await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    tokio::join!(troubles, users);
    let mut times = Vec::new();
    let joined = async {
        while let Some(task) = tasks.join_next().await {
            times.extend(task.unwrap());
        }
    };
    let all = tokio::time::timeout(Duration::from_secs(180), joined).await;
    all.expect("every task ends");
    let summary = scene.ends().await;
    format!(
        "soak, {mode:?} {}: {summary}; {}",
        kind.name(),
        percentiles(times)
    )
}

/// One of those who make requests.
struct Task {
    workspaces: Workspaces,
    bot: BotId,
    rng: Rng,
    is_over: Arc<AtomicBool>,
}

impl Task {
    /// Asks for tokens as a client does, and tells how long each renewal took.
    async fn run(mut self) -> Vec<Duration> {
        let provider = self.workspaces.provider(self.bot.clone());
        let mut times = Vec::new();
        while !self.is_over.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(self.rng.u64(0..1000))).await;
            if self.rng.u8(..) < 8 {
                // One that has its own limits and retries.
                let Ok(client) = self.workspaces.client(&self.bot).await else {
                    continue;
                };
                let _ = client.me().await;
                continue;
            }
            let Ok(token) = provider.token().await else {
                continue;
            };
            let introspected = self.workspaces.connection().introspect(&token).await;
            if introspected.is_ok_and(|found| !found.is_active()) {
                let start = Instant::now();
                let _ = provider.renew(&token).await;
                times.push(start.elapsed());
            }
        }
        times
    }
}

struct Scene {
    world: World,
    recorder: Recorder,
    programs: [Workspaces; 2],
    bots: Vec<BotId>,
    /// Of the flows.
    secrets: Mutex<Vec<String>>,
}

impl Scene {
    async fn new(mode: RefreshMode, kind: &Kind, rng: &mut Rng) -> Self {
        let people = (0..BOTS / ROTATING.len()).map(|number| {
            json!({"object": "user", "id": person(number), "name": "Ada", "avatar_url": null, "type": "person",
                   "person": {"email": format!("ada{number}@example.com")}})
        });
        let seed = json!({
            "format": "notion-sim-seed/1",
            "workspace": {"id": WORKSPACE, "name": "Acme"},
            "users": Vec::from_iter(people),
        });
        let sim = Sim::builder().seed(seed).rng_seed(rng.u64(..));
        let mut world = World::with(sim, mode, kind).await;
        world.site.timeout = TIMEOUT;
        let recorder = Recorder::new(HttpClient::new(TIMEOUT).unwrap());
        let programs = [open(&world, &recorder).await, open(&world, &recorder).await];
        let mut scene = Self {
            world,
            recorder,
            programs,
            bots: Vec::new(),
            secrets: Mutex::default(),
        };
        for number in 0..BOTS / ROTATING.len() {
            let bot = scene.authorize(number).await;
            scene.bots.push(bot.expect("nothing goes wrong yet"));
        }
        scene.world.sim.faults(troubles());
        scene
    }

    /// A user authorizes with one of the programs, if nothing goes wrong just then.
    async fn authorize(&self, number: usize) -> Option<BotId> {
        assert!(self.world.sim.auto_approve_as(WORKSPACE, &person(number)));
        let program = &self.programs[number % 2];
        let flow = self.world.allow_in(program).await?;
        self.secrets.lock().unwrap().extend(flow.secrets());
        let callback = Callback::parse(&flow.callback).unwrap();
        let finished = program.finish(callback, Some(&flow.binding)).await.ok()?;
        match finished.result {
            FlowResult::Installed(installation) => Some(installation.bot_id().clone()),
            _ => None,
        }
    }

    /// A token ends, and now and then all of them.
    fn tokens_end(&self, rng: &mut Rng) {
        let bot = rng.choice(&self.bots).filter(|_| rng.u8(..) > 0);
        self.world.sim.expire_access_tokens(bot.map(BotId::as_str));
    }

    /// Those who are asked to do so.
    async fn users_authorize_again(&self) {
        let flagged = self.programs[0].list().await.unwrap().into_iter();
        let flagged = flagged.filter(|one| one.status() == Status::NeedsReauthorization);
        for one in flagged {
            let number = self.bots.iter().position(|bot| bot == one.bot_id());
            let _ = self.authorize(number.unwrap()).await;
        }
    }

    /// The programs end, and another one looks at what is there.
    async fn ends(mut self) -> String {
        for program in &self.programs {
            close(program).await;
        }
        let workspaces = open(&self.world, &self.recorder).await;
        workspaces.recover().await.unwrap();
        let mut flagged = 0;
        for bot in &self.bots {
            let works = match workspaces.client(bot).await {
                Ok(client) => client.me().await.is_ok(),
                Err(_) => false,
            };
            let status = workspaces.get(bot).await.unwrap().status();
            let expected = if works {
                Status::Healthy
            } else {
                Status::NeedsReauthorization
            };
            assert_eq!(status, expected, "{bot}");
            flagged += usize::from(!works);
        }
        close(&workspaces).await;
        let workspaces = self.world.open().await;
        let [mut refreshes, mut flags, mut again] = [0; 3];
        for bot in self.bots.clone() {
            let log = workspaces.audit(&bot).await.unwrap();
            let count = |action: Action| log.iter().filter(|entry| entry.action == action).count();
            let flagged = count(Action::Flagged);
            self.is_right(&bot, flagged, log.len() - flagged);
            refreshes += count(Action::Refreshed);
            flags += flagged;
            again += count(Action::Reauthorized);
            self.world.bot = bot;
        }
        self.nothing_was_sent_too_often();
        self.world.secrets.append(self.secrets.get_mut().unwrap());
        drop(workspaces);
        invariants::nothing_left_with(KEY, &self.world).await;
        format!(
            "{refreshes} refreshes, {flags} flags, {again} authorizations after them, {flagged} of {} flagged at the end",
            self.bots.len()
        )
    }

    /// Each answer has one entry in the log, and nobody was flagged without cause.
    fn is_right(&self, bot: &BotId, flags: usize, others: usize) {
        assert_eq!(others, self.recorder.given_to(bot.as_str()), "{bot}");
        let sent = self.recorder.sent_for(bot.as_str());
        let may_be_lost = |outcome: &&Outcome| matches!(outcome, Outcome::Lost | Outcome::Refused(500..));
        let lost = sent.iter().filter(may_be_lost).count();
        assert!(flags <= lost, "{bot} was flagged {flags} times: {sent:?}");
    }

    /// A refresh token was sent once, or once more where it is not known what became of it.
    fn nothing_was_sent_too_often(&self) {
        if self.world.mode == RefreshMode::SameRefreshToken {
            return;
        }
        for sent in self.recorder.sent() {
            // What was refused was not used up.
            let mut used = sent.clone();
            used.retain(|outcome| !matches!(outcome, Outcome::Refused(_)));
            let is_right = matches!(*used, [] | [_] | [Outcome::Lost, _]);
            assert!(is_right, "{sent:?}");
        }
    }
}

/// A program whose requests are recorded.
async fn open(world: &World, recorder: &Recorder) -> Workspaces {
    let connection = world.site.connection_by(recorder.clone());
    let opening = world.site.opening(connection, ring(KEY)).await;
    opening.unwrap().open().await.unwrap()
}

/// What may go wrong with a request. Of those for tokens about one in three has no good answer, or none in time.
fn troubles() -> Vec<Fault> {
    let token = |chance: f64| Fault::on("POST", "/v1/oauth/token").probability(chance);
    let any = |chance: f64| Fault::on("*", "/v1/**").probability(chance);
    let milliseconds = Duration::from_millis;
    vec![
        token(0.05).reset(),
        token(0.05).after_commit().reset(),
        token(0.04).status(500),
        token(0.04).after_commit().status(500),
        token(0.04).status(429).header("Retry-After", "1"),
        token(0.02).after_commit().truncate(0),
        token(0.02).after_commit().truncate(100),
        token(0.02).after_commit().hang(2 * TIMEOUT),
        token(0.1).delay(milliseconds(50)),
        token(0.05).delay(milliseconds(1500)),
        any(0.01).status(503),
        any(0.01).status(429).header("Retry-After", "1"),
        any(0.01).reset(),
        any(0.05).delay(milliseconds(100)),
    ]
}

/// The id of a user.
fn person(number: usize) -> String {
    format!("bbbbbbbb-0000-4000-8000-{number:012}")
}

fn percentiles(mut times: Vec<Duration>) -> String {
    times.sort();
    let at = |percent: usize| times.get(times.len() * percent / 100).or(times.last());
    let at = |percent| at(percent).copied().unwrap_or_default();
    let count = times.len();
    format!(
        "{count} renewals, p50 {:.1?}, p99 {:.1?}, the longest {:.1?}",
        at(50),
        at(99),
        at(100)
    )
}
