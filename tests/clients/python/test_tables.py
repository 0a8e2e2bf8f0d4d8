"""notion-client: databases, rows, queries, relations, rollups and formulas."""

from typing import Any

import pytest
from notion_client.helpers import collect_paginated_api, is_full_data_source, is_full_database, is_full_page, iterate_paginated_api

from words import make_database, make_row, plain, relation, text, titled, titles

NOW = "2026-06-17T12:00:00.000Z"  # A Wednesday.

COLUMNS: dict[str, Any] = {
    "Name": {"title": {}},
    "Text": {"rich_text": {}},
    "Url": {"url": {}},
    "Email": {"email": {}},
    "Phone": {"phone_number": {}},
    "Number": {"number": {"format": "euro"}},
    "Done": {"checkbox": {}},
    "Select": {"select": {"options": [{"name": "Low", "color": "red"}, {"name": "High"}]}},
    "Status": {"status": {"options": [{"name": "Todo"}, {"name": "Doing"}]}},
    "Multi": {"multi_select": {"options": [{"name": "red"}, {"name": "green"}, {"name": "blue"}]}},
    "Date": {"date": {}},
    "People": {"people": {}},
    "Files": {"files": {}},
    "Place": {"place": {}},
    "Id": {"unique_id": {"prefix": "T"}},
    "Made": {"created_time": {}},
    "Maker": {"created_by": {}},
    "Edited": {"last_edited_time": {}},
    "Editor": {"last_edited_by": {}},
}

EXTERNAL = {"name": "f", "external": {"url": "https://f.example/f"}}
PLACE = {"lat": 1.5, "lon": -2, "name": "x", "address": None, "aws_place_id": None, "google_place_id": None}

# Column, what is written, what is read (`None`: the same), what clears it.
VALUES: list[tuple[str, Any, Any, Any]] = [
    ("Number", 12.5, None, None),
    ("Number", -3, None, None),
    ("Done", True, None, False),
    ("Url", "https://example.com/x?y#z", None, None),
    ("Email", "a@example.com", None, None),
    ("Phone", "+49 30", None, None),
    ("Date", {"start": "2026-01-02"}, {"start": "2026-01-02", "end": None, "time_zone": None}, None),
    (
        "Date",
        {"start": "2026-01-02T03:04:05Z", "end": "2026-01-03T00:00:00Z"},
        {"start": "2026-01-02T03:04:00.000+00:00", "end": "2026-01-03T00:00:00.000+00:00", "time_zone": None},
        None,
    ),
    ("Files", [EXTERNAL], [EXTERNAL | {"type": "external"}], []),
    ("Place", {"lat": 1.5, "lon": -2, "name": "x"}, PLACE, None),
]

