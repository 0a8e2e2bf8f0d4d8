//! How the properties of a page are laid out: those of the next page of a response nearly always are in the same way.

use notion_schema::json::Reader;

use super::Binding;

/// The properties of the page before, in their order; of the first page, those that are bound.
#[derive(Debug)]
pub(super) struct Layout<'a> {
    steps: Vec<Step<'a>>,
    at: usize,
}

#[derive(Debug)]
struct Step<'a> {
    /// How the property is written, from its name on to where the reader then stands. Empty for one that is to be looked at
    /// each time.
    prefix: &'a str,
    found: Found,
}

/// What a property turned out to be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Found {
    /// The bound one of that place, with the reader at its value.
    Value(usize),
    /// The bound one of that place, which is read whole, with the reader before it.
    Whole(usize),
    /// The bound one of that place, of another kind than it had, with the reader before it.
    Retyped(usize),
    /// One that the row does not have, with the reader in it, behind its id or before the value of what comes first.
    Other,
    /// One that the row does not have, and that says whether values of the row are whole, with the reader before it.
    Telling,
}

impl<'a> Layout<'a> {
    pub(super) fn new(binding: &'a Binding) -> Self {
        let steps = binding.bound.iter().enumerate().map(|(place, bound)| Step {
            prefix: &bound.prefix,
            found: Found::Value(place),
        });
        Self {
            steps: steps.collect(),
            at: 0,
        }
    }

    /// Begins with the properties of a page.
    pub(super) fn begin(&mut self) {
        self.at = 0;
    }

    /// Goes to the next property, if it is the same as in the page before.
    pub(super) fn next(&mut self, json: &mut Reader<'_>) -> Option<Found> {
        let Step { prefix, found } = self.steps.get(self.at)?;
        let is_same = !prefix.is_empty() && json.open_member(prefix);
        is_same.then(|| {
            self.at += 1;
            *found
        })
    }

    /// Notes that the next property is another one. `text` is what was read of it.
    pub(super) fn note(&mut self, found: Found, text: &'a str) {
        let prefix = match found {
            Found::Value(_) | Found::Other => text.trim_start_matches([',', ' ', '\n', '\r', '\t']),
            Found::Whole(_) | Found::Retyped(_) | Found::Telling => "",
        };
        let is_known =
            prefix.is_empty() && self.steps.get(self.at).is_some_and(|step| step.prefix.is_empty());
        if !is_known {
            // Those that follow have moved as well.
            self.steps.truncate(self.at);
            self.steps.push(Step { prefix, found });
        }
        self.at += 1;
    }
}
