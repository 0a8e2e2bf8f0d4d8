//! What goes in comes out.

use std::cell::Cell;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use super::node::Node;
use super::{Style, read, write};

const PAGE: &str = "34cee2b7-4b3f-8135-9cb6-e2419fe2f5f0";

fn id(text: &str) -> Option<Uuid> {
    crate::engine::id::parse(text)
}

fn written(nodes: &[Node]) -> String {
    let style = Style {
        page: id(PAGE),
        labels: true,
        transcripts: true,
    };
    write(nodes, style).text
}

/// Blocks without ids in the form of a request.
fn json_of(nodes: &[Node]) -> Value {
    let one = |node: &Node| {
        let mut payload = node.payload.clone();
        if !node.children.is_empty() {
            payload.insert("children".into(), json_of(&node.children));
        }
        json!({ &*node.kind: payload })
    };
    nodes.iter().map(one).collect()
}

/// What is written is read back the same.
#[track_caller]
fn assert_stable(text: &str) {
    let nodes = read(text);
    let again = written(&nodes);
    assert_eq!(read(&again), nodes, "read: {text:?}\nwritten: {again:?}");
    assert_eq!(written(&read(&again)), again);
}

#[test]
fn notions_own_texts_stay_as_they_are() {
    let texts = [
        "## New Section\nHello from markdown.",
        "# One\n## Two\n### Three\n#### Four {color=\"red\"}",
        "1. Captures\n2. Produces:\n\t- `Normal`\n\t- Heat\n3. Recommends\n---\n1. Again",
        "- [ ] Open\n- [x] Done {color=\"blue_bg\"}\n\tA child",
        "> Dear Dr. Xi and Dr. Zhang,\n\tI am a student.\n\tRegards,\n>\n> One<br>two {color=\"gray\"}",
        "#### 1. SLID: recommended {toggle=\"true\"}\n\t[Download](https://github.com/xumingyu-hub/SLID?utm_source=chatgpt.com)\n\tIt contains:\n\t- 2,617 images\n\t<table header-row=\"true\">\n<tr>\n<td>Detail</td>\n<td>**Value**</td>\n</tr>\n<tr>\n<td>a<br>b</td>\n<td></td>\n</tr>\n\t</table>\n\tEnd",
        "## Two {toggle=\"true\" color=\"gray_bg\"}\n\t```plain text\nSLID/\n├── images/\n\n└── Annotations.csv\n\t```\n\tAfter",
        "```mermaid\nA[\"x\"] --> B[\"y <br> z\"]\n```",
        "<details color=\"gray\">\n<summary>**Toggle** title</summary>\n\tchild\n\t<details>\n\t<summary>Inner</summary>\n\t</details>\n</details>\nafter",
        "<callout icon=\"💡\" color=\"gray_bg\">\n\tRich text\n\t- Child\n</callout>",
        "<callout icon=\"https://example.com/1x1.png\">\n\t<synced_block_reference url=\"https://app.notion.com/p/34cee2b74b3f81359cb6e2419fe2f5f0#34cee2b74b3f81c5afbac7bed5f9968d\">\n\t\t$$\n\t\t\\begin{aligned}\n&\\int\\left[\\prod_i\\right]\n=J\n\t\t$$\n\t</synced_block_reference>\n</callout>",
        "<synced_block url=\"https://app.notion.com/p/34cee2b74b3f81359cb6e2419fe2f5f0#34cee2b74b3f814aacedd28355fb3227\">\n\t$$\n\tI=-\\phi^*_iD^i{}_j\\phi^j.\\tag{30.2.1}\n\t$$\n</synced_block>",
        "如果 $`\\phi _ { i }`$ (其中 $`i`$ 是)的, 而$`\\mathcal{C}`$ 是",
        "<columns>\n\t<column ratio=\"33.3\">\n\t\tLeft\n\t</column>\n\t<column>\n\t\tRight\n\t</column>\n</columns>",
        "<tabs>\n\t<tab icon=\"icons/document_gray\">\n\t\tTab title\n\t\tContent\n\t</tab>\n\t<tab>\n\t\t<empty-block/>\n\t</tab>\n</tabs>",
        "<page url=\"https://app.notion.com/p/3ec2674d32c3817a908cfb59b0e6184f\">02.4 — Scaffold</page>\n<database url=\"https://app.notion.com/p/3d099a426f99818a8de4ce1b41c7f4f2\">Buyers & Partners</database>",
        "![A **caption**](https://example.com/a_(b).png)\n<video src=\"https://example.com/v.mp4?a=1&b=2\">Demo</video>\n<audio src=\"https://example.com/a.mp3\"></audio>\n<file src=\"file-upload://38c9ce7b-60a4-8114-b301-ddc78a46ec5d\">A file</file>\n<pdf src=\"https://example.com/a.pdf\"></pdf>",
        "<unknown url=\"https://app.notion.com/p/34cee2b74b3f81359cb6e2419fe2f5f0#3cbc16ecc9ae80af92b8ef7532b95d58\" alt=\"bookmark\"/>\n<table_of_contents color=\"gray\"/>\n<empty-block/>\n<empty-block/>",
        "On <mention-date start=\"2026-09-05\"/> or <mention-date start=\"2026-10-01\" startTime=\"09:30\" end=\"2026-10-05\" endTime=\"10:00\" timeZone=\"Europe/Berlin\"/> <mention-user url=\"user://a3c06894-0016-457e-8d4a-5ebce86eb8c0\"/> and <mention-page url=\"https://app.notion.com/p/3ec2674d32c3817a908cfb59b0e6184f\"/>",
        "**Bold** and *italic* and ~~struck~~ and <span underline=\"true\">under</span> and <span color=\"red_bg\">red</span> and [a link](https://example.com).",
        "Costs \\$5 \\[a\\] \\<b\\> \\{c\\} a\\|b x\\^2 2 \\* 3 snake_case \\_a\\_ `` ` ``",
        "<meeting-notes>\n\tStand-up\n\t<summary>\n\t\t### Action Items\n\t</summary>\n\t<notes>\n\t\tNote\n\t</notes>\n\t<transcript>\n\t\tSaid\n\t</transcript>\n</meeting-notes>",
    ];
    for text in texts {
        assert_eq!(written(&read(text)), text);
        assert_stable(text);
    }
}

