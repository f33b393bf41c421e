"""Downloads from a server of our own: cut, resumed, changed meanwhile, refused, tried again."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from hvsbuild.cache import Cache
from hvsbuild.errors import HvsError, Refused
from hvsbuild.inputs import download
from hvsbuild.inputs.download import fetch
from tests.inputs.server import Server, serving

DATA = random.Random(3).randbytes(3_000_000)
WANT = sha256(DATA).hexdigest()


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(download, "LONGEST_WAIT", 0.002)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server(DATA)) as server:
        yield server


def left(cache: Cache) -> list[str]:
    """All files in the cache but what is remembered of digests."""
    return sorted(
        str(path.relative_to(cache.folder))
        for path in cache.folder.rglob("*")
        if path.is_file() and "known" not in path.parts
    )


def test_once_and_never_again(cache: Cache, server: Server) -> None:
    steps: list[tuple[str, int, int]] = []
    path = fetch(f"{server.address}/a/server.iso?key=1", WANT, cache, lambda *step: steps.append(step))
    assert path.read_bytes() == DATA
    assert path.name == "server.iso"
    assert steps[-1] == ("download server.iso", len(DATA), len(DATA))
    assert [done for _, done, _ in steps] == sorted(done for _, done, _ in steps)
    assert left(cache) == [f"files/{WANT}/server.iso"]
    assert fetch("http://127.0.0.1:9/gone", WANT, cache) == path, "what is there needs no server"
    assert len(server.seen) == 1
    assert cache.known(path) == WANT, "and it is not read again to be compared"


def test_cut_and_resumed_within_one_run(cache: Cache, server: Server) -> None:
    server.cut = [1_000_000, 500_000]
    assert fetch(server.address + "/x.wim", WANT, cache).read_bytes() == DATA
    assert server.seen == [("", ""), ("bytes=1000000-", server.tag), ("bytes=1500000-", server.tag)]
    assert server.sent == len(DATA)


def test_many_cuts_as_long_as_something_comes(cache: Cache, server: Server) -> None:
    server.cut = [200_000] * 14
    assert fetch(server.address + "/x.wim", WANT, cache).read_bytes() == DATA


def test_killed_and_resumed_by_the_next_run(cache: Cache, server: Server, tmp_path: Path) -> None:
    """A process is killed in the middle: no half file under a final name; the next one asks for the rest."""
    program = (
        "import os, sys; from pathlib import Path; from hvsbuild.cache import Cache\n"
        "from hvsbuild.inputs.download import fetch\n"
        "def die(what, done, total):\n    if done > 1_500_000: os.kill(os.getpid(), 9)\n"
        f"fetch({server.address + '/x.wim'!r}, {WANT!r}, Cache(Path({str(cache.folder)!r})), die)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=tmp_path)
    assert done.returncode == -9
    assert left(cache) == [f"partial/{WANT}/{name}" for name in ("data", "lock", "version.json")]
    before = server.sent
    assert fetch(server.address + "/x.wim", WANT, cache).read_bytes() == DATA
    assert server.seen[-1][0].startswith("bytes=1")
    assert server.sent - before < len(DATA)
    assert left(cache) == [f"files/{WANT}/x.wim"]


def test_a_file_that_has_changed_meanwhile_is_begun_anew(cache: Cache, server: Server) -> None:
    server.data, server.cut = DATA[::-1], [1_000_000, 0, 0, 0, 0, 0]
    with pytest.raises(HvsError, match="The server cannot be reached"):
        fetch(server.address + "/x.wim", WANT, cache)
    server.data, server.cut = DATA, []
    assert fetch(server.address + "/x.wim", WANT, cache).read_bytes() == DATA
    assert server.seen[-1][1] not in ("", server.tag), "it was asked by the tag of the older file"


@pytest.mark.parametrize("broken", ["no tags", "no ranges", "lies", "another mirror"])
def test_servers_that_cannot_or_do_not(cache: Cache, server: Server, broken: str) -> None:
    server.tags, server.ranges = broken != "no tags", broken != "no ranges"
    server.data, server.cut = (
        (DATA[::-1] if broken in ("no tags", "another mirror") else DATA),
        [1_000_000, 0, 0, 0, 0, 0],
    )
    with pytest.raises(HvsError):
        fetch(server.address + "/x.wim", WANT, cache)
    server.data, server.cut, server.lies = DATA, [], broken == "lies"
    where = server.address.replace("127.0.0.1", "localhost") if broken == "another mirror" else server.address
    assert fetch(where + "/x.wim", WANT, cache).read_bytes() == DATA


def test_another_file_is_refused_and_not_kept(cache: Cache, server: Server) -> None:
    server.data, server.kind = b"<html>Please log in</html>", "text/html; charset=utf-8"
    with pytest.raises(Refused) as caught:
        fetch(server.address + "/x.wim", WANT, cache)
    assert caught.value.phrase == "An input is not the one that is pinned"
    assert f"gives {sha256(server.data).hexdigest()}; it is a web page, pinned is {WANT}" in caught.value.seen
    assert not [path for path in left(cache) if path.endswith("data") or path.startswith("files")]


def test_passing_troubles_are_tried_again_and_lasting_ones_are_not(cache: Cache, server: Server) -> None:
    server.answers = [503, 429, 500]
    assert fetch(server.address + "/x.wim", WANT, cache).read_bytes() == DATA
    other = sha256(b"other").hexdigest()
    server.answers, server.seen = [404] * 9, []
    with pytest.raises(HvsError, match=r"The server does not give the file: .*/y\.wim\?…: 404 Not Found") as caught:
        fetch(server.address.replace("//", "//anna:secret@") + "/y.wim?token=secret", other, cache)
    assert len(server.seen) == 1
    assert "secret" not in caught.value.text()
    server.answers, server.seen = [503] * 9, []
    with pytest.raises(HvsError, match=r"The server does not give the file: .* 503 Service Unavailable"):
        fetch(server.address + "/y.wim", other, cache)
    assert len(server.seen) == download.TRIES


def test_redirects_are_followed(cache: Cache, server: Server) -> None:
    server.answers = [302]
    assert fetch(server.address + "/fwlink", WANT, cache).name == "fwlink"


def test_a_whole_part_needs_no_server(cache: Cache, server: Server) -> None:
    """Killed between the last byte and the name."""
    folder = cache.partial(WANT)
    folder.mkdir(parents=True)
    (folder / "data").write_bytes(DATA)
    assert fetch(server.address + "/x.wim", WANT, cache).read_bytes() == DATA
    assert server.seen == []


def test_nothing_behind_the_end(cache: Cache, server: Server) -> None:
    """More is there than the server has: it is forgotten."""
    folder = cache.partial(WANT)
    folder.mkdir(parents=True)
    (folder / "data").write_bytes(DATA + b"more")
    assert fetch(server.address + "/x.wim", WANT, cache).read_bytes() == DATA


def test_no_server_at_all(cache: Cache) -> None:
    with pytest.raises(HvsError, match=r"The server cannot be reached: http://127\.0\.0\.1:9/x\.wim: "):
        fetch("http://127.0.0.1:9/x.wim", WANT, cache)


def test_two_at_once_download_once(cache: Cache, server: Server) -> None:
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(fetch(server.address + "/x.wim", WANT, cache))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert len(set(found)) == 1
    assert server.sent == len(DATA)


def test_without_trust_a_spoilt_file_is_noticed(cache: Cache, server: Server) -> None:
    path = fetch(server.address + "/x.wim", WANT, cache)
    path.write_bytes(b"spoilt")
    assert fetch(server.address + "/x.wim", WANT, cache).read_bytes() == b"spoilt"
    assert fetch(server.address + "/x.wim", WANT, Cache(cache.folder, trust=False)).read_bytes() == DATA
