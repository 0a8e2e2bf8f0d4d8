"""notion-client: blocks, comments, files, users, search, views, templates, Markdown, moves and emojis."""

import io
import urllib.request
import uuid
from typing import Any

import pytest
from notion_client import APIResponseError
from notion_client.helpers import collect_data_source_templates, collect_paginated_api, is_full_block, is_full_view

from words import make_database, make_row, plain, rich, text, titled, titles

ADDRESS = {"type": "external", "external": {"url": "https://example.com/media"}}
BLOCKS: dict[str, dict[str, Any]] = {
    "paragraph": rich("Words"),
    "heading_1": rich("One"),
    "heading_2": rich("Two") | {"color": "red"},
    "heading_3": rich("Three") | {"is_toggleable": True},
    "heading_4": rich("Four"),
    "bulleted_list_item": rich("Bullet"),
    "numbered_list_item": rich("Number"),
    "to_do": rich("Do") | {"checked": True},
    "toggle": rich("Open") | {"children": [{"paragraph": rich("Inside")}]},
    "quote": rich("Said"),
    "callout": rich("Look") | {"icon": {"type": "emoji", "emoji": "💡"}},
    "code": rich("x = 1") | {"language": "python"},
    "equation": {"expression": "a^2"},
    "divider": {},
    "breadcrumb": {},
    "table_of_contents": {"color": "gray"},
    "bookmark": {"url": "https://example.com/"},
    "embed": {"url": "https://example.com/embed"},
    "image": ADDRESS,
    "video": ADDRESS,
    "pdf": ADDRESS,
    "audio": ADDRESS,
    "file": ADDRESS | {"name": "media.bin"},
    "synced_block": {"synced_from": None, "children": [{"paragraph": rich("In sync")}]},
    "column_list": {"children": [{"column": {"children": [{"paragraph": rich(side)}]}} for side in ("Left", "Right")]},
    "table": {
        "table_width": 2,
        "has_column_header": True,
        "has_row_header": False,
        "children": [{"table_row": {"cells": [text("A"), text("B")]}}],
    },
}


@pytest.fixture
def page(notion: Any, root: str) -> str:
    return notion.pages.create(parent={"page_id": root}, properties=titled("Page"))["id"]


def words(notion: Any, block: str) -> list[str]:
    return [plain(child[child["type"]]["rich_text"]) for child in notion.blocks.children.list(block)["results"]]


@pytest.mark.parametrize("kind_of_block", BLOCKS)
def test_blocks_of_every_type(notion: Any, page: str, kind_of_block: str) -> None:
    content = BLOCKS[kind_of_block]
    [block] = notion.blocks.children.append(page, children=[{kind_of_block: content}])["results"]
    assert is_full_block(block) and block["type"] == kind_of_block
    assert block["has_children"] == ("children" in content)
    for key, value in content.items():
        if key == "rich_text":
            assert plain(block[kind_of_block][key]) == value[0]["text"]["content"]
        elif key != "children":
            assert block[kind_of_block][key] == value
    read = notion.blocks.retrieve(block["id"])
    assert {key: value for key, value in read.items() if key != "request_id"} == block
    if "children" in content:
        assert len(notion.blocks.children.list(block["id"])["results"]) == len(content["children"])


def test_blocks_are_placed_changed_and_trashed(notion: Any, page: str, newest: bool) -> None:
    [first] = notion.blocks.children.append(page, children=[{"to_do": rich("a")}])["results"]
    notion.blocks.children.append(page, children=[{"to_do": rich("c")}])
    place = {"position": {"type": "after_block", "after_block": {"id": first["id"]}}} if newest else {"after": first["id"]}
    notion.blocks.children.append(page, children=[{"to_do": rich("b")}], **place)
    assert words(notion, page) == ["a", "b", "c"]
    assert [block["type"] for block in collect_paginated_api(notion.blocks.children.list, block_id=page, page_size=1)] == ["to_do"] * 3
    changed = notion.blocks.update(first["id"], to_do=rich("A") | {"checked": True})
    assert (plain(changed["to_do"]["rich_text"]), changed["to_do"]["checked"]) == ("A", True)
    assert notion.blocks.delete(first["id"])["in_trash"]
    assert words(notion, page) == ["b", "c"]
    assert not notion.blocks.update(first["id"], in_trash=False)["in_trash"]


