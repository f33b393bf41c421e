"""Downloads into the cache: resumed where they were cut, tried again, verified, and named only when they are whole.

HTTP as in RFC 9110: Range (14.2) with If-Range (13.1.5), so that a file that has changed meanwhile is begun anew. What
comes is compared with the SHA-256 that was known before, so that it does not matter who served it.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from hvsbuild import __version__
from hvsbuild.cache import Cache
from hvsbuild.digest import CHUNK, HASH_CHANGED, Progress, content_of, no_progress
from hvsbuild.errors import HvsError, Refused
from hvsbuild.inputs.place import Place
from hvsbuild.run.lock import try_lock

if TYPE_CHECKING:
    import httpx

NOT_GIVEN = "The server does not give the file"
UNREACHABLE = "The server cannot be reached"
TRIES = 5  # in a row without a byte more than before
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds
TIMEOUT = 30.0  # seconds without a byte
PASSING = (408, 425, 429, 500, 502, 503, 504)  # answers that another try may change (RFC 9110 15.5 and 15.6)


class Passing(Exception):
    """An answer that another try may change."""


def fetch(address: str, want: str, cache: Cache, progress: Progress = no_progress) -> Path:
    """The file at an address that has this SHA-256, from the cache where it is there. `Refused` when the server gives
    another, `HvsError` when it gives none."""
    with _alone(cache.partial(want)) as folder:
        if (have := cache.download(want)) and (cache.trust or content_of(have, cache, progress).sha256 == want):
            return have
        part = _Part(folder, address)
        _whole(part, want, progress)
        final = cache.file(want, Place(address=address).name)
        final.parent.mkdir(parents=True, exist_ok=True)
        part.data.replace(final)
        cache.learn(final, want, None)
    shutil.rmtree(folder, ignore_errors=True)  # empty, but for the lock and the notes
    return final


@contextmanager
def _alone(folder: Path) -> Iterator[Path]:
    """The folder of a download, for one process at a time; others wait."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("a+") as lock:
        while not try_lock(lock):
            time.sleep(0.1)
        yield folder


@dataclass
class _Part:
    """What is there of a download: the bytes, and what the server called the version that they are of."""

    folder: Path
    address: str
    hash: Any = field(default_factory=sha256)
    size: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def begin(self) -> None:
        """Take up what an earlier run has left."""
        self.hash, self.size = sha256(), 0
        if self.data.exists():
            with self.data.open("rb") as file:
                while part := file.read(CHUNK):
                    self.add(part)

    def add(self, data: bytes) -> None:
        self.hash.update(data)
        self.size += len(data)

    def forget(self) -> None:
        self.data.unlink(missing_ok=True)
        self.hash, self.size = sha256(), 0

    @property
    def validator(self) -> str:
        """The entity tag, or the date, that its server gave; of another server's file nothing is known."""
        try:
            noted = json.loads((self.folder / "version.json").read_bytes())
        except (OSError, ValueError):
            return ""
        return str(noted["validator"]) if noted["address"] == self.address else ""

    def note(self, response: httpx.Response) -> None:
        tag = response.headers.get("etag", "")
        strong = "" if tag.startswith("W/") else tag  # a weak one does not hold for ranges (RFC 9110 13.1.5)
        validator = strong or response.headers.get("last-modified", "")
        noted = {"address": self.address, "validator": validator}
        (self.folder / "version.json").write_text(json.dumps(noted), encoding="utf-8")


def _whole(part: _Part, want: str, progress: Progress) -> None:
    """Download all of it. What was resumed and turns out to be another file is begun anew, once."""
    part.begin()
    resumed = part.size > 0
    kind = "" if part.hash.hexdigest() == want else _all_tries(part, progress)
    have = part.hash.hexdigest()
    if have == want:
        return
    part.forget()
    if resumed:
        _whole(part, want, progress)
        return
    page = "; it is a web page" if kind.startswith("text/html") else ""
    seen = f"{_shown(part.address)} gives {have}{page}, pinned is {want}"
    raise Refused(HASH_CHANGED, seen=seen, why="somebody has changed the file", do="compare it with its publisher's")


