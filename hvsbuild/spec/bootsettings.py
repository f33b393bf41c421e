"""The settings of a Windows boot entry by their bcdedit names: what each takes, and which Windows knows it.

Sources: Microsoft, "BCDEdit /set"; Geoff Chappell, geoffchappell.com/notes/windows/boot/bcd/elements.htm, for the
versions of Windows (6.1 is 2008 R2, 6.2 is 2012, 6.3 is 2012 R2, 10.0 is 2016 and newer).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hvsbuild.formats import bcd_elements as elements

SettingValue = bool | int | str
_YES_NO = {**dict.fromkeys(("yes", "on", "true"), "yes"), **dict.fromkeys(("no", "off", "false"), "no")}
BAUDRATES = (9600, 19200, 38400, 57600, 115200)
ANY = (1 << 63) - 1


@dataclass(frozen=True)
class BootSetting:
    """What bcdedit takes for one element: one of `words`, a number from `low` to `top`, free `text`, else yes or no.

    `since` and `until` are the first and last version of Windows that knows it; `newer` the versions of single words.
    """

    words: tuple[str, ...] = ()
    low: int = 0
    top: int = 0
    text: bool = False
    since: str = ""
    until: str = ""
    newer: Mapping[str, str] = field(default_factory=dict)

    def canonical(self, value: SettingValue) -> str | None:
        """The value as bcdedit is told it; None when it is not one."""
        if self.text:
            return value if isinstance(value, str) and value.strip() else None
        if self.words:
            written = "" if isinstance(value, bool) else str(value).lower()
            return written if written in self.words else None
        if self.top:
            number = int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 20 else value
            return str(number) if type(number) is int and self.low <= number <= self.top else None
        if isinstance(value, str):
            return _YES_NO.get(value.lower())
        return ("no", "yes")[value] if type(value) is bool else None

    def allowed(self) -> str:
        """What may be written, in words."""
        if self.words or self.text:
            return ", ".join(self.words) or "a text"
        return f"{self.low} to {self.top}" if self.top else "yes, no"

    def unknown_to(self, version: str, value: str) -> str:
        """Why a Windows of this version (`6.1`) does not know the setting, or this value; empty when it does."""
        since = max(self.since, self.newer.get(value, ""), key=_order)
        if since and _order(version) < _order(since):
            return f"it came with {WINDOWS[since]}"
        return f"{WINDOWS[self.until]} was the last that knew it" if self.until and _later(version, self.until) else ""

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its value."""
        if self.words:
            numbers = [int(word) for word in self.words if word.isdecimal()]
            return {"enum": [word for word in self.words if not word.isdecimal()] + numbers}
        if self.text:
            return {"type": "string", "minLength": 1}
        return {"type": "integer", "minimum": self.low, "maximum": self.top} if self.top else {"type": "boolean"}


WINDOWS = {
    "6.0": "Windows Server 2008",
    "6.1": "Windows Server 2008 R2",
    "6.2": "Windows Server 2012",
    "6.3": "Windows Server 2012 R2",
    "10.0": "Windows Server 2016",
}


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")) if version else ()


def _later(version: str, than: str) -> bool:
    return _order(version) > _order(than)


