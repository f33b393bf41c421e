"""The wheel and the source distribution hold what they must, and an installed hvsbuild works far from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("hvsbuild", "phony", "templates", "specs", "scripts", ".ci", "docs", "benchmarks", "tests")
FILES = ("pyproject.toml", "setup.py", "MANIFEST.in", "Makefile", "README.md", "LICENSE", "CHANGELOG.md")
FILES += ("CONTRIBUTING.md", "SECURITY.md", "hvsbuild.schema.json", "mkdocs.yml", "Containerfile", ".containerignore")
FILES += ("action.yml", ".pre-commit-hooks.yaml")
BUILD = "import setuptools.build_meta as b, sys; out = sys.argv[1]; b.build_wheel(out); b.build_sdist(out)"
IN_BOTH = [
    *(f"templates/{path.name}" for path in (ROOT / "templates").glob("*.j2")),
    *(  # modules and data alike: profiles, tweaks, names, a style sheet, the template of init
        str(path.relative_to(ROOT))
        for path in (ROOT / "hvsbuild").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ),
]


def run(*words: str | Path, cwd: Path, code: int = 0) -> str:
    """What a program printed; its environment has no way back to the checkout."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist of a clean copy of the tree (a build leaves things in its source)."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for part in PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__", "*.img"))
    for name in FILES:
        shutil.copy(ROOT / name, source)
    run(sys.executable, "-c", BUILD, out, cwd=source)
    return out


def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a fresh environment with the wheel in it, and this environment's libraries behind it."""
    venv = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=venv)
    python = venv / "bin" / "python"
    run(sys.executable, "-m", "pip", f"--python={python}", "install", "-q", "--no-deps", wheel(built), cwd=venv)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    libraries = Path(run(python, "-c", ask, cwd=venv).strip())
    (libraries / "behind.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return venv / "bin"


def test_the_wheel_holds_templates_profiles_and_every_module(built: Path) -> None:
    names = set(zipfile.ZipFile(wheel(built)).namelist())
    want = {f"hvsbuild/{name}" if name.startswith("templates/") else name for name in IN_BOTH}
    assert want <= names
    assert len(want) > 200
    for part in ("spec/profiles/common/", "spec/tweaks/", "spec/names/", "review/style.css", "cli/spec.yaml.j2"):
        assert any(name.startswith(f"hvsbuild/{part}") for name in want), part
    tops = {name.split("/")[0] for name in names}
    assert tops == {"hvsbuild", next(top for top in tops if top.endswith(".dist-info"))}


def test_the_source_distribution_holds_what_the_make_targets_need(built: Path) -> None:
    (found,) = built.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert {*IN_BOTH, *FILES, ".ci/run", "scripts/install-system-packages.sh", "tests/test_packaging.py"} <= names
    assert {"specs/hyperv-server-2008-r2-usb.yaml", "phony/__main__.py"} <= names


def test_an_installed_hvsbuild_renders_the_same_bundle(installed: Path, tmp_path: Path) -> None:
    """In another folder, without the checkout: the bundle is byte for byte the checkout's."""
    where = run(installed / "python", "-c", "import hvsbuild; print(hvsbuild.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(installed.parent)
    spec = shutil.copy(ROOT / "specs" / "hyperv-server-2008-r2-usb.yaml", tmp_path)
    run(installed / "hvsbuild", "render", spec, "-o", "there", cwd=tmp_path)
    run(sys.executable, "-m", "hvsbuild", "render", tmp_path / spec, "-o", tmp_path / "here", cwd=ROOT)
    there = {path.relative_to(tmp_path / "there"): path for path in (tmp_path / "there").rglob("*") if path.is_file()}
    here = {path.relative_to(tmp_path / "here"): path for path in (tmp_path / "here").rglob("*") if path.is_file()}
    assert there.keys() == here.keys()
    assert [str(name) for name in here if here[name].read_bytes() != there[name].read_bytes()] == []


def test_an_installed_hvsbuild_makes_a_stick(installed: Path, phony_wim: Path, tmp_path: Path) -> None:
    """From nothing to a checked stick image, in a folder of its own."""
    program = installed / "hvsbuild"
    answers = ("--os", "hyperv-server-2019", "--firmware", "both", "--image", phony_wim, "--serial", "4C53")
    run(program, "init", "site.yaml", *answers, cwd=tmp_path)
    assert run(program, "validate", "site.yaml", cwd=tmp_path) == "site.yaml: ok\n"
    run(program, "render", "site.yaml", "-o", "bundle", cwd=tmp_path)
    assert "<svg" in (tmp_path / "bundle" / "review.html").read_text("utf-8")
    run(program, "build", "site.yaml", "-o", "out", cwd=tmp_path)
    assert "states hold" in run(program, "check", "site.yaml", "--disk", "out/stick.img", cwd=tmp_path)
    assert run(program, "diff", "bundle", "out/bundle", cwd=tmp_path) == "No difference.\n"


def test_an_installed_hvsbuild_checks_specs(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("spec: hvsbuild/v1\nname: x\nos: no-such-os\n")
    run(installed / "hvsbuild", "validate", "wrong.yaml", cwd=tmp_path, code=3)
