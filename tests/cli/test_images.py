"""`images`: what is in real files of others, in media of our own, and what is no image."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.cli.images import table
from hvsbuild.formats.wim import WimImage
from tests.cli import run
from tests.inputs import make_iso

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "wim"


def test_a_table_of_80_columns(phony_wim: Path) -> None:
    done = run("images", phony_wim)
    lines = done.out.splitlines()
    assert (done.code, lines[0]) == (0, "phony.wim: LZX, 2 images")
    assert lines[1].split() == ["EDITION", "INSTALLATION", "VERSION", "ARCH", "SIZE"]
    assert lines[2] == "  1  Phony Hyper-V Server 2008 R2 (en-US)"
    assert "ServerHyper" in lines[3]
    assert "Server Core" in lines[3]
    assert len(lines) == 6
    assert max(map(len, lines)) <= 80


def image(**changes: object) -> WimImage:
    plain = {"index": 1, "name": "x", "description": "", "dir_count": 1, "file_count": 1, "total_bytes": 9 << 30}
    plain |= {"hard_link_bytes": 0, "arch": "amd64", "edition": "ServerDatacenterAzureEdition", "languages": ("en-US",)}
    plain |= {"installation": "Server Core", "build": "10.0.20348.1234"}
    return WimImage(**(plain | changes))  # type: ignore[arg-type]


def test_long_words_are_not_cut_but_folded() -> None:
    long = image(name="Windows " * 20, languages=("en-US", "de-DE", "fr-FR", "ja-JP"), build="10.0.20348.123456789")
    lines = list(table((long, image(name="a\x1b[31mb\nc"))))
    assert max(map(len, lines)) <= 80
    text = " ".join(line.strip() for line in lines)
    for word in (
        "ServerDatacenterAzureEdition",
        "Server Core",
        "10.0.20348.123456789",
        "9.0 GiB",
        "en-US, de-DE, fr-FR, ja-JP",
    ):
        assert word in text
    assert text.count("Windows") == 20
    assert "\x1b" not in text
    assert len(list(table((image(),)))) == 3, "real words fit"
    assert list(table((image(name="x" * 200),)))[1].endswith("x")


def test_an_iso_is_listed_without_unpacking(tmp_path: Path, phony_wim: Path) -> None:
    media = make_iso(tmp_path / "server.iso", {"sources/install.wim": phony_wim, "other/boot.wim": phony_wim})
    done = run("images", media)
    assert done.out.splitlines()[0] == "server.iso: sources/install.wim: LZX, 2 images"
    assert run("images", media, "--member", "other/boot.wim").out.startswith("server.iso: other/boot.wim: LZX")
    (first, _) = run("images", media, "--json").document["images"]
    assert first["member"] == "sources/install.wim"
    assert (first["index"], first["edition"], first["architecture"]) == (1, "ServerHyper", "amd64")
    assert first["languages"] == ["en-US"]
    both = make_iso(tmp_path / "dual.iso", {f"{arch}/sources/install.wim": phony_wim for arch in ("x64", "x86")})
    titles = [line for line in run("images", both).out.splitlines() if line.startswith("dual.iso")]
    assert [title.split(": ")[1] for title in titles] == ["x64/sources/install.wim", "x86/sources/install.wim"]
    assert run("images", f"file://{media}").code == 0


WORDS = {
    "ManagedWimLib_LZMS.wim": "LZMS, solid, 1 image",
    "ManagedWimLib_LZX.wim": "LZX, 1 image",
    "ManagedWimLib_MultiImage.wim": "LZX, 3 images",
    "ManagedWimLib_Split.swm": "LZX, 1 image, part 1 of 2",
    "ManagedWimLib_Split2.swm": "LZX, 1 image, part 2 of 2",
    "wimlib_longpaths.wim": "XPRESS, 1 image",
}


@pytest.mark.parametrize(("name", "words"), WORDS.items())
def test_files_of_others(name: str, words: str) -> None:
    if not FIXTURES.is_dir():
        pytest.skip("../shared/fixtures/wim is not there")
    done = run("images", FIXTURES / name)
    assert (done.code, done.out.splitlines()[0]) == (0, f"{name}: {words}")


def test_what_is_no_image(tmp_path: Path, phony_wim: Path) -> None:
    (tmp_path / "x.wim").write_bytes(b"PK" * 5000)
    assert run("images", tmp_path / "x.wim").err.startswith("error: Not a WIM file: ")
    (tmp_path / "cut.wim").write_bytes(phony_wim.read_bytes()[:5000])
    assert run("images", tmp_path / "cut.wim").err.startswith("error: The WIM file is truncated: ")
    assert run("images", tmp_path / "gone.wim").err.startswith("error: The WIM file is absent: ")
    assert run("images", phony_wim, "--member", "x").err.startswith("error: Not an ISO image: ")
    assert run("images", "https://example.org/x.wim").err.startswith("error: A file of another machine is not listed: ")
    empty = make_iso(tmp_path / "empty.iso", {"a": b"a"})
    assert "empty.iso has no sources/install.wim or .esd" in run("images", empty).err
