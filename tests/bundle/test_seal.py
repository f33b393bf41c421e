"""A bundle that is not the reviewed one is refused, with one fixed sentence a reason."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from hvsbuild.bundle.manifest import Manifest, canonical
from hvsbuild.bundle.read import BROKEN_SEAL, EDITED, NOT_A_BUNDLE, OTHER_FORMAT, read_bundle
from hvsbuild.bundle.render import write_bundle
from hvsbuild.errors import HvsError, Refused
from hvsbuild.states import RegistryValue, State
from tests.golden import HERE, bundle_of, case_bundle, cases, kind_of, spec_of

Change = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(HERE / "bundle-hvs-2008-r2-usb", tmp_path / "bundle")
    return tmp_path / "bundle"


def edit(name: str, old: bytes, new: bytes) -> Change:
    def change(folder: Path) -> None:
        path = folder / name
        data = path.read_bytes()
        assert data.count(old) >= 1
        path.write_bytes(data.replace(old, new, 1))

    return change


def in_manifest(change: Callable[[dict[str, object]], object]) -> Change:
    """Change the manifest as data and write it as canonically as it was."""

    def rewrite(folder: Path) -> None:
        fields = json.loads((folder / "manifest.json").read_bytes())
        change(fields)
        (folder / "manifest.json").write_bytes(canonical(fields))

    return rewrite


def swap(fields: dict[str, object]) -> None:
    tasks = fields["tasks"]
    assert isinstance(tasks, list)
    tasks[10], tasks[14] = tasks[14], tasks[10]


def set_state(fields: dict[str, object]) -> None:
    fields["tasks"][1]["states"][0]["size"] = 1 << 30  # type: ignore[index]


SCRIPT = "scripts/011-disk-prepare.diskpart"
REFUSED: dict[str, tuple[Change, str, str]] = {
    "edited script": (edit(SCRIPT, b"{{disk.number}}", b"0"), EDITED, SCRIPT),
    "one line end": (edit(SCRIPT, b"\r\n", b"\n"), EDITED, SCRIPT),
    "script cut short": (lambda folder: (folder / SCRIPT).write_bytes(b""), EDITED, SCRIPT),
    "missing script": (lambda folder: (folder / SCRIPT).unlink(), EDITED, f"{SCRIPT} is missing"),
    "run.cmd edited": (edit("run.cmd", b'"wipe %HVS_DISK%"', b'"y"'), BROKEN_SEAL, ""),
    "run.cmd missing": (lambda folder: (folder / "run.cmd").unlink(), EDITED, "run.cmd is missing"),
    "added byte": (edit("manifest.json", b"}\n", b"} \n"), BROKEN_SEAL, "manifest.json"),
    "added line end": (lambda folder: (folder / "manifest.json").open("ab").write(b"\n"), BROKEN_SEAL, "manifest.json"),
    "added byte of garbage": (edit("manifest.json", b"{", b"{x"), BROKEN_SEAL, "manifest.json"),
    "a key twice": (edit("manifest.json", b'"epoch": ', b'"epoch": 1, "epoch": '), BROKEN_SEAL, "manifest.json"),
    "a key more": (in_manifest(lambda fields: fields.update(more=1)), BROKEN_SEAL, "more"),
    "a key less": (in_manifest(lambda fields: fields.pop("disk")), BROKEN_SEAL, "disk"),
    "reordered tasks": (in_manifest(swap), BROKEN_SEAL, ""),
    "a task less": (in_manifest(lambda fields: fields["tasks"].pop()), BROKEN_SEAL, ""),  # type: ignore[attr-defined]
    "a state changed": (in_manifest(set_state), BROKEN_SEAL, ""),
    "another wipe": (edit("manifest.json", b'"wipe": "always"', b'"wipe": "refuse"'), BROKEN_SEAL, ""),
    "another seal": (in_manifest(lambda fields: fields.update(seal="0" * 64)), BROKEN_SEAL, ""),
    "other format": (in_manifest(lambda fields: fields.update(bundle=2)), OTHER_FORMAT, "2 instead of 1"),
    "no format": (in_manifest(lambda fields: fields.pop("bundle")), OTHER_FORMAT, "None instead of 1"),
    "format of another kind": (in_manifest(lambda fields: fields.update(bundle="1")), OTHER_FORMAT, "'1' instead of 1"),
    "true is not 1": (in_manifest(lambda fields: fields.update(bundle=True)), OTHER_FORMAT, "True instead of 1"),
    "a list": (lambda folder: (folder / "manifest.json").write_bytes(b"[]\n"), OTHER_FORMAT, ""),
}


@pytest.mark.parametrize(("change", "phrase", "seen"), REFUSED.values(), ids=REFUSED)
def test_refused(folder: Path, change: Change, phrase: str, seen: str) -> None:
    read_bundle(folder)
    change(folder)
    with pytest.raises(Refused) as caught:
        read_bundle(folder)
    assert caught.value.phrase == phrase
    assert seen in caught.value.seen
    assert caught.value.do
    assert caught.value.exit_code == 4


def test_the_sentences_are_the_contract() -> None:
    assert EDITED == "A script of the bundle was edited after it was sealed"
    assert BROKEN_SEAL == "The bundle's seal is broken"
    assert OTHER_FORMAT == "The bundle has another format version"


def test_every_byte_of_every_script_counts(folder: Path) -> None:
    for path in [*sorted((folder / "scripts").iterdir()), folder / "run.cmd"]:
        data = path.read_bytes()
        for at in (0, len(data) // 2, len(data) - 1):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            with pytest.raises(Refused):
                read_bundle(folder)
        path.write_bytes(data)
    read_bundle(folder)


@pytest.mark.parametrize("name", ["review.html", "graph.dot", "graph.mmd", ".gitattributes"])
def test_what_only_people_read_is_not_sealed(folder: Path, name: str) -> None:
    (folder / name).unlink()
    read_bundle(folder)


def test_what_is_no_bundle(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone", tmp_path / "file"):
        (tmp_path / "file").write_text("x")
        with pytest.raises(HvsError, match=NOT_A_BUNDLE) as caught:
            read_bundle(path)
        assert caught.value.exit_code == 1


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{kind_of(case)}-{case.stem}")
def test_a_bundle_comes_back_as_it_was_written(case: Path, tmp_path: Path) -> None:
    """With all its states, to the type of their data."""
    bundle = case_bundle(case)
    write_bundle(bundle, tmp_path)
    back = read_bundle(tmp_path)
    assert back == bundle
    assert back.files() == bundle.files()
    for task, other in zip(back.manifest.tasks, bundle.manifest.tasks, strict=True):
        assert [type(state) for state in task.states] == [type(state) for state in other.states]


DATA = st.one_of(st.none(), st.text(), st.integers(0, 2**64 - 1), st.lists(st.text()))


@given(DATA, st.text())
def test_registry_data_survive_json(data: object, name: str) -> None:
    adapter = TypeAdapter[State](State)
    state = RegistryValue(place="x", hive="SYSTEM", key="k", name=name, type="REG_SZ", data=data)  # type: ignore[arg-type]
    back = adapter.validate_json(canonical(adapter.dump_python(state, mode="json")))
    assert back == state
    assert isinstance(back, RegistryValue)
    assert type(back.data) is type(data)


def test_the_manifest_is_canonical_json() -> None:
    bundle = bundle_of(spec_of({"registry": None}))
    data = bundle.files()["manifest.json"]
    assert data == canonical(json.loads(data))
    assert data.isascii()
    assert b"\r" not in data
    assert Manifest.model_validate_json(data) == bundle.manifest
