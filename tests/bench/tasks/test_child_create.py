from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.bench.diskparting import output
from tests.bench.tasks.stages import Bench
from tests.golden import golden

SCRIPT = golden("child-create", "child-create-100--role", "roles")
CHILD = "100% role.vhd"


@pytest.fixture
def bench(before: Callable[[str], Bench]) -> Bench:
    """The stick with its VHD on it, and the child that the script makes."""
    bench = before("stick-attach")
    code, text = bench.try_script(SCRIPT, "diskpart")
    assert code == 0, text
    return bench


def test_a_child_of_the_vhd_on_the_stick(bench: Bench) -> None:
    for name in (CHILD, "hvsOS.vhd"):
        (bench.folder / name).write_bytes(bench.read(bench.stick, name))
    told = json.loads(output("qemu-img", "info", "-f", "vpc", "--output=json", bench.folder / CHILD))
    assert told["virtual-size"] == 64 << 20
    header = (bench.folder / CHILD).read_bytes()[512:1536]
    assert header[64:].decode("utf-16-be", "replace").startswith("Y:\\hvsOS.vhd"), "the parent's name"


def test_it_begins_as_its_parent_is(bench: Bench) -> None:
    """libvhdi reads child and parent together: not one sector differs."""
    import pyvhdi

    parent, child = pyvhdi.file(), pyvhdi.file()
    for name, one in (("hvsOS.vhd", parent), (CHILD, child)):
        (bench.folder / name).write_bytes(bench.read(bench.stick, name))
        one.open(str(bench.folder / name))
    child.set_parent(parent)
    assert child.read_buffer(64 << 20) == (bench.folder / "hvsOS.vhd").read_bytes()[: 64 << 20]


def test_the_file_can_be_booted_from(bench: Bench) -> None:
    """Windows attaches no VHD that is sparse or compressed."""
    seen = output("ntfsinfo", "-f", "-v", "-F", CHILD, bench.volume(bench.stick))
    assert "SPARSE" not in seen
    assert "COMPRESSED" not in seen
    output("ntfsfix", "-n", bench.volume(bench.stick))


def test_it_is_not_made_over_another(bench: Bench) -> None:
    code, _ = bench.try_script(SCRIPT, "diskpart")
    assert code != 0
