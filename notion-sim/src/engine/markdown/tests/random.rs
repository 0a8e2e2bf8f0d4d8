//! Texts and blocks made at random, the same ones in every run.

use std::cell::Cell;

use serde_json::{Value, json};

use super::super::node::Node;
use super::super::{read, text};
use super::{assert_stable, json_of, written};

/// Random numbers that are the same in every run.
struct Random(Cell<u64>);

impl Random {
    fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    fn below(&self, limit: usize) -> usize {
        let mut next = self.0.get();
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        self.0.set(next);
        usize::try_from(next >> 11).unwrap_or_default() % limit
    }

    fn pick<'a>(&self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// Everything that means something somewhere, and some that means nothing.
const WORDS: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n\t",
    "\n\t\t",
    "\n  ",
    " ",
    " ",
    "\t",
    "a",
    "b",
    "1",
    "x_y",
    "ä",
    "💡",
    "\r",
    "\0",
    "- ",
    "* ",
    "+ ",
    "1. ",
    "2) ",
    "- [ ] ",
    "- [x] ",
    "# ",
    "##",
    "###### ",
    "> ",
    ">",
    "---",
    "***",
    "**",
    "*",
    "_",
    "__",
    "~~",
    "~",
    "`",
    "``",
    "```",
    "```js",
    "$",
    "$$",
    "$`",
    "`$",
    "[",
    "]",
    "(",
    ")",
    "](",
    "](https://a.b/c)",
    "![",
    "!",
    "\\",
    "\\\\",
    "\\`",
    "|",
    "| a | b |",
    "\n|---|---|",
    "https://a.b",
    "http://",
    "<https://a.b>",
    "<br>",
    "<br/>",
    "<span color=\"red\">",
    "<span underline=\"true\">",
    "</span>",
    "{color=\"blue\"}",
    " {toggle=\"true\"}",
    "{",
    "}",
    "<",
    ">",
    "^",
    "&amp;",
    "&",
    "\"",
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<callout icon=\"💡\">",
    "</callout>",
    "<columns>",
    "</columns>",
    "<column>",
    "<column ratio=\"12.5\">",
    "</column>",
    "<tabs>",
    "</tabs>",
    "<tab>",
    "</tab>",
    "<synced_block>",
    "</synced_block>",
    "<table>",
    "<table header-row=\"true\">",
    "</table>",
    "<tr>",
    "</tr>",
    "<td>",
    "</td>",
    "<empty-block/>",
    "<table_of_contents/>",
    "<unknown alt=\"embed\"/>",
    "<page>",
    "</page>",
    "<file src=\"https://a.b\">",
    "</file>",
    "<embed src=\"https://a.b\"/>",
    "<meeting-notes>",
    "</meeting-notes>",
    "<notes>",
    "</notes>",
    "<mention-date start=\"2026-01-02\"/>",
    "<mention-user url=\"user://a3c06894-0016-457e-8d4a-5ebce86eb8c0\"/>",
    "<mention-page url=\"34cee2b74b3f81359cb6e2419fe2f5f0\">",
    "</mention-page>",
    "<synced_block_reference url=\"34cee2b74b3f81359cb6e2419fe2f5f0\">",
    "</synced_block_reference>",
];

#[test]
fn any_text_becomes_blocks_that_stay_the_same() {
    let random = Random::new(0x2545_F491_4F6C_DD1D);
    for _ in 0..3_000 {
        let length = 1 + random.below(24);
        let text: String = (0..length).map(|_| random.pick(WORDS)).collect();
        assert_stable(&text);
    }
}

