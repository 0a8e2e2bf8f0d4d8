"""notion-client: OAuth, errors, retries and patience."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from notion_client import APIErrorCode, APIResponseError
from notion_client.client import RetryOptions
from notion_client.errors import HTTPResponseError, RequestTimeoutError, UnknownHTTPResponseError, is_notion_client_error

from words import titled

QUICK = RetryOptions(max_retries=2, initial_retry_delay_ms=5, max_retry_delay_ms=20)


@pytest.fixture(autouse=True)
def no_faults(sim: Any) -> Iterator[None]:
    yield
    sim.control("DELETE", "faults")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def authorize(sim: Any) -> str:
    """A code, as the redirect after consent brings it."""
    query = {
        "client_id": sim.oauth["client_id"],
        "redirect_uri": sim.oauth["redirect_uri"],
        "response_type": "code",
        "owner": "user",
        "state": "s",
    }
    url = f"{sim.base_url}/v1/oauth/authorize?{urllib.parse.urlencode(query)}"
    with pytest.raises(urllib.error.HTTPError) as redirect:
        urllib.request.build_opener(NoRedirect).open(url)
    assert redirect.value.code == 302
    found = urllib.parse.parse_qs(urllib.parse.urlparse(redirect.value.headers["location"]).query)
    assert found["state"] == ["s"]
    return found["code"][0]


def test_oauth(notion: Any, sim: Any, connect: Any) -> None:
    client = {"client_id": sim.oauth["client_id"], "client_secret": sim.oauth["client_secret"]}
    exchange = client | {"grant_type": "authorization_code", "redirect_uri": sim.oauth["redirect_uri"]}
    code = authorize(sim)
    tokens = notion.oauth.token(**exchange, code=code)
    assert connect(auth=tokens["access_token"]).users.me()["id"] == tokens["bot_id"]
    with pytest.raises(HTTPResponseError) as used:
        notion.oauth.token(**exchange, code=code)
    assert (used.value.status, json.loads(used.value.body)["error"]) == (400, "invalid_grant")
    fresh = notion.oauth.token(**client, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert fresh["access_token"] != tokens["access_token"]
    assert notion.oauth.introspect(**client, token=fresh["access_token"])["active"]
    notion.oauth.revoke(**client, token=fresh["access_token"])
    assert not notion.oauth.introspect(**client, token=fresh["access_token"])["active"]
    with pytest.raises(APIResponseError) as ended:
        connect(auth=fresh["access_token"]).users.me()
    assert ended.value.code == APIErrorCode.Unauthorized
    with pytest.raises(HTTPResponseError) as stranger:
        notion.oauth.introspect(client_id="x", client_secret="y", token="z")
    assert (stranger.value.status, json.loads(stranger.value.body)["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("path", "code", "message"),
    [
        ("nowhere", APIErrorCode.InvalidRequestURL, "Invalid request URL."),
        ("pages/x", APIErrorCode.ValidationError, 'path.page_id should be a valid uuid, instead was `"x"`.'),
        ("pages/5c6a28216bb14a7eb6e1c50111515c3d", APIErrorCode.ObjectNotFound, "Could not find page with ID: 5c6a2821-6bb1-4a7e"),
    ],
)
def test_errors(notion: Any, path: str, code: APIErrorCode, message: str) -> None:
    with pytest.raises(APIResponseError) as raised:
        notion.request(path, "GET")
    error = raised.value
    assert is_notion_client_error(error) and error.code == code
    assert message in str(error)
    assert error.request_id == json.loads(error.body)["request_id"]


def test_unauthorized_and_unknown_version(connect: Any) -> None:
    with pytest.raises(APIResponseError, match="API token is invalid.") as raised:
        connect(auth="secret_never_given").users.me()
    assert (raised.value.status, raised.value.code) == (401, APIErrorCode.Unauthorized)
    with pytest.raises(HTTPResponseError) as unknown:
        connect(notion_version="2020-01-01").users.me()
    assert json.loads(unknown.value.body)["code"] == "missing_version"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (403, APIErrorCode.RestrictedResource),
        (409, APIErrorCode.ConflictError),
        (429, APIErrorCode.RateLimited),
        (500, APIErrorCode.InternalServerError),
        (503, APIErrorCode.ServiceUnavailable),
        (504, APIErrorCode.GatewayTimeout),
    ],
)
def test_codes_of_faults(notion: Any, sim: Any, status: int, code: APIErrorCode) -> None:
    sim.control("POST", "faults", {"do": {"status": status}})
    with pytest.raises(APIResponseError) as raised:
        notion.users.me()
    assert (raised.value.status, raised.value.code) == (status, code)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_reads_are_retried(sim: Any, connect: Any, status: int) -> None:
    sim.control("POST", "faults", {"times": 2, "do": {"status": status, "headers": {"Retry-After": "0"}}})
    assert connect(retry=QUICK).users.me()["object"] == "user"


def test_retry_after_is_waited_for(sim: Any, connect: Any) -> None:
    sim.control("POST", "faults", {"do": {"status": 429, "headers": {"Retry-After": "1"}}})
    start = time.monotonic()
    connect(retry=RetryOptions(max_retries=1)).users.me()
    assert time.monotonic() - start >= 1


def test_writes_are_not_repeated_after_503(sim: Any, connect: Any, root: str) -> None:
    notion = connect(retry=QUICK)
    before = len(notion.blocks.children.list(root)["results"])
    sim.control("POST", "faults", {"match": {"method": "POST"}, "when": "after_commit", "do": {"status": 503}})
    with pytest.raises(APIResponseError) as raised:
        notion.pages.create(parent={"page_id": root}, properties=titled("Once"))
    saved = raised.value.additional_data["committed_resource_id"]
    assert notion.pages.retrieve(saved)["object"] == "page"
    assert len(notion.blocks.children.list(root)["results"]) == before + 1


def test_patience_and_proxies(sim: Any, connect: Any) -> None:
    sim.control("POST", "faults", {"do": {"hang_ms": 1000}})
    with pytest.raises(RequestTimeoutError):
        connect(timeout_ms=100).users.me()
    sim.control("POST", "faults", {"do": {"status": 502, "garbage": "html"}})
    with pytest.raises(UnknownHTTPResponseError):
        connect().users.me()
