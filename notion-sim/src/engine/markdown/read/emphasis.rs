//! Stars, underscores and waves: which of them belong together.

/// How far back a closing sign looks for its partner.
const MAX_LOOKBACK: usize = 16;

/// A run of the same sign.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Signs {
    /// `*`, `_` or `~`.
    pub(super) sign: char,
    /// How many have found no partner.
    left: usize,
    can_open: bool,
    can_close: bool,
    /// What ends here.
    pub(super) closes: Vec<Emphasis>,
    /// What begins here.
    pub(super) opens: Vec<Emphasis>,
}

/// What a pair of signs means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Emphasis {
    Bold,
    Italic,
    Strikethrough,
}

impl Signs {
    /// A run of signs between two characters. A blank or the end of the text counts as `None`.
    pub(super) fn new(sign: char, count: usize, before: Option<char>, after: Option<char>) -> Self {
        // Inside of words an underscore is a letter.
        let inside = |c: Option<char>| sign == '_' && c.is_some_and(char::is_alphanumeric);
        let enough = sign != '~' || count == 2;
        Self {
            sign,
            left: count,
            can_open: enough && after.is_some() && !inside(before),
            can_close: enough && before.is_some() && !inside(after),
            closes: Vec::new(),
            opens: Vec::new(),
        }
    }

    /// The signs that mean themselves.
    pub(super) fn literal(&self) -> String {
        String::from(self.sign).repeat(self.left)
    }
}

/// Finds the pairs among all runs of signs in a text. It goes much like in `CommonMark`, but punctuation is like any other letter,
/// and pairs of different signs may cross.
pub(super) fn pair(runs: &mut [&mut Signs]) {
    for sign in ['*', '_', '~'] {
        let own: Vec<usize> = (0..runs.len()).filter(|at| runs[*at].sign == sign).collect();
        let mut open: Vec<usize> = Vec::new();
        for at in own {
            while runs[at].can_close && runs[at].left > 0 {
                let partner = open
                    .iter()
                    .enumerate()
                    .rev()
                    .take(MAX_LOOKBACK)
                    .find(|(_, opener)| fits(runs[**opener], runs[at]));
                let Some((found, _)) = partner else { break };
                open.truncate(found + 1);
                let opener = open[found];
                let mut taken = runs[opener].left.min(runs[at].left);
                runs[opener].left -= taken;
                runs[at].left -= taken;
                if runs[opener].left == 0 {
                    open.pop();
                }
                while taken > 0 {
                    let emphasis = match (sign, taken) {
                        ('~', _) => Emphasis::Strikethrough,
                        (_, 1) => Emphasis::Italic,
                        _ => Emphasis::Bold,
                    };
                    runs[opener].opens.push(emphasis);
                    runs[at].closes.push(emphasis);
                    taken -= taken.min(2);
                }
            }
            if runs[at].can_open && runs[at].left > 0 {
                open.push(at);
            }
        }
    }
}

/// Whether two runs can be partners. A run that could begin as well as end something begins it where it would otherwise end only
/// a part: `*a**b**c*`, `**a*b*c**`.
fn fits(opener: &Signs, closer: &Signs) -> bool {
    !closer.can_open || !matches!((opener.left, closer.left), (1, 2) | (2, 1))
}
