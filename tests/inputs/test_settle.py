"""What a spec leaves open: editions, the file in an ISO, pins; from the lock file, or from the images at hand."""

from __future__ import annotations

import shutil
from hashlib import sha256
from pathlib import Path

import pytest

from hvsbuild.cache import Cache
from hvsbuild.errors import HvsError, Refused
from hvsbuild.inputs.lockfile import Lock, LockError, differences, lock_text, path_of, read_lock
from hvsbuild.inputs.pin import make_lock
from hvsbuild.inputs.resolve import resolve, verify
from hvsbuild.inputs.settle import Settled, settle
from hvsbuild.review.write import review
from hvsbuild.spec.load import LoadedSpec, load_spec
from tests.inputs import spec, tree, write_spec


def locked(loaded: LoadedSpec, cache: Cache) -> Lock:
    """Write the lock file of a spec."""
    lock = make_lock(settle(loaded, cache, locked=False), cache)
    path_of(loaded.path).write_text(lock_text(lock, loaded.path))
    return lock


def chosen(settled: Settled) -> tuple[int | None, str | None]:
    """Index and file in the ISO of the first VHD's image."""
    vhd = settled.spec.vhd_list()[0]
    assert vhd.image
    return vhd.image.index, settled.inputs[0].member


def script(loaded: LoadedSpec) -> str:
    """The script that applies the image."""
    bundle = review(loaded).bundle
    return bundle.script(bundle.manifest.task("image-apply")).decode()


@pytest.mark.parametrize(
    ("choice", "index"),
    [
        ("edition: ServerDatacenter", 3),
        ("edition: serverhyper", 4),
        ("edition: ServerStandard, installation: Server", 2),
        ("edition: ServerStandard, installation: server core", 1),
        ("index: 3", 3),
    ],
)
@pytest.mark.parametrize("source", ["install.wim", "server.iso", "{iso: server.iso, member: SOURCES/install.wim}"])
def test_from_the_image_at_hand(here: Path, cache: Cache, source: str, choice: str, index: int) -> None:
    found = chosen(settle(spec(here, source, choice), cache))
    assert found[0] == index
    assert (found[1] or "").lower() == ("" if source == "install.wim" else "sources/install.wim")
    assert not (cache.folder / "members").exists(), "nothing is unpacked for that"


def test_the_usual_member_of_each_iso(here: Path, cache: Cache) -> None:
    assert chosen(settle(spec(here, "esd.iso"), cache))[1] == "sources/install.esd"
    assert chosen(settle(spec(here, "swm.iso"), cache))[1] == "sources/install.swm"
    assert chosen(settle(spec(here, "{iso: swm.iso}", "name: Large"), cache)) == (None, "sources/install.swm")


def test_the_script_says_what_was_chosen(here: Path) -> None:
    text = script(spec(here, "server.iso", "edition: ServerDatacenter"))
    assert "apply image 3, edition ServerDatacenter to the empty volume" in text
    assert "/Index:3 " in text
    assert "/SWMFile" not in text
    text = script(spec(here, "swm.iso"))
    assert '/SWMFile:"{{input.image.parts}}"' in text


def test_an_edition_that_is_not_clear(here: Path, cache: Cache) -> None:
    with pytest.raises(HvsError) as caught:
        settle(spec(here, "server.iso", "edition: ServerStandard"), cache)
    text = caught.value.text()
    assert (
        "The edition stands for several images: edition ServerStandard; there are 1: 'Windows Server Standard'" in text
    )
    assert 'what to do: add installation: "Server" or installation: "Server Core"' in text
    with pytest.raises(HvsError, match=r"The image is not in the WIM: edition Pro; there are 1: .*4: 'Hyper-V Server'"):
        settle(spec(here, "install.wim", "edition: Pro"), cache)


@pytest.mark.parametrize(
    ("source", "choice", "phrase"),
    [
        ("gone.iso", "index: 1", "Which file of the ISO is meant is not known yet"),
        ("gone.wim", "edition: ServerHyper", "The index of an edition is not known yet"),
        (
            "https://example.org/server.iso, sha256: " + "a" * 64,
            "index: 1",
            "Which file of the ISO is meant is not known yet",
        ),
    ],
)
def test_without_image_and_lock(tmp_path: Path, cache: Cache, source: str, choice: str, phrase: str) -> None:
    with pytest.raises(LockError) as caught:
        settle(spec(tmp_path, source, choice), cache)
    assert caught.value.phrase == phrase
    assert caught.value.exit_code == 3
    assert caught.value.seen.startswith(f"{tmp_path}/small.yaml:4:")
    assert "run hvsbuild lock" in caught.value.do


