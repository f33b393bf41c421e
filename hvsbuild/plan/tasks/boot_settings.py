"""boot-settings: what the entry of a VHD must say beyond what bcdboot wrote."""

from hvsbuild.plan import bootmenu
from hvsbuild.plan.names import Names
from hvsbuild.plan.task import Task
from hvsbuild.spec.boot import effective_settings
from hvsbuild.spec.bootsettings import SETTINGS
from hvsbuild.spec.profile import Profile
from hvsbuild.states import BootSetting

KIND = "boot-settings"


def task(names: Names, profile: Profile) -> Task | None:
    """None when nothing is to be set. The profile's defaults come first, then the spec's, and the VHD's own win."""
    settings = effective_settings(names.spec.boot, profile.boot_settings, names.vhd.boot)
    if not settings:
        return None
    entry = bootmenu.entry(names)
    states = tuple(
        BootSetting(place=names.system_place, store=store, entry=entry, name=name, value=value)
        for store in bootmenu.stores(names).values()
        for name, value in settings.items()
    )
    return Task(
        id=names.id("boot-settings"),
        kind=KIND,
        tool="cmd",
        vhd=names.vhd.file,
        needs=(names.id("boot-files"),),
        inside=bootmenu.letters(names),
        goal=True,
        states=states,
        values={
            "stores": bootmenu.store_files(names),
            "entry": entry,
            "found": entry != bootmenu.DEFAULT,
            "settings": settings,
            "texts": [name for name in settings if SETTINGS[name].text],
        },
        spec_key=_key(names),
    )


def _key(names: Names) -> tuple[str | int, ...]:
    if names.vhd.boot.settings:
        return (*names.vhd.loc, "boot", "settings")
    return ("boot", "settings") if names.spec.boot.settings else ("os",)
