use notion_schema::json::{Reader, Writer};

use super::RichText;
use super::look::{Annotations, TextColor};
use super::mention::{Mention, TemplateMention};
use super::span::{Span, SpanContent};
use crate::kind;
use crate::property::{DateOrRange, Property, ReadError, UserKind, UserRef, WritableProperty, WriteError};

const ID: &str = "b55c9c91-384d-452b-81db-d1ef79372b75";

fn read(json: &str) -> Result<RichText, ReadError> {
    let mut text = RichText::new();
    let mut reader = Reader::new(json);
    Property::<kind::RichText>::read(&mut text, &mut reader)?;
    assert!(reader.end().is_ok(), "{json}");
    Ok(text)
}

fn written(text: &RichText) -> Result<String, WriteError> {
    let mut json = Writer::new();
    WritableProperty::<kind::RichText>::write(text, &mut json)?;
    Ok(json.into_string())
}

/// An item as the API sends it.
fn item(kind: &str, payload: &str, plain_text: &str, href: &str) -> String {
    format!(
        r#"{{"type":"{kind}","{kind}":{payload},"annotations":{{"bold":false,"italic":false,"strikethrough":false,"underline":false,"code":false,"color":"default"}},"plain_text":{plain_text},"href":{href}}}"#
    )
}