def test_what_needs_no_image_is_rendered_without_one(tmp_path: Path, cache: Cache) -> None:
    assert chosen(settle(spec(tmp_path, "gone.wim"), cache)) == (1, None)
    found = settle(spec(tmp_path, "{iso: gone.iso, member: sources/install.esd}"), cache)
    assert chosen(found) == (1, "sources/install.esd")
    assert resolve(found, cache=cache) == {"image": tmp_path / "gone.iso"}


def test_with_a_lock_the_image_is_not_needed(here: Path, cache: Cache) -> None:
    loaded = spec(here, "server.iso", "edition: ServerDatacenter")
    lock = locked(loaded, cache)
    before = review(loaded).bundle
    (here / "server.iso").unlink()
    found = settle(load_spec(loaded.path), cache)
    assert chosen(found) == (3, "sources/install.wim")
    (one,) = found.inputs
    assert one.sha256 == lock.inputs["image"].sha256
    assert one.member_sha256 == sha256((here / "install.wim").read_bytes()).hexdigest()
    assert review(loaded).bundle.files() == before.files(), "the same bundle with and without the image"
    manifest = before.manifest
    assert manifest.inputs == {"image": lock.inputs["image"].sha256}
    assert manifest.members["image"].path == "sources/install.wim"
    assert manifest.pinned("image") == one.member_sha256


def test_the_lock_file_is_small_sorted_and_stable(here: Path, cache: Cache) -> None:
    loaded = spec(here, "server.iso", "edition: ServerStandard, installation: Server")
    locked(loaded, cache)
    text = path_of(loaded.path).read_text()
    iso, wim = (sha256((here / name).read_bytes()).hexdigest() for name in ("server.iso", "install.wim"))
    assert path_of(loaded.path).name == "small.yaml.lock"
    assert (
        text
        == f"""\
# Written by hvsbuild lock: what each input of small.yaml is. Commit it; an input that differs is refused.
images:
  os.vhd:
    architecture: amd64
    build: 10.0.17763.3650
    edition: ServerStandard
    index: 2
    installation: Server
    name: Windows Server Standard (Desktop Experience)
inputs:
  image:
    file: server.iso
    kind: image
    member:
      path: sources/install.wim
      sha256: {wim}
      size: {(here / "install.wim").stat().st_size}
    sha256: {iso}
    size: {(here / "server.iso").stat().st_size}
lock: 1
"""
    )
    again = read_lock(loaded.path)
    assert again
    assert lock_text(again, loaded.path) == text


def test_a_split_image_is_pinned_part_by_part(here: Path, cache: Cache) -> None:
    lock = locked(spec(here / "parts", "install.swm"), cache)
    entry = lock.inputs["image"]
    hashes = [sha256((here / "parts" / one.file).read_bytes()).hexdigest() for one in entry.parts]
    assert [one.sha256 for one in entry.parts] == hashes
    assert entry.sha256 == sha256("".join(f"{one}\n" for one in hashes).encode()).hexdigest()
    inside = locked(spec(here, "swm.iso"), cache).inputs["image"].member
    assert inside
    assert (inside.sha256, inside.parts) == (entry.sha256, entry.parts)


def test_an_input_that_differs_is_refused(here: Path, cache: Cache) -> None:
    loaded = spec(here, "install.wim")
    locked(loaded, cache)
    shutil.copy(here / "install.esd", here / "install.wim")
    found = settle(loaded, cache)
    for action in (resolve, verify):
        with pytest.raises(Refused, match="An input is not the one that is pinned") as caught:
            action(found, cache=cache)
        assert "hvsbuild lock" in caught.value.do


def test_every_part_of_a_split_image_counts(here: Path, cache: Cache) -> None:
    loaded = spec(here / "parts", "install.swm")
    locked(loaded, cache)
    found = settle(loaded, cache)
    assert resolve(found, cache=cache) == {"image": here / "parts" / "install.swm"}
    with (here / "parts" / "install2.swm").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(Refused, match="An input is not the one that is pinned"):
        resolve(found, cache=cache)
    (here / "parts" / "install2.swm").unlink()
    with pytest.raises(HvsError, match="A part of the split image is missing"):
        resolve(settle(loaded, cache, locked=False), cache=cache)


def test_the_spec_and_the_lock_disagree(here: Path, cache: Cache) -> None:
    locked(spec(here, "install.wim"), cache)
    with pytest.raises(LockError) as caught:
        settle(spec(here, f"install.wim, sha256: {'a' * 64}"), cache)
    assert caught.value.phrase == "The spec and its lock file disagree"
    assert caught.value.seen.startswith(f"{here}/small.yaml:4:38: sha256 is aaa")
    with pytest.raises(LockError, match=r"sources/install\.wim is meant, locked is the file itself"):
        settle(spec(here, "server.iso"), cache)


