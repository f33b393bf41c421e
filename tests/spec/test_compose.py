"""Several files, one spec: the merge rules one by one, paths, digests, positions, and that nesting changes nothing."""

from __future__ import annotations

import hashlib
import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hvsbuild.plan.inputs import inputs_of
from hvsbuild.spec import pile
from hvsbuild.spec.compose import compose
from hvsbuild.spec.diagnostics import SpecErrors
from hvsbuild.spec.load import LoadedSpec, load_spec
from hvsbuild.spec.paths import PATHS
from hvsbuild.spec.pile import read_pile
from hvsbuild.spec.places import Places
from hvsbuild.spec.source import Scalar, Substituted

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
WHOLE = r"""spec: hvsbuild/v1
name: stick
os: hyperv-server-2008-r2
vars: {wim: install.wim}
image: {source: "${wim}", index: 1}
vhd: {file: hvsOS.vhd, size: 24 GiB, label: HVS}
disk:
  match: {bus: usb, serial: "4C53"}
  wipe: if-ours
  size: 32 GB
boot: {settings: {nx: optout, sos: true}}
registry:
  - hive: SYSTEM
    key: ControlSet001\Control\Session Manager\Memory Management
    values:
      PagingFiles: {type: REG_MULTI_SZ, data: []}
      ExistingPageFiles: absent
  - {hive: SOFTWARE, key: Site, values: {Name: {type: REG_SZ, data: berlin}, Floor: {type: REG_DWORD, data: 2}}}
  - {hive: SOFTWARE, key: Tools, values: {Name: {type: REG_SZ, data: tools}}}
"""
BASE = WHOLE.replace("spec: hvsbuild/v1\nname: stick\n", "")
TOP = "spec: hvsbuild/v1\nname: stick\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    """The files; the last one is the spec."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def composed(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The composed spec as data, before variables, and the codes of what is wrong."""
    found = compose(read_pile(path))
    data = Places().data(found.root)
    assert isinstance(data, dict)
    return data, [one.code for one in found.diagnostics]


def laid(tmp_path: Path, *texts: str) -> dict[str, Any]:
    """The files upon each other, as data."""
    names = [f"{number}.yaml" for number in range(len(texts))]
    top = f"include: {names[:-1]}\n{texts[-1]}"
    data, codes = composed(write(tmp_path, dict(zip(names, [*texts[:-1], top], strict=True))))
    assert codes == []
    return data


def data(text: str) -> Any:
    return _tuples(yaml.safe_load(text))


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(inner) for key, inner in value.items()}
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


# --- the rules ---