# Column, kind of filter, operator, the rows that are found.
OPERATORS: list[tuple[str, str, dict[str, Any], str]] = [
    *[
        (column, kind, operator, found)
        for column, kind in [("Text", "rich_text"), ("Url", "url"), ("Email", "email"), ("Phone", "phone_number"), ("Url", "rich_text")]
        for operator, found in [
            ({"equals": "one@1"}, "a"),
            ({"does_not_equal": "one@1"}, "bcd"),
            ({"contains": "ONE"}, "ab"),
            ({"does_not_contain": "one"}, "cd"),
            ({"starts_with": "one"}, "a"),
            ({"ends_with": "1"}, "ab"),
            ({"is_empty": True}, "d"),
            ({"is_not_empty": True}, "abc"),
        ]
    ],
    ("Name", "title", {"equals": "b"}, "b"),
    ("Name", "title", {"does_not_equal": "b"}, "acd"),
    ("Name", "title", {"contains": "C"}, "c"),
    ("Name", "title", {"does_not_contain": "c"}, "abd"),
    ("Name", "title", {"starts_with": "d"}, "d"),
    ("Name", "title", {"ends_with": "a"}, "a"),
    ("Name", "title", {"is_empty": True}, ""),
    ("Name", "title", {"is_not_empty": True}, "abcd"),
    *[
        (column, kind, operator, found)
        for column, kind in [("Number", "number"), ("Id", "unique_id")]
        for operator, found in [
            ({"equals": 2}, "b"),
            ({"does_not_equal": 2}, "acd"),
            ({"greater_than": 2}, "c" if column == "Number" else "cd"),
            ({"greater_than_or_equal_to": 2}, "bc" if column == "Number" else "bcd"),
            ({"less_than": 2}, "a"),
            ({"less_than_or_equal_to": 2}, "ab"),
        ]
    ],
    ("Number", "number", {"is_empty": True}, "d"),
    ("Number", "number", {"is_not_empty": True}, "abc"),
    ("Done", "checkbox", {"equals": True}, "a"),
    ("Done", "checkbox", {"does_not_equal": True}, "bcd"),
    ("Select", "select", {"equals": "High"}, "b"),
    ("Select", "select", {"equals": ["High", "Low"]}, "ab"),
    ("Select", "select", {"does_not_equal": "High"}, "acd"),
    ("Select", "select", {"is_empty": True}, "cd"),
    ("Select", "select", {"is_not_empty": True}, "ab"),
    ("Status", "status", {"equals": "Doing"}, "b"),
    ("Status", "status", {"does_not_equal": ["Doing"]}, "acd"),
    ("Status", "status", {"is_empty": True}, ""),
    ("Status", "status", {"is_not_empty": True}, "abcd"),
    ("Multi", "multi_select", {"contains": "green"}, "ab"),
    ("Multi", "multi_select", {"contains": ["red", "blue"]}, "ac"),
    ("Multi", "multi_select", {"does_not_contain": "green"}, "cd"),
    ("Multi", "multi_select", {"is_empty": True}, "d"),
    ("Multi", "multi_select", {"is_not_empty": True}, "abc"),
    ("Date", "date", {"equals": "2026-06-17"}, "a"),
    ("Date", "date", {"equals": "today"}, "a"),
    ("Date", "date", {"before": "2026-06-17"}, "c"),
    ("Date", "date", {"after": "yesterday"}, "ab"),
    ("Date", "date", {"on_or_before": "one_week_from_now"}, "abc"),
    ("Date", "date", {"on_or_after": "one_month_ago"}, "abc"),
    ("Date", "date", {"past_week": {}}, "a"),
    ("Date", "date", {"past_month": {}}, "ac"),
    ("Date", "date", {"past_year": {}}, "ac"),
    ("Date", "date", {"this_week": {}}, "a"),
    ("Date", "date", {"next_week": {}}, "ab"),
    ("Date", "date", {"next_month": {}}, "ab"),
    ("Date", "date", {"next_year": {}}, "ab"),
    ("Date", "date", {"is_empty": True}, "d"),
    ("Date", "date", {"is_not_empty": True}, "abc"),
    ("Made", "created_time", {"equals": "2026-06-17"}, "abcd"),
    ("Edited", "last_edited_time", {"before": "today"}, ""),
    ("Files", "files", {"is_empty": True}, "bcd"),
    ("Files", "files", {"is_not_empty": True}, "a"),
    ("People", "people", {"is_empty": True}, "bcd"),
    ("People", "people", {"is_not_empty": True}, "a"),
    ("People", "people", {"contains": "me"}, ""),
    ("Maker", "created_by", {"does_not_contain": "me"}, "abcd"),
]


@pytest.fixture(scope="module")
def source(sim: Any, notion: Any, root: str) -> str:
    """A table with the rows a, b and c, and d that has no values."""
    sim.control("POST", "clock", {"now": NOW})
    _, source = make_database(notion, root, "Rows", COLUMNS)
    me = notion.users.me()["id"]
    lines = {"a": "one@1", "b": "two one@1", "c": "@2"}
    dates = {"a": "2026-06-17", "b": "2026-06-24", "c": "2026-05-20"}
    own: dict[str, dict[str, Any]] = {
        "a": {
            "Done": {"checkbox": True},
            "Select": {"select": {"name": "Low"}},
            "Multi": {"multi_select": [{"name": "red"}, {"name": "green"}]},
            "Files": {"files": [EXTERNAL]},
            "People": {"people": [{"id": me}]},
        },
        "b": {
            "Select": {"select": {"name": "High"}},
            "Status": {"status": {"name": "Doing"}},
            "Multi": {"multi_select": [{"name": "green"}]},
        },
        "c": {"Multi": {"multi_select": [{"name": "blue"}]}},
    }
    for number, name in enumerate("abc", start=1):
        line = lines[name]
        values = {
            "Name": titled(name),
            "Text": {"rich_text": text(line)},
            "Url": {"url": line},
            "Email": {"email": line},
            "Phone": {"phone_number": line},
            "Number": {"number": number},
            "Date": {"date": {"start": dates[name]}},
        }
        make_row(notion, source, values | own[name])
    make_row(notion, source, {"Name": titled("d")})
    return source


