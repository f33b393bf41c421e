"""SHA-256 of the inputs: of a file its own, of a split image and of a folder one over all that is in it.

a file           its SHA-256, as sha256sum prints it
a split image    over a line for each part, in their order: the part's SHA-256, LF
a folder         over a line for each file and folder below it, sorted by path (its bytes in UTF-8):
                 the path with / between folders, NUL, the size in decimal, NUL, the SHA-256, LF;
                 of a folder the path with a / at its end, NUL, NUL, LF
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock

from hvsbuild.cache import Cache
from hvsbuild.errors import HvsError, Refused
from hvsbuild.formats import swm

HASH_CHANGED = "An input is not the one that is pinned"
PIN_ANEW = "take the one that was pinned; or, if this one is right, run hvsbuild lock and render again"
Progress = Callable[[str, int, int], None]  # what is done, bytes done, bytes in all
CHUNK = 4 << 20
SMALL = 1 << 20  # a file that is read as quickly as what is remembered of it
THREADS = 4


def no_progress(_what: str, _done: int, _total: int) -> None:
    pass


@dataclass(frozen=True)
class Digest:
    """What a file is: its name (in a folder: its path), size in bytes, SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Content:
    """What an input is: its size in bytes, its SHA-256, and what it consists of when that is more than one file."""

    size: int
    sha256: str
    files: tuple[Digest, ...] = ()


@dataclass(frozen=True)
class Job:
    """Bytes to be digested: a file, or the `part` of it of that name. `read` gives them piece by piece."""

    name: str
    size: int
    path: Path
    read: Callable[[], Iterator[bytes | memoryview]]
    part: str = ""


def of_file(path: Path) -> Job:
    def read() -> Iterator[memoryview]:
        buffer = bytearray(CHUNK)
        view = memoryview(buffer)
        with path.open("rb", buffering=0) as file:
            while count := file.readinto(buffer):
                yield view[:count]

    return Job(path.name, path.stat().st_size, path, read)


def content_of(path: Path, cache: Cache, progress: Progress = no_progress) -> Content:
    """The content of a file, a split image (by its first part) or a folder."""
    if path.is_dir():
        return _folder(path, cache, progress)
    parts = swm.parts_of(path) if path.suffix.lower() == swm.ENDING else (path,)
    return together(digests([of_file(part) for part in parts], cache, progress))


def together(found: Sequence[Digest]) -> Content:
    """One file's content, or that of a split image by its parts."""
    if len(found) == 1:
        return Content(found[0].size, found[0].sha256)
    lines = "".join(f"{one.sha256}\n" for one in found)
    return Content(sum(one.size for one in found), sha256(lines.encode()).hexdigest(), tuple(found))


def compare(path: Path, want: str, cache: Cache, progress: Progress = no_progress) -> None:
    """`Refused` unless the content has this SHA-256."""
    have = content_of(path, cache, progress).sha256
    if have != want:
        raise Refused(HASH_CHANGED, seen=f"{path} is {have}, pinned is {want}", do=PIN_ANEW)


def digests(jobs: Sequence[Job], cache: Cache, progress: Progress = no_progress) -> list[Digest]:
    """What is known is not read again; what is not is read by several threads at once."""
    total, done, lock = sum(job.size for job in jobs), 0, Lock()

    def advance(name: str, count: int) -> None:
        nonlocal done
        with lock:
            done += count
            progress(f"sha256 {name}", min(done, total), total)

    def one(job: Job) -> Digest:
        before = job.path.stat()
        found = cache.known(job.path, job.part) if job.size >= SMALL else None
        if found:
            advance(job.name, job.size)
            return Digest(job.name, job.size, found)
        digest = sha256()
        for piece in job.read():
            digest.update(piece)
            advance(job.name, len(piece))
        if job.size >= SMALL:
            cache.learn(job.path, digest.hexdigest(), before, job.part)
        return Digest(job.name, job.size, digest.hexdigest())

    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return list(pool.map(one, jobs))


def _folder(folder: Path, cache: Cache, progress: Progress) -> Content:
    there = sorted(_walk(folder, ""), key=lambda one: one[0].encode())
    hashed = iter(digests([of_file(path) for _, path in there if not path.is_dir()], cache, progress))
    digest, found = sha256(), list[Digest]()
    for name, path in there:
        if path.is_dir():
            digest.update(f"{name}/\0\0\n".encode())
        else:
            one = next(hashed)
            found.append(Digest(name, one.size, one.sha256))
            digest.update(f"{name}\0{one.size}\0{one.sha256}\n".encode())
    return Content(sum(one.size for one in found), digest.hexdigest(), tuple(found))


def _walk(folder: Path, above: str) -> Iterator[tuple[str, Path]]:
    """Path below the folder, and where it is. What is neither file nor folder, or a link to a folder, is an error."""
    for path in folder.iterdir():
        name = f"{above}{path.name}"
        if path.is_dir() and not path.is_symlink():
            yield name, path
            yield from _walk(path, f"{name}/")
        elif path.is_file():
            yield name, path
        else:
            do = "put the file itself there, or take it out"
            raise HvsError("A folder holds what is neither a file nor a folder", seen=str(path), do=do)