REGISTRY = "registry: [{hive: SYSTEM, key: A\\B, values: {One: absent, Two: {type: REG_SZ, data: x}}}]"
RULES = {
    "mappings key by key": ("vhd: {file: a, size: 1 GiB}", "vhd: {size: 2 GiB}", "vhd: {file: a, size: 2 GiB}"),
    "deep": ("disk: {match: {bus: usb}}", "disk: {match: {serial: A}}", "disk: {match: {bus: usb, serial: A}}"),
    "another kind replaces": ("image: {source: a}", "image: {source: {iso: b}}", "image: {source: {iso: b}}"),
    "and back": ("image: {source: {iso: b}}", "image: {source: a}", "image: {source: a}"),
    "lists at the end": ("drivers: [a, b]", "drivers: [c, a]", "drivers: [a, b, c, a]"),
    "vhds by file": (
        "vhds: [{file: a.vhd, size: 1 GiB}, {file: b.vhd}]",
        "vhds: [{file: C.VHD}, {file: A.vhd, label: X}]",
        "vhds: [{file: A.vhd, size: 1 GiB, label: X}, {file: b.vhd}, {file: C.VHD}]",
    ),
    "names as they are written": (
        "vhds: [{file: '${a}.vhd'}]",
        "vhds: [{file: '${A}.vhd'}, {file: '${a}.vhd', label: X}]",
        "vhds: [{file: '${a}.vhd', label: X}, {file: '${A}.vhd'}]",
    ),
    "registry value by value": (
        REGISTRY,
        "registry: [{hive: SYSTEM, key: a\\b, values: {TWO: {type: REG_DWORD, data: 1}, Three: absent}}]",
        "registry: [{hive: SYSTEM, key: a\\b, values: {One: absent, TWO: {type: REG_DWORD, data: 1}, Three: absent}}]",
    ),
    "registry of another hive": (
        REGISTRY,
        "registry: [{hive: SOFTWARE, key: A\\B, values: {One: absent}}]",
        REGISTRY[:-1] + ", {hive: SOFTWARE, key: A\\B, values: {One: absent}}]",
    ),
    "registry of a user": (
        "registry: [{user: A, key: K, values: {X: absent, Y: absent}}]",
        "registry: [{user: a, key: k, values: {x: 1}}, {import: a.reg}]",
        "registry: [{user: a, key: k, values: {Y: absent, x: 1}}, {import: a.reg}]",
    ),
    "a key that is not absent after all": (
        "registry: [{hive: H, key: K, absent: true}]",
        "registry: [{hive: H, key: K, values: {X: 1}}]",
        "registry: [{hive: H, key: K, values: {X: 1}}]",
    ),
    "a key in several entries": (
        "registry: [{hive: H, key: K, values: {A: absent}}, {hive: H, key: K, values: {B: absent, C: absent}}]",
        "registry: [{hive: H, key: K, values: {a: {type: T}, b: {type: T}}}]",
        "registry: [{hive: H, key: K, values: {C: absent, a: {type: T}, b: {type: T}}}]",
    ),
    "registry in a VHD": (
        "vhds: [{file: a, registry: [{hive: H, key: K, values: {A: absent}}]}]",
        "vhds: [{file: a, registry: [{hive: H, key: K, values: {A: {type: T}}}]}]",
        "vhds: [{file: a, registry: [{hive: H, key: K, values: {A: {type: T}}}]}]",
    ),
    "partitions as a whole": (
        "disk: {partitions: [{use: system}, {use: vhds}]}",
        "disk: {partitions: [{use: vhds}]}",
        "disk: {partitions: [{use: vhds}]}",
    ),
    "the order of the menu as a whole": (
        "boot: {menu: {order: [a, b]}}",
        "boot: {menu: {order: [b]}}",
        "boot: {menu: {order: [b]}}",
    ),
    "one choice of an image": (
        "image: {source: a, edition: S, installation: Core}",
        "image: {index: 2}",
        "image: {source: a, index: 2}",
    ),
    "a pin goes with its source": ("image: {source: a, sha256: AB}", "image: {source: b}", "image: {source: b}"),
    "a pin of its own": ("image: {source: a}", "image: {sha256: AB}", "image: {source: a, sha256: AB}"),
    "one place of a secret": (
        "unattend: {administrator_password: {env: A}}",
        "unattend: {administrator_password: {file: b}}",
        "unattend: {administrator_password: {file: b}}",
    ),
    "a value of a typed variable": (
        "vars: {site: {type: string, default: a, choices: [a, b]}}",
        "vars: {site: b}",
        "vars: {site: {type: string, default: b, choices: [a, b]}}",
    ),
    "choices as a whole": (
        "vars: {site: {type: string, choices: [a, b]}}",
        "vars: {site: {choices: [c]}}",
        "vars: {site: {type: string, choices: [c]}}",
    ),
    "for_each": ("for_each: {a: {x: '1'}}", "for_each: {b: {x: '2'}}", "for_each: {a: {x: '1'}, b: {x: '2'}}"),
    # without
    "take a key away": ("vhd: {file: a, label: X}", "without: vhd.label", "vhd: {file: a}"),
    "replace a list": ("drivers: [a, b]", "without: [drivers]\ndrivers: [c]", "drivers: [c]"),
    "take an entry away": ("vhds: [{file: a.vhd}, {file: B.vhd}]", "without: ['vhds[b.VHD]']", "vhds: [{file: a.vhd}]"),
    "take a part of an entry away": (
        "vhds: [{file: a.vhd, label: X}]",
        "without: ['vhds[a.vhd].label']",
        "vhds: [{file: a.vhd}]",
    ),
    "take a value away": (
        REGISTRY,
        "without: ['registry[SYSTEM\\a\\b].values.TWO']",
        "registry: [{hive: SYSTEM, key: A\\B, values: {One: absent}}]",
    ),
    "names with dots and brackets": (
        "registry: [{hive: H, key: 'a[1].b', values: {a.b: absent, a: absent, 'c]': absent}}]",
        "without: ['registry[H\\a[1].b].values.a.b', 'registry[H\\a[1].b].values.c]']",
        "registry: [{hive: H, key: 'a[1].b', values: {a: absent}}]",
    ),
    "what becomes empty goes, too": (
        REGISTRY + "\nboot: {settings: {nx: optin}}",
        "without: [boot.settings.nx, 'registry[SYSTEM\\A\\B].values.One', 'registry[SYSTEM\\A\\B].values.Two']",
        "{}",
    ),
    "a text of a list": ("drivers: [a/b, c.d]", "without: ['drivers[c.d]']", "drivers: [a/b]"),
    "an entry by its target": (
        "files: [{file: a, target: \\T\\a.cmd}, {file: b, target: \\T\\b.cmd}]",
        "without: ['files[\\T\\a.cmd]']",
        "files: [{file: b, target: \\T\\b.cmd}]",
    ),
}


