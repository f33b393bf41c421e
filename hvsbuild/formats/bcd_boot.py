"""What bcdboot makes of a store: an entry for one Windows, at the head of the boot manager's list.

The entry is copied from the `BCD-Template` of the image: its osloader template for the firmware, the resume template
that belongs to it, and the settings objects that both inherit.
"""

from __future__ import annotations

from dataclasses import dataclass

from hvsbuild.formats import bcd
from hvsbuild.formats.bcd import BcdError, BcdObject, Store, Value, decode_value
from hvsbuild.formats.bcd_devices import PATH_BESIDE, Boot, Device, LocatePath, LocateVhd, VhdPartition
from hvsbuild.formats.bcd_names import ALIASES, INHERIT_ANY, INHERIT_LOADER, INHERIT_RESUME
from hvsbuild.formats.bcd_template import LOADER_TEMPLATE, RELATIVE_PATH, Firmware
from hvsbuild.formats.regvalue import REG_DWORD, REG_SZ, RegValue, utf16

_INHERIT_TYPES = (INHERIT_ANY, INHERIT_LOADER, INHERIT_RESUME)
_EFI_PATHS = {"{bootmgr}": r"\EFI\Microsoft\Boot\bootmgfw.efi", "{memdiag}": r"\EFI\Microsoft\Boot\memtest.efi"}
# Seen in the stores of sticks that bcdboot /s made: not the store of a running system, but treated as one.
_DESCRIPTION = {
    "KeyName": RegValue(REG_SZ, utf16("BCD00000001")),
    "System": RegValue(REG_DWORD, bytes([1, 0, 0, 0])),
}


@dataclass(frozen=True)
class WindowsEntry:
    """One Windows to boot. `device` is where it lies; for a `LocateVhd` the element is filled in as it is needed."""

    firmware: Firmware
    system: Device  # the partition with the boot manager
    device: Device
    systemroot: str  # \windows
    description: str
    locale: str
    loader: str  # GUID of the loader object
    resume: str  # GUID of the resume object

    def device_for(self, element: int) -> Device:
        if isinstance(self.device, LocateVhd):
            return LocateVhd(self.device.host, self.device.path, PATH_BESIDE[element])
        return self.device


def _from_template(template: BcdObject, guid: str) -> BcdObject:
    """A template's elements as they go into a store: no setup elements (class 4), numbers widened to 8 bytes."""
    plain = {code: decode_value(code, raw) for code, raw in template.elements.items() if code >> 28 != 4}
    return BcdObject(guid, template.type).with_values(plain)


def _required(template: Store, guid: str) -> BcdObject:
    found = template.objects.get(guid)
    if found is None:
        raise BcdError("The BCD-Template of the image is not whole", seen=f"it has no object {guid}")
    return found


def _application(template: BcdObject, guid: str, entry: WindowsEntry) -> BcdObject:
    """What a loader and its resume object have in common."""
    path = template.value(RELATIVE_PATH)
    if not isinstance(path, str):
        raise BcdError("The BCD-Template of the image is not whole", seen=f"object {template.guid} has no path")
    values: dict[int, Value] = {
        bcd.DEVICE: entry.device_for(bcd.DEVICE),
        bcd.PATH: entry.systemroot.rstrip("\\") + path,
        bcd.LOCALE: entry.locale,
        bcd.OSDEVICE: entry.device_for(bcd.OSDEVICE),
    }
    return _from_template(template, guid).with_values(values)


def _windows(template: Store, entry: WindowsEntry) -> list[BcdObject]:
    """The loader and, when the template names one, its resume object."""
    source = _required(template, LOADER_TEMPLATE[entry.firmware])
    loader = _application(source, entry.loader, entry).without(bcd.LOADER_RESUME)
    loader = loader.with_values({bcd.DESCRIPTION: entry.description, bcd.SYSTEMROOT: entry.systemroot})
    resume = source.value(bcd.LOADER_RESUME)
    if not isinstance(resume, str):
        return [loader]
    return [
        loader.with_values({bcd.LOADER_RESUME: entry.resume}),
        _application(_required(template, resume.lower()), entry.resume, entry),
    ]


