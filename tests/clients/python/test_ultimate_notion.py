"""ultimate-notion, which parses every answer strictly: schemas, rows, queries, blocks, files, comments and Markdown."""

import datetime as dt
import importlib.metadata
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator import Simulator, allow_large_files

NOW = "2026-06-17T12:00:00.000Z"  # A Wednesday.
CONFIG = tempfile.TemporaryDirectory()


def import_strictly() -> Any:
    """Its development versions refuse keys that they do not know, and so does a release that takes itself for one."""
    release = importlib.metadata.version

    def version(name: str) -> str:
        return f"{release(name)}.dev0" if name == "ultimate-notion" else release(name)

    os.environ["ULTIMATE_NOTION_CONFIG"] = str(Path(CONFIG.name, "config.toml"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.metadata, "version", version)
        import ultimate_notion
        from ultimate_notion.obj_api import core
    assert core.GenericObject.model_config["extra"] == "forbid"
    return ultimate_notion


uno = import_strictly()
P = uno.PropType

SIZES = [uno.Option("S", color=uno.Color.RED), uno.Option("L", color=uno.Color.GREEN)]
TAGS = [uno.Option("a"), uno.Option("b", color=uno.Color.BLUE)]


class Project(uno.Schema, db_title="Projects"):
    name = P.Title("Name")
    points = P.Number("Points", format=uno.NumberFormat.EURO)
    start = P.Date("Start")
    done = P.Checkbox("Done")


class Task(uno.Schema, db_title="Tasks"):
    name = P.Title("Name")
    note = P.Text("Note")
    points = P.Number("Points", format=uno.NumberFormat.PERCENT)
    size = P.Select("Size", options=SIZES)
    tags = P.MultiSelect("Tags", options=TAGS)
    due = P.Date("Due")
    done = P.Checkbox("Done")
    link = P.URL("Link")
    mail = P.Email("Mail")
    phone = P.Phone("Phone")
    files = P.Files("Files")
    owner = P.Person("Owner")
    where = P.Place("Where")
    number = P.ID("Number", prefix="T")
    made = P.CreatedTime("Made")
    maker = P.CreatedBy("Maker")
    edited = P.LastEditedTime("Edited")
    editor = P.LastEditedBy("Editor")
    project = P.Relation("Project", schema=Project)
    total = P.Rollup("Total", relation=project, rollup=Project.points, calculate=uno.AggFunc.SUM)
    names = P.Rollup("Names", relation=project, rollup=Project.name)
    first = P.Rollup("First", relation=project, rollup=Project.start, calculate=uno.AggFunc.EARLIEST_DATE)


@pytest.fixture(scope="module")
def sim() -> Iterator[Simulator]:
    with Simulator("ultimate-notion") as sim:
        sim.reseed(allow_large_files)
        sim.control("POST", "clock", {"now": NOW})
        yield sim


@pytest.fixture(scope="module")
def session(sim: Simulator) -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NOTION_TOKEN", sim.token)
        with uno.Session(base_url=sim.base_url) as session:
            yield session


@pytest.fixture(scope="module")
def root(session: Any, sim: Simulator) -> Any:
    return session.get_page(sim.parent_page_id)


@pytest.fixture(scope="module")
def tables(session: Any, root: Any) -> dict[str, Any]:
    """Two tables with rows."""
    projects = session.create_ds(parent=root, schema=Project)
    tasks = session.create_ds(parent=root, schema=Task)
    one = Project.create(name="One", points=3, start=dt.date(2026, 1, 1), done=True)
    two = Project.create(name="Two", points=4)
    me = session.whoami()
    a = Task.create(
        name="a", note="Alpha", points=0.5, size="S", tags=["a", "b"], due=dt.date(2026, 6, 17), done=True,
        link="https://a.example/", mail="a@a.example", phone="+1", files=[uno.url("https://a.example/f.txt", name="f.txt")], owner=[me],
        project=[one, two],
    )  # fmt: skip
    b = Task.create(name="b", note="beta", points=2, size="L", due=dt.date(2026, 6, 24), project=[one])
    c = Task.create(name="c", link="https://c.example/")
    return {"projects": projects, "tasks": tasks, "one": one, "two": two, "a": a, "b": b, "c": c}


def test_schemas_are_what_was_asked_for(session: Any, tables: dict[str, Any]) -> None:
    read = session.get_ds(tables["tasks"].id, use_cache=False)
    names = {prop.name for prop in Task.get_props()}
    assert {prop.name for prop in read.schema.get_props()} == names
    options = read.schema.get_prop("Size").options
    assert sorted(option.name for option in options) == ["L", "S"]


def test_values_come_back(session: Any, tables: dict[str, Any]) -> None:
    page = session.get_page(tables["a"].id, use_cache=False)
    props = page.props
    assert str(page.title) == "a"
    assert str(props.note) == "Alpha"
    assert props.points == 0.5
    assert props.size.name == "S"
    assert [tag.name for tag in props.tags] == ["a", "b"]
    assert props.due == dt.date(2026, 6, 17)
    assert props.done is True
    assert props.link == "https://a.example/"
    assert props.mail == "a@a.example"
    assert props.phone == "+1"
    assert props.files[0].url == "https://a.example/f.txt"
    assert props.owner[0] == session.whoami()
    assert props.number == "T-1"
    assert props.made == page.created_time
    assert props.maker == session.whoami()
    assert [project.id for project in props.project] == [tables["one"].id, tables["two"].id]
    assert props.total == 7
    assert [str(name) for name in props.names] == ["One", "Two"]


def test_rollups_of_dates(tables: dict[str, Any]) -> None:
    assert tables["a"].props.first == dt.date(2026, 1, 1)
    assert tables["c"].props.first is None


def test_formulas(session: Any, root: Any) -> None:
    class Worked(uno.Schema, db_title="Worked out"):
        name = P.Title("Name")
        points = P.Number("Points")
        double = P.Formula("Double", formula='prop("Points") * 2')

    ds = session.create_ds(parent=root, schema=Worked)
    Worked.create(name="a", points=2)
    b = Worked.create(name="b", points=4)
    assert b.props.double == 8
    assert [page.id for page in ds.query.filter(uno.prop("Double") == 8).execute()] == [b.id]


def test_values_are_changed_and_cleared(session: Any, tables: dict[str, Any]) -> None:
    page = Task.create(name="changing", points=1, note="x", size="S", tags=["a"], done=True, project=[tables["one"]])
    page.props.points = 2
    page.props.note = "y"
    page.props.size = "L"
    page.props.due = dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.timezone.utc)
    page.props.where = {"lat": 52.5, "lon": 13.4, "name": "Home"}
    again = session.get_page(page.id, use_cache=False).reload()
    assert (again.props.points, str(again.props.note), again.props.size.name) == (2, "y", "L")
    assert again.props.due == dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.timezone.utc)
    assert again.props.where.lat == 52.5
    for key, empty in [("points", None), ("note", None), ("size", None), ("tags", []), ("project", [])]:
        setattr(page.props, key, empty)
    page.props.done = False
    cleared = page.reload().props
    assert not any(getattr(cleared, key) for key in ("points", "note", "size", "tags", "project", "done"))
    page.delete()
    assert page.is_deleted
    page.restore()
    assert not page.is_deleted
    page.delete()


