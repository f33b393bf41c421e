"""SetupComplete.cmd, which no bench ever runs; and the secrets that run.cmd fills in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest

from hvsbuild.states import TextFile
from tests.golden import HERE, bundle_of, case_bundle, spec_of
from tests.wine import bundles
from tests.wine.bundles import DISK, IMAGE, command, file_name
from tests.wine.crutches import Crutches
from tests.wine.wine import TOOLS, Installed, Wine

SCRIPT = r"C:\windows\Setup\Scripts\SetupComplete.cmd"
LOG = r"C:\windows\hvsbuild-first-boot.log"
CALLED = ("pnputil", "dism", "wusa", "netsh", "powercfg")
SYSTEM = {"SystemRoot": r"C:\windows", "SystemDrive": "C:"}
STAGED = r"C:\hvsbuild"


@pytest.fixture
def fresh(installed: Installed, tmp_path: Path, ending: list[Popen[bytes]]) -> Iterator[Wine]:
    """A machine at its first boot, with stand-ins for what installs things."""
    made = Wine(tmp_path / "wine", installed, CALLED)
    made.path(r"C:\windows\Setup\Scripts").mkdir(parents=True)
    for path in ("drivers-nic/a.inf", "drivers-nic/x/b.inf", "drivers-nic/x/b.sys", "drivers-flat/c.inf"):
        made.write(f"{STAGED}\\{path}", b"")
    for path in ("packages-all/one.msu", "packages-all/two.cab", "packages-all/readme.txt"):
        made.write(f"{STAGED}\\{path}", b"")
    yield made
    ending.append(made.stop())


def boot(wine: Wine, case: str, fail: str = "") -> tuple[list[tuple[str, ...]], list[str]]:
    """Run the case's SetupComplete.cmd as Setup does: the calls it makes, and its log."""
    (task,) = [one for one in case_bundle(HERE / "text-file" / f"{case}.yaml").manifest.tasks if one.id == "first-boot"]
    (state,) = task.states
    assert isinstance(state, TextFile)
    wine.write(SCRIPT, state.text.replace("\n", "\r\n").encode())
    (done,) = wine.run(f"cmd /d /c {SCRIPT}", env=SYSTEM | ({"HVS_FAIL": fail} if fail else {}))
    assert (done.code, done.lines) == (0, ())
    return [call[:-1] for call in wine.calls()], wine.path(LOG).read_text().splitlines()


def test_setup_complete_installs_what_waits(fresh: Wine) -> None:
    calls, log = boot(fresh, "first-boot-newer")
    netfx = ("/featurename:NetFx3", "/all", f"/source:{STAGED}\\features-sxs", "/limitaccess")
    assert calls == [
        ("pnputil", "/add-driver", f"{STAGED}\\drivers-nic\\*.inf", "/subdirs", "/install"),
        ("pnputil", "/add-driver", f"{STAGED}\\drivers-flat\\*.inf", "/install"),
        ("pnputil", "/add-driver", f"{STAGED}\\drivers-raid\\one.inf", "/install"),
        ("dism", "/online", "/enable-feature", *netfx, "/quiet", "/norestart"),
        ("dism", "/online", "/disable-feature", "/featurename:SMB1Protocol", "/quiet", "/norestart"),
    ]
    assert sum(line == "  ended with code 0" for line in log) == 5
    assert log[-1].endswith("all done")


def test_setup_complete_of_older_releases_and_the_user_s_commands(fresh: Wine) -> None:
    fresh.write(r"C:\Tools\setup.cmd", b"@echo off\r\necho setup was called with %1\r\nexit /b 7\r\n")
    calls, log = boot(fresh, "first-boot-older")
    assert sorted(calls[:2]) == [
        ("pnputil", "-i", "-a", f"{STAGED}\\drivers-nic\\a.inf"),
        ("pnputil", "-i", "-a", f"{STAGED}\\drivers-nic\\x\\b.inf"),
    ]
    assert calls[2:] == [
        ("pnputil", "-i", "-a", f"{STAGED}\\drivers-flat\\c.inf"),
        ("pnputil", "-i", "-a", f"{STAGED}\\drivers-raid\\one 100%.inf"),
        ("dism", "/online", "/enable-feature", "/featurename:Microsoft-Hyper-V", "/quiet", "/norestart"),
        ("dism", "/online", "/disable-feature", "/featurename:IIS-WebServer", "/quiet", "/norestart"),
        ("wusa", f"{STAGED}\\packages-kb1.msu", "/quiet", "/norestart"),
        ("dism", "/online", "/add-package", f"/packagepath:{STAGED}\\packages-kb2.cab", "/quiet", "/norestart"),
        ("wusa", f"{STAGED}\\packages-all\\one.msu", "/quiet", "/norestart"),
        ("dism", "/online", "/add-package", f"/packagepath:{STAGED}\\packages-all\\two.cab", "/quiet", "/norestart"),
        ("netsh", "advfirewall", "set", "allprofiles", "state", "off"),
        ("powercfg", "/h", "off"),
    ]
    assert r'"100% done > C:\windows" (really)' in log
    at = log.index("setup was called with /quiet")
    assert log[at + 1] in ("  ended with code 7", "  ended with code 1")  # Wine 8 makes 1 of it
    assert log[-1].endswith("all done")


