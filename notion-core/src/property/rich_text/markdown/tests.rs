use std::time::{Duration, Instant};

use jiff::civil::date;

use super::super::look::TextColor;
use super::super::mention::Mention;
use super::super::span::{Span, SpanContent};
use super::super::{RichText, TemplateMention};
use crate::property::{DateOrRange, DateOrTime, UserRef};

const ID: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";

fn read(markdown: &str) -> RichText {
    RichText::from_markdown(markdown)
}

fn text(text: &str) -> Span {
    Span::text(text)
}

#[test]
fn signs_and_tags_are_read() {
    let bold = || RichText::from(text("a").bold());
    for (markdown, expected) in [
        ("", RichText::new()),
        ("a", "a".into()),
        ("**a**", bold()),
        ("__a__", bold()),
        ("<b>a</b>", bold()),
        ("*a*", text("a").italic().into()),
        ("_a_", text("a").italic().into()),
        ("<i>a</i>", text("a").italic().into()),
        ("***a***", text("a").bold().italic().into()),
        ("~~a~~", text("a").strikethrough().into()),
        ("~a~", text("a").strikethrough().into()),
        ("<s>a</s>", text("a").strikethrough().into()),
        ("<u>a</u>", text("a").underline().into()),
        ("<span underline=\"true\">a</span>", text("a").underline().into()),
        (
            "<span color='red'>a</span>",
            text("a").color(TextColor::Red).into(),
        ),
        (
            "<span color=\"red_bg\">a</span>",
            text("a").color(TextColor::RedBackground).into(),
        ),
        (
            "<span color=\"red\">a<span color=\"teal\">b</span></span>",
            RichText::new()
                .span(text("a").color(TextColor::Red))
                .span(text("b").color(TextColor::Other("teal".into()))),
        ),
        ("`a`", text("a").code().into()),
        ("`` a`b ``", text("a`b").code().into()),
        ("` `` `", text("``").code().into()),
        (
            "<code>a *b*</code>",
            RichText::new().code("a ").span(text("b").code().italic()),
        ),
        (
            "**a *b* c**",
            RichText::new()
                .bold("a ")
                .span(text("b").bold().italic())
                .bold(" c"),
        ),
        (
            "[a **b**](https://x.y)",
            RichText::new()
                .link("a ", "https://x.y")
                .span(text("b").bold().link("https://x.y")),
        ),
        ("[a](<x y\\>>)", text("a").link("x y>").into()),
        ("[a](x(y)\\)z)", text("a").link("x(y))z").into()),
        ("<https://x.y>", text("https://x.y").link("https://x.y").into()),
        ("$E=mc^2$!", RichText::new().equation("E=mc^2").text("!")),
        ("$`a$b`$", Span::equation("a$b").into()),
        ("$a\\$b$", Span::equation("a\\$b").into()),
        ("a<br>b<br/>c\\\nd\ne", "a\nb\nc\nd\ne".into()),
        ("&lt;b&gt; &amp;amp; \\<", "<b> &amp; <".into()),
    ] {
        assert_eq!(read(markdown), expected, "{markdown}");
    }
}

#[test]
fn what_forms_no_whole_is_text() {
    for markdown in [
        "2 * 3 * 4",
        "2 ** 3",
        "snake_case_name",
        "a*",
        "*a",
        "~~~a~~~",
        "~~a~",
        "`a",
        "``a`",
        "$5 to $10",
        "$5-$6",
        "$ a$",
        "$$",
        "[a]",
        "[a](b",
        "[](b)",
        "[a](b c)",
        "[ ] todo",
        "](b)",
        "<b>a",
        "a</b>",
        "<x>a</x>",
        "<span class=\"x\">a</span>",
        "< b>",
        "a < b",
        "&lt",
        "&nbsp;",
        "C:\\temp",
        "\\",
        "<mention-user url=\"x\"/>",
        "<mention-page>",
        "<date start=\"tomorrow\" />",
        "<https://x.y",
        "<ftp://x>",
        "# a",
        "- a",
        "1. a",
        "\ta\r",
    ] {
        assert_eq!(read(markdown), markdown.into(), "{markdown}");
    }
    assert_eq!(read("**a"), "**a".into());
    assert_eq!(read("**a*"), RichText::new().text("*").italic("a"));
    assert_eq!(
        read("[a [b](c) d](e)"),
        RichText::new().text("[a ").link("b", "c").text(" d](e)")
    );
}

