"""run.cmd under Wine's cmd.exe with a split image: the pattern for its parts is made of the name of the first."""

from __future__ import annotations

from pathlib import Path

from hvsbuild.spec.load import parse_spec
from tests.golden import bundle_of
from tests.run.small import SPEC
from tests.wine import bundles
from tests.wine.bundles import DISK, command, file_name
from tests.wine.crutches import Crutches
from tests.wine.wine import Wine

FIRST = r"C:\images (x86) & ^co\my install.swm"


def test_the_parts_of_a_split_image(wine: Wine, crutches: Crutches) -> None:
    text = SPEC.replace('source: "${wim}"', "source: install.swm").replace("vars: {wim: small.wim}\n", "")
    bundle = bundle_of(parse_spec(text.encode(), Path("small.yaml"), {}))
    task = bundle.manifest.task("image-apply")
    bundles.install(wine, bundle, crutches)
    wine.path(FIRST).write_bytes(b"the first part")
    (done,) = wine.run(command(DISK, FIRST), stdin=f"wipe {DISK}\r\n".encode())
    assert done.code == 0, done.lines
    script = wine.path(bundles.temporary(bundle) + file_name(task)).read_bytes()
    assert script == crutches.apply(bundles.bound(bundle, task, FIRST))
    assert rb'/ref "C:\images (x86) & ^co\my install*.swm"' in script
