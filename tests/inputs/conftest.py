"""Images for the tests of sources: a WIM of four editions, as an ESD, split, and in ISO images."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hvsbuild.cache import Cache
from hvsbuild.hosts import tools
from tests.inputs import make_iso

# As Windows Server 2019 has them: one edition id for the Core and the Desktop Experience installation.
EDITIONS = (
    ("Windows Server Standard", "ServerStandard", "Server Core"),
    ("Windows Server Standard (Desktop Experience)", "ServerStandard", "Server"),
    ("Windows Server Datacenter", "ServerDatacenter", "Server Core"),
    ("Hyper-V Server", "ServerHyper", "Server Core"),
)


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """install.wim, install.esd, parts/install*.swm, server.iso (with the WIM), esd.iso, swm.iso. Never change them."""
    folder = tmp_path_factory.mktemp("media")
    tree = folder / "tree"
    tree.mkdir()
    (tree / "noise").write_bytes(bytes(range(256)) * 10)
    path = folder / "install.wim"
    for number, (name, edition, installation) in enumerate(EDITIONS, 1):
        (tree / "edition").write_text(f"{number} {edition}")
        info = {"WINDOWS/EDITIONID": edition, "WINDOWS/INSTALLATIONTYPE": installation, "WINDOWS/ARCH": "9"}
        info |= {"WINDOWS/VERSION/MAJOR": "10", "WINDOWS/VERSION/MINOR": "0", "WINDOWS/VERSION/BUILD": "17763"}
        info |= {"WINDOWS/VERSION/SPBUILD": "3650", "WINDOWS/LANGUAGES/LANGUAGE": "en-US"}
        options = [f"--image-property={key}={value}" for key, value in info.items()]
        command = "capture" if number == 1 else "append"
        tools.run(["wimlib-imagex", command, tree, path, name, *options])
    tools.run(["wimlib-imagex", "export", path, "all", folder / "install.esd", "--solid"])
    (tree / "noise").write_bytes(b"".join(bytes([number % 251]) * (number % 97 + 1) for number in range(60_000)))
    tools.run(["wimlib-imagex", "capture", tree, folder / "large.wim", "Large", "--compress=none"])
    (folder / "parts").mkdir()
    tools.run(["wimlib-imagex", "split", folder / "large.wim", folder / "parts" / "install.swm", "1"])
    make_iso(folder / "server.iso", {"sources/install.wim": path, "sources/boot.wim": b"boot"})
    make_iso(folder / "esd.iso", {"sources/install.esd": folder / "install.esd"})
    make_iso(folder / "swm.iso", {f"sources/{part.name}": part for part in (folder / "parts").iterdir()})
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def here(tmp_path: Path, media: Path) -> Path:
    """A folder with copies of the media that a test may change."""
    folder = tmp_path / "here"
    shutil.copytree(media, folder, ignore=shutil.ignore_patterns("tree"))
    return folder
