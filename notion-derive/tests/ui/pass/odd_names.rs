// Columns, fields and options are called what people call them.
#![deny(warnings)]
#![allow(dead_code, non_snake_case, uncommon_codepoints, mixed_script_confusables)]

use notion_core::prelude::*;

#[derive(NotionRow)]
struct Odd {
    #[notion(name = "名前")]
    f0: Option<String>,
    #[notion(name = "Näme")]
    f1: Option<String>,
    #[notion(name = "name")]
    f2: Option<String>,
    #[notion(name = "Name")]
    f3: Option<String>,
    #[notion(name = " Name ")]
    f4: Option<String>,
    #[notion(name = "📅 Due")]
    f5: Option<String>,
    #[notion(name = "👩\u{200d}👩\u{200d}👧\u{200d}👦")]
    f6: Option<String>,
    #[notion(name = "\u{202e}right to left")]
    f7: Option<String>,
    #[notion(name = "zero\u{200b}width")]
    f8: Option<String>,
    #[notion(name = "é")]
    f9: Option<String>,
    #[notion(name = "e\u{301}")]
    f10: Option<String>,
    #[notion(name = "type")]
    f11: Option<String>,
    #[notion(name = "Self")]
    f12: Option<String>,
    #[notion(name = "self")]
    f13: Option<String>,
    #[notion(name = "super")]
    f14: Option<String>,
    #[notion(name = "crate")]
    f15: Option<String>,
    #[notion(name = "async")]
    f16: Option<String>,
    #[notion(name = "r#type")]
    f17: Option<String>,
    #[notion(name = "_")]
    f18: Option<String>,
    #[notion(name = "__notion")]
    f19: Option<String>,
    #[notion(name = "draft")]
    f20: Option<String>,
    #[notion(name = "json")]
    f21: Option<String>,
    #[notion(name = "column")]
    f22: Option<String>,
    #[notion(name = "{}")]
    f23: Option<String>,
    #[notion(name = "{name}")]
    f24: Option<String>,
    #[notion(name = "{0:?}")]
    f25: Option<String>,
    #[notion(name = "%s")]
    f26: Option<String>,
    #[notion(name = "\"quoted\"")]
    f27: Option<String>,
    #[notion(name = "back\\slash")]
    f28: Option<String>,
    #[notion(name = "tab\tline\nend")]
    f29: Option<String>,
    #[notion(name = "nul\0")]
    f30: Option<String>,
    #[notion(name = "*/")]
    f31: Option<String>,
    #[notion(name = "/*")]
    f32: Option<String>,
    #[notion(name = "//")]
    f33: Option<String>,
    #[notion(name = "#![x]")]
    f34: Option<String>,
    #[notion(name = "'a")]
    f35: Option<String>,
    #[notion(name = "$x")]
    f36: Option<String>,
    #[notion(name = "a:b")]
    f37: Option<String>,
    #[notion(name = "a.b")]
    f38: Option<String>,
    #[notion(name = "a,b")]
    f39: Option<String>,
    #[notion(name = "<T>")]
    f40: Option<String>,
    #[notion(name = "0")]
    f41: Option<String>,
    #[notion(name = "1 two")]
    f42: Option<String>,
    #[notion(name = "-")]
    f43: Option<String>,
    #[notion(name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    f44: Option<String>,
    #[notion(name = "ﬁ")]
    f45: Option<String>,
    #[notion(name = "ǅ")]
    f46: Option<String>,
    #[notion(name = "ß")]
    f47: Option<String>,
    #[notion(name = "SS")]
    f48: Option<String>,
    #[notion(name = "", id = "ab%3A")]
    nameless: Option<String>,
    #[notion(title, name = "")]
    nameless_title: String,
}