@pytest.mark.parametrize(("base", "top", "wanted"), RULES.values(), ids=RULES)
def test_a_rule(tmp_path: Path, base: str, top: str, wanted: str) -> None:
    assert laid(tmp_path, base, top) == data(wanted)


def test_files_lie_in_the_order_in_which_they_are_named(tmp_path: Path) -> None:
    a, b, c = "name: a\ndrivers: [a]", "name: b\ndrivers: [b]\nos: b", "drivers: [c]"
    assert laid(tmp_path, a, b, c) == {"name": "b", "drivers": ("a", "b", "c"), "os": "b"}


def test_a_file_that_is_included_twice_lies_where_it_was_first_named(tmp_path: Path) -> None:
    common, a, b = "name: common\ndrivers: [x]", "include: c/common.yaml\nname: a", "include: ./c/../c/common.yaml"
    path = write(tmp_path, {"c/common.yaml": common, "a.yaml": a, "b.yaml": b, "s.yaml": "include: [a.yaml, b.yaml]"})
    assert composed(path) == ({"name": "a", "drivers": ("x",)}, [])


def test_without_takes_from_all_files_beneath_and_not_from_its_own(tmp_path: Path) -> None:
    assert laid(tmp_path, "drivers: [a]", "without: drivers\ndrivers: [b]", "drivers: [c]") == {"drivers": ("b", "c")}


def test_an_absolute_include(tmp_path: Path) -> None:
    write(tmp_path, {"far/base.yaml": BASE})
    path = write(tmp_path, {"near/stick.yaml": f"{TOP}include: {tmp_path}/far/base.yaml\n"})
    assert load_spec(path).spec.disk.match.serial == "4C53"


def test_a_link_to_a_folder_has_its_own_parent(tmp_path: Path) -> None:
    write(tmp_path, {"real/deep/x.yaml": "os: here", "real/base.yaml": BASE, "base.yaml": "os: wrong"})
    (tmp_path / "link").symlink_to("real/deep")
    path = write(tmp_path, {"stick.yaml": TOP + "include: link/../base.yaml\n"})
    assert load_spec(path).spec.os == "hyperv-server-2008-r2"


def test_too_many_files(tmp_path: Path) -> None:
    files = {f"{number}.yaml": f"include: {number + 1}.yaml\n" for number in reversed(range(pile.MOST_FILES + 5))}
    path = write(tmp_path, {f"{pile.MOST_FILES + 5}.yaml": "os: x\n", **files})
    with pytest.raises(SpecErrors) as caught:
        load_spec(path)
    assert [one.code for one in caught.value.diagnostics] == ["HVS009"]


# --- what comes out ---


def test_an_overlay_gives_the_same_spec_as_one_file(tmp_path: Path) -> None:
    whole = load_spec(write(tmp_path, {"whole.yaml": WHOLE}))
    split = load_spec(write(tmp_path, {"base.yaml": BASE, "split.yaml": TOP + "include: base.yaml\n"}))
    assert split.spec == whole.spec
    assert split.sha256 != whole.sha256