_SWITCHES = {
    "": "advancedoptions bootdebug bootlog debug detecthal ems graphicsmodedisabled halbreakpoint hypervisordebug "
    "lastknowngood maxproc nocrashautoreboot nointegritychecks nolowmem noumex novesa onecpu optionsedit quietboot "
    "recoveryenabled safebootalternateshell sos testsigning usefirmwarepcisettings usephysicaldestination vga winpe",
    "6.1": "groupaware hypervisordisableslat hypervisoruselargevtlb maxgroup traditionalkseg uselegacyapicmode "
    "useplatformclock",
    "6.2": "bootshutdowndisabled bootuxdisabled disabledynamictick disableelamdrivers forcefipscrypto "
    "forcelegacyplatform highestmode hypervisordhcp hypervisorusevapic isolatedcontext nokeyboard novga "
    "onetimeadvancedoptions onetimeoptionsedit restartonfailure useplatformtick",
    "10.0": "event flightsigning mobilegraphics nobootuxfade nobootuxprogress nobootuxtext",
}
# The words of these are those of bcd_elements.py.
_WORDS = {
    "": "bootstatuspolicy configaccesspolicy driverloadfailurepolicy firstmegabytepolicy graphicsresolution "
    "hypervisordebugtype hypervisorlaunchtype msi nx pae pciexpress safeboot",
    "6.1": "integrityservices tpmbootentropy x2apicpolicy",
    "6.2": "bootmenupolicy hypervisoriommupolicy tscsyncpolicy",
    "6.3": "booterrorux",
    "10.0": "bootux hypervisorenforcedcodeintegrity hypervisormmionxpolicy hypervisormsrfilterpolicy "
    "hypervisorschedulertype vsmlaunchtype",
}
_NEWER_WORDS = {
    "bootstatuspolicy": "ignorecheckpointfailures displayshutdownfailures displaybootfailures "
    "displaycheckpointfailures",
    "graphicsresolution": "1024x600",
    "hypervisordebugtype": "none net",
}
_TOO_NEW = {"alwaysdisplaystartupfailures"}  # came with build 17763: not every Windows of version 10.0 has it
_OTHERS = {
    # numbers that are words
    "groupsize": BootSetting(("1", "2", "4", "8", "16", "32", "64"), since="6.1"),
    "hypervisorbaudrate": BootSetting(tuple(map(str, BAUDRATES))),
    # numbers
    "avoidlowmemory": BootSetting(top=ANY, since="6.1"),
    "clustermodeaddressing": BootSetting(top=255),
    "configflags": BootSetting(top=ANY),
    "hypervisorchannel": BootSetting(top=62),
    "hypervisordebugport": BootSetting(low=1, top=4),
    "hypervisornumproc": BootSetting(low=1, top=2048, since="6.2"),
    "hypervisorrootproc": BootSetting(low=1, top=2048, since="6.2"),
    "hypervisorrootprocpernode": BootSetting(low=1, top=2048, since="6.2"),
    "increaseuserva": BootSetting(low=2048, top=3072),
    "numproc": BootSetting(low=1, top=2048),
    "perfmem": BootSetting(top=1 << 20),
    "relocatephysical": BootSetting(top=ANY),
    "removememory": BootSetting(top=1 << 30),
    "restrictapiccluster": BootSetting(top=255),
    "truncatememory": BootSetting(low=1 << 20, top=ANY),
    "xsavedisable": BootSetting(top=ANY, since="6.1"),
    # texts
    "hal": BootSetting(text=True),
    "hypervisorbusparams": BootSetting(text=True, since="6.2"),
    "hypervisorloadoptions": BootSetting(text=True, since="6.3"),
    "hypervisorpath": BootSetting(text=True, until="6.1"),
    "kernel": BootSetting(text=True),
    "loadoptions": BootSetting(text=True),
    "stampdisks": BootSetting(until="6.2"),
}


def _settings() -> dict[str, BootSetting]:
    found = {name: BootSetting(since=since) for since, names in _SWITCHES.items() for name in names.split()}
    for since, names in _WORDS.items():
        for name in names.split():
            words = tuple(word.lower() for word in elements.ENUMS[name] if word.lower() not in _TOO_NEW)
            newer = dict.fromkeys(_NEWER_WORDS.get(name, "").split(), "6.2")
            found[name] = BootSetting(words, since=since, newer=newer)
    return dict(sorted({**found, **_OTHERS}.items()))


SETTINGS = _settings()

_MENU = "of the boot manager, not of a Windows entry"
# Names that bcdedit knows -> why they are not settings here, what to do instead.
_MADE_ELSEWHERE = {
    "device osdevice path systemroot resumeobject": ("bcdboot writes it", "leave it out: it follows from the VHD"),
    "inherit recoverysequence badmemorylist allowedinmemorysettings": ("a list of bcdboot's", "leave it out"),
    "description": ("it has a key of its own", "write boot: {description: …} in the VHD"),
    "locale": ("it has a key of its own", "write boot.locale"),
    "timeout": (_MENU, "write boot.menu.timeout"),
    "default": (_MENU, "write boot.menu.default"),
    "displayorder": (_MENU, "write boot.menu.order"),
    "displaybootmenu": (_MENU, "write boot.menu.displaybootmenu"),
    "bootems emsport emsbaudrate": ("of the serial console", "write boot.ems: {port: 1, baudrate: 115200}"),
    "debugtype debugport baudrate": (
        "of the debugger's connection",
        "write boot.debug: {port: 2, baudrate: 115200}",
    ),
    "debugaddress debugstart channel targetname busparams hostip port dhcp key": (
        "of a debugger that is not on a serial port",
        "set it on the machine: bcdedit /dbgsettings",
    ),
}
_ELSEWHERE = {name: reason for names, reason in _MADE_ELSEWHERE.items() for name in names.split()}
_OTHER_KINDS = (
    (elements.BOOTMGR, _MENU),
    (elements.RESUME, "of the entry that wakes Windows up, not of one that starts it"),
    (elements.MEMDIAG, "of the memory tester"),
    (elements.DEVICE, "of a RAM disk"),
)


def elsewhere(name: str) -> tuple[str, str] | None:
    """Why an element that bcdedit knows is not made by `settings:`, and what to do instead; None for one that it does
    not know, and for a setting."""
    if name in _ELSEWHERE or name in SETTINGS:
        return _ELSEWHERE.get(name)
    for table, whose in _OTHER_KINDS:
        if name in table.values():
            return whose, "leave it out"
    if name in {*elements.LIBRARY.values(), *elements.LOADER.values()}:
        return "hvsbuild does not make it", "set it on the machine: bcdedit /set"
    return None
