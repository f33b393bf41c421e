"""`show`, and `--each`: a resolved spec is a spec again and means the same; items are rendered, built and planned."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from hvsbuild.bundle.render import render
from hvsbuild.plan.compile import compile_plan
from hvsbuild.spec.load import LoadedSpec, items, load_spec, parse_spec
from hvsbuild.spec.resolved import as_data, as_yaml, quoted, values
from hvsbuild.spec.schema import json_schema
from tests.cli import SPEC, run, write
from tests.spec.test_compose import source

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted([*(ROOT / "specs").rglob("*.yaml"), *(ROOT / "tests" / "spec" / "doubtful").glob("*.yaml")])
FLEET = """spec: hvsbuild/v1
name: fleet
include: parts/base.yaml
vars: {site: wien}
for_each: {site-a: {serial: A1}, site-b: {serial: "0x10", site: 'no'}}
disk: {match: {serial: "${serial}"}}
registry:
  - {hive: SOFTWARE, key: hvsbuild, values: {Site: {type: REG_SZ, data: "$${${site}: ok"}, Number: absent}}
"""
PART = SPEC.replace("spec: hvsbuild/v1\nname: small\n", "")


def problems(document: Any, *, partial: bool = False) -> list[str]:
    jsonschema = pytest.importorskip("jsonschema", reason="pip install jsonschema: the schema is checked with it")
    found = jsonschema.Draft202012Validator(json_schema(partial=partial)).iter_errors(document)
    return [error.message for error in found]


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    write(tmp_path / "parts", PART, "base.yaml")
    return write(tmp_path, FLEET, "fleet.yaml")


def text_of(loaded: LoadedSpec) -> str:
    return "".join(f"{line}{comment}".rstrip() + "\n" for line, comment in as_yaml(loaded))


def specs() -> list[tuple[Path, str | None]]:
    """Every spec with each of its items; files that are only included have no `spec:`."""
    paths = [path for path in EXAMPLES if "\nspec:" in "\n" + path.read_text("utf-8")]
    return [(path, each) for path in paths for each in items(path) or [None]]


def same(one: LoadedSpec, other: LoadedSpec) -> bool:
    """Whether both are the same spec, and the same bundle but for the digest of their files."""
    specs = [loaded.spec.model_copy(update={"vars": {}}) for loaded in (one, other)]
    bundles = [render(compile_plan(loaded.spec), "", 0).files() for loaded in (one, other)]
    return specs[0] == specs[1] and bundles[0] == bundles[1]


@pytest.mark.parametrize(("path", "each"), specs(), ids=lambda value: str(getattr(value, "stem", value)))
def test_a_resolved_spec_is_the_same_spec(path: Path, each: str | None) -> None:
    loaded = load_spec(path, each=each)
    text = text_of(loaded)
    assert problems(yaml.safe_load(text)) == []
    again = parse_spec(text.encode(), path, {})
    assert same(loaded, again)
    assert text_of(again).count(" # ") == text.count(" # ")


def test_it_means_the_same_where_the_spec_lies(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (fleet.parent / "away").mkdir()
    monkeypatch.chdir(fleet.parent / "away")
    for overrides in ({}, {"wim": "other.wim"}):
        loaded = load_spec(Path("../fleet.yaml"), overrides, "site-b")
        again = load_spec(write(Path(".."), text_of(loaded), "again.yaml"))
        wanted = fleet.parent / ("away/other.wim" if overrides else "parts/gone.wim")
        assert [source(one).resolve() for one in (loaded, again)] == [wanted, wanted]
        assert again.spec.disk.match.serial == "0x10"


def test_each_value_has_its_file_and_line(fleet: Path) -> None:
    loaded = load_spec(fleet, {"wim": "a.wim"}, "site-a")
    found = {one.loc: (one.text, one.origin.replace(f"{fleet.parent}/", "")) for one in values(loaded)}
    assert found["vhd", "size"] == ("64 MiB", "parts/base.yaml:4")
    assert found["vhd", "type"] == ("fixed", "default")
    assert found["image", "source"][1] == "--var wim -> parts/base.yaml:3"
    assert found["disk", "match", "serial"] == ("A1", "fleet.yaml:5 -> :6")
    assert found["name",] == ("fleet-site-a", "fleet.yaml:5 -> :2")
    assert found["registry", 0, "values", "Number"] == ("absent", "fleet.yaml:8")
    assert found["registry", 0, "values", "Site", "data"] == ("'$${wien: ok'", "fleet.yaml:4 -> :8")
    for loc, (_, origin) in found.items():
        if origin.startswith(("fleet", "parts")) and "->" not in origin:
            name, line = origin.split(":")
            word = str(loc[-1]) if isinstance(loc[-1], str) else found[loc][0]
            assert word in (fleet.parent / name).read_text().split("\n")[int(line) - 1], loc


@pytest.mark.parametrize(
    "text",
    ["", " ", "yes", "No", "017", "1:30", "12", "1e3", "4E54", "0o17", "~", "a: b", "- a", "#", "[", "'", '"', "\\"],
)
def test_a_text_stays_a_text_for_every_reader(text: str) -> None:
    assert yaml.safe_load(f"a: {quoted(text)}") == {"a": text}
    assert yaml.safe_load(f"{quoted(text)}: a") == {text: "a"}
    if text[:1].isdigit():
        assert quoted(text)[0] in "'\""


def test_what_it_prints(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fleet.parent)
    done = run("show", "fleet.yaml", "--resolved", "--each", "site-b", "--var", "wim=a.wim")
    assert done.code == 0
    lines = done.out.split("\n")
    assert lines[0] == "# fleet.yaml as it is meant, for site-b"
    assert lines[1].endswith("parts/base.yaml, fleet.yaml")
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in done.out
    assert done.out.startswith("# ")
    done = run("show", "fleet.yaml", "--each", "site-b", "--var", "wim=a.wim")
    assert done.out.split("\n")[0] == "fleet-site-b: hyperv-server-2008-r2"
    assert "site = no  (fleet.yaml:5)" in done.out
    assert "wim = a.wim  (--var wim)" in done.out


def test_as_json(fleet: Path) -> None:
    found: dict[str, Any] = run("show", fleet, "--resolved", "--each", "site-b", "--json").document
    loaded = load_spec(fleet, each="site-b")
    assert found["resolved"] == json.loads(json.dumps(as_data(values(loaded))))
    assert found["resolved"] == yaml.safe_load(text_of(loaded).replace("$${", "${"))
    assert {"path": ["vhd", "label"], "value": "OS", "from": f"{fleet.parent}/parts/base.yaml:4"} in found["values"]
    assert found["files"] == [f"{fleet.parent}/parts/base.yaml", str(fleet)]
    short = run("show", fleet, "--each", "site-b", "--json").document
    assert short == {key: value for key, value in found.items() if key not in ("resolved", "values")}


# --- the schema for editors ---


def test_the_schema_of_composed_specs() -> None:
    whole, part, top = (yaml.safe_load(text) for text in (SPEC, PART, FLEET))
    assert problems(whole) == problems(top) == problems(part, partial=True) == problems(top, partial=True) == []
    assert problems(part)
    assert problems({**whole, "vhd": {"label": "OS"}})
    assert problems({"include": "base.yaml", "vhd": {"label": "OS"}}) == []
    assert problems({"vhd": {"label": "OS"}, "vars": {"site": {"default": "a"}}}, partial=True) == []
    for wrong in (
        {"include": 7},
        {"include": "base.yaml", "vhd": {"lable": "OS"}},
        {"include": "base.yaml", "registry": [{"hive": "SYSTEM", "key": "A", "values": {}}]},
        {"include": "base.yaml", "vars": {"site": {"type": "text"}}},
        {"include": "base.yaml", "vars": {"site": [1]}},
        {"include": "base.yaml", "without": [{"vhd": "label"}]},
        {"include": "base.yaml", "for_each": []},
        {"include": "base.yaml", "for_each": ["a/b"]},
        {"include": "base.yaml", "for_each": {"a": {"b": ["c"]}}},
    ):
        assert problems(wrong), wrong
        assert problems(wrong, partial=True), wrong


# --- items ---


def test_validate_checks_every_item(fleet: Path) -> None:
    assert run("validate", fleet).out == f"{fleet}: ok, 2 items\n"
    fleet.write_text(FLEET.replace("'no'", f"'{'x' * 40}'") + "vhd: {label: '${site}'}\n")
    done = run("validate", fleet, "--json")
    assert done.code == 3
    (error,) = [one for one in done.document["specs"][0]["diagnostics"] if one["severity"] == "error"]
    assert error["hint"].endswith("; in site-b")


def test_render_writes_a_bundle_for_each_item(fleet: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("render", fleet, "-o", out, "--json")
    assert done.document["items"]["site-b"]["bundle"] == str(out / "site-b")
    manifests = [json.loads((out / name / "manifest.json").read_text()) for name in ("site-a", "site-b")]
    assert [one["spec"]["name"] for one in manifests] == ["fleet-site-a", "fleet-site-b"]
    assert manifests[0]["identity"] != manifests[1]["identity"]
    assert str(tmp_path) not in (out / "site-a" / "manifest.json").read_text()
    one = tmp_path / "one"
    assert run("render", fleet, "-o", one, "--each", "site-b").code == 0
    assert [path.name for path in one.iterdir()] == ["site-b"]
    assert (one / "site-b" / "manifest.json").read_bytes() == (out / "site-b" / "manifest.json").read_bytes()


@pytest.mark.parametrize("command", ["plan", "graph", "show", "disks"])
def test_commands_take_one_item(fleet: Path, command: str) -> None:
    assert run(command, fleet, "--each", "site-a").code in (0, 2)
    done = run(command, fleet)
    assert done.code == 3
    assert "HVS040" in done.err
    assert "site-a, site-b" in done.err
    done = run(command, fleet, "--each", "site-c")
    assert done.code == 3
    assert 'did you mean "site-' in done.err


def test_a_bundle_takes_no_item(fleet: Path, tmp_path: Path) -> None:
    run("render", fleet, "-o", tmp_path / "out")
    done = run("plan", tmp_path / "out" / "site-a", "--each", "site-a")
    assert (done.code, done.err.split(":")[1]) == (1, " A bundle takes no --each")


def test_every_item_is_built_in_a_folder_of_its_own(fleet: Path, tmp_path: Path, phony_wim: Path) -> None:
    out, var = tmp_path / "out", f"wim={phony_wim}"
    done = run("build", fleet, "-o", out, "--var", var, "--json")
    assert done.code == 0, done.out
    images = {name: Path(one["image"]) for name, one in done.document["items"].items()}
    assert images == {name: out / name / "stick.img" for name in ("site-a", "site-b")}
    assert images["site-a"].read_bytes()[440:444] != images["site-b"].read_bytes()[440:444]  # the disk's signature
    assert run("check", fleet, "--each", "site-b", "--var", var, "--disk", images["site-b"]).code == 0
    assert run("check", fleet, "--each", "site-a", "--var", var, "--disk", images["site-b"]).code == 2
    assert run("plan", fleet, "--each", "site-b", "--var", var, "-o", out).code == 0
    assert run("why", "image-apply", fleet, "--each", "site-b", "--var", var, "-o", out).code == 0
    assert run("apply", fleet, "--each", "site-b", "--var", var, "-o", out).code == 0
    assert run("lock", fleet, "--each", "site-b", "--var", var).code == 0
    assert fleet.with_name("fleet.yaml.site-b.lock").is_file()
    done = run("build", fleet, "-o", out, "--var", var, "--disk", tmp_path / "stick")
    assert (done.code, "--each" in done.err) == (64, True)