def test_the_digest_is_of_all_files_wherever_they_lie(tmp_path: Path) -> None:
    files = {"common/base.yaml": BASE, "sites/stick.yaml": TOP + "include: ../common/base.yaml\n"}
    here = load_spec(write(tmp_path / "here", files)).sha256
    shutil.copytree(tmp_path / "here", tmp_path / "there")
    assert load_spec(tmp_path / "there" / "sites" / "stick.yaml").sha256 == here
    write(tmp_path / "there", {"common/base.yaml": BASE + "# a comment\n"})
    assert load_spec(tmp_path / "there" / "sites" / "stick.yaml").sha256 != here
    alone = write(tmp_path, {"alone.yaml": WHOLE})
    assert load_spec(alone).sha256 == hashlib.sha256(alone.read_bytes()).hexdigest()


def test_every_value_is_found_in_its_own_file(tmp_path: Path) -> None:
    top = TOP + "include: c/base.yaml\nvhd: {label: SITE}\ndisk: {letter: X}\nregistry: []\n"
    loaded = load_spec(write(tmp_path, {"c/base.yaml": BASE, "stick.yaml": top}))
    files = {place.value[0].file for place in loaded.places.by_loc.values()}
    assert files == {str(tmp_path / "stick.yaml"), str(tmp_path / "c" / "base.yaml")} == set(loaded.texts)
    for loc, place in loaded.places.by_loc.items():
        if isinstance(place.node, Scalar) and not isinstance(place.node, Substituted):
            position, length = place.value
            line = loaded.texts[position.file].split("\n")[position.line - 1]
            assert line[position.column - 1 :][:length].strip("\"'") == place.node.text, loc
    assert loaded.position(("vhd", "label")).file.endswith("stick.yaml")
    assert loaded.position(("vhd", "size")).file.endswith("base.yaml")


# --- paths ---


def source(loaded: LoadedSpec) -> Path:
    (one,) = inputs_of(loaded.spec)
    assert isinstance(one.source, str)
    return loaded.input_path(one.loc, one.source)


@pytest.mark.parametrize(
    ("base", "top", "overrides", "wanted"),
    [
        ("image: {source: a.wim, index: 1}", "", {}, "c/a.wim"),
        ("", "image: {source: a.wim, index: 1}", {}, "a.wim"),
        ("image: {source: ../a.wim, index: 1}", "", {}, "a.wim"),
        ("image: {source: '${wim}', index: 1}", "vars: {wim: a.wim}", {}, "a.wim"),
        ("vars: {wim: a.wim}", "image: {source: '${wim}', index: 1}", {}, "c/a.wim"),
        ("vars: {wim: a}", "image: {source: 'x/${wim}.wim', index: 1}", {}, "x/a.wim"),
        ("vars: {wim: a.wim}", "image: {source: '${wim}', index: 1}", {"wim": "b.wim"}, "b.wim"),
        ("image: {source: '${wim}', index: 1}", "", {"wim": "b.wim"}, "b.wim"),
        ("image: {source: /abs/a.wim, index: 1}", "", {}, "/abs/a.wim"),
    ],
)
def test_a_path_is_relative_to_where_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base: str, top: str, overrides: dict[str, str], wanted: str
) -> None:
    rest = BASE.replace("vars: {wim: install.wim}\n", "").replace('image: {source: "${wim}", index: 1}\n', "")
    write(tmp_path, {"c/base.yaml": rest + base, "stick.yaml": TOP + "include: c/base.yaml\n" + top})
    (tmp_path / "away").mkdir()
    monkeypatch.chdir(tmp_path / "away")
    found = source(load_spec(Path("../stick.yaml"), overrides))
    assert found == (Path("b.wim") if overrides else Path("..") / wanted)


