"""`for_each`, and variables with types: what comes out; what is refused stands in wrong/."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.spec import load
from hvsbuild.spec.diagnostics import SpecErrors
from hvsbuild.spec.load import LoadedSpec, findings, load_all, load_spec, parse_spec
from tests.spec.test_compose import BASE, write

HEAD = "spec: hvsbuild/v1\nname: stick\n" + BASE


def parse(text: str, each: str | None = None, **overrides: str) -> LoadedSpec:
    return parse_spec(text.encode(), Path("x.yaml"), overrides, each)


def codes(text: str, each: str | None = None, **overrides: str) -> list[str]:
    with pytest.raises(SpecErrors) as caught:
        parse(text, each, **overrides)
    return [one.code for one in caught.value.diagnostics]


def label(vars: str, text: str, **overrides: str) -> str:
    """The VHD's label with these variables."""
    whole = HEAD.replace("vars: {wim: install.wim}", f"vars: {{wim: install.wim, {vars}}}").replace("label: HVS", text)
    return parse(whole, **overrides).spec.vhd_list()[0].label


# --- types ---


@pytest.mark.parametrize(
    ("declared", "given", "wanted"),
    [
        ("{type: string, default: a}", None, "a"),
        ("{type: string, default: a}", "7", "7"),
        ("{type: string}", "", ""),
        ("{type: string, choices: [a, b]}", "b", "b"),
        ("{type: string, pattern: '[a-z]+'}", "abc", "abc"),
        ("{type: integer, default: 3, min: 1, max: 9}", None, "3"),
        ("{type: integer, min: 1, max: 9}", "9", "9"),
        ("{type: integer, choices: [1, 2]}", "0x2", "0x2"),
        ("{type: size, default: 24 GiB, max: 30 GiB}", "24576 MiB", "24576 MiB"),
        ("{type: size, choices: [8 GiB, 16 GiB]}", "8192 MiB", "8192 MiB"),
        ("{type: boolean, default: yes}", None, "true"),
        ("{type: boolean, default: true}", "false", "false"),
    ],
)
def test_a_value_of_the_type(declared: str, given: str | None, wanted: str) -> None:
    overrides = {} if given is None else {"x": given}
    assert label(f"x: {declared}", "label: '(${x})'", **overrides) == f"({wanted})"


def test_a_default_is_not_looked_through_again() -> None:
    text = HEAD.replace("vars: {", "vars: {x: {type: string, default: 'a$${b'}, ")
    files = "files: [{text: '(${x})', target: '\\a.txt'}]\n"
    (entry,) = parse(text + files).spec.vhd_list()[0].part("files")
    assert entry.text == "(a${b)"


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ("{type: string, choices: [a, b]}", "c"),
        ("{type: string, choices: [a, b]}", "A"),
        ("{type: string, pattern: '[a-z]+'}", "abc1"),
        ("{type: string, pattern: '[a-z]+'}", "abc\n"),
        ("{type: integer}", "1.5"),
        ("{type: integer}", "017"),
        ("{type: integer, min: 1}", "0"),
        ("{type: integer, max: 1}", "2"),
        ("{type: size, min: 8 GiB}", "8 GB"),
        ("{type: size}", "8"),
        ("{type: boolean}", "yes"),
    ],
)
def test_a_value_that_is_not(declared: str, given: str) -> None:
    with pytest.raises(SpecErrors) as caught:
        label(f"x: {declared}", "label: '${x}'", x=given)
    (error,) = caught.value.diagnostics
    assert error.code == "HVS037"
    assert error.hint.startswith("--var x=… takes ")


def test_a_typed_variable_keeps_its_kind_where_it_stands_alone() -> None:
    text = HEAD.replace("wim: install.wim", "wim: install.wim, size: {type: size, default: 24 GiB}, n: {type: integer}")
    text = text.replace("size: 24 GiB, label", "size: '${size}', label")
    text = text.replace('image: {source: "${wim}", index: 1}', "image:\n  source: ${wim}\n  index: ${n}")
    spec = parse(text, n="2").spec
    assert spec.image is not None
    assert (spec.image.index, spec.vhd_list()[0].size) == (2, 24 << 30)


def test_a_type_in_one_file_and_its_value_in_another(tmp_path: Path) -> None:
    base = BASE.replace("wim: install.wim", "wim: install.wim, site: {type: string, choices: [berlin, wien]}")
    base = base.replace("label: HVS", "label: '${site}'")
    top = "spec: hvsbuild/v1\nname: stick\ninclude: base.yaml\nvars: {site: %s}\n"
    path = write(tmp_path, {"base.yaml": base, "stick.yaml": top % "wien"})
    assert load_spec(path).spec.vhd_list()[0].label == "wien"
    write(tmp_path, {"stick.yaml": top % "wein"})
    with pytest.raises(SpecErrors) as caught:
        load_spec(path)
    (error,) = caught.value.diagnostics
    assert (error.code, error.position.file, error.position.line) == ("HVS036", str(path), 4)