CONDITIONS: list[tuple[str, Any, str]] = [
    ("text equals", uno.prop("Note") == "Alpha", "a"),
    ("text differs", uno.prop("Note") != "Alpha", "bc"),
    ("text contains", uno.prop("Note").contains("et"), "b"),
    ("text does not contain", uno.prop("Note").does_not_contain("et"), "ac"),
    ("text starts", uno.prop("Note").starts_with("al"), "a"),
    ("text ends", uno.prop("Note").ends_with("ta"), "b"),
    ("text empty", uno.prop("Note").is_empty(), "c"),
    ("text not empty", uno.prop("Note").is_not_empty(), "ab"),
    ("title", uno.prop("Name") == "b", "b"),
    ("url", uno.prop("Link").contains("c.example"), "c"),
    ("mail", uno.prop("Mail").ends_with("a.example"), "a"),
    ("phone", uno.prop("Phone") == "+1", "a"),
    ("number equals", uno.prop("Points") == 2, "b"),
    ("number differs", uno.prop("Points") != 2, "ac"),
    ("number greater", uno.prop("Points") > 0.5, "b"),
    ("number at least", uno.prop("Points") >= 0.5, "ab"),
    ("number less", uno.prop("Points") < 2, "a"),
    ("number at most", uno.prop("Points") <= 2, "ab"),
    ("number empty", uno.prop("Points").is_empty(), "c"),
    ("id", uno.prop("Number") >= 2, "bc"),
    ("select", uno.prop("Size") == "S", "a"),
    ("select differs", uno.prop("Size") != "S", "bc"),
    ("select empty", uno.prop("Size").is_empty(), "c"),
    ("multi select", uno.prop("Tags").contains("b"), "a"),
    ("multi select does not contain", uno.prop("Tags").does_not_contain("b"), "bc"),
    ("checkbox", uno.prop("Done") == True, "a"),  # noqa: E712
    ("checkbox off", uno.prop("Done") == False, "bc"),  # noqa: E712
    ("date", uno.prop("Due") == dt.date(2026, 6, 17), "a"),
    ("date before", uno.prop("Due") < dt.date(2026, 6, 20), "a"),
    ("date after", uno.prop("Due") > dt.date(2026, 6, 20), "b"),
    ("date until", uno.prop("Due") <= dt.date(2026, 6, 24), "ab"),
    ("date since", uno.prop("Due") >= dt.date(2026, 6, 24), "b"),
    ("this week", uno.prop("Due").this_week(), "a"),
    ("past week", uno.prop("Due").past_week(), "a"),
    ("past month", uno.prop("Due").past_month(), "a"),
    ("past year", uno.prop("Due").past_year(), "a"),
    ("next week", uno.prop("Due").next_week(), "ab"),
    ("next month", uno.prop("Due").next_month(), "ab"),
    ("next year", uno.prop("Due").next_year(), "ab"),
    ("files", uno.prop("Files").is_not_empty(), "a"),
    ("people", uno.prop("Owner").is_empty(), "bc"),
    ("created", uno.prop("Made").this_week(), "abc"),
    ("rollup of numbers", uno.prop("Total") > 3, "a"),
    ("rollup of dates", uno.prop("First").is_empty(), "c"),
    ("any in a rollup", uno.prop("Names").any == "Two", "a"),
    ("every in a rollup", uno.prop("Names").every == "One", "b"),
    ("none in a rollup", uno.prop("Names").none == "One", "c"),
    ("and", (uno.prop("Points") > 0) & (uno.prop("Done") == True), "a"),  # noqa: E712
    ("or", (uno.prop("Points") > 1) | (uno.prop("Done") == True), "ab"),  # noqa: E712
]