#[test]
fn text_is_written_as_people_would_write_it() {
    for (text, expected) in [
        (
            RichText::from("a_b _c_ 1*2 & &lt; #5 (x) [y]"),
            r"a_b \_c\_ 1\*2 & \&lt; #5 (x) \[y\]",
        ),
        (RichText::new().text("a ").bold("b").text(", c"), "a **b**, c"),
        (RichText::new().text("a").bold("b").text("c"), "a**b**c"),
        (
            RichText::new()
                .bold("a ")
                .span(text("b").bold().italic())
                .bold(" c"),
            "**a *b* c**",
        ),
        (RichText::new().bold("a ").text("b"), "<b>a </b>b"),
        (RichText::new().bold("a").italic("b"), "**a***b*"),
        (RichText::new().code("a`b"), "``a`b``"),
        (
            RichText::new().span(text("a").underline().color(TextColor::Red)),
            r#"<span color="red" underline="true">a</span>"#,
        ),
        (
            RichText::new().link("a", "https://x.y/(z)"),
            "[a](<https://x.y/(z)>)",
        ),
        (RichText::new().text("costs $").equation("x"), r"costs \$$x$"),
        (RichText::new().equation("x").text("5"), "$`x`$5"),
        (RichText::from("a\nb"), "a<br>b"),
    ] {
        assert_eq!(text.to_markdown(), expected);
        assert_eq!(read(expected), text);
    }
}

#[test]
fn mentions_keep_their_ids() {
    let id: uuid::Uuid = ID.parse().unwrap();
    let zoned = |local: jiff::civil::DateTime| DateOrTime::Time { local, offset: None };
    let mut meeting = DateOrRange::range(
        zoned(date(2026, 9, 15).at(9, 30, 0, 0)),
        zoned(date(2026, 9, 15).at(10, 0, 0, 0)),
    );
    meeting.time_zone = Some("Europe/Berlin".to_owned());
    for (mention, expected) in [
        (Mention::from(UserRef::new(id.into())), format!("<mention-user url=\"user://{ID}\"/>")),
        (Mention::Page(id.into()), format!("<mention-page url=\"https://app.notion.com/p/{}\"/>", id.simple())),
        (Mention::Database(id.into()), format!("<mention-database url=\"https://app.notion.com/p/{}\"/>", id.simple())),
        (Mention::Date(date(2026, 9, 15).into()), "<mention-date start=\"2026-09-15\"/>".to_owned()),
        (
            Mention::Date(meeting),
            "<mention-date start=\"2026-09-15\" startTime=\"09:30\" end=\"2026-09-15\" endTime=\"10:00\" timeZone=\"Europe/Berlin\"/>"
                .to_owned(),
        ),
    ] {
        let text = RichText::new().text("by ").span(Span::mention(mention).bold());
        assert_eq!(text.to_markdown(), format!("by **{expected}**"));
        assert_eq!(read(&text.to_markdown()), text);
    }
}

#[test]
fn the_labels_of_mentions_are_what_they_read_like() {
    let labelled = read(&format!(
        "<mention-page url=\"https://www.notion.so/{ID}\">Fix \\<it&gt;</mention-page>!"
    ));
    assert_eq!(labelled.plain_text(), "Fix <it>!");
    let markdown = labelled.to_markdown();
    assert!(
        markdown.ends_with("\">Fix \\<it\\></mention-page>!"),
        "{markdown}"
    );
    assert_eq!(read(&markdown), labelled);
    for newer in [
        format!("<mention url=\"user://{ID}\" />"),
        format!("<mention url=\"https://app.notion.com/p/{ID}\" />"),
        format!("<mention type=\"database\" url=\"https://app.notion.com/p/{ID}\" />"),
        "<date start=\"2026-09-15\" start-time=\"09:30\" time-zone=\"Europe/Berlin\" />".to_owned(),
    ] {
        let read = read(&newer);
        assert!(
            matches!(read.spans()[0].content, SpanContent::Mention(_)),
            "{newer}: {read:?}"
        );
    }
}

