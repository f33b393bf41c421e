"""The bundle is a function of the spec alone: not of folders, time, locale, hash seed, or where the image lies."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hvsbuild.bundle.manifest import Manifest
from tests.golden import SEED, bundle_of, spec_of

HOME = str(Path(__file__).parents[2])


def rendered(spec: Path, out: Path, *more: str, cwd: Path | None = None, **env: str) -> dict[str, bytes]:
    """All files that `hvsbuild render` writes, by path in the bundle."""
    argv = [sys.executable, "-m", "hvsbuild", "render", str(spec), "-o", str(out), *more]
    keep = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(argv, cwd=cwd, env=keep | env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return rendered(SEED, tmp_path_factory.mktemp("plain") / "bundle", PYTHONHASHSEED="0")


def test_everywhere_the_same_bytes(plain: dict[str, bytes], tmp_path: Path) -> None:
    """Another folder, another working folder, hash seed, locale, time zone, clock, image path: at once."""
    elsewhere = tmp_path / "Grüße und Leer zeichen"
    elsewhere.mkdir()
    spec = shutil.copy(SEED, elsewhere / SEED.name)
    (elsewhere / "a.wim").write_bytes(b"not looked at")
    env = {
        "PYTHONHASHSEED": "4711",
        "LC_ALL": "tr_TR.UTF-8",
        "LANG": "tr_TR.UTF-8",
        "TZ": "Asia/Kolkata",
        "HOME": "/nonexistent",
    }
    if clock := shutil.which("faketime"):
        library = subprocess.run(
            [clock, "-f", "2001-01-01 00:00:00", "env"], capture_output=True, text=True, check=True
        )
        env |= dict(
            line.split("=", 1) for line in library.stdout.splitlines() if line.startswith(("LD_PRELOAD", "FAKETIME"))
        )
    made = rendered(Path(spec), tmp_path / "out", "--var", f"wim={elsewhere / 'a.wim'}", cwd=elsewhere, **env)
    assert made == plain


def test_render_into_an_older_bundle_leaves_nothing_of_it(plain: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "bundle"
    (out / "scripts").mkdir(parents=True)
    (out / "scripts" / "099-gone.cmd").write_bytes(b"old")
    (out / "run.cmd").write_bytes(b"old")
    assert rendered(SEED, out) == plain


def test_no_path_of_the_rendering_machine(plain: dict[str, bytes], tmp_path: Path) -> None:
    image = tmp_path / "images" / "install.wim"
    made = rendered(SEED, tmp_path / "bundle", "--var", f"wim={image}")
    for name, data in made.items():
        for path in (
            str(tmp_path),
            HOME,
            str(Path.home()),
            "install.wim",
            "/tmp",
            sys.prefix,
            os.uname().nodename + "/",
        ):
            assert path.encode() not in data, f"{path} in {name}"
    assert made == plain


def test_source_date_epoch_changes_only_the_epoch(plain: dict[str, bytes], tmp_path: Path) -> None:
    made = rendered(SEED, tmp_path / "bundle", SOURCE_DATE_EPOCH="1000000000")
    old, new = json.loads(plain["manifest.json"]), json.loads(made["manifest.json"])
    assert (old.pop("epoch"), new.pop("epoch")) == (1767225600, 1000000000)
    assert old.pop("seal") != new.pop("seal")
    assert old == new
    differing = {name for name in plain if made[name] != plain[name]}
    assert differing == {"manifest.json", "review.html"}  # the page shows the seal


@pytest.mark.parametrize("wrong", ["yesterday", "-1", "1.5", "²"])
def test_a_source_date_epoch_that_is_none(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(AssertionError, match="SOURCE_DATE_EPOCH is not a number of seconds: "):
        rendered(SEED, tmp_path / "bundle", SOURCE_DATE_EPOCH=wrong)


def manifest(**changes: object) -> Manifest:
    return bundle_of(spec_of(changes)).manifest


def test_another_name_is_another_identity() -> None:
    one, two, again = manifest(name="one"), manifest(name="two"), manifest(name="one")
    assert one.identity != two.identity
    assert one == again
    assert {one.identity, two.identity}.isdisjoint({manifest().identity})


def test_only_the_name_makes_the_identity() -> None:
    """A changed registry value must not give a finished stick another signature."""
    assert manifest(registry=None).identity == manifest().identity
    assert manifest(registry=None).seal != manifest().seal


def test_what_the_order_of_keys_in_a_spec_does_not_change() -> None:
    disk = {"match": {"bus": "usb"}, "wipe": "always", "letter": "Y", "label": "hvsUSB", "size": "32 GB"}
    one, two = bundle_of(spec_of({"disk": disk})), bundle_of(spec_of({"disk": dict(reversed(disk.items()))}))
    assert one.scripts == two.scripts
    assert one.manifest.tasks == two.manifest.tasks
