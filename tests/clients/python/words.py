"""Short words for what requests say often."""

from typing import Any


def text(content: str) -> list[dict[str, Any]]:
    return [{"text": {"content": content}}]


def titled(content: str) -> dict[str, Any]:
    return {"title": text(content)}


def rich(content: str) -> dict[str, Any]:
    return {"rich_text": text(content)}


def relation(*ids: str) -> dict[str, Any]:
    return {"relation": [{"id": id} for id in ids]}


def plain(items: list[dict[str, Any]]) -> str:
    return "".join(item["plain_text"] for item in items)


def make_database(notion: Any, root: str, name: str, properties: dict[str, Any]) -> tuple[str, str]:
    """The ids of a new database and of its data source."""
    database = notion.databases.create(
        parent={"type": "page_id", "page_id": root}, title=text(name), initial_data_source={"properties": properties}
    )
    return database["id"], database["data_sources"][0]["id"]


def make_row(notion: Any, source: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return notion.pages.create(parent={"data_source_id": source}, properties=properties, **more)


def titles(notion: Any, source: str, **query: Any) -> list[str]:
    """The titles of the rows that a query finds, in its order."""
    rows = notion.data_sources.query(source, **query)["results"]
    return [plain(value["title"]) for row in rows for value in row["properties"].values() if value["type"] == "title"]
