//! A table of contestants.

use notion_benches::measure::{Contestant, Times, interleaved};

/// What was measured of each contestant.
pub(crate) struct Contest {
    pub(crate) name: &'static str,
    rows: f64,
    names: Vec<&'static str>,
    times: Vec<Times>,
    allocations: Vec<f64>,
}

impl Contest {
    /// Runs all of them, and prints a table in which the first one is "ours". Each run is of so many rows.
    pub(crate) fn run(
        name: &'static str,
        details: &str,
        rows: usize,
        contestants: &[Contestant<'_>],
    ) -> Self {
        let counted: Vec<_> = contestants
            .iter()
            .map(|contestant| allocation_counter::measure(|| (contestant.run)()))
            .collect();
        // The counter would otherwise tax whoever allocates most.
        let mut times = Vec::new();
        allocation_counter::opt_out(|| times = interleaved(contestants));

        let rows = rows as f64;
        println!(
            "{:<42} {:>9} {:>8} {:>10} {:>12}",
            format!("{name} {details}"),
            "ns/row",
            "x ours",
            "allocs/row",
            "peak B/row"
        );
        for ((contestant, time), counted) in contestants.iter().zip(&times).zip(&counted) {
            println!(
                "  {:<40} {:>9.0} {:>8.2} {:>10.1} {:>12.0}",
                contestant.name,
                time.median() / rows,
                time.ratio(&times[0]),
                counted.count_total as f64 / rows,
                counted.bytes_max as f64 / rows,
            );
        }
        println!();
        Self {
            name,
            rows,
            names: contestants.iter().map(|contestant| contestant.name).collect(),
            times,
            allocations: counted
                .iter()
                .map(|counted| counted.count_total as f64 / rows)
                .collect(),
        }
    }

    /// The time that one takes for a row.
    ///
    /// # Panics
    /// When it did not take part; so do the others.
    pub(crate) fn nanoseconds(&self, one: &str) -> f64 {
        self.times[self.at(one)].median() / self.rows
    }

    /// The time of one, divided by that of the other in the same round.
    pub(crate) fn ratio(&self, one: &str, other: &str) -> f64 {
        self.times[self.at(one)].ratio(&self.times[self.at(other)])
    }

    /// The allocations of one for a row.
    pub(crate) fn allocations(&self, one: &str) -> f64 {
        self.allocations[self.at(one)]
    }

    fn at(&self, name: &str) -> usize {
        self.names
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| panic!("`{name}` did not take part in `{}`", self.name))
    }
}