fn mention(kind: &str, payload: &str, plain_text: &str) -> String {
    let payload = format!(r#"{{"type":"{kind}","{kind}":{payload}}}"#);
    item("mention", &payload, plain_text, "null")
}

fn user() -> UserRef {
    UserRef::new(ID.parse().unwrap())
}

#[test]
fn text_is_read_as_it_would_be_made() {
    let json = format!(
        r#"[{},{{"annotations":{{"bold":true,"color":"red_background"}},"text":{{"link":{{"url":"https://x.y"}},"content":"b"}},"href":"https://x.y","plain_text":"b"}},{}]"#,
        item("text", r#"{"content":"a ","link":null}"#, r#""a ""#, "null"),
        item("equation", r#"{"expression":"c^2"}"#, r#""c^2""#, "null"),
    );
    let made = RichText::new()
        .text("a ")
        .span(
            Span::text("b")
                .bold()
                .color(TextColor::RedBackground)
                .link("https://x.y"),
        )
        .equation("c^2");
    assert_eq!(read(&json).unwrap(), made);
    assert_eq!(
        written(&made).unwrap(),
        r#"[{"text":{"content":"a "}},{"text":{"content":"b","link":{"url":"https://x.y"}},"annotations":{"bold":true,"color":"red_background"}},{"equation":{"expression":"c^2"}}]"#
    );
    assert_eq!(read("[]").unwrap(), RichText::new());
}

#[test]
fn what_notion_splits_is_one_and_what_says_more_is_kept() {
    let plain = |text: &str| {
        item(
            "text",
            &format!(r#"{{"content":"{text}","link":null}}"#),
            &format!("\"{text}\""),
            "null",
        )
    };
    let joined = read(&format!("[{},{},{}]", plain("a"), plain(""), plain("b"))).unwrap();
    assert_eq!(joined, "ab".into());
    let elsewhere = read(&format!(
        "[{}]",
        item(
            "text",
            r#"{"content":"a","link":{"url":"/b"}}"#,
            r#""A""#,
            r#""https://app.notion.com/b""#
        )
    ))
    .unwrap();
    let span = &elsewhere.spans()[0];
    assert_eq!(
        (&*span.plain_text(), span.href()),
        ("A", Some("https://app.notion.com/b"))
    );
    assert!(
        written(&elsewhere)
            .unwrap()
            .contains(r#"{"content":"a","link":{"url":"/b"}}"#)
    );
}

#[test]
fn mentions_are_read_and_written() {
    let date = "2026-09-15".parse::<jiff::civil::Date>().unwrap();
    let ada = UserRef {
        name: Some("Ada".to_owned()),
        kind: UserKind::Person {
            email: Some("ada@x.y".to_owned()),
            email_verified: Some(true),
        },
        ..user()
    };
    let emoji = Mention::CustomEmoji {
        id: ID.parse().unwrap(),
        name: Some("bufo".to_owned()),
        url: Some("https://x.y".to_owned()),
    };
    for (json, expected, sent) in [
        (
            mention(
                "user",
                &format!(
                    r#"{{"object":"user","id":"{ID}","name":"Ada","avatar_url":null,"type":"person","person":{{"email":"ada@x.y","email_verified":true}}}}"#
                ),
                r#""@Ada""#,
            ),
            Mention::User(ada),
            format!(r#"{{"user":{{"id":"{ID}"}}}}"#),
        ),
        (
            mention(
                "date",
                r#"{"start":"2026-09-15","end":null,"time_zone":null}"#,
                r#""2026-09-15""#,
            ),
            Mention::Date(DateOrRange::from(date)),
            r#"{"date":{"start":"2026-09-15"}}"#.to_owned(),
        ),
        (
            mention("page", &format!(r#"{{"id":"{ID}"}}"#), &format!("\"{ID}\"")),
            Mention::Page(ID.parse().unwrap()),
            format!(r#"{{"page":{{"id":"{ID}"}}}}"#),
        ),
        (
            mention("database", &format!(r#"{{"id":"{ID}"}}"#), &format!("\"{ID}\"")),
            Mention::Database(ID.parse().unwrap()),
            format!(r#"{{"database":{{"id":"{ID}"}}}}"#),
        ),
        (
            mention(
                "custom_emoji",
                &format!(r#"{{"id":"{ID}","name":"bufo","url":"https://x.y"}}"#),
                r#"":bufo:""#,
            ),
            emoji,
            format!(r#"{{"custom_emoji":{{"id":"{ID}"}}}}"#),
        ),
        (
            mention(
                "template_mention",
                r#"{"type":"template_mention_date","template_mention_date":"now"}"#,
                r#""@Now""#,
            ),
            Mention::Template(TemplateMention::Now),
            r#"{"template_mention":{"type":"template_mention_date","template_mention_date":"now"}}"#
                .to_owned(),
        ),
        (
            mention(
                "template_mention",
                r#"{"type":"template_mention_user","template_mention_user":"me"}"#,
                r#""@Me""#,
            ),
            Mention::Template(TemplateMention::Me),
            r#"{"template_mention":{"type":"template_mention_user","template_mention_user":"me"}}"#
                .to_owned(),
        ),
    ] {
        let text = read(&format!("[{json}]")).unwrap();
        assert_eq!(text, Span::mention(expected).into(), "{json}");
        assert_eq!(written(&text).unwrap(), format!(r#"[{{"mention":{sent}}}]"#));
        assert_eq!(text.clone().into_writable(), text);
    }
}

#[test]
fn what_notion_does_not_take_is_kept_and_refused_and_can_be_made_text() {
    let link_mention = r#"{"href":"https://x.y","title":"A page","height":3}"#;
    for (json, content, what) in [
        (
            mention("link_preview", r#"{"url":"https://x.y"}"#, r#""A page""#),
            SpanContent::Mention(Mention::LinkPreview {
                url: "https://x.y".to_owned(),
            }),
            "a preview of a link",
        ),
        (
            mention("link_mention", link_mention, r#""A page""#),
            SpanContent::Mention(Mention::LinkMention {
                href: "https://x.y".to_owned(),
                json: link_mention.into(),
            }),
            "a preview of a link",
        ),
        (
            item(
                "mention",
                r#"{"type":"planet","planet":{"id":3}}"#,
                r#""A page""#,
                r#""https://x.y""#,
            ),
            SpanContent::Mention(Mention::Other(r#"{"type":"planet","planet":{"id":3}}"#.into())),
            "a mention",
        ),
        // Of a kind that is known, and not what the API promises.
        (
            item(
                "mention",
                r#"{"type":"page","page":{"id":"x"}}"#,
                r#""A page""#,
                r#""https://x.y""#,
            ),
            SpanContent::Mention(Mention::Other(r#"{"type":"page","page":{"id":"x"}}"#.into())),
            "a mention",
        ),
        (
            item(
                "mention",
                r#"{"type":"template_mention","template_mention":{"type":"x","x":1}}"#,
                r#""A page""#,
                r#""https://x.y""#,
            ),
            SpanContent::Mention(Mention::Other(
                r#"{"type":"template_mention","template_mention":{"type":"x","x":1}}"#.into(),
            )),
            "a mention",
        ),
        (
            r#"{"type":"sound","sound":{"url":"x"},"plain_text":"A page","href":"https://x.y"}"#.to_owned(),
            SpanContent::Other(
                r#"{"type":"sound","sound":{"url":"x"},"plain_text":"A page","href":"https://x.y"}"#.into(),
            ),
            "a part",
        ),
    ] {
        let text = read(&format!("[{json}]")).unwrap();
        assert_eq!(text.spans()[0].content, content);
        assert_eq!(text.plain_text(), "A page");
        assert_eq!(
            written(&text).unwrap_err().to_string(),
            format!(
                "holds {what} that Notion shows but does not take, `A page`: `into_writable` makes it linked text"
            )
        );
        assert_eq!(
            text.into_writable(),
            RichText::new().link("A page", "https://x.y")
        );
    }
}

#[test]
fn unknown_colours_and_annotations_do_not_matter() {
    let json = r#"[{"type":"text","text":{"content":"a","link":null},"annotations":{"glow":true,"color":"teal","bold":true},"plain_text":"a","href":null,"id":7}]"#;
    let text = read(json).unwrap();
    assert_eq!(
        text.spans()[0].annotations,
        Annotations {
            bold: true,
            color: TextColor::Other("teal".into()),
            ..Annotations::default()
        }
    );
    assert_eq!(
        written(&text).unwrap(),
        r#"[{"text":{"content":"a"},"annotations":{"bold":true,"color":"teal"}}]"#
    );
}

#[test]
fn long_text_is_split_within_its_format() {
    let text = RichText::new()
        .text("x")
        .span(Span::text("é".repeat(4_001)).italic().link("https://x.y"));
    let items: serde_json::Value = serde_json::from_str(&written(&text).unwrap()).unwrap();
    let items = items.as_array().unwrap();
    let lengths: Vec<_> = items
        .iter()
        .map(|item| item["text"]["content"].as_str().unwrap().chars().count())
        .collect();
    assert_eq!(lengths, [1, 2_000, 2_000, 1]);
    assert!(items[1..].iter().all(|item| item["annotations"]["italic"] == true && item["text"]["link"]["url"] == "https://x.y"));
    let again: RichText = items
        .iter()
        .map(|item| Span::text(item["text"]["content"].as_str().unwrap()).italic())
        .collect();
    assert_eq!(again.spans().len(), 1);
}

#[test]
fn what_is_over_a_limit_is_refused() {
    let pieces = |count: usize| -> RichText {
        (0..count)
            .map(|at| {
                if at % 2 == 0 {
                    Span::text("a")
                } else {
                    Span::text("b").bold()
                }
            })
            .collect()
    };
    assert!(written(&pieces(100)).is_ok());
    for (text, error) in [
        (
            pieces(101),
            "makes 101 pieces of text, and Notion takes 100: a piece ends where the format changes, and after 2000 characters".to_owned(),
        ),
        (
            Span::equation("x".repeat(1_001)).into(),
            "holds an equation that has 1001 characters, and Notion takes 1000".to_owned(),
        ),
        (
            RichText::new().link("a", "x".repeat(2_001)),
            "holds a link whose URL has 2001 characters, and Notion takes 2000".to_owned(),
        ),
        (RichText::new().link("a", ""), "holds a link without a URL, at `a`".to_owned()),
    ] {
        assert_eq!(written(&text).unwrap_err().to_string(), error);
    }
    assert!(written(&Span::equation("x".repeat(1_000)).into()).is_ok());
}