@pytest.mark.parametrize(("condition", "found"), [condition[1:] for condition in CONDITIONS], ids=[condition[0] for condition in CONDITIONS])
def test_conditions(tables: dict[str, Any], condition: Any, found: str) -> None:
    view = tables["tasks"].query.filter(condition).execute()
    assert "".join(sorted(str(page.title) for page in view)) == found


def test_conditions_on_pages_and_people(session: Any, tables: dict[str, Any]) -> None:
    for condition, found in [
        (uno.prop("Project").contains(tables["two"]), "a"),
        (uno.prop("Project").does_not_contain(tables["two"]), "bc"),
        (uno.prop("Project").is_empty(), "c"),
        (uno.prop("Owner").contains(session.whoami()), "a"),
    ]:
        view = tables["tasks"].query.filter(condition).execute()
        assert "".join(sorted(str(page.title) for page in view)) == found


def test_sorts(tables: dict[str, Any]) -> None:
    def names(*sorts: Any) -> str:
        return "".join(str(page.title) for page in tables["tasks"].query.sort(*sorts).execute())

    assert names("Name") == "abc"
    assert names(uno.prop("Name").desc()) == "cba"
    assert names(uno.prop("Points").desc(), "Name")[-2:] == "ba"


def test_schemas_change(session: Any, root: Any) -> None:
    class Changing(uno.Schema, db_title="Changing"):
        name = P.Title("Name")
        size = P.Select("Size", options=[uno.Option("S")])

    ds = session.create_ds(parent=root, schema=Changing)
    ds.schema.size.name = "Extent"
    ds.schema["Extra"] = P.Number()
    ds.schema.extra.format = uno.NumberFormat.YEN
    assert {prop.name for prop in session.get_ds(ds.id, use_cache=False).reload().schema.get_props()} == {"Name", "Extent", "Extra"}
    ds.schema.extra.delete()
    ds.title = "Changed"
    ds.description = "What changes"
    again = ds.reload()
    assert (str(again.title), str(again.description)) == ("Changed", "What changes")
    assert {prop.name for prop in again.schema.get_props()} == {"Name", "Extent"}
    ds.delete()
    ds.restore()


