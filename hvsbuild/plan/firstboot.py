"""SetupComplete.cmd: what Windows does once, as the system, when it has been set up at its first boot.

Sources: Microsoft, "Add a custom script to Windows Setup" (it runs with local system permission, its exit code is not
looked at, the machine must not be restarted in it; not on machines with an OEM product key); "PnPUtil command syntax"
(/add-driver from Windows 10 1607 on, -a before); "Windows Update Standalone Installer" (wusa); "DISM Operating System
Package Servicing Command-Line Options".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hvsbuild.echo import escaped
from hvsbuild.mechanisms import STAGED
from hvsbuild.plan.inputs import Input, Loc, content_input, shown
from hvsbuild.plan.names import Names
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.servicing import Drivers, Features, Packages

LOG = "%SystemRoot%\\hvsbuild-first-boot.log"
PNPUTIL_ADD_DRIVER = 14393  # the first build whose pnputil knows it: Windows 10 1607


@dataclass(frozen=True)
class Step:
    """One step of the script: what the log calls it, and its lines."""

    title: str
    lines: tuple[str, ...]


def script_lines(names: Names, profile: Profile) -> tuple[str, ...]:
    """The whole script; empty when nothing is to be done at the first boot. It starts itself once more, so that all
    that is printed goes to the log: the commands stand in it as they are."""
    steps = list(_steps(names, profile))
    if not steps:
        return ()
    head = (
        "@echo off",
        f"rem Made by hvsbuild from the spec {names.spec.name}. Windows runs it once, as the system, when it has been",
        f"rem set up. What is done, and how it ends, is in {LOG}",
        'if not "%~1"=="logged" (',
        f'    cmd /d /c ""%~f0" logged" >"{LOG}" 2>&1',
        "    exit /b 0",
        ")",
    )
    body = [line for number, step in enumerate(steps, 1) for line in _told(step, f"{number} of {len(steps)}")]
    return (*head, *body, "echo %DATE% %TIME% all done", "exit /b 0")


def staged_inputs(names: Names) -> list[tuple[Input, Loc]]:
    """What the script installs from, each once: it lies in the VHD as `\\hvsbuild\\NAME`; and what in the spec asks."""
    vhd = names.vhd
    wanted = [("drivers", one.folder, n) for n, one in enumerate(vhd.part("drivers")) if one.when == "first-boot"]
    wanted += [("packages", one.source, n) for n, one in enumerate(vhd.part("packages")) if one.when == "first-boot"]
    found: dict[str, tuple[Input, Loc]] = {}
    for key, source, number in wanted:
        one = content_input(names.spec, key, source)
        found.setdefault(one.name, (one, (*vhd.part_loc(key), number)))
    features: Features | None = vhd.part("features")
    if features and features.source and features.when == "first-boot":
        one = content_input(names.spec, "features", features.source)
        found[one.name] = (one, vhd.part_loc("features"))
    return list(found.values())


def cause(names: Names) -> Loc:
    """The place in the spec that asks for the script: its own commands, or the first thing that is put off."""
    if names.vhd.part("first_boot"):
        return names.vhd.part_loc("first_boot")
    staged = staged_inputs(names)
    return staged[0][1] if staged else names.vhd.part_loc("features")


def _told(step: Step, number: str) -> Iterator[str]:
    yield f"echo %DATE% %TIME% {number}: {escaped(step.title)}"
    yield "ver >nul"  # makes the error level 0: not every command sets it
    yield from step.lines
    yield "echo   ended with code %ERRORLEVEL%"


def _steps(names: Names, profile: Profile) -> Iterator[Step]:
    for drivers in names.vhd.part("drivers"):
        if drivers.when == "first-boot":
            yield _drivers(names, drivers, profile)
    features: Features | None = names.vhd.part("features")
    if features and features.when == "first-boot":
        yield from _features(names, features, profile)
    for package in names.vhd.part("packages"):
        if package.when == "first-boot":
            yield _package(names, package)
    for command in names.vhd.part("first_boot"):
        yield Step(command, (command,))


def _place(names: Names, key: str, source: str) -> str:
    return f"%SystemDrive%{STAGED}\\{content_input(names.spec, key, source).name}"


def _drivers(names: Names, drivers: Drivers, profile: Profile) -> Step:
    place, title = _place(names, "drivers", drivers.folder), f"drivers of {shown(drivers.source)}"
    one = drivers.inf.replace("%", "%%")
    if knows_add_driver(profile):
        subdirs = " /subdirs" if drivers.recurse and not one else ""
        return Step(title, (f'pnputil /add-driver "{place}\\{one or "*.inf"}"{subdirs} /install',))
    if one:
        return Step(title, (f'pnputil -i -a "{place}\\{one}"',))
    if drivers.recurse:
        return Step(title, (f'for /r "{place}" %%I in (*.inf) do pnputil -i -a "%%I"',))
    return Step(title, (f'for %%I in ({place}\\*.inf) do pnputil -i -a "%%I"',))


def knows_add_driver(profile: Profile) -> bool:
    """Whether pnputil of every build of that release has its newer words."""
    oldest = profile.builds[0]
    return isinstance(oldest, int) and oldest >= PNPUTIL_ADD_DRIVER


def _features(names: Names, features: Features, profile: Profile) -> Iterator[Step]:
    every = " /all" if "/All" in profile.dism else ""
    source = f' /source:"{_place(names, "features", features.source)}" /limitaccess' if features.source else ""
    for name in features.enable:
        words = f"/enable-feature /featurename:{name}{every}{source}"
        yield Step(f"enable the feature {name}", (f"dism /online {words} /quiet /norestart",))
    for name in features.disable:
        words = f"/disable-feature /featurename:{name}"
        yield Step(f"disable the feature {name}", (f"dism /online {words} /quiet /norestart",))


def _package(names: Names, package: Packages) -> Step:
    place, title = _place(names, "packages", package.source), f"update {shown(package.source)}"
    update = 'wusa "{}" /quiet /norestart'  # in a script cmd waits for programs with windows, too (start /?)
    cabinet = 'dism /online /add-package /packagepath:"{}" /quiet /norestart'
    if package.is_file:
        return Step(title, ((update if package.file.lower().endswith(".msu") else cabinet).format(place),))
    every = (
        f"for %%U in ({place}\\*.msu) do {update.format('%%U')}",
        f"for %%U in ({place}\\*.cab) do {cabinet.format('%%U')}",
    )
    return Step(title, every)