def test_objects_are_whole(notion: Any, root: str, newest: bool) -> None:
    database, source = make_database(notion, root, "Small", {"Name": {"title": {}}})
    whole = notion.databases.retrieve(database)
    assert is_full_database(whole) and plain(whole["title"]) == "Small"
    assert ("archived" in whole) is not newest
    assert is_full_data_source(notion.data_sources.retrieve(source))
    assert is_full_page(make_row(notion, source, {}))


def test_schema(notion: Any, source: str) -> None:
    properties = notion.data_sources.retrieve(source)["properties"]
    assert {name: value["type"] for name, value in properties.items()} == {
        name: next(iter(value)) for name, value in COLUMNS.items()
    }
    assert properties["Number"]["number"] == {"format": "euro"}
    assert [option["name"] for option in properties["Select"]["select"]["options"]] == ["Low", "High"]
    assert properties["Name"]["id"] == "title"


@pytest.mark.parametrize(("column", "written", "read", "cleared"), VALUES)
def test_values(notion: Any, root: str, column: str, written: Any, read: Any, cleared: Any) -> None:
    kind = next(iter(COLUMNS[column]))
    _, source = make_database(notion, root, "One column", {"Name": {"title": {}}, column: COLUMNS[column]})
    row = make_row(notion, source, {"Name": titled("x")})["id"]
    notion.pages.update(row, properties={column: {kind: written}})
    assert notion.pages.retrieve(row)["properties"][column][kind] == (written if read is None else read)
    notion.pages.update(row, properties={column: {kind: cleared}})
    assert notion.pages.retrieve(row)["properties"][column][kind] == cleared


def test_options_are_made_by_writing(notion: Any, root: str) -> None:
    _, source = make_database(notion, root, "Options", {"Name": {"title": {}}, "S": {"select": {}}, "M": {"multi_select": {}}})
    row = make_row(notion, source, {"S": {"select": {"name": "new"}}, "M": {"multi_select": [{"name": "x"}, {"name": "y"}]}})
    assert row["properties"]["S"]["select"]["name"] == "new"
    properties = notion.data_sources.retrieve(source)["properties"]
    assert [option["name"] for option in properties["M"]["multi_select"]["options"]] == ["x", "y"]
    changed = notion.data_sources.update(source, properties={"S": {"name": "Size"}, "M": None, "N": {"number": {}}})
    assert set(changed["properties"]) == {"Name", "Size", "N"}


@pytest.mark.parametrize(("column", "kind", "operator", "found"), OPERATORS)
def test_filters(notion: Any, source: str, column: str, kind: str, operator: dict[str, Any], found: str) -> None:
    names = titles(notion, source, filter={"property": column, kind: operator})
    assert "".join(sorted(names)) == found


def test_compound_filters_and_sorts(notion: Any, source: str) -> None:
    low = {"property": "Number", "number": {"less_than": 3}}
    done = {"property": "Done", "checkbox": {"equals": True}}
    late = {"timestamp": "created_time", "created_time": {"after": "2030-01-01"}}
    assert titles(notion, source, filter={"and": [low, done]}) == ["a"]
    sorts = [{"property": "Number", "direction": "descending"}]
    assert titles(notion, source, filter={"or": [low, {"and": [done, late]}]}, sorts=sorts) == ["b", "a"]
    assert titles(notion, source, sorts=[{"property": "Name", "direction": "ascending"}]) == list("abcd")


