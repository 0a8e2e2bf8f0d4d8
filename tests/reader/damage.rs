//! Ways to damage a JSON text, some of which leave it good.

use fastrand::Rng;

/// A text that stays one, whatever is done to it.
pub(crate) struct Text(String);

type Damage = fn(&mut Text, &mut Rng);

/// All ways, with their names.
pub(crate) const DAMAGES: &[(&str, Damage)] = &[
    ("delete", delete),
    ("insert", insert),
    ("flip", flip),
    ("truncate", truncate),
    ("repeat", repeat),
    ("nest", nest),
    ("number", number),
    ("escape", escape),
    ("space", space),
];

const STRUCTURE: &[&str] = &["{", "}", "[", "]", ",", ":", "\"", "\\"];

const FRAGMENTS: &[&str] = &[
    "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-", "e", ".", "null", "tru", "{}", "[]", "\"a\"",
    "\"a\":", ",\"a\":1", "/**/", "'", "\u{1}", "\u{7f}", "\u{feff}", "ü", "😀",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-",
    "+1",
    "01",
    "-01",
    "1.",
    ".5",
    "0.50",
    "1e",
    "1e+",
    "1E-2",
    "1e05",
    "1e400",
    "-1e400",
    "1e-400",
    "0e999999999999",
    "12345678901234567890123",
    "18446744073709551616",
    "-9223372036854775809",
    "0x10",
    "1_000",
    "1e1.5",
    "NaN",
    "-Infinity",
];

const ESCAPES: &[&str] = &[
    "\\\"",
    "\\\\",
    "\\/",
    "\\b",
    "\\f",
    "\\n",
    "\\r",
    "\\t",
    "\\u0041",
    "\\u00E4",
    "\\u0000",
    "\\ud83d\\ude00",
    "\\uD83D\\uDE00",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\u0041",
    "\\ud83d\\ud83d\\ude00",
    "\\ud83d\\n",
    "\\u12",
    "\\u+123",
    "\\uüü",
    "\\x41",
    "\\U0041",
    "\\'",
    "\\é",
    "\n",
    "\t",
    "\u{0}",
    "\u{1f}",
    "\u{2028}",
];

const SPACES: &[&str] = &[
    " ",
    "\n",
    "\r\n",
    "\t",
    "    \t\n  ",
    "\u{b}",
    "\u{c}",
    "\u{a0}",
    "\u{feff}",
    "\0",
];

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Somewhere between two characters.
    fn place(&self, random: &mut Rng) -> usize {
        self.0.floor_char_boundary(random.usize(..=self.0.len()))
    }

    /// The first place from a random one on, round the end, at which one of `what` begins.
    fn place_of(&self, what: &[&str], random: &mut Rng) -> Option<(usize, usize)> {
        let start = self.place(random);
        let find = |from: usize, text: &str| {
            let found = what
                .iter()
                .filter_map(|what| Some((text.find(what)? + from, what.len())));
            found.min()
        };
        find(start, &self.0[start..]).or_else(|| find(0, &self.0))
    }

    /// Behind the colon of a member: where a value begins.
    fn value(&self, random: &mut Rng) -> Option<usize> {
        self.place_of(&["\":"], random).map(|(at, length)| at + length)
    }
}

fn any(of: &[&'static str], random: &mut Rng) -> &'static str {
    of[random.usize(..of.len())]
}

/// Takes a character out.
fn delete(text: &mut Text, random: &mut Rng) {
    let at = text.place(random);
    if at < text.0.len() {
        text.0.remove(at);
    }
}

/// Puts something in.
fn insert(text: &mut Text, random: &mut Rng) {
    let at = text.place(random);
    text.0.insert_str(at, any(FRAGMENTS, random));
}

/// Puts one structural character in the place of another.
fn flip(text: &mut Text, random: &mut Rng) {
    if let Some((at, length)) = text.place_of(STRUCTURE, random) {
        text.0.replace_range(at..at + length, any(STRUCTURE, random));
    }
}

/// Cuts the end off.
fn truncate(text: &mut Text, random: &mut Rng) {
    let at = text.place(random);
    text.0.truncate(at);
}

/// Gives an object a key twice.
fn repeat(text: &mut Text, random: &mut Rng) {
    if let Some(end) = text.value(random)
        && let Some(start) = text.0[..end - 2].rfind('"')
    {
        let member = format!(
            "{}{},",
            &text.0[start..end],
            any(&["null", "[]", "{\"a\":0}"], random)
        );
        text.0.insert_str(start, &member);
    }
}

/// Adds a member that nests deeply, mostly about as deeply as is allowed.
fn nest(text: &mut Text, random: &mut Rng) {
    if let Some(at) = text.value(random) {
        let depth = if random.u8(..) < 8 {
            5_000
        } else {
            random.usize(110..130)
        };
        let (open, close) = [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")][random.usize(..3)];
        let nested = format!("{}0{},\"deep\":", open.repeat(depth), close.repeat(depth));
        text.0.insert_str(at, &nested);
    }
}

/// Adds a member that is a number, or resembles one.
fn number(text: &mut Text, random: &mut Rng) {
    if let Some(at) = text.value(random) {
        text.0
            .insert_str(at, &format!("{},\"number\":", any(NUMBERS, random)));
    }
}

/// Puts an escape, or what must be escaped, into what is mostly a string.
fn escape(text: &mut Text, random: &mut Rng) {
    if let Some((at, length)) = text.place_of(&["a", "e", "i", "o", "0", "-", ":\""], random) {
        text.0.insert_str(at + length, any(ESCAPES, random));
    }
}

/// Puts white space, or what resembles it, beside structure.
fn space(text: &mut Text, random: &mut Rng) {
    if let Some((at, length)) = text.place_of(STRUCTURE, random) {
        let at = if random.bool() { at } else { at + length };
        text.0.insert_str(at, any(SPACES, random));
    }
}
