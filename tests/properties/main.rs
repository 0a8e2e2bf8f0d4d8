//! Whatever is written is read back as Notion's rules say, and whatever else comes is read or told apart.
//!
//! The values are the same in every run. `NOTION_PROPERTIES=10` tries ten times as many, and `PROPTEST_RNG_SEED=7` others.

mod changes;
mod computed;
mod damage;
mod round_trip;
mod rows;
mod rules;
mod shapes;
mod values;
mod world;

use proptest::test_runner::{Config, RngSeed, TestRunner};

/// Runs a property for so many random values.
fn runner(cases: u32) -> TestRunner {
    let times = std::env::var("NOTION_PROPERTIES")
        .ok()
        .and_then(|times| times.parse().ok());
    let config = Config::default();
    TestRunner::new(Config {
        cases: cases * times.unwrap_or(1),
        failure_persistence: None,
        max_shrink_time: 20_000,
        rng_seed: match config.rng_seed {
            RngSeed::Random => RngSeed::Fixed(24),
            fixed @ RngSeed::Fixed(_) => fixed,
        },
        ..config
    })
}
