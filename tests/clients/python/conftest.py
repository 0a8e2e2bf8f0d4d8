"""Fixtures of the scenarios for notion-client: each client, each API version, each on a simulator of its own."""

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from notion_client import AsyncClient, Client

from simulator import Simulator, allow_large_files

DEFAULT_VERSION = "2025-09-03"
NEWEST_VERSION = "2026-03-11"


class Blocking:
    """The asynchronous client, whose every call is waited for, so that one test serves both clients."""

    def __init__(self, loop: asyncio.AbstractEventLoop, inner: Any) -> None:
        self._loop = loop
        self._inner = inner

    def __getattr__(self, name: str) -> "Blocking":
        return Blocking(self._loop, getattr(self._inner, name))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        result = self._inner(*args, **kwargs)
        return self._loop.run_until_complete(result) if inspect.isawaitable(result) else result


@pytest.fixture(scope="session", params=[DEFAULT_VERSION, NEWEST_VERSION])
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session", params=["sync", "async"])
def style(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="session")
def sim(version: str, style: str) -> Iterator[Simulator]:
    with Simulator(f"notion-client {style} {version}", "--auto-approve") as sim:
        sim.reseed(allow_large_files)
        yield sim


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def connect(sim: Simulator, style: str, version: str, loop: asyncio.AbstractEventLoop) -> Any:
    """Makes clients; `auth` and everything else may be said otherwise."""

    def connect(**options: Any) -> Any:
        options = {"auth": sim.token, "base_url": sim.base_url, "retry": False, "notion_version": version} | options
        return Client(**options) if style == "sync" else Blocking(loop, AsyncClient(**options))

    return connect


@pytest.fixture(scope="session")
def notion(connect: Any) -> Any:
    return connect()


@pytest.fixture(scope="session")
def newest(version: str) -> bool:
    return version == NEWEST_VERSION


@pytest.fixture(scope="session")
def root(sim: Simulator) -> str:
    return sim.parent_page_id