# --- for_each ---

LIST = HEAD.replace("label: HVS", "label: '${each}'") + "for_each: [site-a, site-b]\n"
MAPPING = HEAD.replace('serial: "4C53"', "serial: '${serial}'").replace("wim: install.wim", "wim: install.wim, town: x")
MAPPING = MAPPING.replace("label: HVS", "label: '${town}'")
MAPPING += 'for_each: {site-a: {serial: "4C53"}, site-b: {serial: "4C54", town: y}}\n'


def test_each_item_of_a_list_is_a_spec(tmp_path: Path) -> None:
    path = write(tmp_path, {"fleet.yaml": LIST})
    assert load.items(path) == ["site-a", "site-b"]
    found = [(one.each, one.spec.name, one.spec.vhd_list()[0].label) for one in load_all(path)]
    assert found == [("site-a", "stick-site-a", "site-a"), ("site-b", "stick-site-b", "site-b")]
    alone = load_spec(path, each="site-b")
    assert alone.variables == {"each": "site-b", "wim": "install.wim"}
    assert alone.spec == load_all(path)[1].spec
    assert len({one.sha256 for one in load_all(path)}) == 1


def test_a_spec_without_items(tmp_path: Path) -> None:
    path = write(tmp_path, {"stick.yaml": HEAD})
    assert load.items(path) == []
    (one,) = load_all(path)
    assert (one.each, one.spec) == (None, load_spec(path).spec)


def test_items_set_variables_over_those_of_vars() -> None:
    for item, serial, town in (("site-a", "4C53", "x"), ("site-b", "4C54", "y")):
        spec = parse(MAPPING, item).spec
        assert (spec.disk.match.serial, spec.vhd_list()[0].label) == (serial, town)


def test_var_wins_over_an_item() -> None:
    spec = parse(MAPPING, "site-b", serial="X", town="z").spec
    assert (spec.disk.match.serial, spec.vhd_list()[0].label) == ("X", "z")


def test_var_gives_what_an_item_lacks() -> None:
    text = MAPPING.replace('site-a: {serial: "4C53"}', "site-a: {}")
    assert codes(text, "site-a") == ["HVS042"]
    assert parse(text, "site-a", serial="X").spec.disk.match.serial == "X"


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("stick", "stick-site-b"),
        ("${each}-usb", "site-b-usb"),
        ("usb-${serial}", "usb-4C54"),
        ("${wim}", "install.wim-site-b"),
    ],
)
def test_the_name_of_an_item(name: str, wanted: str) -> None:
    assert parse(MAPPING.replace("name: stick", f"name: {name}"), "site-b").spec.name == wanted


def test_a_typed_variable_is_checked_in_each_item() -> None:
    text = MAPPING.replace("town: x", "town: {type: string, choices: [x, y]}").replace("town: y", "town: Y")
    # site-a has no town: another item sets it, so that there is no talk of --var
    with pytest.raises(SpecErrors) as caught:
        parse(text, "site-b")
    assert [one.code for one in caught.value.diagnostics] == ["HVS042", "HVS036"]


def test_what_is_wrong_in_one_item_says_in_which(tmp_path: Path) -> None:
    path = write(tmp_path, {"fleet.yaml": MAPPING.replace("town: y", f"town: {'y' * 40}").replace("if-ours", "never")})
    with pytest.raises(SpecErrors) as caught:
        load_all(path)
    found = {one.code: one.hint for one in caught.value.diagnostics}
    assert found["HVS212"].endswith("; in site-b")
    assert "site-" not in found["HVS108"]


def test_warnings_of_all_items_are_said_once(tmp_path: Path) -> None:
    path = write(tmp_path, {"fleet.yaml": LIST.replace("24 GiB", "25 GiB")})
    assert [one.code for one in findings(load_all(path))] == ["HVS204"]


def test_a_thousand_items_are_no_burden(tmp_path: Path) -> None:
    names = ", ".join(f"site-{number}" for number in range(1000))
    path = write(tmp_path, {"fleet.yaml": LIST.replace("[site-a, site-b]", f"[{names}]")})
    assert len(load.items(path)) == 1000
    assert load_spec(path, each="site-999").spec.name == "stick-site-999"
