"""The inputs of a bundle as they are given on the command line, and those that come from a server."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from hvsbuild.bundle.manifest import Manifest
from hvsbuild.cache import Cache
from hvsbuild.errors import HvsError, Refused
from hvsbuild.inputs import download
from hvsbuild.inputs.lockfile import lock_text, path_of
from hvsbuild.inputs.pin import make_lock
from hvsbuild.inputs.resolve import given, resolve
from hvsbuild.inputs.settle import settle
from hvsbuild.review.write import review
from tests.inputs import spec
from tests.inputs.server import Server, serving


@pytest.fixture
def server(media: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(download, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(download, "LONGEST_WAIT", 0.002)
    with serving(Server((media / "server.iso").read_bytes())) as server:
        yield server


def bundle(here: Path, cache: Cache, source: str, choice: str = "index: 1", *, lock: bool = False) -> Manifest:
    loaded = spec(here, source, choice)
    if lock:
        path_of(loaded.path).write_text(lock_text(make_lock(settle(loaded, cache, locked=False), cache), loaded.path))
    return review(loaded).bundle.manifest


def test_an_iso_for_a_bundle_that_names_its_member(here: Path, cache: Cache) -> None:
    manifest = bundle(here, cache, "server.iso", lock=True)
    iso, wim = str(here / "server.iso"), here / "install.wim"
    assert given(manifest, {"image": iso}, fetch=False, cache=cache) == {}, "nothing is unpacked for a look"
    found = given(manifest, {"image": iso}, cache=cache)["image"]
    assert found.read_bytes() == wim.read_bytes()
    assert found.is_relative_to(cache.folder)
    assert given(manifest, {"image": iso}, fetch=False, cache=cache) == {"image": found}
    assert given(manifest, {"image": str(wim)}, cache=cache) == {"image": wim}, "the file by itself, of the same bytes"


def test_others_than_the_pinned_are_refused(here: Path, cache: Cache) -> None:
    manifest = bundle(here, cache, "server.iso", lock=True)
    for other in ("esd.iso", "install.esd"):
        with pytest.raises(Refused, match="An input is not the one that is pinned"):
            given(manifest, {"image": str(here / other)}, cache=cache)


def test_an_iso_for_a_bundle_that_names_none(here: Path, cache: Cache) -> None:
    manifest = bundle(here, cache, "install.wim")
    with pytest.raises(HvsError, match="Which file of the ISO is meant is not in the bundle"):
        given(manifest, {"image": str(here / "server.iso")}, cache=cache)


def test_without_pins_any_file_is_taken(here: Path, cache: Cache) -> None:
    manifest = bundle(here, cache, "{iso: server.iso, member: sources/install.esd}")
    assert given(manifest, {"image": str(here / "install.wim")}, cache=cache) == {"image": here / "install.wim"}
    assert given(manifest, {"image": str(here / "gone.wim")}, cache=cache) == {"image": here / "gone.wim"}
    assert given(manifest, {}, look=True, cache=cache) == {}


def test_downloaded_once_for_spec_and_bundle(here: Path, cache: Cache, server: Server) -> None:
    pin = sha256(server.data).hexdigest()
    loaded = spec(here, f"{server.address}/x/server.iso, sha256: {pin}", "edition: ServerHyper")
    lock = make_lock(settle(loaded, cache, locked=False, fetch=True), cache)
    assert lock.images["os.vhd"].index == 4
    path_of(loaded.path).write_text(lock_text(lock, loaded.path))
    asked = len(server.seen)
    settled = settle(loaded, cache)
    wim = resolve(settled, cache=cache)["image"]
    assert wim.read_bytes() == (here / "install.wim").read_bytes()
    manifest = review(loaded).bundle.manifest
    assert given(manifest, {}, look=True, cache=cache) == {"image": wim}, "a bundle finds it by its pin alone"
    assert given(manifest, {"image": f"{server.address}/y.iso"}, cache=cache) == {"image": wim}
    assert len(server.seen) == asked


def test_nothing_is_downloaded_for_a_look(here: Path, cache: Cache, server: Server) -> None:
    pin = sha256(server.data).hexdigest()
    source = f"{{iso: '{server.address}/server.iso', member: sources/install.wim}}, sha256: {pin}"
    settled = settle(spec(here, source), cache)
    assert resolve(settled, cache=cache, fetch=False) == {}
    assert server.seen == []
    assert resolve(settled, ["other"], cache=cache) == {}
    assert resolve(settled, cache=cache)["image"].name == "install.wim"


def test_an_address_for_an_input_without_a_pin(here: Path, cache: Cache, server: Server) -> None:
    manifest = bundle(here, cache, "install.wim")
    with pytest.raises(HvsError, match="A download needs a sha256: image=http"):
        given(manifest, {"image": f"{server.address}/install.wim"}, cache=cache)
    assert server.seen == []