def test_the_same_name_in_two_folders_is_two_images(tmp_path: Path) -> None:
    rest = BASE.split("vars:", 1)[0] + 'disk: {match: {bus: usb, serial: "4C53"}, wipe: if-ours, size: 64 GB}\n'
    part = "vhds: [{file: %s.vhd, size: 12 GiB, image: {source: install.wim, index: 1}}]\n"
    files = {"2016/vhd.yaml": part % "a", "2019/vhd.yaml": part % "b"}
    path = write(tmp_path, {**files, "s.yaml": TOP + rest + "include: [2016/vhd.yaml, 2019/vhd.yaml]\n"})
    try:
        loaded = load_spec(path)
    except SpecErrors as error:  # several VHDs may not be supported
        pytest.skip(str(error))
    sources = [one.source for one in inputs_of(loaded.spec)]
    assert sources == ["2016/install.wim", "2019/install.wim"]


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        ({"a/b/base.yaml": "a.wim"}, "a/b/a.wim"),
        ({"a/b/base.yaml": "../../a.wim"}, "a.wim"),
        ({"../base.yaml": "a.wim"}, "../a.wim"),
        ({"base.yaml": "x/a.wim"}, "x/a.wim"),
        ({"{}/far/base.yaml": "a.wim"}, "{}/far/a.wim"),
        ({"link/base.yaml": "../a.wim"}, "link/../a.wim"),
        ({"x.yaml": "", "c/x.yaml": "include: ../d/base.yaml", "d/base.yaml": "a.wim"}, "d/a.wim"),
    ],
)
def test_a_path_in_the_bundle_is_as_the_includes_have_it(tmp_path: Path, files: dict[str, str], wanted: str) -> None:
    """Wherever the files lie on a machine, unless an include is absolute."""
    (tmp_path / "real" / "deep").mkdir(parents=True)
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "link").symlink_to("../real/deep")
    part = BASE.replace('"${wim}"', "'%s'").replace("vars: {wim: install.wim}\n", "")
    named = {
        name.format(tmp_path): text if "include" in text or not text else part % text for name, text in files.items()
    }
    first = next((name for name, text in named.items() if "include" in text), next(iter(named)))
    path = write(tmp_path / "s", {**named, "s.yaml": f"{TOP}include: {first}\n"})
    loaded = load_spec(path)
    assert [one.source for one in inputs_of(loaded.spec)] == [wanted.format(tmp_path)]


def test_every_input_of_the_examples_is_known_as_a_path() -> None:
    for path in SPECS:
        for one in inputs_of(load_spec(path).spec):
            keys = tuple(step for step in one.loc if isinstance(step, str))
            assert any(keys[-len(end) :] == end for end in PATHS), f"add {keys} to hvsbuild/spec/paths.py"


# --- properties ---

MANY = settings(max_examples=60, deadline=None)


def split(value: Any, rng: random.Random, key: str = "") -> tuple[Any, Any]:
    """What lies beneath and what lies above, for a part of a spec; None is nothing there."""
    if isinstance(value, dict):
        if set(value) <= {"type", "data"}:  # a registry value is replaced as a whole
            return rng.choice([(None, value), (value, None), ({"type": "REG_SZ", "data": "-"}, value)])
        parts = {name: split(inner, rng, name) for name, inner in value.items()}
        beneath = {name: low for name, (low, _) in parts.items() if low is not None}
        above = {name: high for name, (_, high) in parts.items() if high is not None}
        return beneath or None, above or None
    if isinstance(value, list):
        return _split_list(value, rng, key)
    # bool before the choice: a decoy of another kind would do as well
    return rng.choice([(value, None), (None, value), ("decoy", value)])


def _split_list(value: list[Any], rng: random.Random, key: str) -> tuple[Any, Any]:
    at = rng.randint(0, len(value))
    beneath, above = value[:at], value[at:]
    if key == "registry":
        for number, entry in enumerate(beneath):
            names = {"hive": entry["hive"], "key": entry["key"]}
            low, high = split(entry["values"], rng)
            if low and high:
                beneath[number] = {**names, "values": low}
                above.insert(rng.randint(0, len(above) - (len(value) - at)), {**names, "values": high})
    return beneath or None, above or None


