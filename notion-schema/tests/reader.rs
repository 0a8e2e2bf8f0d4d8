//! The strict reader accepts exactly what `serde_json` accepts, and reads the same out of it.

pub mod judge;

use notion_schema::json::{Reader, Writer};
use serde_json::Value;

/// Asks the judge about each way to read a value.
fn check(text: &str) {
    for &way in judge::WAYS {
        judge::strict(text, &[way]);
        judge::default(text, &[way]);
    }
}

const DOCUMENTS: &[&str] = &[
    "",
    " ",
    "null",
    "nul",
    "nulll",
    "true",
    "false",
    "tru",
    "0",
    "-0",
    "-",
    "01",
    "1.",
    ".5",
    "1.5e3",
    "1e",
    "1e+",
    "1E-2",
    "123456789012345678901234567890",
    "1e400",
    "\"\"",
    "\"a",
    "\"\\",
    "\"\\\"",
    "\"\\u0041\"",
    "\"\\u00\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ude00\\ude00\"",
    "\"\\ud83d\\u0041\"",
    "\"\\x\"",
    "\"tab\there\"",
    "\"line\nhere\"",
    "\"unit \u{1f} separator\"",
    "\"\u{1f}\"",
    "[\u{c}1]",
    "[\u{a0}1]",
    "\"\u{7f}\u{80}ü漢😀\"",
    "\"eight by\"",
    "\"eight byt\\n\"",
    "[]",
    "[1]",
    "[1,]",
    "[,1]",
    "[1 2]",
    "[[[]]]",
    "[",
    "]",
    "{}",
    "{,}",
    "{\"a\"}",
    "{\"a\":}",
    "{\"a\":1,}",
    "{\"a\":1 \"b\":2}",
    "{\"object\":1,\"id\":2}",
    "{\"object\":1\"id\":2}",
    "{,\"object\":1}",
    "{\"a\":{\"b\":1,\"c\":2},\"a\":{\"b\":3}}",
    "{\"a\":{\"b\":1}\"a\":{\"b\":2}}",
    "{\"a\":{\"b\":1\"c\":2}}",
    "{,\"a\":{\"b\":1}}",
    "{\"a\":1,\"b\":[true,null,{\"c\":\"d\"}]}",
    "{1:2}",
    "{\"a\\n\":1}",
    " [ 1 , { \"a\" : \"b\" } ] ",
    "[1]x",
    "\u{feff}1",
    "{\"a\":1}}",
    "[}",
    "{]",
];

#[test]
fn agrees_with_serde_json() {
    for text in DOCUMENTS {
        check(text);
    }
}

#[test]
fn agrees_with_serde_json_on_every_mutation() {
    let seed =
        r#"{"id":"t\u00e4","a":[1,-2.5e3,true,null,"q\"\\x"],"o":{"k":{}},"s":"eight bytes and more 漢字"}"#;
    check(seed);
    for at in 0..seed.len() {
        let (Some(head), Some(tail)) = (seed.get(..at), seed.get(at..)) else {
            continue;
        };
        check(head);
        check(tail);
        let rest = tail
            .get(tail.chars().next().map_or(0, char::len_utf8)..)
            .unwrap_or("");
        for insert in [
            "", "\"", "\\", "{", "}", "[", "]", ",", ":", "0", "-", "e", "\n", "\u{1}", "n", "😀",
        ] {
            check(&format!("{head}{insert}{tail}"));
            check(&format!("{head}{insert}{rest}"));
        }
    }
}

#[test]
fn half_a_surrogate_pair_does_not_cost_the_text() {
    for (json, text) in [
        (r#""a\ud83d""#, "a\u{fffd}"),
        (r#""\ude00b""#, "\u{fffd}b"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
    ] {
        assert_eq!(Reader::new(json).string().unwrap(), text);
        assert!(Reader::strict(json).string().is_err());
    }
}

#[test]
fn limits_depth_as_serde_json_does() {
    for depth in [126, 127, 128, 129, 5_000] {
        check(&("[".repeat(depth) + &"]".repeat(depth)));
        check(&("{\"a\":".repeat(depth) + "1" + &"}".repeat(depth)));
        check(&("{\"a\":{\"b\":".repeat(depth / 2) + "1" + &"}}".repeat(depth / 2)));
        check(&("[{\"a\":{\"b\":".repeat(depth / 3) + "1" + &"}}]".repeat(depth / 3)));
    }
    // Neighbours are not nested.
    check(&format!("[{}0]", "[],{},{\"a\":{\"b\":1}},".repeat(130)));
    // Counting brackets needs no stack.
    assert!(
        Reader::new(&("[".repeat(100_000) + &"]".repeat(100_000)))
            .skip()
            .is_ok()
    );
}

#[test]
fn passes_over_values_without_reading_them() {
    let mut reader = Reader::new(r#"[{"a":"}\"]","b":[{}]},7,"x\\"]"#);
    reader.begin_array().unwrap();
    let mut raw = Vec::new();
    while reader.element().unwrap() {
        raw.push(reader.raw().unwrap());
    }
    assert_eq!(raw, [r#"{"a":"}\"]","b":[{}]}"#, "7", r#""x\\""#]);
}

#[test]
fn what_is_written_is_read_back() {
    let all: String = (0..0x250)
        .filter_map(char::from_u32)
        .chain("漢😀".chars())
        .collect();
    for number in [
        0.0,
        -0.5,
        17.0,
        1e15,
        1e16,
        1.7976931348623157e308,
        5e-324,
        0.1 + 0.2,
    ] {
        let mut json = Writer::new();
        json.begin_array();
        json.string(&all);
        json.number(number);
        json.end_array();
        let value: Value = serde_json::from_str(json.as_str()).unwrap();
        assert_eq!(value[0], all.as_str());
        assert_eq!(value[1].as_f64(), Some(number), "{}", json.as_str());
    }
}