def test_a_lock_for_another_edition_is_not_used(here: Path, cache: Cache) -> None:
    locked(spec(here, "install.wim", "edition: ServerHyper"), cache)
    assert chosen(settle(spec(here, "install.wim", "edition: ServerDatacenter"), cache))[0] == 3


def test_an_input_that_the_lock_does_not_know(here: Path, cache: Cache) -> None:
    locked(spec(here, "install.wim"), cache)
    two = write_spec(here, "install.wim").read_text()
    image = "image: {source: install.wim, index: 1}\n"
    vhd = "vhd: {file: os.vhd, size: 64 MiB, letter: R, label: OS}\n"
    assert image in two
    assert vhd in two
    text = two.replace(image, "").replace(
        vhd,
        "vhds:\n  - {file: a.vhd, size: 64 MiB, image: {source: install.wim, index: 1}}\n"
        "  - {file: b.vhd, size: 64 MiB, image: {source: server.iso, index: 1}}\n",
    )
    (here / "small.yaml").write_text(text)
    with pytest.raises(
        LockError, match=r"The lock file does not know an input: .*: image-a, the image file for a\.vhd"
    ):
        settle(load_spec(here / "small.yaml"), cache)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("inputs: [", "small.yaml.lock: while parsing"),
        ("", "the file: Input should be"),
        ("lock: 2\ninputs: {}\n", "lock: Input should be 1"),
        ("lock: 1\ninputs: {image: {kind: image, file: x, size: 1, sha256: abc}}\n", "inputs.image.sha256"),
        ("lock: 1\ninputs: {}\nmore: 1\n", "more: Extra inputs"),
        ("\x00", "unacceptable character"),
    ],
)
def test_a_damaged_lock(tmp_path: Path, cache: Cache, text: str, seen: str) -> None:
    loaded = spec(tmp_path, "x.wim")
    path_of(loaded.path).write_text(text)
    with pytest.raises(LockError) as caught:
        settle(loaded, cache)
    assert caught.value.phrase == "The lock file is damaged"
    assert seen in caught.value.seen


def test_differences_in_words(here: Path, cache: Cache) -> None:
    old = locked(spec(here, "install.wim", "edition: ServerHyper"), cache)
    assert differences(None, old) == ["there is no lock file"]
    assert differences(old, old) == []
    shutil.copy(here / "install.wim", here / "other.wim")
    same = make_lock(settle(spec(here, "other.wim", "edition: ServerHyper"), cache, locked=False), cache)
    assert differences(old, same) == [], "the file's name does not count"
    new = make_lock(settle(spec(here, "install.esd", "index: 1"), cache, locked=False), cache)
    found = differences(old, new)
    assert f"image: sha256 is {new.inputs['image'].sha256}, locked is {old.inputs['image'].sha256}" in found
    assert "the image in os.vhd: index is 1, locked is 4" in found
    assert not any(line.startswith("image: file") for line in found)


def test_a_lock_of_what_is_not_there(tmp_path: Path, cache: Cache) -> None:
    with pytest.raises(HvsError, match=r"An input that is to be pinned is absent: .*small\.yaml:4:17: the image file"):
        make_lock(settle(spec(tmp_path, "gone.wim"), cache, locked=False), cache)


def test_a_lock_against_the_specs_own_pin(here: Path, cache: Cache) -> None:
    with pytest.raises(Refused, match=r"An input is not the one that is pinned: .*, the spec says aaaa"):
        make_lock(settle(spec(here, f"install.wim, sha256: {'a' * 64}"), cache, locked=False), cache)


def test_a_folder_where_a_file_is_meant(tmp_path: Path, cache: Cache) -> None:
    tree(tmp_path / "x.wim", {"a": b"a"})
    with pytest.raises(HvsError, match="An input is a folder"):
        resolve(settle(spec(tmp_path, "x.wim"), cache), cache=cache)


def test_a_file_address(here: Path, cache: Cache, tmp_path: Path) -> None:
    (here / "an image.wim").write_bytes((here / "install.wim").read_bytes())
    found = settle(spec(tmp_path, f"file://{here}/an%20image.wim", "edition: ServerHyper"), cache)
    assert resolve(found, cache=cache) == {"image": here / "an image.wim"}
    with pytest.raises(HvsError, match="A file of another machine cannot be read by its address"):
        settle(spec(tmp_path, "file://server/share/install.wim", "edition: ServerHyper"), cache)