def test_two_way_and_self_relations(session: Any, root: Any) -> None:
    class Customer(uno.Schema, db_title="Customers"):
        name = P.Title("Name")
        orders = P.Relation("Orders")

    class Order(uno.Schema, db_title="Orders"):
        name = P.Title("Name")
        customer = P.Relation("Customer", schema=Customer, two_way_prop=Customer.orders)
        previous = P.Relation("Previous", schema=uno.SelfRef)

    session.create_ds(parent=root, schema=Customer)
    session.create_ds(parent=root, schema=Order)
    ann = Customer.create(name="Ann")
    first = Order.create(name="1", customer=[ann])
    second = Order.create(name="2", customer=[ann], previous=[first])
    assert [str(order.title) for order in ann.reload().props.orders] == ["1", "2"]
    assert [order.id for order in second.props.previous] == [first.id]


BLOCKS: list[Any] = [
    lambda: uno.Paragraph("Words"),
    lambda: uno.Heading1("One"),
    lambda: uno.Heading2("Two", color=uno.Color.RED),
    lambda: uno.Heading3("Three", toggleable=True),
    lambda: uno.Heading4("Four"),
    lambda: uno.BulletedItem("Bullet"),
    lambda: uno.NumberedItem("Number"),
    lambda: uno.ToDoItem("Do", checked=True),
    lambda: uno.ToggleItem("Open"),
    lambda: uno.Quote("Said"),
    lambda: uno.Callout("Look", icon=uno.Emoji("💡"), color=uno.BGColor.YELLOW),
    lambda: uno.Code("x = 1", language=uno.CodeLang.PYTHON, caption="Code"),
    lambda: uno.Equation("a^2"),
    lambda: uno.Divider(),
    lambda: uno.Breadcrumb(),
    lambda: uno.TableOfContents(color=uno.Color.GRAY),
    lambda: uno.Bookmark("https://example.com/"),
    lambda: uno.Embed("https://example.com/embed"),
    lambda: uno.Image(uno.url("https://example.com/i.png"), caption="Picture"),
    lambda: uno.Video(uno.url("https://example.com/v.mp4")),
    lambda: uno.PDF(uno.url("https://example.com/p.pdf")),
    lambda: uno.Audio(uno.url("https://example.com/a.mp3")),
    lambda: uno.File(uno.url("https://example.com/f.bin"), name="f.bin"),
]


@pytest.mark.parametrize("make", BLOCKS, ids=lambda make: type(make()).__name__)
def test_blocks(session: Any, root: Any, make: Any) -> None:
    page = session.create_page(parent=root, title="Block")
    page.append(make())
    [read] = page.reload().children
    assert type(read) is type(make())
    assert read.to_markdown() == session.get_block(read.id, use_cache=False).to_markdown()
    if not isinstance(read, uno.Breadcrumb):  # What that shows depends on where it is.
        assert read.to_markdown() == make().to_markdown()
    read.delete()
    assert page.reload().children == ()