#[test]
fn texts_of_people_mean_what_they_look_like() {
    let plain = |text: &str| json!([{"type": "text", "text": {"content": text}}]);
    let paragraph = |text: &str| json!({"paragraph": {"rich_text": plain(text)}});
    let bullet = |text: &str| json!({"bulleted_list_item": {"rich_text": plain(text)}});
    let cases = [
        (
            "## A\n\n\nB\n",
            json!([{"heading_2": {"rich_text": plain("A")}}, paragraph("B")]),
        ),
        (
            "###### Six\r\nx",
            json!([{"heading_4": {"rich_text": plain("Six")}}, paragraph("x")]),
        ),
        ("* a\n+ b", json!([bullet("a"), bullet("b")])),
        (
            "- a\n  - b\n    - c\n- d",
            json!([
                {"bulleted_list_item": {"rich_text": plain("a"), "children": [
                    {"bulleted_list_item": {"rich_text": plain("b"), "children": [bullet("c")]}},
                ]}},
                bullet("d"),
            ]),
        ),
        (
            "- # b\n\tc",
            json!([{"bulleted_list_item": {"rich_text": [], "children": [
                {"heading_1": {"rich_text": plain("b")}}, paragraph("c"),
            ]}}]),
        ),
        (
            "> [!NOTE]\n> body",
            json!([{"quote": {"rich_text": plain("[!NOTE]")}}, {"quote": {"rich_text": plain("body")}}]),
        ),
        (
            "+++ Title\n+++",
            json!([paragraph("+++ Title"), paragraph("+++")]),
        ),
        (
            "# A\n\tb",
            json!([{"heading_1": {"rich_text": plain("A")}}, paragraph("b")]),
        ),
        ("$5 and $6, $x$", json!([paragraph("$5 and $6, $x$")])),
        (
            "$$E=mc^2$$",
            json!([{"paragraph": {"rich_text": [{"type": "equation", "equation": {"expression": "E=mc^2"}}]}}]),
        ),
        (
            "| a | `b|c` |\n|---|:-:|\n| d \\| e |",
            json!([{"table": {"table_width": 2, "has_column_header": true, "has_row_header": false, "children": [
                {"table_row": {"cells": [plain("a"), [
                    {"type": "text", "text": {"content": "b|c"}, "annotations": {"code": true}},
                ]]}},
                {"table_row": {"cells": [plain("d | e"), []]}},
            ]}}]),
        ),
        (
            "<table><tr><td>a</td><th>b</th></tr></table>x",
            json!([
                {"table": {"table_width": 2, "has_column_header": false, "has_row_header": false, "children": [
                    {"table_row": {"cells": [plain("a"), plain("b")]}},
                ]}},
                paragraph("x"),
            ]),
        ),
        (
            "```js\n  let a;\n```",
            json!([{"code": {"rich_text": plain("  let a;"), "language": "javascript"}}]),
        ),
        (
            "- a\n\t```\n\tb\n\n\tc\n\t```",
            json!([{"bulleted_list_item": {"rich_text": plain("a"), "children": [
                {"code": {"rich_text": plain("b\n\nc"), "language": "plain text"}},
            ]}}]),
        ),
        (
            "<details><summary>T</summary>\n\ta\nb\n</details>\nc",
            json!([{"toggle": {"rich_text": plain("T"), "children": [paragraph("a")]}}, paragraph("b"), paragraph("c")]),
        ),
        (
            "<callout icon=\"💡\">a</callout>b",
            json!([
                {"callout": {"icon": {"type": "emoji", "emoji": "💡"}, "rich_text": plain("a")}},
                paragraph("b"),
            ]),
        ),
        (
            "<columns>\n<column>\na\n</column>\nb\n</columns>",
            json!([{"column_list": {"children": [{"column": {"children": [paragraph("a"), paragraph("b")]}}]}}]),
        ),
        ("</callout>a <b>c</b>", json!([paragraph("a <b>c</b>")])),
        (
            "_a_ __b__ c_d_e ***f***",
            json!([{"paragraph": {"rich_text": [
                {"type": "text", "text": {"content": "a"}, "annotations": {"italic": true}},
                {"type": "text", "text": {"content": " "}},
                {"type": "text", "text": {"content": "b"}, "annotations": {"bold": true}},
                {"type": "text", "text": {"content": " c_d_e "}},
                {"type": "text", "text": {"content": "f"}, "annotations": {"bold": true, "italic": true}},
            ]}}]),
        ),
        (
            "See https://example.com/a.",
            json!([{"paragraph": {"rich_text": [
                {"type": "text", "text": {"content": "See "}},
                {"type": "text", "text": {"content": "https://example.com/a", "link": {"url": "https://example.com/a"}}},
                {"type": "text", "text": {"content": "."}},
            ]}}]),
        ),
        (
            "![a [b](https://c.d) e](https://f.g)",
            json!([{"image": {"type": "external", "external": {"url": "https://f.g"}, "caption": [
                {"type": "text", "text": {"content": "a "}},
                {"type": "text", "text": {"content": "b", "link": {"url": "https://c.d"}}},
                {"type": "text", "text": {"content": " e"}},
            ]}}]),
        ),
    ];
    for (text, blocks) in cases {
        assert_eq!(json_of(&read(text)), blocks, "{text}");
        assert_stable(text);
    }
}