def test_a_failing_step_is_in_the_log_and_the_others_still_happen(fresh: Wine) -> None:
    calls, log = boot(fresh, "first-boot-newer", fail="2:1 4:3010")
    assert len(calls) == 5
    ended = [line for line in log if "ended with code" in line]
    assert ended == [f"  ended with code {code}" for code in (0, 1, 0, 3010, 0)]


# --- run.cmd ---

ANSWERS = {"administrator_password": {"env": "ADMIN_PASSWORD"}, "product_key": {"file": "key.txt"}}
BUNDLE = bundle_of(spec_of({"unattend": ANSWERS, "files": [{"text": "x", "target": "\\x.txt"}], "registry": None}))
KEY = b"ABCDE-12345-ABCDE-12345-ABCDE\n"  # the set /p of Wine 8 takes one character off, Windows CR LF as well
# What PowerShell would answer; the stand-in is a batch file, and looks only whether there is a password.
POWERSHELL = f"@if defined ADMIN_PASSWORD echo {bundles.SECRETS['administrator-password']}\r\n".encode()


def run(wine: Wine, crutches: Crutches, stdin: bytes = b"", **env: str) -> tuple[int, list[str], tuple[str, ...]]:
    """Run the bundle's run.cmd: its code, the scripts that it ran, what it said."""
    bundles.install(wine, BUNDLE, crutches)
    wine.write(r"C:\tools\powershell.cmd", POWERSHELL)
    (done,) = wine.run(command(DISK, IMAGE, f"/wipe:{DISK}"), stdin=stdin, env=env)
    return done.code, [line.removeprefix("== ") for line in done.lines if line.startswith("== ")], done.lines


def test_run_cmd_fills_in_secrets_and_leaves_none_behind(wine: Wine, crutches: Crutches) -> None:
    wine.write(bundles.given("product-key"), KEY)
    code, scripts, lines = run(wine, crutches, ADMIN_PASSWORD='it is "secret" & 100%')
    tasks = BUNDLE.manifest.tasks
    assert (code, scripts) == (0, [file_name(task) for task in tasks]), lines
    (state,) = next(task for task in tasks if task.id == "unattend").states
    assert isinstance(state, TextFile)
    text = state.text
    for rule in BUNDLE.manifest.secrets:
        text = text.replace("{{secret." + rule.name + "}}", bundles.SECRETS[rule.form])
    assert wine.path(r"R:\Windows\Panther\unattend.xml").read_text() == text
    assert "{{" not in text
    left = wine.path(bundles.temporary(BUNDLE)).iterdir()
    for value in bundles.SECRETS.values():
        assert not [path.name for path in left if value.encode() in path.read_bytes()]
        assert value not in "\n".join(lines)


@pytest.mark.parametrize("missing", ["administrator-password", "product-key", "powershell"])
def test_run_cmd_stops_ahead_of_any_change_without_a_secret(wine: Wine, crutches: Crutches, missing: str) -> None:
    if missing != "product-key":
        wine.write(bundles.given("product-key"), KEY)
    if missing == "powershell":
        wine.write(r"C:\tools\powershell.cmd", b"")
    env = {} if missing == "administrator-password" else {"ADMIN_PASSWORD": "x"}
    bundles.install(wine, BUNDLE, crutches)
    if missing != "powershell":
        wine.write(r"C:\tools\powershell.cmd", POWERSHELL)
    (done,) = wine.run(command(DISK, IMAGE, f"/wipe:{DISK}"), env=env)
    assert done.code == 2
    assert "A secret is missing" in done.lines[-1]
    assert wine.calls() == []


def test_run_cmd_asks_for_a_password(wine: Wine, crutches: Crutches) -> None:
    wine.write(bundles.given("product-key"), KEY)
    code, _, lines = run(wine, crutches, stdin=b"typed\r\n")
    assert code == 0
    assert any("Type the password of the Administrator" in line for line in lines)


def test_no_stand_in_is_for_powershell() -> None:
    """Or the batch file would not be what is called."""
    assert "powershell" not in TOOLS
