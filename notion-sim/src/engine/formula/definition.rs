//! A formula as a column has it.

use super::ast::{Expr, Key};
use super::check::{self, Type};
use super::eval::{self, Outcome, Scope};
use super::work::Work;
use super::{parse, print};

/// An expression that has been read. Its functions exist and have as many arguments as they take.
#[derive(Debug, Clone)]
pub(crate) struct Formula {
    root: Expr,
}

/// Why an expression is refused.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    /// What Notion says, which is no more than the kind of the mistake.
    pub(crate) message: &'static str,
    /// What is wrong, for the one who looks for it.
    pub(crate) reason: String,
}

impl Problem {
    /// The expression cannot be read.
    pub(super) fn syntax(reason: impl Into<String>) -> Self {
        Self {
            message: "Parse error with formula",
            reason: reason.into(),
        }
    }

    /// The expression can be read, but it has no meaning.
    pub(crate) fn mistyped(reason: impl Into<String>) -> Self {
        Self {
            message: "Type error with formula",
            reason: reason.into(),
        }
    }
}

impl Formula {
    /// Reads an expression.
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        parse::parse(text).map(|root| Self { root })
    }

    /// The columns of the row that it refers to, each once.
    pub(crate) fn properties(&self) -> Vec<&Key> {
        let mut found: Vec<&Key> = Vec::new();
        self.root.walk(&mut |expr| {
            if let Expr::Property(key) = expr
                && !found.contains(&key)
            {
                found.push(key);
            }
        });
        found
    }

    /// The expression as Notion writes it back, each column of the row as `reference` says.
    ///
    /// To rename a column or to refer to it by its id, print with the new references and read again.
    pub(crate) fn print(&self, reference: &dyn Fn(&Key) -> String) -> String {
        print::print(&self.root, reference)
    }

    /// The type of the result, as far as it does not depend on the row. `columns` knows the type of each column.
    pub(crate) fn result_type(&self, columns: &dyn Fn(&Key) -> Option<Type>) -> Result<Type, Problem> {
        check::result_type(&self.root, columns)
    }

    /// The result for one row. `work` is what it may cost, together with all formulas that it builds on.
    pub(crate) fn eval(&self, scope: &dyn Scope, work: &Work) -> Outcome {
        eval::eval(&self.root, scope, work)
    }
}
