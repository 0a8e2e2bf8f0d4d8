"""What notion-client's own tests need, as a plugin of pytest: their fixtures, on a simulator instead of Notion.

The tests come with the source distribution of notion-client; the fixtures, which need an account, do not.
"""

import io
from collections.abc import AsyncIterator, Iterator
from types import SimpleNamespace

import httpx
import pytest
import pytest_asyncio
from notion_client import AsyncClient, Client
from notion_client.client import DEFAULT_BASE_URL, ClientOptions

from simulator import Simulator, allow_large_files

MIB = 1 << 20


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "vcr: recorded traffic is not used here")


@pytest.fixture(scope="session")
def sim() -> Iterator[Simulator]:
    with Simulator("notion-client's own tests") as sim:
        sim.reseed(allow_large_files)
        yield sim


@pytest.fixture(autouse=True)
def everything_goes_to_the_simulator(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some tests make clients of their own and say no address."""
    defaults = ClientOptions.__init__.__defaults__ or ()
    mapped = tuple(sim.base_url if value == DEFAULT_BASE_URL else value for value in defaults)
    monkeypatch.setattr(ClientOptions.__init__, "__defaults__", mapped)


def bad_request(_: httpx.Request) -> httpx.Response:
    return httpx.Response(400)


# One address in the tests is neither Notion's nor the simulator's: it answers 400 to everybody.
ELSEWHERE = "https://mock.httpstatus.io"


@pytest.fixture
def token(sim: Simulator) -> str:
    return sim.token


@pytest.fixture
def client(sim: Simulator) -> Iterator[Client]:
    http = httpx.Client(mounts={ELSEWHERE: httpx.MockTransport(bad_request)})
    client = Client(auth=sim.token, client=http)
    yield client
    client.close()


@pytest_asyncio.fixture
async def async_client(sim: Simulator) -> AsyncIterator[AsyncClient]:
    http = httpx.AsyncClient(mounts={ELSEWHERE: httpx.MockTransport(bad_request)})
    client = AsyncClient(auth=sim.token, client=http)
    yield client
    await client.aclose()


@pytest.fixture
def vcr_cassette() -> SimpleNamespace:
    """Tests that find a recording do not wait for Notion's index, and the simulator's is never late."""
    return SimpleNamespace(responses=["none is needed"])


@pytest.fixture
def parent_page_id(sim: Simulator) -> str:
    return sim.parent_page_id


@pytest.fixture
def page_id(client: Client, parent_page_id: str) -> Iterator[str]:
    page_id = client.pages.create(parent={"page_id": parent_page_id}, properties=titled("Fixture"))["id"]
    yield page_id
    # The tests that search expect to find nothing that other tests left.
    client.pages.update(page_id=page_id, archived=True)


@pytest.fixture
def database_id(client: Client, page_id: str) -> str:
    parent = {"type": "page_id", "page_id": page_id}
    schema = {"properties": {"Name": {"title": {}}}}
    return client.databases.create(parent=parent, title=text("Fixture"), initial_data_source=schema)["id"]


@pytest.fixture
def data_source_id(client: Client, database_id: str) -> str:
    return client.databases.retrieve(database_id)["data_sources"][0]["id"]


@pytest.fixture
def test_data_source(data_source_id: str) -> str:
    return data_source_id


@pytest.fixture
def async_test_data_source(data_source_id: str) -> str:
    return data_source_id


@pytest.fixture
def view_id(client: Client, database_id: str) -> str:
    return client.views.list(database_id=database_id)["results"][0]["id"]


@pytest.fixture
def block_id(client: Client, page_id: str) -> str:
    return paragraph(client, page_id, text("A paragraph"))


@pytest.fixture
def text_block_id(block_id: str) -> str:
    return block_id


@pytest.fixture
def equation_block_id(client: Client, page_id: str) -> str:
    return paragraph(client, page_id, [{"equation": {"expression": "E = mc^2"}}])


@pytest.fixture
def mention_block_id(client: Client, page_id: str) -> str:
    return paragraph(client, page_id, [{"mention": {"page": {"id": page_id}}}])


@pytest.fixture
def comment_id(client: Client, page_id: str) -> str:
    return client.comments.create(parent={"page_id": page_id}, rich_text=text("A comment"))["id"]


@pytest.fixture
def multiple_test_pages(client: Client, parent_page_id: str) -> list[str]:
    parent = {"page_id": parent_page_id}
    name = "test_iterate_paginated_api"
    return [client.pages.create(parent=parent, properties=titled(name))["id"] for _ in range(5)]


@pytest_asyncio.fixture
async def async_multiple_test_pages(async_client: AsyncClient, parent_page_id: str) -> list[str]:
    parent = {"page_id": parent_page_id}
    name = "test_async_iterate_paginated_api"
    return [(await async_client.pages.create(parent=parent, properties=titled(name)))["id"] for _ in range(5)]


@pytest.fixture
def pending_single_file_upload_id(client: Client) -> str:
    return client.file_uploads.create(mode="single_part", filename="test_file_small.txt", content_type="text/plain")["id"]


@pytest.fixture
def single_file_upload_id(client: Client, pending_single_file_upload_id: str) -> str:
    client.file_uploads.send(file_upload_id=pending_single_file_upload_id, file=file("test_file_small.txt", 10))
    return pending_single_file_upload_id


@pytest.fixture
def pending_multi_file_upload_id(client: Client) -> str:
    upload = client.file_uploads.create(
        mode="multi_part", filename="test_file_multi.txt", content_type="text/plain", number_of_parts=3
    )
    return upload["id"]


@pytest.fixture
def part_uploaded_file_upload_id(client: Client, pending_multi_file_upload_id: str) -> str:
    for number, size in enumerate([5 * MIB, 5 * MIB, 10], start=1):
        part = file(f"test_file_multi.txt.sf-part{number}", size)
        client.file_uploads.send(file_upload_id=pending_multi_file_upload_id, file=part, part_number=str(number))
    return pending_multi_file_upload_id


@pytest.fixture
def setup_file_uploads_ids(client: Client) -> list[str]:
    return [client.file_uploads.create(filename=f"{n}.txt", content_type="text/plain")["id"] for n in range(7)]


def text(content: str) -> list[dict]:
    return [{"text": {"content": content}}]


def titled(content: str) -> dict:
    return {"title": text(content)}


def paragraph(client: Client, page_id: str, rich_text: list[dict]) -> str:
    children = [{"paragraph": {"rich_text": rich_text}}]
    return client.blocks.children.append(block_id=page_id, children=children)["results"][0]["id"]


def file(name: str, size: int) -> io.BytesIO:
    made = io.BytesIO(b"A" * size)
    made.name = name
    return made
