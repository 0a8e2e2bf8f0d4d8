//! Code and equations: lines that mean what they say.

use super::super::scan;

/// The line that begins at a place. `None` at the end of the text.
pub(super) fn line_at(text: &str, at: usize) -> Option<&str> {
    let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
    Some(rest.split_once('\n').map_or(rest, |(line, _)| line))
}

/// The lines up to one that ends them, and where the next line begins.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    lines: Vec<&'a str>,
    pub(super) next: usize,
    /// Whether there is a line that ends them, and not just the end of the text.
    pub(super) ended: bool,
}

impl<'a> Lines<'a> {
    /// Collects lines from a place on. `ends` is asked of each line without the blanks around it.
    pub(super) fn until(text: &'a str, from: usize, ends: impl Fn(&str) -> bool) -> Self {
        let mut found = Self {
            lines: Vec::new(),
            next: from,
            ended: false,
        };
        while let Some(line) = line_at(text, found.next) {
            found.next += line.len() + 1;
            if ends(scan::trim(line)) {
                found.ended = true;
                break;
            }
            found.lines.push(line);
        }
        found
    }

    /// Code, without the indentation of the block that it is in.
    ///
    /// Notion writes code without that indentation, people write it with it. So it is taken off if all lines have it.
    pub(super) fn code(&self, indentation: &str) -> String {
        dedent(&self.lines, indentation).join("\n")
    }

    /// An equation: as code, but the first line is indented by itself.
    pub(super) fn equation(&self, indentation: &str) -> String {
        let Some((first, rest)) = self.lines.split_first() else {
            return String::new();
        };
        let mut lines = vec![first.strip_prefix(indentation).unwrap_or(first)];
        lines.extend(dedent(rest, indentation));
        lines.join("\n")
    }
}

/// Whether all lines that are not empty begin with this. If there are none, they do not.
pub(in super::super) fn all_begin_with(lines: &[&str], start: &str) -> bool {
    let mut full = lines.iter().filter(|line| !line.is_empty()).peekable();
    full.peek().is_some() && full.all(|line| line.starts_with(start))
}

fn dedent<'a>(lines: &[&'a str], indentation: &str) -> Vec<&'a str> {
    match all_begin_with(lines, indentation) {
        true => lines
            .iter()
            .map(|line| line.strip_prefix(indentation).unwrap_or(line))
            .collect(),
        false => lines.to_vec(),
    }
}
