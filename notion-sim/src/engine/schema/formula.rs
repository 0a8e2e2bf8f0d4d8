//! Formulas: columns that refer to others of the same data source.

use serde_json::json;

use super::edit::Edit;
use super::effect::Effect;
use crate::engine::column::Column;
use crate::engine::expression;
use crate::engine::formula::Problem;
use crate::engine::kind::Kind;
use crate::engine::page::Page;
use crate::engine::types::Types;
use crate::refusal::Refusal;

impl Edit<'_> {
    /// Checks the formulas of the request against all columns as they will be, and keeps them with the ids of columns. A column
    /// may have no expression yet.
    pub(super) fn settle_formulas(&mut self) -> Result<(), Refusal> {
        let mut written: Vec<Column> = self.columns().to_vec();
        written.retain(|column| self.formulas.contains(&column.decoded));
        // What came with a seed was the result of another expression.
        let effects: Vec<Effect> = written.iter().filter_map(|column| self.clear(column)).collect();
        self.effects.extend(effects);
        written.retain(|column| !column.expression().unwrap_or_default().trim().is_empty());
        for column in &written {
            let kept = expression::keep(column.expression().unwrap_or_default(), self.columns());
            let kept = kept.map_err(|problem| refusal(column, &problem))?;
            self.update(&column.decoded, |own| own.config["expression"] = json!(kept));
        }
        let types = Types::of_drafts(self.workspace, &self.drafts);
        for column in &written {
            types
                .check(self.own, column)
                .map_err(|problem| refusal(column, &problem))?;
        }
        Ok(())
    }

    /// Values that came with a seed say nothing of formulas that build on a column, once that is gone.
    pub(super) fn forget_results_of(&mut self, gone: &Column) {
        let types = Types::of_drafts(self.workspace, &self.drafts);
        let builds_on = |column: &&Column| {
            column.kind == Kind::Formula && types.reaches(self.own, column, (self.own, gone))
        };
        let effects = self.columns().iter().filter(builds_on);
        let effects: Vec<Effect> = effects.filter_map(|column| self.clear(column)).collect();
        self.effects.extend(effects);
    }

    fn clear(&self, column: &Column) -> Option<Effect> {
        let mut rows = self.workspace.rows_of(self.own).iter();
        let is_filled = |page: &Page| page.value(&column.id).is_some();
        rows.any(|row| self.workspace.pages.get(row).is_some_and(is_filled))
            .then(|| Effect::Clear {
                source: self.own,
                column: column.id.clone(),
            })
    }
}

fn refusal(column: &Column, problem: &Problem) -> Refusal {
    let sentence = format!("The formula {} is refused: {}.", column.name, problem.reason);
    Refusal::invalid(problem.message).because(sentence)
}