def test_comments(notion: Any, page: str) -> None:
    made = notion.comments.create(parent={"page_id": page}, rich_text=text("First"))
    reply = notion.comments.create(discussion_id=made["discussion_id"], markdown="A **reply**")
    assert [item["id"] for item in collect_paginated_api(notion.comments.list, block_id=page, page_size=1)] == [made["id"], reply["id"]]
    assert plain(notion.comments.update(made["id"], rich_text=text("Changed"))["rich_text"]) == "Changed"
    notion.comments.delete(reply["id"])
    assert [item["id"] for item in notion.comments.list(block_id=page)["results"]] == [made["id"]]


def named(name: str, content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


def download(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        return answer.read()


def test_files(notion: Any, page: str) -> None:
    small = notion.file_uploads.create(filename="note.txt", content_type="text/plain")["id"]
    assert notion.file_uploads.send(small, file=named("note.txt", b"small"))["status"] == "uploaded"
    parts = [b"a" * (5 << 20), b"the end"]
    large = notion.file_uploads.create(mode="multi_part", filename="large.txt", content_type="text/plain", number_of_parts=2)["id"]
    for number, part in enumerate(parts, start=1):
        sent = notion.file_uploads.send(large, file=named(f"large.txt.sf-part{number}", part), part_number=str(number))
        assert sent["number_of_parts"] == {"total": 2, "sent": number}
    assert notion.file_uploads.complete(large)["status"] == "uploaded"
    children = [{"file": {"type": "file_upload", "file_upload": {"id": upload}}} for upload in (small, large)]
    blocks = notion.blocks.children.append(page, children=children)["results"]
    assert [download(block["file"]["file"]["url"]) for block in blocks] == [b"small", b"".join(parts)]
    assert {upload["id"] for upload in collect_paginated_api(notion.file_uploads.list, page_size=1)} >= {small, large}
    assert all(upload["status"] == "uploaded" for upload in notion.file_uploads.list(status="uploaded")["results"])
    fetched = notion.file_uploads.create(mode="external_url", filename="x.pdf", external_url="https://example.com/x.pdf")
    while fetched["status"] == "pending":
        fetched = notion.file_uploads.retrieve(fetched["id"])
    assert fetched["file_import_result"]["type"] == "success"


def test_users(notion: Any) -> None:
    me = notion.users.me()
    assert me["type"] == "bot"
    everybody = collect_paginated_api(notion.users.list, page_size=1)
    assert me["id"] in [user["id"] for user in everybody]
    assert all(notion.users.retrieve(user["id"])["id"] == user["id"] for user in everybody)


def test_search(notion: Any, root: str) -> None:
    _, source = make_database(notion, root, "Constellations", {"Name": {"title": {}}})
    row = make_row(notion, source, {"Name": titled("Orion nebula")})
    assert [found["id"] for found in notion.search(query="orion")["results"]] == [row["id"]]
    only = {"property": "object", "value": "data_source"}
    assert [found["id"] for found in notion.search(query="constellations", filter=only)["results"]] == [source]


def test_views(notion: Any, root: str) -> None:
    database, source = make_database(notion, root, "Viewed", {"Name": {"title": {}}, "N": {"number": {}}})
    for number in range(3):
        make_row(notion, source, {"Name": titled(f"r{number}"), "N": {"number": number}})
    sorts = [{"property": "N", "direction": "descending"}]
    keep = {"property": "N", "number": {"greater_than": 0}}
    view = notion.views.create(
        database_id=database, data_source_id=source, name="Mine", type="table", filter=keep, sorts=sorts
    )
    assert is_full_view(view)
    assert len(notion.views.list(database_id=database)["results"]) == 2
    assert notion.views.update(view["id"], name="Yours")["name"] == "Yours"
    query = notion.views.queries.create(view["id"], page_size=1)
    assert (query["total_count"], query["has_more"]) == (2, True)
    pages = collect_paginated_api(notion.views.queries.results, view_id=view["id"], query_id=query["id"], page_size=1)
    assert [plain(notion.pages.retrieve(page["id"])["properties"]["Name"]["title"]) for page in pages] == ["r2", "r1"]
    assert notion.views.queries.delete(view["id"], query["id"])["deleted"]
    assert notion.views.delete(view["id"])["object"] == "view"


def test_templates(notion: Any, sim: Any, root: str) -> None:
    _, source = make_database(notion, root, "With templates", {"Name": {"title": {}}})
    template = make_row(notion, source, {"Name": titled("Weekly")}, children=[{"paragraph": rich("Again")}])["id"]
    entry = {"data_source_id": source, "page_id": template, "is_default": True}
    sim.reseed(lambda state: state["templates"].append(entry))
    listed = collect_data_source_templates(notion.data_sources.list_templates, data_source_id=source)
    assert [(found["id"], found["is_default"]) for found in listed] == [(template, True)]
    row = make_row(notion, source, {"Name": titled("New")}, template={"type": "default"})
    for _ in range(50):
        if blocks := words(notion, row["id"]):
            break
    assert blocks == ["Again"]
    assert titles(notion, source) == ["New"]


def test_moves(notion: Any, root: str, page: str) -> None:
    _, source = make_database(notion, root, "Goal", {"Name": {"title": {}}})
    assert notion.pages.move(page, parent={"data_source_id": source})["parent"]["data_source_id"] == source
    assert titles(notion, source) == ["Page"]
    assert notion.pages.move(page, parent={"page_id": root})["parent"] == {"type": "page_id", "page_id": root}


def test_custom_emojis(notion: Any, sim: Any) -> None:
    emoji = {"object": "custom_emoji", "id": str(uuid.uuid4()), "name": "party", "url": "https://example.com/p.png"}
    sim.reseed(lambda state: state.update(custom_emojis=[emoji]))
    assert [found["name"] for found in notion.custom_emojis.list()["results"]] == ["party"]
    assert notion.custom_emojis.list(name="other")["results"] == []


def test_markdown(notion: Any, root: str) -> None:
    page = notion.pages.create(parent={"page_id": root}, markdown="# Title\n\nalpha\n- one")["id"]
    assert plain(notion.pages.retrieve(page)["properties"]["title"]["title"]) == "Title"
    update = {"content_updates": [{"old_str": "alpha", "new_str": "beta"}]}
    notion.pages.update_markdown(page, type="update_content", update_content=update)
    answer = notion.pages.retrieve_markdown(page)
    assert (answer["object"], answer["markdown"].strip()) == ("page_markdown", "beta\n- one")
    # The client does not know this parameter, nor tasks.
    body = {"type": "replace_content", "replace_content": {"new_str": "new"}, "allow_async": True}
    task = notion.request(f"pages/{page}/markdown", "PATCH", body=body)
    assert task["object"] == "async_task"
    for _ in range(100):
        if (state := notion.request(f"async_tasks/{task['id']}", "GET"))["status"] == "succeeded":
            break
    assert state["status"] == "succeeded"
    assert words(notion, page) == ["new"]


def test_refusals(notion: Any, page: str) -> None:
    with pytest.raises(APIResponseError, match="≤ `100`, instead was `101`"):
        notion.blocks.children.append(page, children=[{"divider": {}}] * 101)
    with pytest.raises(APIResponseError, match="block_id should be defined"):
        notion.request("comments", "GET")
