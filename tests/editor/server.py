"""A YAML language server (npm yaml-language-server) over stdio, as an editor talks to it.

Source: Microsoft, "Language Server Protocol" 3.17; positions count from 0, in UTF-16 units.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLACES = (os.environ.get("HVSBUILD_NODE_MODULES", ""), str(ROOT / ".venv" / "node_modules"))


def program() -> list[str] | None:
    """The command line of the server; None when it is not installed."""
    node = shutil.which("node")
    scripts = [Path(place, "yaml-language-server", "bin", "yaml-language-server") for place in PLACES if place]
    found = next((path for path in scripts if path.exists()), None)
    return [node, str(found), "--stdio"] if node and found else None


class Server:
    """One conversation."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process, self.number = process, 0
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(f"Content-Length: {len(data)}\r\n\r\n".encode() + data)
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if not length:
            raise EOFError("the language server ended")
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message

    def notify(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        """The answer to a request; what the server asks or tells meanwhile is dealt with."""
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self.number and "method" not in message:
                assert "error" not in message, message
                return message.get("result")
            self._answer(message)

    def _answer(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message:  # it asks for its configuration, or registers something
            asked = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
            self._send({"id": message["id"], "result": None if asked is None else [{} for _ in asked]})

    def open(self, path: Path, text: str | None = None) -> str:
        """Open a document, with other text than the file's when some is given."""
        uri, text = path.resolve().as_uri(), path.read_text("utf-8") if text is None else text
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)
        return uri

    def wait_for_diagnostics(self, uri: str) -> list[dict[str, Any]]:
        while uri not in self.diagnostics:
            self._answer(self._receive())
        return self.diagnostics[uri]

    def at(self, method: str, uri: str, line: int, character: int) -> Any:
        return self.ask(method, textDocument={"uri": uri}, position={"line": line, "character": character})


@contextmanager
def started() -> Iterator[Server]:
    """A server that knows no schemas but those that documents name themselves."""
    argv = program()
    assert argv
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        server = Server(process)
        server.ask("initialize", processId=os.getpid(), rootUri=ROOT.as_uri(), capabilities={})
        server.notify("initialized")
        settings = {"schemaStore": {"enable": False}, "hover": True, "completion": True, "validate": True}
        server.notify("workspace/didChangeConfiguration", settings={"yaml": settings})
        yield server
    finally:
        process.kill()
        process.wait()
