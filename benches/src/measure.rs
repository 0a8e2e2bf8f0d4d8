//! Times that stand beside each other: thread CPU time of several contestants, interleaved in one process.

use std::time::Duration;

use cpu_time::ThreadTime;

/// How many rounds are measured; a multiple of nothing, so that no contestant always goes first.
const ROUNDS: usize = 21;

/// How long one contestant runs in one round.
const TURN: Duration = Duration::from_millis(25);

/// Something to measure.
pub struct Contestant<'a> {
    /// What the table calls it.
    pub name: &'static str,
    /// One run, whose result it drops: freeing is part of the price.
    pub run: Box<dyn Fn() + 'a>,
}

impl<'a> Contestant<'a> {
    /// A contestant of that name.
    pub fn new(name: &'static str, run: impl Fn() + 'a) -> Self {
        Self {
            name,
            run: Box::new(run),
        }
    }
}

/// The CPU time of one run, a value for each round.
#[derive(Debug, Clone, Default)]
pub struct Times(Vec<f64>);

impl Times {
    /// The median in nanoseconds.
    #[must_use]
    pub fn median(&self) -> f64 {
        median(self.0.clone())
    }

    /// How often `other` fits into this: the median of the rounds' ratios, so that what slows a whole round
    /// down cancels out.
    #[must_use]
    pub fn ratio(&self, other: &Self) -> f64 {
        median(
            self.0
                .iter()
                .zip(&other.0)
                .map(|(ours, theirs)| ours / theirs)
                .collect(),
        )
    }
}

/// Measures all contestants, each once in each round.
#[must_use]
pub fn interleaved(contestants: &[Contestant<'_>]) -> Vec<Times> {
    let runs: Vec<_> = contestants.iter().map(runs_per_turn).collect();
    let mut times = vec![Times::default(); contestants.len()];
    for round in 0..ROUNDS {
        for turn in 0..contestants.len() {
            // Each round begins with another contestant: what one leaves in the caches meets all alike.
            let at = (round + turn) % contestants.len();
            let time = cpu_time(runs[at], &contestants[at].run);
            times[at].0.push(time.as_secs_f64() * 1e9 / f64::from(runs[at]));
        }
    }
    times
}

/// As many runs as fill a turn. Finding out warms the contestant up as well.
fn runs_per_turn(contestant: &Contestant<'_>) -> u32 {
    let mut runs = 1;
    while cpu_time(runs, &contestant.run) < TURN {
        runs *= 2;
    }
    runs
}

fn cpu_time(runs: u32, run: &dyn Fn()) -> Duration {
    let start = ThreadTime::now();
    for _ in 0..runs {
        run();
    }
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    if values.len().is_multiple_of(2) {
        f64::midpoint(values[middle - 1], values[middle])
    } else {
        values[middle]
    }
}
