//! `rename_all`: the names that fields and variants go by in Notion.

use heck::ToSnakeCase;

/// How a name is written, as a name of the style itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style(usize);

/// How the words of a name are written, and what stands between them.
const STYLES: [(&str, Words, &str); 12] = [
    ("Title Case", Words::Capitalized, " "),
    ("Sentence case", Words::FirstCapitalized, " "),
    ("lower case", Words::Lower, " "),
    ("UPPER CASE", Words::Upper, " "),
    ("lowercase", Words::Lower, ""),
    ("UPPERCASE", Words::Upper, ""),
    ("camelCase", Words::AllButFirstCapitalized, ""),
    ("PascalCase", Words::Capitalized, ""),
    ("snake_case", Words::Lower, "_"),
    ("SCREAMING_SNAKE_CASE", Words::Upper, "_"),
    ("kebab-case", Words::Lower, "-"),
    ("SCREAMING-KEBAB-CASE", Words::Upper, "-"),
];

#[derive(Clone, Copy)]
enum Words {
    Lower,
    Upper,
    Capitalized,
    FirstCapitalized,
    AllButFirstCapitalized,
}

impl Style {
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        STYLES.iter().position(|style| style.0 == name).map(Self)
    }

    pub(crate) fn names() -> impl Iterator<Item = &'static str> + Clone {
        STYLES.iter().map(|style| style.0)
    }

    /// The identifier in this style.
    pub(crate) fn apply(self, ident: &str) -> String {
        let (_, case, between) = STYLES[self.0];
        let words = ident.to_snake_case();
        words
            .split('_')
            .enumerate()
            .map(|(at, word)| match case {
                Words::Upper => word.to_uppercase(),
                Words::Capitalized => capitalized(word),
                Words::FirstCapitalized if at == 0 => capitalized(word),
                Words::AllButFirstCapitalized if at > 0 => capitalized(word),
                Words::Lower | Words::FirstCapitalized | Words::AllButFirstCapitalized => word.to_owned(),
            })
            .collect::<Vec<_>>()
            .join(between)
    }
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_style_is_written_as_it_is_called() {
        for name in Style::names() {
            let words = if name.contains([' ', '_', '-']) {
                name.to_owned()
            } else {
                // These have no space where a word ends, so that only people see it.
                name.replace("case", "_case")
                    .replace("Case", "_case")
                    .replace("CASE", "_case")
            };
            assert_eq!(Style::from_name(name).unwrap().apply(&words.to_lowercase()), name);
        }
    }

    #[test]
    fn fields_and_variants() {
        let title = Style::from_name("Title Case").unwrap();
        assert_eq!(title.apply("due_date"), "Due Date");
        assert_eq!(title.apply("InProgress"), "In Progress");
        assert_eq!(title.apply("größe_2"), "Größe 2");
        assert_eq!(title.apply("名前"), "名前");
        let sentence = Style::from_name("Sentence case").unwrap();
        assert_eq!(sentence.apply("NotStarted"), "Not started");
        assert_eq!(Style::from_name("Title case"), None);
    }
}
