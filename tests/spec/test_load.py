"""Loading: what comes out of a good spec, positions, variables, paths, and that nothing but SpecErrors ever comes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hvsbuild.spec import source
from hvsbuild.spec.boot import effective_settings
from hvsbuild.spec.diagnostics import Diagnostic, Position, SpecErrors, diagnose, render
from hvsbuild.spec.load import LoadedSpec, load_spec, parse_spec
from hvsbuild.spec.units import GB, GIB
from tests.spec.test_wrong_specs import each, overrides

ROOT = Path(__file__).parents[2]
SEED = ROOT / "specs" / "hyperv-server-2008-r2-usb.yaml"
WRONG = Path(__file__).parent / "wrong"


def parse(text: str, **overrides: str) -> LoadedSpec:
    return parse_spec(text.encode(), Path("dir/x.yaml"), overrides)


def errors(text: str, **overrides: str) -> list[Diagnostic]:
    with pytest.raises(SpecErrors) as caught:
        parse(text, **overrides)
    return caught.value.diagnostics


def base(more: str = "") -> str:
    return f"""\
spec: hvsbuild/v1
name: stick
os: hyperv-server-2019
vhd: {{file: a.vhd, size: 12 GiB}}
disk: {{match: {{serial: A1}}, size: 32 GB}}
{more or "image: {source: install.wim, index: 1}"}
"""


def test_the_seed_spec_is_the_one_of_the_design() -> None:
    design = ROOT.parent / "shared" / "DESIGN.md"
    if not design.is_file():
        pytest.skip("the design page is not beside this repository")
    assert SEED.read_text("utf-8") == design.read_text("utf-8").split("```yaml\n")[1].split("```")[0]


def test_the_seed_spec_has_what_it_says() -> None:
    loaded = load_spec(SEED)
    spec = loaded.spec
    (vhd,) = spec.vhd_list()
    assert (vhd.file, vhd.size, vhd.type, vhd.letter, vhd.label) == ("hvsOS.vhd", 24 * GIB, "fixed", "R", "HVS")
    assert (vhd.image.source, vhd.image.choice, vhd.image.sha256) == ("install.wim", "1", None)
    assert (vhd.loc, vhd.part_loc("image"), vhd.part_loc("registry")) == (("vhd",), ("image",), ("registry",))
    assert spec.disk.size == 32 * GB
    assert (spec.disk.wipe, spec.disk.scheme, spec.disk.letter, spec.disk.label) == ("always", "mbr", "Y", "hvsUSB")
    assert spec.disk.match.bus == "usb"
    assert spec.disk.match.size is not None
    assert spec.disk.match.size.low == 16 * GB
    (key,) = vhd.registry
    assert key.key == r"ControlSet001\Control\Session Manager\Memory Management"
    assert list(key.values) == ["PagingFiles", "ExistingPageFiles"]
    assert key.values["ExistingPageFiles"] == "absent"
    assert key.values["PagingFiles"].data == ()
    assert loaded.profile.apply == "imagex"
    assert effective_settings(spec.boot, loaded.profile.boot_settings) == {"hypervisorlaunchtype": "auto"}
    assert loaded.sha256 == hashlib.sha256(SEED.read_bytes()).hexdigest()
    assert {one.severity for one in loaded.diagnostics} <= {"note"}


def test_positions_count_from_one_and_lead_to_the_value() -> None:
    loaded = load_spec(SEED)
    name = str(SEED)
    assert loaded.position(("vhd", "size")) == Position(name, 16, 9)
    assert loaded.position(("vhd",)) == Position(name, 14, 1)
    assert loaded.position(("disk", "match", "size")) == Position(name, 22, 27)
    assert loaded.position(("registry", 0, "values", "ExistingPageFiles")) == Position(name, 37, 26)
    assert loaded.position(("registry", 0)) == Position(name, 33, 5)
    # A default is not in the file: the part around it is.
    assert loaded.position(("boot", "settings")) == Position(name, 29, 1)


def test_every_position_of_every_value_is_its_text() -> None:
    lines = SEED.read_text("utf-8").splitlines()
    for loc, place in load_spec(SEED).places.by_loc.items():
        if isinstance(place.node, source.Scalar) and not place.node.text.startswith("install"):
            (position, length) = place.value
            there = lines[position.line - 1][position.column - 1 : position.column - 1 + length]
            assert there.strip("\"'") == place.node.text, loc


def test_vhds_with_one_entry_is_the_same_as_vhd() -> None:
    long = parse(
        base("registry: []").replace("vhd: {", "vhds:\n  - {image: {source: b.wim, name: HVS}, registry: [], ")
    ).spec.vhd_list()[0]
    assert (long.image.choice, long.loc, long.part_loc("image")) == ("HVS", ("vhds", 0), ("vhds", 0, "image"))
    short = parse(base()).spec.vhd_list()[0]
    assert (short.letter, short.label, short.type) == (long.letter, long.label, long.type) == ("R", "HVS", "fixed")


def test_defaults_are_the_safe_ones() -> None:
    spec = parse(base()).spec
    assert (spec.disk.wipe, spec.disk.letter, spec.boot.firmware, spec.registry) == ("refuse", "Y", "bios", ())


# --- variables and paths ---


def test_an_override_replaces_a_variable_and_its_path_is_relative_to_the_working_folder() -> None:
    text = base('vars: {wim: install.wim}\nimage: {source: "${wim}", index: 1}')
    at = ("image", "source")
    kept = parse(text)
    assert kept.input_path(at, kept.spec.vhd_list()[0].image.source) == Path("dir/install.wim")
    given_ = parse(text, wim="other/b.wim")
    assert given_.input_path(at, given_.spec.vhd_list()[0].image.source) == Path("other/b.wim")
    assert given_.variables == {"wim": "other/b.wim"}
    assert parse(text, wim="/abs/b.wim").input_path(at, "/abs/b.wim") == Path("/abs/b.wim")


def test_a_path_that_only_contains_an_override_stays_relative_to_the_spec() -> None:
    text = base("vars: {v: '1'}\nimage: {source: \"images/${v}.wim\", index: 1}")
    loaded = parse(text, v="2")
    assert loaded.input_path(("image", "source"), "images/2.wim") == Path("dir/images/2.wim")


def test_an_override_alone_is_enough() -> None:
    loaded = parse(base("image: {source: '${wim}', index: 1}"), wim="b.wim")
    assert loaded.spec.vhd_list()[0].image.source == "b.wim"


def test_an_unquoted_reference_keeps_the_kind_of_its_variable() -> None:
    text = base("vars: {number: 2, site: 'no'}\nimage:\n  source: ${site}.wim\n  index: ${number}")
    image = parse(text).spec.vhd_list()[0].image
    assert (image.index, image.source) == (2, "no.wim")
    image = parse(text, number="3", site="off").spec.vhd_list()[0].image
    assert (image.index, image.source) == (3, "off.wim")
    assert [one.code for one in errors(text, number="3a")] == ["HVS025"]
    # In quotes it is text, whatever the variable is.
    assert [one.code for one in errors(text.replace("${number}", '"${number}"'))] == ["HVS104"]


def test_substitution_happens_once_and_the_escape_stands_for_itself() -> None:
    text = base("vars: {a: 'x$${b}'}\nimage: {source: '$${a}-${a}.wim', index: 1}")
    assert parse(text).spec.vhd_list()[0].image.source == "${a}-x${b}.wim"
    assert parse(text, a="${a}").spec.vhd_list()[0].image.source == "${a}-${a}.wim"
    # A dollar without a brace is nothing special.
    assert parse(base("image: {source: $a$.wim, index: 1}")).spec.vhd_list()[0].image.source == "$a$.wim"


# --- YAML ---


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    text = base()
    plain = parse(text).spec
    loaded = parse_spec(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), Path("x.yaml"), {})
    assert loaded.spec == plain
    assert loaded.position(("disk", "size")).line == 5


def test_aliases_share_a_value() -> None:
    text = base("image: &one {source: install.wim, index: 1}").replace("12 GiB}", "12 GiB, letter: &l R}")
    assert parse(text).spec.vhd_list()[0].letter == "R"
    assert [one.code for one in errors(text + "boot: *one\n")] == ["HVS101", "HVS101"]


def test_without_libyaml_positions_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    fast = load_spec(SEED)
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    slow = load_spec(SEED)
    assert slow.spec == fast.spec
    spans = {loc: place.value[0] for loc, place in fast.places.by_loc.items()}
    assert {loc: place.value[0] for loc, place in slow.places.by_loc.items()} == spans


@pytest.mark.parametrize("path", sorted(WRONG.glob("*.yaml")), ids=lambda path: path.stem)
def test_without_libyaml_the_same_codes_come(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def codes() -> list[str]:
        with pytest.raises(SpecErrors) as caught:
            load_spec(path, overrides(path), each(path))
        return [one.code for one in caught.value.diagnostics]

    fast = codes()
    monkeypatch.setattr(source, "_LOADER", yaml.SafeLoader)
    assert codes() == fast


def test_a_spec_that_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "none.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(SpecErrors) as caught:
            load_spec(path)
        assert [one.code for one in caught.value.diagnostics] == ["HVS001"]
        assert str(caught.value).startswith(f"{path}:1:1: error[HVS001]")


def test_a_spec_that_is_far_too_large(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (source.LARGEST_FILE + 1))
    with pytest.raises(SpecErrors, match="HVS009"):
        load_spec(path)


# --- diagnostics ---


def test_carets_stand_under_the_token_after_tabs_and_wide_letters() -> None:
    text = "\t日本 x: y\n"
    shown = render(diagnose("HVS101", Position("f", 1, 5), length=1), text).split("\n")
    assert shown[1:] == ["\t日本 x: y", "\t     ^"]
    shown = render(diagnose("HVS101", Position("f", 1, 2), length=2), text).split("\n")
    assert shown[2] == "\t^^^^"


def test_a_very_long_line_is_cut_around_the_token() -> None:
    text = "a" * 500 + "X" + "b" * 500
    lines = render(diagnose("HVS101", Position("f", 1, 501)), text).split("\n")
    assert len(lines[1]) <= 160
    assert lines[1][lines[2].index("^")] == "X"


def test_terminal_controls_never_reach_the_terminal() -> None:
    found = diagnose("HVS020", Position("f", 1, 1), detail="a\x1b[2Jb", hint="c\x9bd")
    assert not any(ord(letter) in (0x1B, 0x9B, 0x202E) for letter in render(found, "x: \u202e\x1b"))


def test_the_json_form_is_complete() -> None:
    (found,) = errors(base().replace("12 GiB", "12"))
    assert json.loads(json.dumps(found.to_dict())) == {
        "code": "HVS112",
        "severity": "error",
        "message": "A size needs a unit",
        "detail": "12",
        "hint": found.hint,
        "file": "dir/x.yaml",
        "line": 4,
        "column": 26,
        "length": 2,
    }


# --- nothing but SpecErrors ---

MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def survives(raw: bytes, overrides: dict[str, str]) -> None:
    """The spec loads, or its errors have places and can be shown; anything else raised fails the test."""
    error = None
    try:
        assert parse_spec(raw, Path("x.yaml"), overrides).spec.vhd_list()
    except SpecErrors as caught:
        error = caught
    if error:
        assert any(one.severity == "error" for one in error.diagnostics)
        assert all(one.position.line >= 1 and one.position.column >= 1 and one.length >= 1 for one in error.diagnostics)
        assert error.text()


@MANY
@given(st.binary(max_size=200))
def test_any_bytes(raw: bytes) -> None:
    survives(raw, {})


@MANY
@given(st.text(alphabet=":-{}[]\"'&*!|>%@`#,?<~ \n\tab1.$\\\ufeff\x85é", max_size=120))
def test_any_text_of_yaml_signs(text: str) -> None:
    survives(text.encode(), {"a": "b"})


LEAF = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["${a}", "${", "24 GiB", "absent"]),
)
TREE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)
Change = tuple[tuple[str | int, ...], object]
PATHS = sorted(load_spec(SEED).places.by_loc, key=str)


@MANY
@given(st.data(), st.lists(st.tuples(st.sampled_from(PATHS), TREE), min_size=1, max_size=4), st.booleans())
def test_any_value_anywhere_in_the_seed_spec(data: st.DataObject, changes: list[Change], drop: bool) -> None:
    tree = yaml.safe_load(SEED.read_text("utf-8"))
    for path, value in changes:
        node = tree
        try:
            for step in path[:-1]:
                node = node[step]
            if path and drop and data.draw(st.booleans()):
                del node[path[-1]]
            elif path:
                node[path[-1]] = value
            else:
                node[str(value)] = value
        except (KeyError, IndexError, TypeError):
            continue
    survives(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False).encode("utf-8", "replace"), {})


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 50_000, "a: " + "{a: " * 30_000, "? " * 50_000, "&a " * 10_000])
def test_deep_nesting_is_refused_at_once(text: str) -> None:
    survives(text.encode(), {})


# --- start-up ---


def test_loading_a_spec_imports_nothing_heavy() -> None:
    heavy = ("networkx", "jinja2", "typer", "rich", "difflib", "hvsbuild.plan", "hvsbuild.hosts")
    code = (
        "import sys; from pathlib import Path; from hvsbuild.spec.load import load_spec; load_spec(Path(sys.argv[1]));"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(SEED)], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