@MANY
@given(st.randoms(use_true_random=False), st.integers(1, 4))
def test_a_spec_split_into_files_is_the_same_spec(rng: random.Random, count: int) -> None:
    whole = yaml.safe_load(WHOLE)
    layers: list[dict[str, Any]] = []
    rest: Any = {key: value for key, value in whole.items() if key not in ("spec", "vars")}
    for _ in range(count):
        beneath, rest = split(rest, rng)
        layers.append(beneath or {"spec": "hvsbuild/v1"})
        rest = rest or {}
    top = {**rest, "spec": whole["spec"], "vars": whole["vars"]}
    with tempfile.TemporaryDirectory() as folder:
        names = nested(Path(folder), [yaml.safe_dump(one, sort_keys=False) for one in [*layers, top]], rng)
        (Path(folder) / "whole.yaml").write_text(WHOLE)
        assert load_spec(names).spec == load_spec(Path(folder) / "whole.yaml").spec


def nested(folder: Path, texts: list[str], rng: random.Random) -> Path:
    """The files with includes such that they lie upon each other in their order; who includes whom is random."""

    def include(first: int, last: int) -> None:
        """File `last` includes, directly or not, all from `first` on."""
        heads, at = [], first
        while at < last:
            head = rng.randint(at, last - 1)
            include(at, head)
            heads.append(f"{head}.yaml")
            at = head + 1
        (folder / f"{last}.yaml").write_text(f"include: [{', '.join(heads)}]\n{texts[last]}" if heads else texts[last])

    include(0, len(texts) - 1)
    return folder / f"{len(texts) - 1}.yaml"


NAMES = st.sampled_from(
    ["a", "b", "image", "source", "sha256", "index", "name", "values", "partitions", "vars", "choices"]
)
ENTRY = st.fixed_dictionaries(
    {"hive": st.sampled_from("Hh"), "key": st.sampled_from(["k", "K", "l"])},
    optional={"values": st.dictionaries(st.sampled_from("xXy"), st.sampled_from(["absent", "p"]), min_size=1)},
)
PART = st.recursive(
    st.sampled_from(["x", "y"]) | st.lists(st.sampled_from(["p", "q"]), max_size=2),
    lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=3),
    max_leaves=5,
)
LAYER = st.fixed_dictionaries(
    {},
    optional={
        "a": PART,
        "b": PART,
        "image": PART,
        "vars": PART,
        "registry": st.lists(ENTRY, max_size=2),
        "vhds": st.lists(
            st.fixed_dictionaries({"file": st.sampled_from(["f", "F", "g"])}, optional={"b": PART}), max_size=2
        ),
        "without": st.lists(
            st.sampled_from(["a", "b", "registry", "image.source", "vhds[f]", "registry[h\\k].values.x", "vars.a"]),
            max_size=2,
        ),
    },
).filter(bool)


@MANY
@given(st.lists(LAYER, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_who_includes_whom_does_not_matter(layers: list[dict[str, Any]], rng: random.Random) -> None:
    """Merging is associative: the order in which files lie upon each other decides alone."""
    texts = [yaml.safe_dump(layer, sort_keys=False) for layer in layers]
    found = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            found.append(composed(nested(Path(folder), texts, rng)))
    assert found[0] == found[1] == found[2]


TREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["x", "${a}", "b.yaml", "a.b[c]", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "type", "x y"]), inner, max_size=3)
    ),
)


@MANY
@given(
    st.dictionaries(st.sampled_from(["include", "without", "vars", "for_each", "name", "vhds"]), TREE), st.booleans()
)
def test_anything_in_the_keys_of_composition(keys: dict[str, Any], beneath: bool) -> None:
    """Nothing but SpecErrors, with places in files that are there."""
    own = {**yaml.safe_load(WHOLE), **({"include": "b.yaml"} if beneath else keys)}
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), {"b.yaml": yaml.safe_dump(keys), "s.yaml": yaml.safe_dump(own)})
        for error in filter(None, (refused(path, item) for item in (None, "x"))):
            assert any(one.severity == "error" for one in error.diagnostics)
            assert all(one.position.file in error.texts for one in error.diagnostics)
            assert error.text()


def refused(path: Path, item: str | None) -> SpecErrors | None:
    try:
        load_spec(path, each=item)
    except SpecErrors as error:
        return error
    return None
