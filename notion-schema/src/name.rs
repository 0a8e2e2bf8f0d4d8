//! From the names that people give columns, options and databases to Rust identifiers.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

/// How the words of an identifier are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// `due_date`: fields.
    Snake,
    /// `DueDate`: types and variants.
    Pascal,
}

/// Makes identifiers for names, each of which is given once.
///
/// Any name gets one: letters of all scripts stay, words are joined, keywords become raw identifiers, and a name without a
/// letter gets `fallback` in its place. What would be the same as an identifier before gets a number: to the compiler, to which
/// `é` is the same in one character or in two, or in upper case, in which fields are the names of constants. Of a long name the
/// first 60 characters are taken, in whole words where that is possible.
///
/// ```
/// use notion_schema::{Case, Identifiers};
///
/// let mut fields = Identifiers::new(Case::Snake, "column");
/// assert_eq!(fields.name("Due Date"), "due_date");
/// assert_eq!(fields.name("due-date"), "due_date_2");
/// assert_eq!(fields.name("状態"), "状態");
/// assert_eq!(fields.name("type"), "r#type");
/// assert_eq!(fields.name("✅"), "column");
/// ```
#[derive(Debug, Clone)]
pub struct Identifiers {
    case: Case,
    fallback: &'static str,
    taken: HashSet<String>,
}

impl Identifiers {
    /// None is taken yet.
    #[must_use]
    pub fn new(case: Case, fallback: &'static str) -> Self {
        Self {
            case,
            fallback,
            taken: HashSet::new(),
        }
    }

    /// The same, where these names mean something else already.
    #[must_use]
    pub fn without<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.taken.extend(names.into_iter().map(compared));
        self
    }

    /// The identifier for a name.
    pub fn name(&mut self, name: &str) -> String {
        let mut plain = joined(name, self.case);
        if plain.is_empty() {
            self.fallback.clone_into(&mut plain);
        }
        // A number may not begin an identifier.
        if !plain.starts_with(unicode_ident::is_xid_start) {
            plain.insert(0, '_');
        }
        let mut unique = plain.clone();
        let mut number = 1;
        while !self.taken.insert(compared(&unique)) {
            number += 1;
            unique = match self.case {
                Case::Snake => format!("{plain}_{number}"),
                Case::Pascal => format!("{plain}{number}"),
            };
        }
        escaped(unique)
    }
}

/// How long an identifier may be before it gets a number, in characters.
const MAX_LENGTH: usize = 60;

/// Two identifiers are as good as the same where this is.
fn compared(identifier: &str) -> String {
    identifier.nfc().flat_map(char::to_uppercase).nfc().collect()
}

fn joined(name: &str, case: Case) -> String {
    let mut joined = String::new();
    for word in words(name) {
        let word = match case {
            Case::Snake => word.to_lowercase(),
            Case::Pascal => capitalized(&word),
        };
        let separator = match case {
            Case::Snake if !joined.is_empty() => "_",
            Case::Snake | Case::Pascal => "",
        };
        let length = joined.chars().count() + separator.len() + word.chars().count();
        if length > MAX_LENGTH && !joined.is_empty() {
            break;
        }
        joined.push_str(separator);
        joined.push_str(&word);
    }
    // A letter may turn into two when its case changes, of which one alone is none.
    let letters = joined.nfc().filter(|c| unicode_ident::is_xid_continue(*c));
    letters.take(MAX_LENGTH).collect()
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.flat_map(char::to_lowercase)).collect()
}

