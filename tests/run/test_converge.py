"""Twice is once; a changed spec changes what it says in place; what cannot be changed in place is built anew."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from hvsbuild.formats.block import FileDevice
from hvsbuild.formats.ntfs3g import NtfsVolume
from tests.run.small import digest, first_volume, hvsbuild, write_spec

PAGING = "PagingFiles: {type: REG_MULTI_SZ, data: []}"


@pytest.fixture
def finished(tmp_path: Path, undisturbed: Path) -> Path:
    """A copy of a finished build folder (the copy of stick.img is a file of its own, as after any copy)."""
    out = tmp_path / "out"
    out.mkdir()
    for name in ("bundle", "journal"):
        shutil.copytree(undisturbed / name, out / name)
    argv = [
        "cp",
        "-a",
        "--sparse=always",
        undisturbed / "bench",
        undisturbed / "stick.img",
        undisturbed / "os.vhd",
        out,
    ]
    subprocess.run(argv, check=True)
    return out


def actions(report: str) -> dict[str, str]:
    return {task["task"]: task["action"] for task in json.loads(report)["tasks"]}


def test_second_apply_runs_nothing_and_says_why(finished: Path) -> None:
    before = digest(finished / "stick.img")
    done = hvsbuild("apply", finished / "bundle", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert not report["changed"]
    assert {task["action"] for task in report["tasks"]} <= {"unchanged", "not needed", "bracket"}
    assert all(task["reason"] for task in report["tasks"])
    assert digest(finished / "stick.img") == before
    assert len(list((finished / "journal").iterdir())) == 1, "a run that runs nothing has no journal"


def test_a_changed_value_is_changed_in_place_on_the_stick(finished: Path, wim: Path, tmp_path: Path) -> None:
    spec = write_spec(tmp_path, (PAGING, 'PagingFiles: {type: REG_MULTI_SZ, data: ["C:\\\\pagefile.sys 16 16"]}'))
    common = (spec, "--var", f"wim={wim}", "-o", finished, "--json")
    plan = hvsbuild("plan", *common)
    assert plan.returncode == 2
    assert json.loads(plan.stdout)["vhd_at"] == {"os.vhd": "stick"}
    assert json.loads(plan.stdout)["run"] == ["registry-SYSTEM", "vhd-stamp", "disk-stamp"]
    done = hvsbuild("apply", *common)
    assert [task for task, action in actions(done.stdout).items() if action == "ran"] == json.loads(plan.stdout)["run"]
    assert not (finished / "os.vhd").exists(), "the workspace's VHD is no longer what the stick holds"
    check = hvsbuild("check", spec, "--disk", finished / "stick.img", "--json")
    assert check.returncode == 0, check.stdout
    attached = [line for line in (finished / "journal" / "0002.jsonl").read_text().splitlines() if "attach" in line]
    assert any("stick-attach" in line for line in attached)
    assert not any('"task": "vhd-attach"' in line for line in attached)


def test_a_finished_stick_needs_neither_workspace_nor_image(finished: Path, tmp_path: Path) -> None:
    shutil.rmtree(finished / "bench")
    (finished / "os.vhd").unlink()
    done = hvsbuild("build", write_spec(tmp_path), "--var", f"wim={tmp_path / 'gone.wim'}", "-o", finished, "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    assert not json.loads(done.stdout)["changed"]


def test_another_label_is_built_anew_and_the_plan_says_why(finished: Path, wim: Path, tmp_path: Path) -> None:
    spec = write_spec(tmp_path, ("label: OS", "label: NEW"))
    plan = hvsbuild("plan", spec, "--var", f"wim={wim}", "-o", finished)
    assert "an NTFS volume labelled OS" in " ".join(plan.stdout.split()) or "NEW" in plan.stdout
    done = hvsbuild("apply", spec, "--var", f"wim={wim}", "-o", finished, "--json")
    assert done.returncode == 0, done.stderr
    ran = [task for task, action in actions(done.stdout).items() if action == "ran"]
    assert "image-apply" in ran
    assert "vhd-copy" in ran
    assert "disk-prepare" not in ran, "the stick itself was as it should be"
    assert hvsbuild("check", spec, "--disk", finished / "stick.img").returncode == 0


def test_a_changed_image_file_is_applied_anew(finished: Path, wim: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.wim"
    shutil.copy(wim, other)
    subprocess.run(["wimlib-imagex", "update", other, "1", "--command=delete /Windows/phony.txt"], check=True)
    done = hvsbuild("apply", write_spec(tmp_path), "--var", f"wim={other}", "-o", finished, "--json")
    assert actions(done.stdout)["image-apply"] == "ran"
    assert "came from another file" in done.stdout


def test_a_lost_boot_entry_is_made_anew_with_its_settings(finished: Path) -> None:
    """bcdboot writes its entry anew and drops what bcdedit had set: the run goes on until nothing is left to do."""
    with FileDevice(finished / "stick.img", writable=True) as disk, NtfsVolume(first_volume(disk)) as stick:
        store = stick.read("\\Boot\\BCD")
        stick.write("\\Boot\\BCD", store.replace("winload".encode("utf-16-le"), "winlost".encode("utf-16-le")))
    check = hvsbuild("check", finished / "bundle", "--disk", finished / "stick.img", "--json")
    drifted = {state["task"] for state in json.loads(check.stdout)["states"] if not state["holds"]}
    assert drifted == {"boot-files"}
    done = hvsbuild("apply", finished / "bundle", "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    assert hvsbuild("check", finished / "bundle", "--disk", finished / "stick.img").returncode == 0


def test_what_is_taken_away_ahead_of_a_change_comes_back(undisturbed: Path, tmp_path: Path, wim: Path) -> None:
    """A failing rebuild leaves no final name, not even that of the older VHD; a lost name is given again."""
    out = tmp_path / "out"
    subprocess.run(["cp", "-a", "--sparse=always", undisturbed, out], check=True)
    for name, ours in (("stick.img", "bench/disk.img"), ("os.vhd", "bench/C/hvsbuild/small/os.vhd")):
        (out / name).unlink()
        (out / name).hardlink_to(out / ours)
    spec = write_spec(tmp_path, ("label: OS", "label: NEW"), ("index: 1", "index: 1, sha256: " + "ab" * 32))
    assert hvsbuild("apply", spec, "--var", f"wim={wim}", "-o", out).returncode == 4, "the pinned hash differs"
    assert (out / "os.vhd").exists(), "nothing was changed yet"
    broken = tmp_path / "broken.wim"
    broken.write_bytes(wim.read_bytes()[:-100_000] + bytes(100_000))
    spec = write_spec(tmp_path, ("label: OS", "label: NEW"))
    assert hvsbuild("apply", spec, "--var", f"wim={broken}", "-o", out).returncode == 1
    (out / "os.vhd").unlink(missing_ok=True)
    done = hvsbuild("apply", write_spec(tmp_path), "--var", f"wim={wim}", "-o", out)
    assert done.returncode == 0, done.stderr
    assert digest(out / "os.vhd") == digest(undisturbed / "os.vhd")
    assert digest(out / "stick.img") == digest(undisturbed / "stick.img")
