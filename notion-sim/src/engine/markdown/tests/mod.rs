//! What goes in comes out.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use uuid::Uuid;

use super::node::Node;
use super::{Style, read, read_inline, write};

mod random;

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
fn the_text_of_one_block_makes_no_blocks() {
    let plain = |text: &str| json!({"type": "text", "text": {"content": text}});
    let looking = |text: &str, look: &str| json!({"type": "text", "text": {"content": text}, "annotations": {look: true}});
    let link =
        |text: &str| json!({"type": "text", "text": {"content": text, "link": {"url": "https://x.org/"}}});
    let user = "38c9ce7b60a48114b301ddc78a46ec5d";
    let mention = json!({"type": "mention", "mention": {"type": "user", "user": {"id": id(user)}}});
    for (text, items) in [
        (
            "a **b** c",
            json!([plain("a "), looking("b", "bold"), plain(" c")]),
        ),
        (
            "# no heading\n- no list",
            json!([plain("# no heading\n- no list")]),
        ),
        ("[a](https://x.org/)", json!([link("a")])),
        ("[a](nowhere)", json!([plain("a")])),
        (
            "$5, $`y`$",
            json!([plain("$5, "), {"type": "equation", "equation": {"expression": "y"}}]),
        ),
        (r"\*no\* ** 2 * 3", json!([plain("*no* ** 2 * 3")])),
        ("``a`b``", json!([looking("a`b", "code")])),
        (
            &format!("<mention-user url=\"user://{user}\">Ada</mention-user>!"),
            json!([mention, plain("!")]),
        ),
        (
            "<mention-user url=\"x\"/>",
            json!([plain("<mention-user url=\"x\"/>")]),
        ),
        ("", json!([])),
    ] {
        assert_eq!(read_inline(text), items, "{text}");
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
