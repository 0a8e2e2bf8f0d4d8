//! What one evaluation may cost.

use std::cell::Cell;

use super::value::Value;

/// How many steps it may take to compute a cell with all that it builds on. A step is a part of an expression, an item of a
/// list, or some letters of a text; rollups count as well.
const STEPS: usize = 300_000;

/// How long a text may become, in bytes.
const MAX_TEXT: usize = 1_000_000;

/// How many items a list may have.
pub(super) const MAX_ITEMS: usize = 10_000;

/// How many letters are one step.
const LETTERS_PER_STEP: usize = 32;

/// Why there is no value where no step is left.
pub(crate) const TOO_COSTLY: &str = "it takes too many steps";

/// Why there is no value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// Something needs a value that is not there, or is of another type.
    Failed,
    /// The simulator cannot compute it, for the reason given.
    Unsupported(String),
}

/// The steps that are left to an evaluation, which ends soon for every expression.
#[derive(Debug)]
pub(crate) struct Work {
    left: Cell<usize>,
}

impl Work {
    /// All the steps there are.
    pub(crate) fn new() -> Self {
        Self {
            left: Cell::new(STEPS),
        }
    }

    /// Takes steps.
    pub(crate) fn spend(&self, steps: usize) -> Result<(), Fault> {
        match self.left.get().checked_sub(steps) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(Fault::Unsupported(TOO_COSTLY.to_owned())),
        }
    }

    /// Takes the steps that it costs to look at so many bytes of text.
    pub(super) fn spend_letters(&self, bytes: usize) -> Result<(), Fault> {
        self.spend(bytes / LETTERS_PER_STEP)
    }

    /// Takes the steps that it costs to get a value from elsewhere.
    pub(crate) fn spend_size(&self, value: &Value) -> Result<(), Fault> {
        match value {
            Value::Text(text) => self.spend_letters(text.len()),
            Value::List(items) => self.spend(items.len()),
            _ => Ok(()),
        }
    }

    /// Refuses a text that has become too long.
    pub(super) fn check_length(&self, text: &str) -> Result<(), Fault> {
        if text.len() > MAX_TEXT {
            return Err(Fault::Unsupported(format!(
                "a text becomes longer than {MAX_TEXT} bytes"
            )));
        }
        Ok(())
    }

    /// A new text.
    pub(super) fn text(&self, text: String) -> Result<Value, Fault> {
        self.check_length(&text)?;
        self.spend_letters(text.len())?;
        Ok(Value::Text(text.into()))
    }

    /// A new list.
    pub(super) fn list(&self, items: Vec<Value>) -> Result<Value, Fault> {
        if items.len() > MAX_ITEMS {
            return Err(Fault::Unsupported(format!(
                "a list becomes longer than {MAX_ITEMS} items"
            )));
        }
        self.spend(items.len())?;
        Ok(Value::of_list(items))
    }
}
