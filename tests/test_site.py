"""The documentation's site: it builds without a warning, and what is generated into it is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hvsbuild import mechanisms
from tests.conftest import library

ROOT = Path(__file__).resolve().parent.parent
SPEC_PAGES = sorted([*(ROOT / "docs" / "spec").glob("*.md"), *(ROOT / "docs" / "howto").glob("*.md")])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library("material", "SITE")
    folder = tmp_path_factory.mktemp("site")
    argv = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def text(site: Path, page: str) -> str:
    return (site / page).read_text("utf-8")


def test_every_page_of_the_navigation_is_there(site: Path) -> None:
    from hvsbuild.spec.codes import CODES
    from hvsbuild.spec.profile import profile_names
    from hvsbuild.spec.tweaks import tweak_names

    ids = set(re.findall(r'<h[23] id="([^"]+)"', text(site, "reference/profiles.html")))
    assert set(profile_names()) <= ids
    ids = set(re.findall(r'<h2 id="([^"]+)"', text(site, "reference/tweaks.html")))
    assert set(tweak_names()) <= ids
    assert all(f"{code}: " in text(site, "reference/codes.html") for code in CODES)


def test_every_kind_of_task_has_its_page(site: Path) -> None:
    """With a script that was made from the template."""
    templates = {path.name.partition(".")[0] for path in (ROOT / "templates").glob("*.*.j2")}
    kinds = templates - {"run", "review", "diff", "find-boot-entry"}
    assert {path.stem for path in (site / "tasks").glob("*.html")} == kinds | {"index"}
    bare = [kind for kind in sorted(kinds) if "A script of this kind" not in text(site, f"tasks/{kind}.html")]
    assert bare == []


def test_the_reference_has_every_key_of_the_schema(site: Path) -> None:
    from hvsbuild.spec.schema import json_schema

    page, schema = text(site, "reference/spec.html"), json_schema()
    parts = [schema, *(part for part in schema["$defs"].values() if "properties" in part)]
    keys = {key for part in parts for key in part["properties"]}
    assert sorted(key for key in keys if f"<code>{key}</code>" not in page) == []


def test_nothing_comes_from_elsewhere(site: Path) -> None:
    """No font, script, style or picture of another server."""
    for page in site.rglob("*.html"):
        found = re.findall(r'<(?:script|img|iframe)[^>]+src="(https?:[^"]+)', text(site, str(page.relative_to(site))))
        found += re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="(https?:[^"]+)', page.read_text("utf-8"))
        assert found == [], page


def test_the_table_of_what_needs_windows_is_the_one_of_the_program() -> None:
    assert mechanisms.markdown() in (ROOT / "docs" / "howto" / "inside.md").read_text("utf-8")


def blocks() -> list[Any]:
    """The YAML of the pages about the spec: parts of specs, and one whole."""
    found = []
    for page in SPEC_PAGES:
        for number, block in enumerate(re.findall(r"(?ms)^```yaml\n(.*?)^```", page.read_text("utf-8")), 1):
            if page.name != "ci.md":
                found.append(pytest.param(block, id=f"{page.stem}-{number}"))
    return found


@pytest.mark.parametrize("block", blocks())
def test_a_part_of_a_spec_on_a_page_fits_the_schema(block: str) -> None:
    import jsonschema

    from hvsbuild.spec.schema import json_schema

    schema = json_schema(partial=True)
    errors = jsonschema.Draft202012Validator(schema).iter_errors(yaml.safe_load(block))
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
