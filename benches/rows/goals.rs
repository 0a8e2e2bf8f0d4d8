//! What is promised, and what is reached.

use crate::contest::Contest;

/// How large a figure of ours may be, where that of the rival is 1.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    goal: f64,
    /// Above it the run fails. It is the goal itself, or where that is close, as far above it as a busy machine explains.
    gate: f64,
}

impl From<f64> for Limit {
    fn from(goal: f64) -> Self {
        Self { goal, gate: goal }
    }
}

impl Limit {
    pub(crate) const fn gated(goal: f64, gate: f64) -> Self {
        Self { goal, gate }
    }
}

/// All goals of a run.
#[derive(Default)]
pub(crate) struct Goals(Vec<Line>);

struct Line {
    what: String,
    ours: String,
    rival: String,
    rivals: String,
    ratio: f64,
    limit: Limit,
}

impl Goals {
    /// The time of one contestant must not be longer than so many times that of another.
    pub(crate) fn time(&mut self, contest: &Contest, ours: &str, rival: &str, limit: impl Into<Limit>) {
        self.0.push(Line {
            what: format!("{}: time", contest.name),
            ours: format!("{:.0} ns", contest.nanoseconds(ours)),
            rival: rival.to_owned(),
            rivals: format!("{:.0} ns", contest.nanoseconds(rival)),
            ratio: contest.ratio(ours, rival),
            limit: limit.into(),
        });
    }

    /// One contestant must not ask for memory more often than so many times as another.
    pub(crate) fn allocations(
        &mut self,
        contest: &Contest,
        ours: &str,
        rival: &str,
        limit: impl Into<Limit>,
    ) {
        let figures = [ours, rival].map(|name| contest.allocations(name));
        let what = format!("{}: allocations", contest.name);
        self.amount(&what, figures, "", rival, limit);
    }

    /// An amount of ours must not be larger than so many times that of the rival.
    pub(crate) fn amount(
        &mut self,
        what: &str,
        [ours, rivals]: [f64; 2],
        unit: &str,
        rival: &str,
        limit: impl Into<Limit>,
    ) {
        let digits = if unit.is_empty() { 1 } else { 0 };
        let [shown, shown_rivals] =
            [ours, rivals].map(|amount| format!("{amount:.digits$} {unit}").trim_end().to_owned());
        self.0.push(Line {
            what: what.to_owned(),
            ours: shown,
            rival: rival.to_owned(),
            rivals: shown_rivals,
            ratio: ours / rivals,
            limit: limit.into(),
        });
    }

    pub(crate) fn are_met(&self) -> bool {
        self.0.iter().all(|line| line.ratio <= line.limit.gate)
    }

    /// A line for people for each, and a JSON object as the last line for scripts.
    pub(crate) fn print(&self) {
        println!(
            "Goals: ours must be at most so many times theirs. Figures are those of one row, peaks those of the run."
        );
        println!("  ok      the goal is met");
        println!("  close   it is not, by no more than a busy machine explains");
        println!("  MISSED  it is not, and the run fails\n");
        println!(
            "{:<40} {:>10} {:>10}  {:<26} {:>6} {:>6}",
            "what", "ours", "theirs", "they are", "ratio", "goal"
        );
        for line in &self.0 {
            let Line {
                what,
                ours,
                rival,
                rivals,
                ratio,
                limit,
            } = line;
            let Limit { goal, gate } = limit;
            let verdict = if ratio <= goal {
                "ok"
            } else if ratio <= gate {
                "close"
            } else {
                "MISSED"
            };
            println!("{what:<40} {ours:>10} {rivals:>10}  {rival:<26} {ratio:>6.3} {goal:>6.3}  {verdict}");
        }
        let members: Vec<_> = self
            .0
            .iter()
            .map(|line| format!(r#""{}, {} = 1":{:.3}"#, line.what, line.rival, line.ratio))
            .collect();
        println!("{{{}}}", members.join(","));
    }
}