def _all_tries(part: _Part, progress: Progress) -> str:
    """Go on until all has come, as long as anything comes. Returns the content type."""
    import httpx
    from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

    reached, without = part.size, 0

    def enough(_state: RetryCallState) -> bool:
        nonlocal reached, without
        without = 0 if part.size > reached else without + 1
        reached = max(reached, part.size)
        return without >= TRIES

    tries = Retrying(
        retry=retry_if_exception_type((httpx.TransportError, Passing)),
        wait=wait_random_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT),
        stop=enough,
        reraise=True,
    )
    try:
        with _client() as client:
            return str(tries(_one_try, client, part, progress))
    except Passing as error:
        raise HvsError(NOT_GIVEN, seen=str(error), do="try again later: what has come is kept") from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        seen = f"{_shown(part.address)}: {error or type(error).__name__}"
        do = "check the address and the network, then run the same command again: what has come is kept"
        raise HvsError(UNREACHABLE, seen=seen, do=do) from None


def _client() -> httpx.Client:
    """Proxies and certificates as the environment says (HTTPS_PROXY, SSL_CERT_FILE), passwords from ~/.netrc."""
    import httpx

    try:
        auth = httpx.NetRCAuth()
    except OSError:  # there is none
        auth = None
    headers = {"User-Agent": f"hvsbuild/{__version__}", "Accept-Encoding": "identity"}
    return httpx.Client(follow_redirects=True, timeout=TIMEOUT, headers=headers, auth=auth)


def _one_try(client: httpx.Client, part: _Part, progress: Progress) -> str:
    """One request for what is missing. Returns the content type."""
    headers = {}
    if part.size:
        headers["Range"] = f"bytes={part.size}-"
        if part.validator:
            headers["If-Range"] = part.validator
    try:
        with client.stream("GET", part.address, headers=headers) as response:
            if response.status_code == 416:
                if response.headers.get("content-range", "") == f"bytes */{part.size}":
                    return ""  # nothing is missing
                part.forget()
                raise Passing(f"{_shown(part.address)}: nothing from byte {headers['Range']}")
            _check(response, part)
            part.note(response)
            _receive(response, part, progress)
            return str(response.headers.get("content-type", ""))
    except Exception as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            do = "name your organisation's certificates with SSL_CERT_FILE, or correct the machine's clock"
            raise HvsError("The server's certificate is not trusted", seen=f"{error}", do=do) from None
        raise


def _check(response: httpx.Response, part: _Part) -> None:
    """The answer holds bytes of the file; where they do not follow on what is there, that is forgotten."""
    code, shown = response.status_code, _shown(part.address)
    if code in PASSING:
        raise Passing(f"{shown}: {code} {response.reason_phrase}")
    if code not in (200, 206):
        do = {401: "put the password into ~/.netrc", 404: "correct the address"}.get(code, "ask who runs it")
        raise HvsError(NOT_GIVEN, seen=f"{shown}: {code} {response.reason_phrase}", do=do)
    follows = response.headers.get("content-range", "").startswith(f"bytes {part.size}-")
    if code == 200 or not follows:
        part.forget()
    if code == 206 and not follows:
        raise Passing(f"{shown}: other bytes than those that were asked for")
    if response.headers.get("content-encoding", "identity") != "identity":
        raise HvsError(NOT_GIVEN, seen=f"{shown}: it comes compressed, unasked", do="name another server")


def _receive(response: httpx.Response, part: _Part, progress: Progress) -> None:
    length = int(response.headers.get("content-length", 0))
    total, label = part.size + length, f"download {Place(address=part.address).name}"
    if length > (free := shutil.disk_usage(part.folder).free):
        seen = f"{length} bytes to download, {free} free in {part.folder}"
        raise HvsError("The cache is on a full disk", seen=seen, do="free some space, or set HVSBUILD_CACHE")
    with part.data.open("ab") as file:
        for data in response.iter_raw():  # as it comes: what is gathered first is lost with the connection
            file.write(data)
            part.add(data)
            progress(label, part.size, max(total, part.size))


def _shown(address: str) -> str:
    """The address for a message: its query may hold a key that nobody else is to see."""
    parts = urlsplit(address)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "…" if parts.query else "", ""))