def test_paging(notion: Any, source: str) -> None:
    first = notion.data_sources.query(source, page_size=3)
    assert first["has_more"] and len(first["results"]) == 3
    rest = notion.data_sources.query(source, start_cursor=first["next_cursor"])
    assert not rest["has_more"] and len(rest["results"]) == 1
    # The helpers for the synchronous client take the asynchronous one, too, when its calls are waited for.
    query = {"data_source_id": source, "page_size": 1}
    assert len(collect_paginated_api(notion.data_sources.query, **query)) == 4
    assert len({row["id"] for row in iterate_paginated_api(notion.data_sources.query, **query)}) == 4


def test_rich_text_survives_a_round_trip(notion: Any, source: str) -> None:
    row = make_row(notion, source, {"Name": titled("e")})["id"]
    items = [
        {"text": {"content": "a", "link": {"url": "https://example.com/"}}, "annotations": {"bold": True, "color": "blue"}},
        {"equation": {"expression": "x"}},
        {"mention": {"page": {"id": row}}},
        {"mention": {"date": {"start": "2026-01-01"}}},
    ]
    written = notion.pages.update(row, properties={"Text": {"rich_text": items}})["properties"]["Text"]["rich_text"]
    assert [item["type"] for item in written] == ["text", "equation", "mention", "mention"]
    again = notion.pages.update(row, properties={"Text": {"rich_text": written}})
    assert again["properties"]["Text"]["rich_text"] == written
    notion.blocks.delete(row)
    assert notion.pages.retrieve(row)["in_trash"]


def test_relations_and_rollups(notion: Any, root: str) -> None:
    _, projects = make_database(notion, root, "Projects", {"Name": {"title": {}}, "N": {"number": {}}})
    dual = {"relation": {"data_source_id": projects, "dual_property": {}}}
    _, tasks = make_database(notion, root, "Tasks", {"Name": {"title": {}}, "Project": dual})
    ids = [make_row(notion, projects, {"Name": titled(f"p{n}"), "N": {"number": n}})["id"] for n in range(30)]
    task = make_row(notion, tasks, {"Name": titled("t"), "Project": relation(*ids)})
    value = task["properties"]["Project"]
    assert (len(value["relation"]), value["has_more"]) == (25, True)
    items = collect_paginated_api(notion.pages.properties.retrieve, page_id=task["id"], property_id=value["id"], page_size=7)
    assert [item["relation"]["id"] for item in items] == ids
    back = notion.pages.retrieve(ids[3])["properties"]["Related to Tasks (Project)"]
    assert back["relation"] == [{"id": task["id"]}]
    rollup = {"relation_property_name": "Project", "rollup_property_name": "N", "function": "sum"}
    notion.data_sources.update(tasks, properties={"Sum": {"rollup": rollup}})
    notion.pages.update(task["id"], properties={"Project": relation(*ids[:5])})
    summed = notion.pages.retrieve(task["id"])["properties"]["Sum"]["rollup"]
    assert summed == {"type": "number", "number": 10, "function": "sum"}
    assert titles(notion, tasks, filter={"property": "Sum", "rollup": {"number": {"equals": 10}}}) == ["t"]


def test_formulas(notion: Any, root: str) -> None:
    formula = {"formula": {"expression": 'prop("N") * 2'}}
    _, source = make_database(notion, root, "Formulas", {"Name": {"title": {}}, "N": {"number": {}}})
    notion.data_sources.update(source, properties={"Double": formula})
    row = make_row(notion, source, {"Name": titled("x"), "N": {"number": 4}})
    assert row["properties"]["Double"]["formula"] == {"type": "number", "number": 8}
    assert titles(notion, source, filter={"property": "Double", "formula": {"number": {"equals": 8}}}) == ["x"]


def test_more_sources_and_trash(notion: Any, root: str) -> None:
    database, source = make_database(notion, root, "Two", {"Name": {"title": {}}})
    second = notion.data_sources.create(
        parent={"type": "database_id", "database_id": database}, title=text("Second"), properties={"T": {"title": {}}}
    )
    sources = notion.databases.retrieve(database)["data_sources"]
    assert [known["id"] for known in sources] == [source, second["id"]]
    assert notion.databases.update(database, in_trash=True)["in_trash"]
    assert not notion.databases.update(database, in_trash=False)["in_trash"]