#[test]
fn what_has_no_tag_is_linked_text() {
    let moment = "2026-09-15T09:30:00+02:00".parse::<jiff::Timestamp>().unwrap();
    let text = RichText::new()
        .mention_date(moment)
        .span(Span::mention(TemplateMention::Today))
        .span(Span::mention(Mention::LinkPreview {
            url: "https://x.y".to_owned(),
        }));
    assert_eq!(
        text.to_markdown(),
        "<mention-date start=\"2026-09-15\" startTime=\"07:30\" timeZone=\"UTC\"/>@Today[https://x.y](https://x.y)"
    );
}

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn words(&mut self) -> String {
        (0..self.below(5)).map(|_| self.one(PIECES)).collect()
    }

    fn span(&mut self) -> Span {
        let words = self.words();
        let mut span = if self.below(5) == 0 {
            Span::equation(words)
        } else {
            Span::text(words)
        };
        let looks = self.below(32);
        // Half of all text is plain.
        if self.below(2) == 0 {
            span.annotations.bold = looks & 1 > 0;
            span.annotations.italic = looks & 2 > 0;
            span.annotations.strikethrough = looks & 4 > 0;
            span.annotations.underline = looks & 8 > 0;
            span.annotations.code = looks & 16 > 0;
        }
        if self.below(4) == 0 {
            span = span.color(TextColor::from_name(self.one(&[
                "red",
                "red_background",
                "default_background",
                "t\"e<a&l",
            ])));
        }
        if self.below(4) == 0 {
            let url = self.words();
            span = span.link(url);
        }
        span
    }
}

const PIECES: &[&str] = &[
    "a",
    "b1",
    "é",
    "😀",
    " ",
    "  ",
    "\n",
    "\t",
    "*",
    "**",
    "***",
    "_",
    "__",
    "~",
    "~~",
    "`",
    "``",
    "$",
    "$$",
    "[",
    "]",
    "](",
    "(",
    ")",
    "<",
    ">",
    "</",
    "/>",
    "<b>",
    "</b>",
    "<br>",
    "<span color=\"red\">",
    "</span>",
    "<u>",
    "</u>",
    "<code>",
    "</code>",
    "\\",
    "&",
    "&lt;",
    "!",
    "5",
    ".",
    ",",
    "\"",
    "'",
    "{",
    "}",
    "|",
    "^",
    "#",
    "- ",
    "\u{0}",
    "\u{a0}",
    "https://x.y",
    "<https://x.y>",
    "<mention-date start=\"2026-01-02\"/>",
    "<mention-page url=\"https://x.y/b55c9c91384d452b81dbd1ef79372b75\">",
];

#[test]
fn any_text_survives_markdown() {
    let mut random = Random(1);
    for round in 0..6_000 {
        let text: RichText = (0..=random.below(5)).map(|_| random.span()).collect();
        let markdown = text.to_markdown();
        assert_eq!(read(&markdown), text, "round {round}: {markdown}");
    }
}

#[test]
fn any_markdown_is_read_and_means_the_same_when_written() {
    let mut random = Random(2);
    for round in 0..6_000 {
        let markdown: String = (0..random.below(12)).map(|_| random.one(PIECES)).collect();
        let text = read(&markdown);
        assert_eq!(read(&text.to_markdown()), text, "round {round}: {markdown}");
    }
}

#[test]
fn no_text_takes_long() {
    let start = Instant::now();
    for piece in PIECES.iter().chain(&[
        "*a ",
        "*a **b ",
        "a* ",
        "*a_ ",
        "**a*",
        "<b>a",
        "<b>a</i>",
        "[a",
        "[a](<",
        "[a](b",
        "[a](b(",
        "$a ",
        "$`a",
        "<https://",
        "<a b=\"",
        "<a b='",
        "&am",
        "<mention-date start=\"2026-01-02\">a",
        "`a``b```c",
    ]) {
        for text in [piece.repeat(20_000), format!("a{}b", piece.repeat(20_000))] {
            let _ = read(&text);
        }
    }
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}