def test_nested_blocks(session: Any, root: Any) -> None:
    page = session.create_page(parent=root, title="Nested")
    toggle = uno.ToggleItem("Outer")
    page.append([toggle, uno.Paragraph("Last")])
    toggle.append([uno.Paragraph("Inner")])
    page.append(uno.Paragraph("Middle"), after=toggle)
    columns = uno.Columns(2)
    page.append(columns)
    columns[0].append(uno.Paragraph("Left"))
    table = uno.Table(2, 2, header_row=True)
    page.append(table)
    table[0, 0] = "Cell"
    synced = uno.SyncedBlock(uno.Paragraph("In sync"))
    page.append(synced)
    page.append(synced.create_synced())
    page.append(uno.LinkToPage(root))
    tabs = uno.Tabs(["First", "Second"])
    page.append(tabs)
    kinds = [type(block).__name__ for block in page.reload().children]
    assert kinds == ["ToggleItem", "Paragraph", "Paragraph", "Columns", "Table", "SyncedBlock", "SyncedBlock", "LinkToPage", "Tabs"]
    assert [str(block) for block in page.children[0].children] and page.children[0].children[0].to_markdown() == "Inner"
    assert "Cell" in page.children[4].to_markdown()
    first = page.children[1]
    first.rich_text = "Changed"
    assert str(session.get_block(first.id, use_cache=False).rich_text) == "Changed"
    first.replace(uno.Heading1("Instead"))
    assert "# Instead" in page.reload().to_markdown()


def test_pages_have_icons_covers_and_comments(session: Any, root: Any) -> None:
    page = session.create_page(parent=root, title="Decorated")
    page.icon = "🌱"
    page.cover = uno.url("https://example.com/cover.png")
    page.title = uno.text("Renamed", bold=True) + uno.math("x")
    page.is_locked = True
    again = session.get_page(page.id, use_cache=False).reload()
    assert (again.icon, again.cover.url) == (uno.Emoji("🌱"), "https://example.com/cover.png")
    assert "Renamed" in str(again.title)
    page.icon = None
    page.cover = None
    assert (page.reload().icon, page.cover) == (None, None)
    page.comments.append("First")
    page.comments.append("Second")
    assert [str(comment.rich_text) if hasattr(comment, "rich_text") else str(comment) for comment in page.reload().comments]
    assert len(page.comments) == 2


def test_files(session: Any, root: Any) -> None:
    small = session.upload(io.BytesIO(b"small"), file_name="small.txt", mime_type="text/plain")
    large = session.upload(io.BytesIO(b"x" * (21 << 20)), file_name="large.txt", mime_type="text/plain")
    page = session.create_page(parent=root, title="Files")
    page.append([uno.File(small, name="small.txt"), uno.File(large, name="large.txt")])
    names = [block.file_info.name for block in page.reload().children]
    assert names == ["small.txt", "large.txt"]
    imported = session.import_url("https://example.com/x.pdf", "x.pdf")
    assert imported.status == uno.FileUploadStatus.UPLOADED
    assert len(session.list_uploads()) == 3
    page.icon = session.upload(io.BytesIO(b"\x89PNG\r\n\x1a\n"), file_name="i.png", mime_type="image/png")
    assert page.reload().icon is not None


def test_users_and_search(session: Any, tables: dict[str, Any]) -> None:
    me = session.whoami()
    assert me in session.all_users()
    assert session.get_user(me.id) == me
    assert [page.id for page in session.search_page("One")] == [tables["one"].id]
    assert [ds.id for ds in session.search_ds("Tasks")] == [tables["tasks"].id]


def test_databases_with_more_sources(session: Any, root: Any) -> None:
    db = session.create_db(parent=root, title="Container")
    second = db.create_ds(title="Second")
    assert len(db.reload().data_sources) == 2
    db.title = "Renamed"
    db.is_inline = True
    assert str(session.get_db(db.id, use_cache=False).reload().title) == "Renamed"
    db.delete_ds(second)
    assert len(db.reload().data_sources) == 1
    db.restore_ds(second)
    db.delete()
    db.restore()
