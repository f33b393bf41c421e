"""boot-settings: what the default entry of the store must say beyond what bcdboot wrote."""

from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.spec.boot import effective_settings
from hvsbuild.spec.profile import Profile
from hvsbuild.states import STICK, BootSetting

KIND = "boot-settings"


def task(names: Names, profile: Profile) -> Task | None:
    """None when nothing is to be set. The profile's defaults come first, the spec's own settings win."""
    settings = effective_settings(names.spec.boot, profile.boot_settings)
    states = tuple(
        BootSetting(place=STICK, store="\\Boot\\BCD", name=name, value=value) for name, value in settings.items()
    )
    if not states:
        return None
    return Task(
        id=names.id("boot-settings"),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.id("boot-files"),),
        inside=(names.stick_letter,),
        goal=True,
        states=states,
        values={"store": names.store, "settings": states},
        spec_key=("boot", "settings") if names.spec.boot.settings else ("os",),
    )