/// The words of a name: what stands between other characters than letters and digits, and within `camelCase`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before_is_lower = false;
    for c in name.chars() {
        // An underscore and the like may stand in an identifier, and separates words.
        let is_letter =
            unicode_ident::is_xid_continue(c) && (c.is_alphanumeric() || !c.is_ascii()) && !is_joiner(c);
        if (!is_letter || (before_is_lower && c.is_uppercase()))
            && words.last().is_some_and(|word| !word.is_empty())
        {
            words.push(String::new());
        }
        if is_letter && let Some(word) = words.last_mut() {
            word.push(c);
        }
        before_is_lower = c.is_lowercase() || c.is_numeric();
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Punctuation that joins words, such as `‿` and `＿`, and marks that join letters without being seen.
fn is_joiner(c: char) -> bool {
    matches!(c, '\u{203F}' | '\u{2040}' | '\u{2054}' | '\u{FE33}' | '\u{FE34}' | '\u{FE4D}'..='\u{FE4F}' | '\u{FF3F}'
        | '\u{200C}' | '\u{200D}' | '\u{00B7}' | '\u{0387}' | '\u{30FB}' | '\u{FF65}' | '\u{FE00}'..='\u{FE0F}' | '\u{20D0}'..='\u{20F0}')
}

/// A keyword as a raw identifier; those that cannot be one get an underscore.
fn escaped(identifier: String) -> String {
    match &*identifier {
        "self" | "Self" | "super" | "crate" | "_" => format!("{identifier}_"),
        word if KEYWORDS.contains(&word) => format!("r#{word}"),
        _ => identifier,
    }
}

/// Source: <https://doc.rust-lang.org/reference/keywords.html>, edition 2024.
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_becomes_an_identifier() {
        for (name, field, variant) in [
            ("Name", "name", "Name"),
            ("Due Date", "due_date", "DueDate"),
            ("dueDate", "due_date", "DueDate"),
            ("HTTP Code", "http_code", "HttpCode"),
            ("In-progress / done", "in_progress_done", "InProgressDone"),
            ("100% done", "_100_done", "_100Done"),
            ("  spaces  ", "spaces", "Spaces"),
            ("状態", "状態", "状態"),
            ("Größe", "größe", "Größe"),
            ("Δt", "δt", "Δt"),
            ("Done ✅", "done", "Done"),
            ("✅", "none", "none"),
            ("", "none", "none"),
            ("_", "none", "none"),
            ("type", "r#type", "Type"),
            ("self", "self_", "Self_"),
            ("Self", "self_", "Self_"),
            ("crate", "crate_", "Crate"),
            ("gen", "r#gen", "Gen"),
            ("a_b", "a_b", "AB"),
            ("タスク・リスト", "タスク_リスト", "タスクリスト"),
            ("👩‍💻 owner", "owner", "Owner"),
            ("İ", "i\u{307}", "İ"),
            ("e\u{301}t\u{e9}", "\u{e9}t\u{e9}", "\u{c9}t\u{e9}"),
            ("\u{1100}\u{1161}", "가", "가"),
        ] {
            assert_eq!(Identifiers::new(Case::Snake, "none").name(name), field, "{name}");
            assert_eq!(
                Identifiers::new(Case::Pascal, "none").name(name),
                variant,
                "{name}"
            );
        }
    }

    #[test]
    fn no_two_are_the_same() {
        let mut fields = Identifiers::new(Case::Snake, "column").without(["id"]);
        let names = [
            "Due Date",
            "due_date",
            "DUE DATE",
            "Due Date 2",
            "✅",
            "❌",
            "id",
            "ß",
            "ss",
            "Caf\u{e9}",
            "Cafe\u{301}",
        ];
        assert_eq!(
            names.map(|name| fields.name(name)),
            [
                "due_date",
                "due_date_2",
                "due_date_3",
                "due_date_2_2",
                "column",
                "column_2",
                "id_2",
                "ß",
                "ss_2",
                "caf\u{e9}",
                "caf\u{e9}_2"
            ]
        );
    }

    #[test]
    fn long_names_are_cut_between_words() {
        let mut fields = Identifiers::new(Case::Snake, "column");
        let long = "What everybody should know before the meeting begins on Monday";
        assert_eq!(
            fields.name(long),
            "what_everybody_should_know_before_the_meeting_begins_on"
        );
        assert_eq!(
            fields.name(&format!("{long} morning")),
            "what_everybody_should_know_before_the_meeting_begins_on_2"
        );
        assert_eq!(fields.name(&"x".repeat(500)), "x".repeat(60));
        assert_eq!(fields.name(&"名".repeat(500)), "名".repeat(60));
    }
}