#[test]
fn answers_and_requests_are_written_alike() {
    let answer = json!([
        {"type": "text", "text": {"content": "a", "link": null}, "annotations": {"bold": true, "italic": false, "strikethrough": false, "underline": false, "code": false, "color": "default"}, "plain_text": "a", "href": null},
        {"type": "mention", "mention": {"type": "page", "page": {"id": PAGE}}, "annotations": {"color": "red"}, "plain_text": "A [page]", "href": "https://app.notion.com/p/x"},
        {"type": "mention", "mention": {"type": "custom_emoji", "custom_emoji": {"id": PAGE, "name": "x", "url": ""}}, "plain_text": ":x:", "href": null},
    ]);
    let node = Node::paragraph(&answer);
    let text = "**a**<span color=\"red\"><mention-page url=\"https://app.notion.com/p/34cee2b74b3f81359cb6e2419fe2f5f0\">A \\[page\\]</mention-page></span>:x:";
    assert_eq!(written(std::slice::from_ref(&node)), text);
    let bare = |nodes: &[Node]| write(nodes, Style::default()).text;
    assert_eq!(bare(&read(text)), bare(&[node]));
}

#[test]
fn blocks_know_where_they_are_written() {
    let mut nodes = read("# A\n- b\n\tc\n- d");
    let ids: Vec<Uuid> = (1..5).map(Uuid::from_u128).collect();
    nodes[0].id = Some(ids[0]);
    nodes[1].id = Some(ids[1]);
    nodes[1].children[0].id = Some(ids[2]);
    nodes[2].id = Some(ids[3]);
    let found = write(&nodes, Style::default());
    let texts: Vec<(Uuid, &str)> = found
        .places
        .iter()
        .map(|(id, range)| (*id, &found.text[range.clone()]))
        .collect();
    assert_eq!(
        texts,
        [(ids[0], "# A"), (ids[1], "- b"), (ids[2], "\tc"), (ids[3], "- d")]
    );
}

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
    for _ in 0..10_000 {
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
    for _ in 0..10_000 {
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
        let meant = super::text::to_json(&super::text::from_json(&given.payload["rich_text"]));
        let found = read(&text);
        assert_eq!(found.len(), 1, "{text:?}");
        assert_eq!(found[0].payload["rich_text"], meant, "{text:?}");
        assert_eq!(found[0].kind, kind);
    }
}

