"""SHA-256 of files, split images and folders, judged by sha256sum; and what is remembered of them."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from pathlib import Path

import pytest

from hvsbuild.cache import Cache, default_folder, fresh
from hvsbuild.digest import HASH_CHANGED, Content, compare, content_of
from hvsbuild.errors import HvsError, Refused
from tests.inputs import tree

BIG = b"0123456789abcdef" * 200_000  # more than is always read again


def older(path: Path, seconds: int = 100) -> Path:
    os.utime(path, (time.time() - seconds, time.time() - seconds))
    return path


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def test_a_file_as_sha256sum_prints_it(tmp_path: Path, cache: Cache) -> None:
    for name, data in (("a.wim", BIG), ("empty", b"")):
        (tmp_path / name).write_bytes(data)
        want = subprocess.run(
            ["sha256sum", tmp_path / name], check=True, capture_output=True, text=True
        ).stdout.split()[0]
        assert content_of(tmp_path / name, cache) == Content(len(data), want)


def test_a_folder_by_its_documented_rule(tmp_path: Path, cache: Cache) -> None:
    """The rule of `hvsbuild.digest`, by coreutils alone."""
    files: dict[str, bytes | Path] = {
        "b.inf": b"b",
        "a/x.sys": b"x" * 70_000,
        "a/é ü.cat": b"",
        "a b/c": b"1",
        "a.txt": b"2",
    }
    folder = tree(tmp_path / "drivers", files)
    (folder / "none" / "at all").mkdir(parents=True)
    script = r"""
        cd "$1"; find . -mindepth 1 -printf '%P\n' | LC_ALL=C sort | while IFS= read -r path; do
          if [ -d "$path" ]; then printf '%s/\0\0\n' "$path"
          else printf '%s\0%s\0%s\n' "$path" "$(stat -c %s "$path")" "$(sha256sum < "$path" | cut -d' ' -f1)"; fi
        done | sha256sum"""
    done = subprocess.run(["bash", "-c", script, "-", folder], check=True, capture_output=True, text=True)
    found = content_of(folder, cache)
    assert found.sha256 == done.stdout.split()[0]
    assert [one.name for one in found.files] == ["a b/c", "a.txt", "a/x.sys", "a/é ü.cat", "b.inf"]
    assert found.size == 70_003
    copy = tree(tmp_path / "copy", {name: files[name] for name in reversed(list(files))})
    (copy / "none" / "at all").mkdir(parents=True)
    assert content_of(copy, cache) == found, "neither place nor order nor time counts"
    (copy / "b.inf").rename(copy / "B.inf")
    assert content_of(copy, cache).sha256 != found.sha256
    (copy / "B.inf").rename(copy / "b.inf")
    (copy / "none" / "at all").rmdir()
    assert content_of(copy, cache).sha256 != found.sha256


def test_a_folder_with_links(tmp_path: Path, cache: Cache) -> None:
    folder = tree(tmp_path / "drivers", {"a": b"a"})
    plain = content_of(tree(tmp_path / "plain", {"a": b"a", "b": b"a"}), cache)
    (folder / "b").symlink_to(folder / "a")
    assert content_of(folder, cache) == plain, "a link to a file counts as the file"
    for target in (folder, tmp_path / "gone"):
        (folder / "c").symlink_to(target)
        with pytest.raises(HvsError, match="neither a file nor a folder"):
            content_of(folder, cache)
        (folder / "c").unlink()


def test_what_is_remembered(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "a.wim"
    path.write_bytes(BIG)
    want = content_of(older(path), cache)
    read: list[str] = []
    seen = path.stat()
    path.write_bytes(BIG[::-1])  # the same size, and the same time again: nobody could tell
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    assert content_of(path, cache, lambda what, _done, _total: read.append(what)) == want
    assert content_of(path, Cache(cache.folder, trust=False)).sha256 == hashlib.sha256(BIG[::-1]).hexdigest()
    path.write_bytes(BIG)
    assert content_of(older(path, 50), cache) == want, "another time: it is read again"
    other = tmp_path / "b.wim"
    path.rename(other)
    path.write_bytes(BIG[::-1])
    os.utime(path, ns=(other.stat().st_atime_ns, other.stat().st_mtime_ns))
    assert content_of(path, cache) != want, "another file under the name: its inode says so"


def test_a_file_that_is_too_new_is_not_remembered(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "a.wim"
    path.write_bytes(BIG)
    content_of(path, cache)
    assert cache.known(path) is None
    content_of(older(path), cache)
    assert cache.known(path)


def test_a_cache_that_cannot_be_written_or_read(tmp_path: Path) -> None:
    path = tmp_path / "a.wim"
    path.write_bytes(BIG)
    older(path)
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    want = content_of(path, Cache(blocked))
    cache = Cache(tmp_path / "cache")
    content_of(path, cache)
    for record in (cache.folder / "known").iterdir():
        record.write_bytes(b"[1, 2")
    assert content_of(path, cache) == want
    for record in (cache.folder / "known").iterdir():
        record.write_bytes(b"[1, 2]")
    assert content_of(path, cache) == want


def test_compare(tmp_path: Path, cache: Cache) -> None:
    path = tmp_path / "a.wim"
    path.write_bytes(b"a")
    compare(path, hashlib.sha256(b"a").hexdigest(), cache)
    with pytest.raises(Refused) as caught:
        compare(path, "0" * 64, cache)
    assert caught.value.phrase == HASH_CHANGED == "An input is not the one that is pinned"
    assert caught.value.exit_code == 4
    assert "hvsbuild lock" in caught.value.do


def test_progress_reaches_the_end(tmp_path: Path, cache: Cache) -> None:
    folder = tree(tmp_path / "x", {f"{number}": BIG for number in range(5)})
    steps: list[tuple[int, int]] = []
    content_of(folder, cache, lambda _what, done, total: steps.append((done, total)))
    assert steps[-1] == (5 * len(BIG), 5 * len(BIG))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HVSBUILD_CACHE", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert default_folder() == tmp_path / ".cache" / "hvsbuild"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_folder() == tmp_path / ".cache" / "hvsbuild"
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/xdg")
    assert default_folder() == Path("/var/xdg/hvsbuild")
    monkeypatch.setenv("HVSBUILD_CACHE", "/srv/cache")
    assert default_folder() == Path("/srv/cache")


def test_fresh_leaves_nothing_half(tmp_path: Path) -> None:
    final = tmp_path / "deep" / "final"

    def fail() -> None:
        with fresh(final) as part:
            part.write_bytes(b"half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(final.parent.iterdir()) == []
    with fresh(final) as part:
        part.write_bytes(b"whole")
        assert not final.exists()
    assert [path.name for path in final.parent.iterdir()] == ["final"]
    assert final.read_bytes() == b"whole"
