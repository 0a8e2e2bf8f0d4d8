//! A table of contestants, and the ratios that are promised.

use notion_benches::measure::{Contestant, Times, interleaved};

/// What was measured of each contestant.
pub(crate) struct Contest {
    names: Vec<&'static str>,
    times: Vec<Times>,
    allocations: Vec<f64>,
}

impl Contest {
    /// Runs all of them, and prints a table in which the first one is "ours". Each run is of so many rows.
    pub(crate) fn run(title: &str, rows: usize, contestants: &[Contestant<'_>]) -> Self {
        let counted: Vec<_> = contestants
            .iter()
            .map(|contestant| allocation_counter::measure(|| (contestant.run)()))
            .collect();
        // The counter would otherwise tax whoever allocates most.
        let mut times = Vec::new();
        allocation_counter::opt_out(|| times = interleaved(contestants));

        let rows = rows as f64;
        println!(
            "{title:<34} {:>9} {:>8} {:>10} {:>12}",
            "ns/row", "x ours", "allocs/row", "peak B/row"
        );
        for ((contestant, time), counted) in contestants.iter().zip(&times).zip(&counted) {
            println!(
                "  {:<32} {:>9.0} {:>8.2} {:>10.1} {:>12.0}",
                contestant.name,
                time.median() / rows,
                time.ratio(&times[0]),
                counted.count_total as f64 / rows,
                counted.bytes_max as f64 / rows,
            );
        }
        println!();
        Self {
            names: contestants.iter().map(|contestant| contestant.name).collect(),
            times,
            allocations: counted
                .iter()
                .map(|counted| counted.count_total as f64 / rows)
                .collect(),
        }
    }

    /// The time of one, divided by that of the other.
    ///
    /// # Panics
    /// When it did not take part.
    pub(crate) fn time(&self, one: &str, other: &str) -> f64 {
        self.times[self.at(one)].ratio(&self.times[self.at(other)])
    }

    /// The allocations of one for a row.
    ///
    /// # Panics
    /// When it did not take part.
    pub(crate) fn allocations(&self, one: &str) -> f64 {
        self.allocations[self.at(one)]
    }

    fn at(&self, name: &str) -> usize {
        self.names
            .iter()
            .position(|known| *known == name)
            .unwrap_or_else(|| panic!("`{name}` did not take part"))
    }
}

/// The ratios that are promised, and those that are reached.
#[derive(Default)]
pub(crate) struct Goals(Vec<(&'static str, f64, f64)>);

impl Goals {
    /// A figure that must not be above the limit.
    pub(crate) fn at_most(&mut self, limit: f64, name: &'static str, figure: f64) {
        self.0.push((name, figure, limit));
    }

    pub(crate) fn are_met(&self) -> bool {
        self.0.iter().all(|(_, figure, limit)| figure <= limit)
    }

    /// A line for people for each, and a JSON object as the last line for scripts.
    pub(crate) fn print(&self) {
        println!("{:<52} {:>8} {:>8}", "", "figure", "at most");
        for (name, figure, limit) in &self.0 {
            let missed = if figure > limit { "  MISSED" } else { "" };
            println!("{name:<52} {figure:>8.3} {limit:>8.3}{missed}");
        }
        let members: Vec<_> = self
            .0
            .iter()
            .map(|(name, figure, _)| format!(r#""{name}":{figure:.3}"#))
            .collect();
        println!("{{{}}}", members.join(","));
    }
}
