//! Runs cases side by side, and counts them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::sync::{Barrier, OwnedSemaphorePermit, Semaphore};

/// How many cases run at once, over all groups. For most of their time they wait.
static ROOM: Semaphore = Semaphore::const_new(8);
static TOTAL: AtomicUsize = AtomicUsize::new(0);
/// Nobody waits for longer than this for anything, however busy the machine is.
const LONGEST: Duration = Duration::from_secs(400);

/// One for all groups, as they share clients whose connections belong to it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap()
});

pub(crate) fn runtime() -> &'static Runtime {
    &RUNTIME
}

/// Runs all cases of a group, and fails with the names of those that fail.
///
/// `NOTION_CRASH_CASE` is a part of the names of those that run alone.
pub(crate) fn run<C, F>(group: &str, cases: Vec<(String, C)>, case: impl Fn(C) -> F)
where
    C: Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    run_heavy(1, group, cases, case);
}

/// The same for cases of which each takes as much of the machine as so many others.
pub(crate) fn run_heavy<C, F>(weight: u32, group: &str, cases: Vec<(String, C)>, case: impl Fn(C) -> F)
where
    C: Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let task = |case: F| async move {
        let _room = ROOM.acquire_many(weight).await.unwrap();
        in_time(case).await;
    };
    run_all(group, chosen(cases), |one| task(case(one)));
}

/// The same for cases that something happens to which is one event for all of them.
pub(crate) fn run_together<C, F>(group: &str, cases: Vec<(String, C)>, case: impl Fn(C, Meeting) -> F)
where
    C: Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let cases = chosen(cases);
    let (barrier, room) = (Arc::new(Barrier::new(cases.len())), Arc::new(Semaphore::new(4)));
    run_all(group, cases, |one| {
        let meeting = Meeting {
            barrier: Arc::clone(&barrier),
            room: Arc::clone(&room),
            permit: Arc::default(),
        };
        let case = case(one, meeting.clone());
        async move {
            meeting.enter().await;
            in_time(case).await;
        }
    });
}

/// Where the cases of a group wait for each other. In between, a few of them work at a time.
#[derive(Clone)]
pub(crate) struct Meeting {
    barrier: Arc<Barrier>,
    room: Arc<Semaphore>,
    permit: Arc<Mutex<Option<OwnedSemaphorePermit>>>,
}

impl Meeting {
    /// Waits for all, and lets the event happen once before they go on.
    pub(crate) async fn all_here(&self, event: impl FnOnce()) {
        *self.permit.lock().unwrap() = None;
        if self.barrier.wait().await.is_leader() {
            tokio::task::block_in_place(event);
        }
        self.barrier.wait().await;
        self.enter().await;
    }

    async fn enter(&self) {
        let permit = Arc::clone(&self.room).acquire_owned().await.unwrap();
        *self.permit.lock().unwrap() = Some(permit);
    }
}

async fn in_time(case: impl Future<Output = ()>) {
    let in_time = tokio::time::timeout(LONGEST, case).await;
    in_time.expect("within the deadline");
}

fn chosen<C>(mut cases: Vec<(String, C)>) -> Vec<(String, C)> {
    let only = std::env::var("NOTION_CRASH_CASE").unwrap_or_default();
    cases.retain(|(name, _)| name.contains(&only));
    cases
}

fn run_all<C, F>(group: &str, cases: Vec<(String, C)>, case: impl Fn(C) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let start = Instant::now();
    let (count, mut failed) = (cases.len(), Vec::new());
    RUNTIME.block_on(async {
        let running = cases
            .into_iter()
            .map(|(name, one)| (name, tokio::spawn(case(one))));
        for (name, task) in Vec::from_iter(running) {
            if let Err(error) = task.await {
                eprintln!("FAILED {group}: {name}: {error}");
                failed.push(name);
            }
        }
    });
    let total = TOTAL.fetch_add(count, Ordering::Relaxed) + count;
    let took = start.elapsed().as_secs();
    println!("crash matrix, {group}: {count} cases in {took} s; {total} with the groups before");
    assert!(
        failed.is_empty(),
        "{} of {count} failed: {failed:#?}",
        failed.len()
    );
}
