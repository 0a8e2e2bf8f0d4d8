"""A running simulator, for the tests."""

import json
import os
import re
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROGRAM = os.environ.get("NOTION_SIM") or str(Path(__file__).parents[3] / "target/debug/notion-sim")


class Simulator:
    """A simulator on a free port. It stops with the `with` block, and leaves its journal to the judge of types."""

    def __init__(self, name: str, *args: str) -> None:
        self.name = name
        self._args = args

    def __enter__(self) -> "Simulator":
        self._process = subprocess.Popen(
            [PROGRAM, "--port", "0", *self._args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        info = json.loads(self._process.stdout.readline())
        self.base_url: str = info["base_url"]
        self.token: str = info["token"]
        self.parent_page_id: str = info["parent_page_id"]
        self.oauth: dict[str, str] = info["oauth"]
        return self

    def __exit__(self, *_: object) -> None:
        try:
            requests = self.control("GET", "requests")["requests"]
            if folder := os.environ.get("NOTION_JOURNALS"):
                name = re.sub(r"\W+", "-", self.name)
                Path(folder, f"py-{name}.json").write_text(json.dumps(requests))
        finally:
            self._process.terminate()
            self._process.wait()
        broken = [
            f"{request['method']} {request['path']} {request['status']}"
            for request in requests
            if (request["status"] or 0) >= 500 and request["fault"] is None
        ]
        assert broken == [], "the simulator fails by itself"

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """A request to the control endpoints."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.base_url}/_sim/{path}", data, method=method)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def reseed(self, change: Callable[[dict[str, Any]], None]) -> None:
        """Changes what the API cannot: `change` gets the workspace as a seed document, which then replaces it."""
        state = self.control("GET", "state")
        change(state)
        self.control("POST", "seed", state)


def allow_large_files(state: dict[str, Any]) -> None:
    """Makes the workspace of a seed document a paid one, as far as files are concerned."""
    for user in state["users"]:
        if limits := user.get("bot", {}).get("workspace_limits"):
            limits["max_file_upload_size_in_bytes"] = 5 << 30
