//! Runs cases side by side, and counts them.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

/// How many cases run at once, over all groups.
static ROOM: Semaphore = Semaphore::const_new(4);
static TOTAL: AtomicUsize = AtomicUsize::new(0);
/// Nobody waits for longer than this for anything, however busy the machine is.
const LONGEST: Duration = Duration::from_secs(120);

/// Runs all cases of a group, and fails with the names of those that fail.
///
/// `NOTION_CRASH_CASE` is a part of the names of those that run alone.
pub(crate) fn run<C, F>(group: &str, mut cases: Vec<(String, C)>, case: impl Fn(C) -> F)
where
    C: Send + 'static,
    F: Future<Output = ()> + Send + 'static,
{
    let only = std::env::var("NOTION_CRASH_CASE").unwrap_or_default();
    cases.retain(|(name, _)| name.contains(&only));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .unwrap();
    let start = Instant::now();
    let (count, mut failed) = (cases.len(), Vec::new());
    runtime.block_on(async {
        let mut running = Vec::new();
        for (name, one) in cases {
            let work = case(one);
            let task = tokio::spawn(async move {
                let _room = ROOM.acquire().await.unwrap();
                tokio::time::timeout(LONGEST, work)
                    .await
                    .expect("within the deadline");
            });
            running.push((name, task));
        }
        for (name, task) in running {
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