#[test]
fn any_formatting_stays_the_same() {
    let random = Random::new(88_172_645_463_325_252);
    let parts = [
        "a",
        "b c",
        " d",
        "e ",
        " ",
        "*",
        "_",
        "x_y",
        "`",
        "``",
        "\n",
        "[f](g)",
        "https://h.i",
        "$",
        "<br>",
        "\\",
        "~",
        "#",
        "- ",
        "1. ",
    ];
    for _ in 0..3_000 {
        let mut items = Vec::new();
        for _ in 0..1 + random.below(5) {
            let mut annotations = serde_json::Map::new();
            for key in ["bold", "italic", "strikethrough", "underline", "code"] {
                annotations.insert(key.into(), json!(random.below(3) == 0));
            }
            annotations.insert(
                "color".into(),
                json!(random.pick(&["default", "default", "red", "blue_background"])),
            );
            let content: String = (0..1 + random.below(3)).map(|_| random.pick(&parts)).collect();
            // Code has no way to say these, and bare addresses are links wherever they are read.
            let is_code = annotations["code"] == true;
            let content = content.replace(if is_code { "<br>" } else { "https://h.i" }, "j");
            let link = (random.below(4) == 0).then(|| json!({"url": "https://k.l/(m"}));
            items.push(match random.below(8) {
                0 => json!({"type": "equation", "equation": {"expression": "n`o"}, "annotations": {"bold": annotations["bold"]}}),
                _ => json!({"type": "text", "text": {"content": content, "link": link}, "annotations": annotations}),
            });
        }
        let kind = random.pick(&["paragraph", "heading_1", "bulleted_list_item", "quote", "toggle"]);
        let given = Node::new(kind, json!({"rich_text": items}));
        let text = written(std::slice::from_ref(&given));
        let meant = text::to_json(&text::from_json(&given.payload["rich_text"]));
        let found = read(&text);
        assert_eq!(found.len(), 1, "{text:?}");
        assert_eq!(found[0].payload["rich_text"], meant, "{text:?}");
        assert_eq!(found[0].kind, kind);
    }
}

/// A random block that text can express, with others in it.
fn any_block(random: &Random, depth: usize) -> Node {
    let text = || {
        let texts = ["a", "b <c>", "- d", "1. e", "# f", "![g", "", " h ", "i\nj"];
        text::plain_items(random.pick(&texts))
    };
    let literal = || -> String {
        let parts = ["a", "\n", "\t", "\n\t\t", "\n\t", "```", "k\n"];
        (0..random.below(4)).map(|_| random.pick(&parts)).collect()
    };
    let some = |least: usize, make: &dyn Fn() -> Node| -> Vec<Node> {
        let most = if depth > 4 { 1 } else { 4 };
        (0..least + random.below(most)).map(|_| make()).collect()
    };
    let children = || some(0, &|| any_block(random, depth + 1));
    let colored = |mut payload: Value| {
        payload["rich_text"] = text();
        if random.below(4) == 0 {
            payload["color"] = json!(random.pick(&["red", "gray_background"]));
        }
        payload
    };
    let yes = || random.below(2) == 0;
    let file = || json!({"type": "external", "external": {"url": "https://a.b/c d(e"}, "caption": text()});
    match random.below(16) {
        0 => Node::new("divider", json!({})),
        1 => {
            let code = text::plain_items(&literal());
            Node::new("code", json!({"rich_text": code, "language": "rust"}))
        }
        2 => Node::new("equation", json!({"expression": literal()})),
        3 => Node::new("heading_2", colored(json!({}))),
        4 => Node::new("heading_4", colored(json!({"is_toggleable": true}))).with(children()),
        5 => {
            let row = || Node::new("table_row", json!({"cells": [text(), text()]}));
            let payload = json!({"table_width": 2, "has_column_header": yes(), "has_row_header": yes()});
            Node::new("table", payload).with(some(1, &row))
        }
        6 => {
            let column = || Node::new("column", json!({"width_ratio": 0.125})).with(children());
            Node::new("column_list", json!({})).with(some(1, &column))
        }
        7 => {
            let tab = || Node::new("paragraph", colored(json!({}))).with(children());
            Node::new("tab", json!({})).with(some(1, &tab))
        }
        8 => Node::new("synced_block", json!({"synced_from": null})).with(children()),
        9 => Node::new("callout", colored(json!({}))).with(children()),
        10 => Node::new("toggle", colored(json!({}))).with(children()),
        11 => Node::new("to_do", colored(json!({"checked": yes()}))).with(children()),
        12 => Node::new("image", file()),
        13 => Node::new("video", file()),
        _ => {
            let kinds = ["paragraph", "bulleted_list_item", "numbered_list_item", "quote"];
            Node::new(random.pick(&kinds), colored(json!({}))).with(children())
        }
    }
}

#[test]
fn any_blocks_stay_the_same() {
    let random = Random::new(0x9E37_79B9_7F4A_7C15);
    for _ in 0..2_000 {
        let nodes: Vec<Node> = (0..1 + random.below(4)).map(|_| any_block(&random, 0)).collect();
        let text = written(&nodes);
        assert_eq!(json_of(&read(&text)), json_of(&nodes), "{text}");
    }
}
