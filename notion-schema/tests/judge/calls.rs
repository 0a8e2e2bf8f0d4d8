//! Calls in any order, also after errors and where they make no sense: they may fail, and nothing worse.

use notion_schema::json::Reader;

use super::walk::{KEYS, LITERALS, PREFIXES, in_text};

/// What no caller should take for a whole value.
const FRAGMENTS: &[&str] = &["{", "}", "[", "]", "\"", ",", ":", "\\", "{\"a\":"];

/// Makes a call for each of `choices`.
///
/// # Panics
/// When the reader does, or leaves the text.
pub(super) fn any(mut reader: Reader<'_>, text: &str, choices: &[u8]) {
    let mut likely = KEYS.iter();
    let mut out = String::new();
    let mut marks = vec![reader.mark()];
    for choice in choices {
        let argument = usize::from(choice >> 4);
        let failed = match choice & 0x0F {
            0 => reader.begin_object().err(),
            1 => reader.begin_array().err(),
            2 => reader.key().err(),
            3 => reader.key_like(&mut likely).err(),
            4 => reader.element().err(),
            5 => reader.string().err(),
            6 => reader.string_into(&mut out).err(),
            7 => reader.number().err(),
            8 => reader.bool().err(),
            9 => reader.skip().err(),
            10 => reader.raw().err(),
            11 => reader.end().err(),
            12 => {
                reader.open_member(PREFIXES[argument % PREFIXES.len()]);
                None
            }
            13 => {
                let literals = LITERALS.iter().chain(FRAGMENTS);
                reader.literal(literals.cycle().nth(argument).expect("a literal"));
                None
            }
            14 => {
                reader.rewind(marks[argument % marks.len()]);
                None
            }
            _ => {
                reader.null();
                marks.push(reader.mark());
                None
            }
        };
        in_text(reader.position(), text);
        if let Some(error) = failed {
            in_text(error.position(), text);
        }
    }
}
