"""An HTTP server for tests: ranges and entity tags as a real one has them, and faults on order."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Server:
    """What it serves (one file under every path), and what is to go wrong."""

    data: bytes
    address: str = ""
    tags: bool = True  # entity tags
    ranges: bool = True
    cut: list[int] = field(default_factory=list)  # after so many bytes of an answer the connection ends; one entry each
    answers: list[int] = field(default_factory=list)  # status codes to give before the file
    seen: list[tuple[str, str]] = field(default_factory=list)  # Range and If-Range of every request
    sent: int = 0  # bytes of the file
    kind: str = "application/octet-stream"
    lies: bool = False  # answers a range with other bytes

    @property
    def tag(self) -> str:
        return f'"{sha256(self.data).hexdigest()[:8]}"'


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked, unless = self.headers.get("Range", ""), self.headers.get("If-Range", "")
            server.seen.append((asked, unless))
            if server.answers:
                self._short(server.answers.pop(0))
            elif asked and server.ranges and unless in ("", server.tag):
                self._range(int(asked.removeprefix("bytes=").removesuffix("-")))
            else:
                self._give(200, 0, {})

        def _range(self, start: int) -> None:
            size = len(server.data)
            if start >= size:
                self._short(416, {"Content-Range": f"bytes */{size}"})
                return
            start = start + 1 if server.lies else start
            self._give(206, start, {"Content-Range": f"bytes {start}-{size - 1}/{size}"})

        def _short(self, code: int, headers: dict[str, str] | None = None) -> None:
            self.send_response(code)
            for name, value in {
                "Content-Length": "0",
                "Location": f"{server.address}/moved",
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()

        def _give(self, code: int, start: int, headers: dict[str, str]) -> None:
            body = server.data[start:]
            self.send_response(code)
            headers |= {"Content-Length": str(len(body)), "Content-Type": server.kind}
            headers |= {"ETag": server.tag} if server.tags else {}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            if server.cut:
                body = body[: server.cut.pop(0)]
                self.close_connection = True
            server.sent += len(body)
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.address = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