#[derive(NotionRow)]
#[notion(insert = NewWord, insert_derive(Default))]
struct Word {
    r#as: Option<f64>,
    r#async: Option<f64>,
    r#await: Option<f64>,
    r#break: Option<f64>,
    r#const: Option<f64>,
    r#dyn: Option<f64>,
    r#else: Option<f64>,
    r#enum: Option<f64>,
    r#extern: Option<f64>,
    r#false: Option<f64>,
    r#fn: Option<f64>,
    r#for: Option<f64>,
    r#if: Option<f64>,
    r#impl: Option<f64>,
    r#in: Option<f64>,
    r#let: Option<f64>,
    r#loop: Option<f64>,
    r#match: Option<f64>,
    r#mod: Option<f64>,
    r#move: Option<f64>,
    r#mut: Option<f64>,
    r#pub: Option<f64>,
    r#ref: Option<f64>,
    r#return: Option<f64>,
    r#static: Option<f64>,
    r#struct: Option<f64>,
    r#trait: Option<f64>,
    r#true: Option<f64>,
    r#type: Option<f64>,
    r#unsafe: Option<f64>,
    r#use: Option<f64>,
    r#where: Option<f64>,
    r#while: Option<f64>,
    r#yield: Option<f64>,
    r#abstract: Option<f64>,
    r#box: Option<f64>,
    r#gen: Option<f64>,
    union: Option<f64>,
    auto: Option<f64>,
    default: Option<f64>,
    raw: Option<f64>,
    safe: Option<f64>,
    own: Option<f64>,
    draft: Option<f64>,
    json: Option<f64>,
    column: Option<f64>,
    row: Option<f64>,
    read: Option<f64>,
    value: Option<f64>,
    text: Option<f64>,
    _x: Option<f64>,
    __: Option<f64>,
    x_1: Option<f64>,
    größe: Option<f64>,
    名前: Option<f64>,
    данные: Option<f64>,
    ǆ: Option<f64>,
    ŉ: Option<f64>,
    ΐ: Option<f64>,
    éte: Option<f64>,
    名: Option<f64>,
    end: Option<f64>,
    #[notion(parse)]
    host: Option<std::net::IpAddr>,
    #[notion(created_time)]
    r#try: jiff::Timestamp,
}

#[derive(Debug, Clone, PartialEq, NotionOption)]
enum Name {
    #[notion(name = "名前")]
    V0,
    #[notion(name = "Näme")]
    V1,
    #[notion(name = "name")]
    V2,
    #[notion(name = " Name ")]
    V3,
    #[notion(name = "📅 Due")]
    V4,
    #[notion(name = "👩\u{200d}👩\u{200d}👧\u{200d}👦")]
    V5,
    #[notion(name = "\u{202e}right to left")]
    V6,
    #[notion(name = "zero\u{200b}width")]
    V7,
    #[notion(name = "é")]
    V8,
    #[notion(name = "e\u{301}")]
    V9,
    #[notion(name = "type")]
    V10,
    #[notion(name = "Self")]
    V11,
    #[notion(name = "super")]
    V12,
    #[notion(name = "crate")]
    V13,
    #[notion(name = "async")]
    V14,
    #[notion(name = "r#type")]
    V15,
    #[notion(name = "_")]
    V16,
    #[notion(name = "__notion")]
    V17,
    #[notion(name = "draft")]
    V18,
    #[notion(name = "json")]
    V19,
    #[notion(name = "column")]
    V20,
    #[notion(name = "{}")]
    V21,
    #[notion(name = "{name}")]
    V22,
    #[notion(name = "{0:?}")]
    V23,
    #[notion(name = "%s")]
    V24,
    #[notion(name = "\"quoted\"")]
    V25,
    #[notion(name = "back\\slash")]
    V26,
    #[notion(name = "tab\tline\nend")]
    V27,
    #[notion(name = "nul\0")]
    V28,
    #[notion(name = "*/")]
    V29,
    #[notion(name = "/*")]
    V30,
    #[notion(name = "//")]
    V31,
    #[notion(name = "#![x]")]
    V32,
    #[notion(name = "'a")]
    V33,
    #[notion(name = "$x")]
    V34,
    #[notion(name = "a:b")]
    V35,
    #[notion(name = "a.b")]
    V36,
    #[notion(name = "<T>")]
    V37,
    #[notion(name = "0")]
    V38,
    #[notion(name = "1 two")]
    V39,
    #[notion(name = "-")]
    V40,
    #[notion(name = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    V41,
    #[notion(name = "ﬁ")]
    V42,
    #[notion(name = "ǅ")]
    V43,
    #[notion(name = "ß")]
    V44,
    #[notion(name = "SS")]
    V45,
    #[notion(other)]
    Other(String),
}

