"""servicing: drivers, features or packages installed by DISM into the Windows in the VHD. Only Windows can do that.

Sources: Microsoft, DISM Driver, Package and Feature Servicing Command-Line Options; 3010 is success, to be completed at
the next start (ERROR_SUCCESS_REBOOT_REQUIRED). DISM loads the hives itself: none may be loaded meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from hvsbuild.mechanisms import STAGED
from hvsbuild.plan.inputs import Input, Loc, content_input, free
from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.spec.profile import Profile
from hvsbuild.spec.servicing import Drivers, Features
from hvsbuild.states import Serviced

KIND = "servicing"


@dataclass(frozen=True)
class _Order:
    """What is asked of DISM: `words` stand behind `dism /English /Image:R:\\`, one line each."""

    key: Literal["drivers", "features", "packages"]
    words: tuple[str, ...]
    source: Input | None
    loc: Loc

    @property
    def id(self) -> str:
        return f"install-{self.source.name}" if self.source and self.key != "features" else self.key


def tasks(names: Names, profile: Profile) -> list[Task]:
    """One for each entry, one after the other. Updates come last: a feature that is enabled after an update has the
    files of before it."""
    made: list[Task] = []
    for order in (*_drivers(names), *_features(names, profile), *_packages(names)):
        made.append(_task(names, profile, order, made))
    return made


def _drivers(names: Names) -> Iterator[_Order]:
    for number, drivers in enumerate(names.vhd.part("drivers")):
        if drivers.when == "offline":
            source = content_input(names.spec, "drivers", drivers.folder)
            loc = (*names.vhd.part_loc("drivers"), number)
            yield _Order("drivers", (_driver_words(drivers, source),), source, loc)


def _driver_words(drivers: Drivers, source: Input) -> str:
    one = "\\" + drivers.inf.replace("%", "%%") if drivers.inf else ""
    recurse = " /Recurse" if drivers.recurse and not one else ""
    return f'/Add-Driver /Driver:"{_path(source)}{one}"{recurse}{" /ForceUnsigned" if drivers.force_unsigned else ""}'


def _features(names: Names, profile: Profile) -> Iterator[_Order]:
    features: Features | None = names.vhd.part("features")
    if not features or features.when != "offline":
        return
    source = content_input(names.spec, "features", features.source) if features.source else None
    every = " /All" if "/All" in profile.dism else ""
    files = f' /Source:"{_path(source)}" /LimitAccess' if source else ""
    words = [f"/Enable-Feature /FeatureName:{name}{every}{files}" for name in features.enable]
    words += [f"/Disable-Feature /FeatureName:{name}" for name in features.disable]
    yield _Order("features", tuple(words), source, names.vhd.part_loc("features"))


def _packages(names: Names) -> Iterator[_Order]:
    for number, package in enumerate(names.vhd.part("packages")):
        if package.when == "offline":
            source = content_input(names.spec, "packages", package.source)
            loc = (*names.vhd.part_loc("packages"), number)
            yield _Order("packages", (f'/Add-Package /PackagePath:"{_path(source)}"',), source, loc)


def _path(source: Input) -> str:
    return "{{input." + source.name + "}}"


def _task(names: Names, profile: Profile, order: _Order, before: list[Task]) -> Task:
    letter, id = f"{names.vhd.letter}:", free(order.id, [str(task.values["name"]) for task in before])
    state = Serviced(
        place=names.place,
        what=order.key,
        words=list(order.words),
        input=order.source.name if order.source else None,
        release=profile.version,
        stamp=f"{STAGED}\\{id}.json",
    )
    return Task(
        id=names.id(id),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.filled, *(task.id for task in before[-1:])),
        inside=(names.attached,),
        goal=True,
        states=(state,),
        values={
            "name": id,
            "state": state,
            "letter": letter,
            "stamps": letter + STAGED,
            "stamp": letter + state.stamp,
        },
        spec_key=order.loc,
    )