def same_windows(entry: WindowsEntry, loader: BcdObject) -> bool:
    """Whether a loader starts what lies where `entry` lies: the same partition, or the same file as VHD."""
    device = loader.value(bcd.OSDEVICE)
    if isinstance(entry.device, LocateVhd) and isinstance(device, LocateVhd | VhdPartition):
        anywhere = isinstance(device.host, LocatePath | Boot)
        same_path = device.path.lower() == entry.device.path.lower()
        return same_path and (anywhere or device.host == entry.device.host)
    return device == entry.device


def _without_entry(store: Store, entry: WindowsEntry) -> tuple[Store, set[str]]:
    """The store without the loaders of the same Windows and the resume objects that only they use; their GUIDs."""

    def resumes(loaders: list[BcdObject]) -> set[str]:
        return {str(one.value(bcd.LOADER_RESUME)).lower() for one in loaders}

    gone = [one for one in store.loaders if same_windows(entry, one)]
    guids = {one.guid for one in gone}
    used = resumes([one for one in store.loaders if one.guid not in guids])
    return store.without(*guids, *(resumes(gone) - used)), guids


def _boot_manager(
    found: BcdObject, entry: WindowsEntry, gone: set[str], windows: list[BcdObject], keep: bool
) -> BcdObject:
    """The boot manager with the new entry at the head of its list; `keep`: its default entry stays."""
    order = found.value(bcd.DISPLAY_ORDER)
    others = [one for one in order if isinstance(one, str)] if isinstance(order, tuple) else []
    values: dict[int, Value] = {
        bcd.DEVICE: entry.system,
        bcd.LOCALE: entry.locale,
        bcd.DISPLAY_ORDER: (entry.loader, *(one for one in others if one.lower() not in {*gone, entry.loader})),
    }
    if not keep:
        found = found.without(bcd.RESUME_OBJECT)
        values |= {bcd.DEFAULT: entry.loader, **({bcd.RESUME_OBJECT: entry.resume} if len(windows) > 1 else {})}
    if entry.firmware == "uefi":
        values[bcd.PATH] = _EFI_PATHS["{bootmgr}"]
    return found.with_values(values)


def _memory_test(found: BcdObject, entry: WindowsEntry) -> BcdObject:
    path: dict[int, Value] = {bcd.PATH: _EFI_PATHS["{memdiag}"]} if entry.firmware == "uefi" else {}
    words: dict[int, Value] = {bcd.DESCRIPTION: "Windows Memory Diagnostic", bcd.LOCALE: entry.locale}
    return found.with_values({**path, **words, bcd.DEVICE: entry.system})


def add_windows(old: Store | None, template: Store, entry: WindowsEntry, *, keep_default: bool = False) -> Store:
    """The store after `bcdboot`: other entries and settings are kept, an entry of the same Windows is made anew.

    The entry becomes the first in the boot manager's list and, unless `keep_default` and there is one, the default.
    Raises `BcdError` when the template lacks an object that is needed.
    """
    store, gone = _without_entry(old or Store(_DESCRIPTION), entry)
    windows = _windows(template, entry)
    settings = [
        _from_template(one, one.guid)
        for one in template.objects.values()
        if one.type in _INHERIT_TYPES and one.guid not in store.objects
    ]
    store = store.with_object(*settings, *windows)
    manager, test = ALIASES["{bootmgr}"], ALIASES["{memdiag}"]
    # the default in a template is a setup entry that does not become part of a store
    boot = store.bootmgr or _from_template(_required(template, manager), manager).without(bcd.PATH, bcd.DEFAULT)
    memory_test = store.objects.get(test) or template.objects.get(test)
    if memory_test:
        store = store.with_object(_memory_test(_from_template(memory_test, test), entry))
        boot = boot if bcd.TOOLS_ORDER in boot.elements else boot.with_values({bcd.TOOLS_ORDER: (test,)})
    keep = keep_default and store.default is not None
    return store.with_object(_boot_manager(boot, entry, gone, windows, keep))