#[test]
fn hostile_texts_are_read_in_time() {
    let repeated = [
        "[",
        "](",
        "[](",
        "[a](b",
        "**",
        "*a",
        "_a ",
        "~~a",
        "`",
        "$`",
        "$$a",
        "<span>",
        "</span>",
        "<callout>",
        "<callout>\n",
        "- ",
        "> ",
        "\t",
        "<table>\n",
        "<td>",
        "```\n",
        "$$\n",
        "\n\t",
        "<mention-user url=\"user://a3c06894-0016-457e-8d4a-5ebce86eb8c0\">",
        "{color=\"red\"}",
        "http",
        "https://a",
        "|",
        "| a\n",
        "\\",
        "!",
        "<a b=\"",
        "<page url=\"x\">",
        "<columns><column>",
        "`` ` ",
        "*a**b",
        "<details><summary>",
    ];
    for part in repeated {
        let text = part.repeat(50_000 / part.len());
        let start = Instant::now();
        let nodes = read(&text);
        let _ = written(&nodes);
        let taken = start.elapsed();
        assert!(taken < Duration::from_secs(10), "{part:?} takes {taken:?}");
    }
    let mut stairs = String::new();
    for depth in 0..600 {
        let _ = writeln!(stairs, "{}a", "\t".repeat(depth));
    }
    assert_stable(&stairs);
    let ticks: String = (1..600).map(|count| "`".repeat(count) + " ").collect();
    assert_stable(&ticks);
}

/// A random block that text can express, with others in it.
fn any_block(random: &Random, depth: usize) -> Node {
    let text = || {
        let texts = ["a", "b <c>", "- d", "1. e", "# f", "![g", "", " h ", "i\nj"];
        super::text::plain_items(random.pick(&texts))
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
            let code = super::text::plain_items(&literal());
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