#[derive(NotionRow)]
struct Named {
    r#name: Option<Name>,
}

fn main() {
    assert_eq!(Odd::F0.name(), "名前");
    assert_eq!(Odd::F1.name(), "Näme");
    assert_eq!(Odd::F2.name(), "name");
    assert_eq!(Odd::F3.name(), "Name");
    assert_eq!(Odd::F4.name(), " Name ");
    assert_eq!(Odd::F5.name(), "📅 Due");
    assert_eq!(Odd::F6.name(), "👩\u{200d}👩\u{200d}👧\u{200d}👦");
    assert_eq!(Odd::F7.name(), "\u{202e}right to left");
    assert_eq!(Odd::F8.name(), "zero\u{200b}width");
    assert_eq!(Odd::F9.name(), "é");
    assert_eq!(Odd::F10.name(), "e\u{301}");
    assert_eq!(Odd::F11.name(), "type");
    assert_eq!(Odd::F12.name(), "Self");
    assert_eq!(Odd::F13.name(), "self");
    assert_eq!(Odd::F14.name(), "super");
    assert_eq!(Odd::F15.name(), "crate");
    assert_eq!(Odd::F16.name(), "async");
    assert_eq!(Odd::F17.name(), "r#type");
    assert_eq!(Odd::F18.name(), "_");
    assert_eq!(Odd::F19.name(), "__notion");
    assert_eq!(Odd::F20.name(), "draft");
    assert_eq!(Odd::F21.name(), "json");
    assert_eq!(Odd::F22.name(), "column");
    assert_eq!(Odd::F23.name(), "{}");
    assert_eq!(Odd::F24.name(), "{name}");
    assert_eq!(Odd::F25.name(), "{0:?}");
    assert_eq!(Odd::F26.name(), "%s");
    assert_eq!(Odd::F27.name(), "\"quoted\"");
    assert_eq!(Odd::F28.name(), "back\\slash");
    assert_eq!(Odd::F29.name(), "tab\tline\nend");
    assert_eq!(Odd::F30.name(), "nul\0");
    assert_eq!(Odd::F31.name(), "*/");
    assert_eq!(Odd::F32.name(), "/*");
    assert_eq!(Odd::F33.name(), "//");
    assert_eq!(Odd::F34.name(), "#![x]");
    assert_eq!(Odd::F35.name(), "'a");
    assert_eq!(Odd::F36.name(), "$x");
    assert_eq!(Odd::F37.name(), "a:b");
    assert_eq!(Odd::F38.name(), "a.b");
    assert_eq!(Odd::F39.name(), "a,b");
    assert_eq!(Odd::F40.name(), "<T>");
    assert_eq!(Odd::F41.name(), "0");
    assert_eq!(Odd::F42.name(), "1 two");
    assert_eq!(Odd::F43.name(), "-");
    assert_eq!(Odd::F44.name(), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    assert_eq!(Odd::F45.name(), "ﬁ");
    assert_eq!(Odd::F46.name(), "ǅ");
    assert_eq!(Odd::F47.name(), "ß");
    assert_eq!(Odd::F48.name(), "SS");
    assert_eq!(Odd::NAMELESS.name(), "");
    assert_eq!(Word::TYPE.name(), "type");
    assert_eq!(Word::名前.name(), "名前");
    assert_eq!(Word::GRÖSSE.name(), "größe");
    let word = NewWord::default();
    assert!(word.r#type.is_none() && word.host.is_none());
    for option in Name::OPTIONS {
        assert_eq!(Name::from_name(option.name).unwrap().name(), option.name);
    }
    let _ = Named::NAME.eq(Name::Other("else".to_owned()));
}
