//! What the code of the derive asserts while it is compiled, because only the compiler knows the types.

use crate::property::OptionSet;

/// The options of a column, as the snapshot has them, are those that the field's type names: a closed enum knows them all,
/// and knows no further ones of a status column, because a write cannot create these.
#[track_caller]
pub const fn assert_options(
    set: Option<OptionSet>,
    ty: &str,
    column: &str,
    snapshot: &str,
    options: &[&str],
    may_create: bool,
) {
    let Some(set) = set else { return };
    if !set.is_open
        && let (list, count @ 1..) = unknown_to(set, options)
    {
        list.add(if count == 1 {
            " is an option"
        } else {
            " are options"
        })
        .add(" of the column `")
        .add(column)
        .add("` in `")
        .add(snapshot)
        .add("`, and `")
        .add(ty)
        .add("` has no variant for ")
        .add(if count == 1 { "it" } else { "them" })
        .add(": add what is missing, or a variant `#[notion(other)] Other(String)` for all others")
        .fail();
    }
    if !may_create && let (list, count @ 1..) = missing_of(set, options) {
        list.add(" of `")
            .add(ty)
            .add(if count == 1 { "` is no option" } else { "` are no options" })
            .add(" of the status column `")
            .add(column)
            .add("` in `")
            .add(snapshot)
            .add("`, which has ")
            .add_all(options)
            .add(": only people can add options to a status, so rename the variant by `#[notion(name = \"…\")]` or remove it")
            .fail();
    }
}

/// The options that the type does not name, and how many there are.
const fn unknown_to(set: OptionSet, options: &[&str]) -> (Message, usize) {
    let (mut list, mut count, mut at) = (Message::new(), 0, 0);
    while at < options.len() {
        let mut named = 0;
        while named < set.named.len() && !same(set.named[named].name, options[at]) {
            named += 1;
        }
        if named == set.named.len() {
            list = list.add_item(options[at]);
            count += 1;
        }
        at += 1;
    }
    (list, count)
}

/// The options that only the type names, and how many there are.
const fn missing_of(set: OptionSet, options: &[&str]) -> (Message, usize) {
    let (mut list, mut count, mut at) = (Message::new(), 0, 0);
    while at < set.named.len() {
        let mut there = 0;
        while there < options.len() && !same(options[there], set.named[at].name) {
            there += 1;
        }
        if there == options.len() {
            list = list.add_item(set.named[at].name);
            count += 1;
        }
        at += 1;
    }
    (list, count)
}

/// `==` for texts, which constants do not have yet.
const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut at = 0;
    while at < one.len() && at < other.len() && one[at] == other[at] {
        at += 1;
    }
    at == one.len() && at == other.len()
}

/// A text that is put together while compiling, where `format!` does not work.
struct Message {
    bytes: [u8; Self::MAX],
    length: usize,
}

impl Message {
    const MAX: usize = 2_000;

    const fn new() -> Self {
        Self {
            bytes: [0; Self::MAX],
            length: 0,
        }
    }

    /// The message and `text`; what has no room is left out.
    const fn add(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if self.length + text.len() <= Self::MAX {
            let mut at = 0;
            while at < text.len() {
                self.bytes[self.length + at] = text[at];
                at += 1;
            }
            self.length += text.len();
        }
        self
    }

    /// One more name of a list.
    const fn add_item(self, name: &str) -> Self {
        let separator = if self.length == 0 { "`" } else { ", `" };
        self.add(separator).add(name).add("`")
    }

    const fn add_all(mut self, names: &[&str]) -> Self {
        let mut at = 0;
        while at < names.len() {
            self = self
                .add(if at == 0 { "`" } else { ", `" })
                .add(names[at])
                .add("`");
            at += 1;
        }
        self
    }

    #[track_caller]
    const fn fail(self) -> ! {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(message) => panic!("{}", message),
            Err(_) => panic!("the names of columns and options are text"),
        }
    }
}
