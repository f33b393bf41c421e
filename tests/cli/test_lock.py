"""`lock`, and whole builds from an ISO by edition, from a split image, from a server: pinned, refused, resumed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from hvsbuild.hosts import tools
from tests.cli import SPEC, run, write
from tests.conftest import once
from tests.inputs import make_iso
from tests.inputs.server import Server, serving

PLAIN = 'image: {source: "${wim}", index: 1}'


@pytest.fixture(scope="session")
def phony(common: Path, phony_wim: Path) -> Path:
    """server.iso (two editions), esd.iso, parts/install*.swm; read them, never change them."""
    folder = common / "sources"
    with once(folder / "swm.iso") as wanted:
        if wanted:
            _make(folder, phony_wim)
    return folder


def _make(folder: Path, phony_wim: Path) -> None:
    folder.mkdir(exist_ok=True)
    wim = Path(shutil.copy(phony_wim, folder / "install.wim"))
    tools.run(["wimlib-imagex", "info", wim, "2", "--image-property=WINDOWS/EDITIONID=ServerOther"])
    tools.run(["wimlib-imagex", "export", wim, "all", folder / "install.esd", "--solid"])
    (folder / "parts").mkdir()
    tools.run(["wimlib-imagex", "split", wim, folder / "parts" / "install.swm", "1"])
    assert len(list((folder / "parts").iterdir())) > 1
    make_iso(folder / "server.iso", {"sources/install.wim": wim})
    make_iso(folder / "esd.iso", {"sources/install.esd": folder / "install.esd"})
    make_iso(folder / "swm.iso", {f"sources/{part.name}": part for part in (folder / "parts").iterdir()})


def spec(folder: Path, image: str, os: str = "hyperv-server-2019") -> Path:
    folder.mkdir(exist_ok=True)
    text = SPEC.replace(PLAIN, f"image: {image}").replace("vars: {wim: gone.wim}\n", "")
    assert image in text
    return write(folder, text.replace("hyperv-server-2008-r2", os))


def build(path: Path, out: Path) -> str:
    """Build, check, and build again, which must find nothing to do. The script that applied the image."""
    done = run("build", path, "-o", out)
    assert done.code == 0, done.err
    assert run("check", path, "--disk", out / "stick.img").code == 0
    again = run("apply", out / "bundle")
    assert again.code == 0, again.err
    assert again.out.splitlines()[-1].endswith("nothing to do")
    (script,) = (out / "bundle" / "scripts").glob("*image-apply.cmd")
    return script.read_text()


def test_pinned_and_checked(tmp_path: Path, phony: Path) -> None:
    shutil.copy(phony / "install.wim", tmp_path)
    path = spec(tmp_path, "{source: install.wim, edition: ServerOther}")
    done = run("lock", path, "--check")
    assert (done.code, done.out) == (2, f"{path}.lock: NOT current, 1 input\n")
    assert done.err.splitlines()[-1] == "there is no lock file"
    assert not Path(f"{path}.lock").exists()
    done = run("lock", path)
    assert (done.code, done.out) == (0, f"{path}.lock: written, 1 input\n")
    written = Path(f"{path}.lock").read_bytes()
    assert run("lock", path).out == f"{path}.lock: current, 1 input\n"
    assert Path(f"{path}.lock").read_bytes() == written
    assert run("lock", path, "--check", "--no-cache", "--cache", tmp_path / "own").code == 0
    document = run("lock", path, "--check", "--json").document
    assert (document["current"], document["images"]["os.vhd"]["index"]) == (True, 2)
    shutil.copy(phony / "install.esd", tmp_path / "install.wim")
    done = run("lock", path, "--check")
    assert done.code == 2
    assert re.search(r"^image: sha256 is \w{64}, locked is \w{64}$", done.err, re.MULTILINE)
    for command in (("render", path, "-o", tmp_path / "b"), ("build", path, "-o", tmp_path / "out"), ("plan", path)):
        refused = run(*command)
        assert refused.code == 4, command
        assert "error: An input is not the one that is pinned: " in refused.err
    assert not (tmp_path / "b").exists()


def test_each_item_of_a_spec_has_its_own(tmp_path: Path, phony: Path) -> None:
    text = SPEC.replace("name: small", "name: small-${each}\nfor_each: [site-a, site-b]").replace(
        "vars: {wim: gone.wim}\n", ""
    )
    text = text.replace(PLAIN, 'image: {source: "${each}.wim", index: 1}')
    for item, name in (("site-a", "install.wim"), ("site-b", "install.esd")):
        shutil.copy(phony / name, tmp_path / f"{item}.wim")
    path = write(tmp_path, text.replace("hyperv-server-2008-r2", "hyperv-server-2019"))
    done = run("lock", path)
    assert done.code == 0, done.err
    locks = [tmp_path / f"small.yaml.{item}.lock" for item in ("site-a", "site-b")]
    assert [line.split(":")[0] for line in done.out.splitlines()] == [str(lock) for lock in locks]
    assert locks[0].read_text() != locks[1].read_text()
    assert run("lock", path, "--check").code == 0
    shutil.copy(phony / "install.wim", tmp_path / "site-b.wim")
    assert run("lock", path, "--check", "--each", "site-a").code == 0
    assert run("lock", path, "--check").code == 2
    assert set(run("lock", path, "--json").document["items"]) == {"site-a", "site-b"}


def test_a_damaged_lock_file(tmp_path: Path, phony: Path) -> None:
    path = spec(tmp_path, f"{{source: {phony}/install.wim, index: 1}}")
    Path(f"{path}.lock").write_text("inputs: [")
    for command in (("lock", path, "--check"), ("render", path, "-o", tmp_path / "b")):
        done = run(*command)
        assert (done.code, "error: The lock file is damaged" in done.err) == (3, True)
    done = run("lock", path)
    assert done.code == 0
    assert "it is written anew" in done.err
    assert run("render", path, "-o", tmp_path / "b").code == 0


def test_an_iso_and_an_edition(tmp_path: Path, phony: Path) -> None:
    path = spec(tmp_path, f"{{source: {phony}/server.iso, edition: ServerOther}}")
    script = build(path, tmp_path / "out")
    assert "apply image 2, edition ServerOther to" in script
    assert "/Index:2 " in script


def test_an_esd_in_an_iso(tmp_path: Path, phony: Path) -> None:
    path = spec(tmp_path, f"{{source: {{iso: {phony}/esd.iso}}, edition: ServerOther}}")
    assert run("lock", path).code == 0
    assert "/Index:2 " in build(path, tmp_path / "out")


@pytest.mark.parametrize("os", ["hyperv-server-2008-r2", "hyperv-server-2019"])
@pytest.mark.parametrize("source", ["parts/install.swm", "swm.iso"])
def test_a_split_image(tmp_path: Path, phony: Path, os: str, source: str) -> None:
    path = spec(tmp_path, f"{{source: {phony}/{source}, name: Phony Hyper-V Server 2008 R2 (2)}}", os)
    assert run("lock", path).code == 0
    script = build(path, tmp_path / "out")
    assert ("/ref " if os == "hyperv-server-2008-r2" else "/SWMFile:") + '"{{input.image.parts}}"' in script
    journal = "".join(file.read_text() for file in (tmp_path / "out" / "journal").iterdir() if file.is_file())
    assert "C:\\\\hvsbuild\\\\inputs\\\\image.parts\\\\install*.swm" in journal


def test_a_part_that_is_missing_is_said_before_anything_runs(tmp_path: Path, phony: Path) -> None:
    shutil.copytree(phony / "parts", tmp_path / "parts")
    path = spec(tmp_path, "{source: parts/install.swm, index: 1}")
    assert run("lock", path).code == 0
    (tmp_path / "parts" / "install2.swm").unlink()
    done = run("build", path, "-o", tmp_path / "out")
    assert done.code == 1
    assert "error: A part of the split image is missing: install2.swm of" in done.err
    assert not (tmp_path / "out").exists()


def test_a_bundle_and_what_is_given_to_it(tmp_path: Path, phony: Path) -> None:
    """A locked bundle takes its ISO, or the file from it; and no other."""
    path, bundle = spec(tmp_path, f"{{source: {phony}/server.iso, edition: ServerOther}}"), tmp_path / "bundle"
    assert run("lock", path).code == 0
    assert run("render", path, "-o", bundle).code == 0
    assert str(phony) not in (bundle / "manifest.json").read_text()
    refused = run("apply", bundle, "-o", tmp_path / "no", "--input", f"image={phony}/install.esd")
    assert refused.code == 4
    assert "error: An input is not the one that is pinned: " in refused.err
    for number, name in enumerate(("server.iso", "install.wim")):
        done = run("apply", bundle, "-o", tmp_path / str(number), "--input", f"image={phony}/{name}")
        assert done.code == 0, done.err
    same = [sha256((tmp_path / str(number) / "stick.img").read_bytes()).hexdigest() for number in range(2)]
    assert same[0] == same[1]


def test_scripts_for_another_kind_of_image(tmp_path: Path, phony: Path) -> None:
    whole, split = (
        spec(tmp_path / name, f"{{source: {phony}/{source}, index: 1}}", "hyperv-server-2008-r2")
        for name, source in (("whole", "install.wim"), ("split", "parts/install.swm"))
    )
    for path in (whole, split):
        assert run("render", path, "-o", path.parent / "bundle").code == 0
    wrong = (
        (whole, "parts/install.swm", "The scripts are written for another kind of image: install.swm is part 1 of"),
        (split, "install.wim", "The scripts are written for another kind of image: install.wim is one file"),
        (whole, "install.esd", "The tools of this bundle cannot read the image: install.esd is LZMS"),
    )
    for path, given, words in wrong:
        done = run("apply", path.parent / "bundle", "-o", tmp_path / "out", "--input", f"image={phony}/{given}")
        assert done.code == 1
        assert words in done.err
        assert not (tmp_path / "out" / "stick.img").exists()


def test_another_edition_under_the_index(tmp_path: Path, phony: Path) -> None:
    path = spec(tmp_path, f"{{source: {phony}/install.wim, edition: ServerOther}}")
    assert run("render", path, "-o", tmp_path / "bundle").code == 0
    other = Path(shutil.copy(phony / "install.wim", tmp_path / "other.wim"))
    tools.run(["wimlib-imagex", "info", other, "2", "--image-property=WINDOWS/EDITIONID=ServerThird"])
    done = run("apply", tmp_path / "bundle", "-o", tmp_path / "out", "--input", f"image={other}")
    assert done.code == 1
    assert "error: The image is of another edition than the spec names: image 2 of other.wim is ServerThird" in done.err


@pytest.fixture
def server(phony: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr("hvsbuild.inputs.download.FIRST_WAIT", 0.001)
    monkeypatch.setattr("hvsbuild.inputs.download.LONGEST_WAIT", 0.001)
    with serving(Server((phony / "server.iso").read_bytes())) as server:
        yield server


def test_from_a_server(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HVSBUILD_CACHE", str(tmp_path / "cache"))
    pin = sha256(server.data).hexdigest()
    path = spec(tmp_path, f"{{source: '{server.address}/server.iso', sha256: {pin}, edition: ServerOther}}")
    done = run("render", path, "-o", tmp_path / "bundle")
    assert done.code == 3
    assert "error: Which file of the ISO is meant is not known yet: " in done.err
    server.cut, server.answers = [100_000, 200_000], [503]
    assert run("lock", path).code == 0
    asked = len(server.seen)
    build(path, tmp_path / "out")
    assert len(server.seen) == asked, "what is in the cache is not asked for again"
    server.data, before = b"something else", server.data
    shutil.rmtree(tmp_path / "cache")
    done = run("build", path, "-o", tmp_path / "again")
    assert done.code == 4
    assert "error: An input is not the one that is pinned: " in done.err
    server.data = before
    assert run("apply", tmp_path / "out" / "bundle", "-o", tmp_path / "again",
               "--input", f"image={server.address}/other-name.iso").code == 0  # fmt: skip
