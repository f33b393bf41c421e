"""The names of BCD objects and elements, as bcdedit types and prints them. Data only; the lookups are below it.

An element's code is 32 bits: class (1 library, 2 application, 3 device options, 4 setup template), format, number.
Application elements mean different things in different kinds of object.
Sources: Geoff Chappell, https://www.geoffchappell.com/notes/windows/boot/bcd/elements.htm and objects.htm;
Microsoft, "BCDEdit /set"; checked against real stores.
"""

from __future__ import annotations

import uuid

FORMATS = {1: "device", 2: "string", 3: "object", 4: "objects", 5: "integer", 6: "boolean", 7: "integers"}

# Object types (the value Type of an object's Description).
FWBOOTMGR, BOOTMGR, LOADER, RESUME, MEMDIAG = 0x10100001, 0x10100002, 0x10200003, 0x10200004, 0x10200005
NTLDR, BOOTSECTOR, FIRMWARE_APPLICATION = 0x10300006, 0x10400008, 0x101FFFFF
INHERIT_ANY, INHERIT_LOADER, INHERIT_RESUME, DEVICE_OPTIONS = 0x20100000, 0x20200003, 0x20200004, 0x30000000

ALIASES = {
    "{bootmgr}": "{9dea862c-5cdd-4e70-acc1-f32b344d4795}",
    "{fwbootmgr}": "{a5a30fa2-3d06-4e9f-b5f4-a01df9d1fcba}",
    "{memdiag}": "{b2721d73-1db4-4c62-bf78-c548a880142d}",
    "{ntldr}": "{466f5a88-0af2-4f76-9038-095b170dc21c}",
    "{globalsettings}": "{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}",
    "{bootloadersettings}": "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}",
    "{resumeloadersettings}": "{1afa9c49-16ab-4a5c-901b-212802da9460}",
    "{hypervisorsettings}": "{7ff607e0-4395-11db-b0de-0800200c9a66}",
    "{dbgsettings}": "{4636856e-540f-4170-a130-a84776f4c654}",
    "{emssettings}": "{0ce4991b-e6b3-4b16-b23c-5e0d9250e5d9}",
    "{badmemory}": "{5189b25c-5558-4bf2-bca4-289b11bd29e2}",
    "{ramdiskoptions}": "{ae5534e0-a924-466c-b836-758539a3ee3a}",
    "{kerneldbgsettings}": "{313e8eed-7098-4586-a9bf-309c61f8d449}",
}
_BY_GUID = {guid: alias for alias, guid in ALIASES.items()}

# Headings of `bcdedit /enum`: by identifier where it has its own, else by the object's type.
HEADINGS_BY_ALIAS = {
    "{globalsettings}": "Global Settings",
    "{bootloadersettings}": "Boot Loader Settings",
    "{resumeloadersettings}": "Resume Loader Settings",
    "{hypervisorsettings}": "Hypervisor Settings",
    "{dbgsettings}": "Debugger Settings",
    "{emssettings}": "EMS Settings",
    "{badmemory}": "RAM Defects",
    "{ramdiskoptions}": "Setup Ramdisk Options",
}
HEADINGS = {
    FWBOOTMGR: "Firmware Boot Manager",
    BOOTMGR: "Windows Boot Manager",
    LOADER: "Windows Boot Loader",
    RESUME: "Resume from Hibernate",
    MEMDIAG: "Windows Memory Tester",
    NTLDR: "Windows Legacy OS Loader",
    BOOTSECTOR: "Real-mode Boot Sector",
    DEVICE_OPTIONS: "Device options",
}

_LIBRARY = """
11000001 device  12000002 path  12000004 description  12000005 locale  14000006 inherit  15000007 truncatememory
14000008 recoverysequence  16000009 recoveryenabled  1700000a badmemorylist  1600000b badmemoryaccess
1500000c firstmegabytepolicy  1500000d relocatephysical  1500000e avoidlowmemory  1600000f traditionalkseg
16000010 bootdebug  15000011 debugtype  15000012 debugaddress  15000013 debugport  15000014 baudrate  15000015 channel
12000016 targetname  16000017 noumex  15000018 debugstart  12000019 busparams  1500001a hostip  1500001b port
1600001c dhcp  1200001d key  1600001e vm  16000020 bootems  15000022 emsport  15000023 emsbaudrate
12000030 loadoptions  16000040 advancedoptions  16000041 optionsedit  15000042 keyringaddress
16000046 graphicsmodedisabled  15000047 configaccesspolicy  16000048 nointegritychecks  16000049 testsigning
1200004a fontpath  1500004b integrityservices  16000050 extendedinput  15000051 initialconsoleinput
15000052 graphicsresolution  16000053 restartonfailure  16000054 highestmode  16000060 isolatedcontext
15000065 displaymessage  15000066 displaymessageoverride  16000069 nobootuxprogress
1600006a nobootuxfade  1600006c bootuxdisabled  17000077 allowedinmemorysettings
1600007b forcefipscrypto  1600007e flightsigning
"""
_BOOTMGR = """
24000001 displayorder  24000002 bootsequence  23000003 default  25000004 timeout  26000005 resume
23000006 resumeobject  24000010 toolsdisplayorder  26000020 displaybootmenu  26000021 noerrordisplay
21000022 bcddevice  22000023 bcdfilepath  26000025 hiberboot  26000028 processcustomactionsfirst
27000030 customactions  26000031 persistbootsequence  26000042 flightedbootmgr
"""
_LOADER = """
21000001 osdevice  22000002 systemroot  23000003 resumeobject  26000004 stampdisks  26000010 detecthal
22000011 kernel  22000012 hal  22000013 dbgtransport  25000020 nx  25000021 pae  26000022 winpe
26000024 nocrashautoreboot  26000025 lastknowngood  26000030 nolowmem  25000031 removememory
25000032 increaseuserva  25000033 perfmem  26000040 vga  26000041 quietboot  26000042 novesa  26000043 novga
25000050 clustermodeaddressing  26000051 usephysicaldestination  25000052 restrictapiccluster
26000054 uselegacyapicmode  25000055 x2apicpolicy  26000060 onecpu  25000061 numproc  26000062 maxproc
25000063 configflags  26000064 maxgroup  26000065 groupaware  25000066 groupsize  26000070 usefirmwarepcisettings
25000071 msi  25000072 pciexpress  25000080 safeboot  26000081 safebootalternateshell  26000090 bootlog  26000091 sos
260000a0 debug  260000a1 halbreakpoint  260000a2 useplatformclock  260000a3 forcelegacyplatform
260000a4 useplatformtick  260000a5 disabledynamictick  250000a6 tscsyncpolicy  260000b0 ems
250000c1 driverloadfailurepolicy  250000c2 bootmenupolicy  260000c3 onetimeadvancedoptions
250000e0 bootstatuspolicy  260000e1 disableelamdrivers  250000f0 hypervisorlaunchtype  220000f1 hypervisorpath
260000f2 hypervisordebug  250000f3 hypervisordebugtype  250000f4 hypervisordebugport  250000f5 hypervisorbaudrate
250000f6 hypervisorchannel  250000f7 bootux  260000f8 hypervisordisableslat  250000fa hypervisornumproc
250000fb hypervisorrootprocpernode  260000fc hypervisoruselargevtlb  25000100 tpmbootentropy
"""
_RESUME = """
21000001 filedevice  22000002 filepath  26000003 customsettings  26000004 pae  21000005 associatedosdevice
26000006 debugoptionenabled  25000007 bootux  25000008 bootmenupolicy
"""
_MEMDIAG = "25000001 passcount  25000002 testmix  25000003 failurecount  25000004 testtofail  26000005 cacheenable"
_DEVICE = """
35000001 ramdiskimageoffset  35000002 ramdisktftpclientport  31000003 ramdisksdidevice  32000004 ramdisksdipath
35000005 ramdiskimagelength  36000006 exportascd  35000007 ramdisktftpblocksize  35000008 ramdisktftpwindowsize
36000009 ramdiskmcenabled  3600000a ramdiskmctftpfallback
"""

# Words of integer elements, from 0 up.
ENUMS = {
    "nx": ("OptIn", "OptOut", "AlwaysOff", "AlwaysOn"),
    "pae": ("Default", "ForceEnable", "ForceDisable"),
    "hypervisorlaunchtype": ("Off", "Auto"),
    "bootmenupolicy": ("Legacy", "Standard"),
    "bootstatuspolicy": (
        *("DisplayAllFailures", "IgnoreAllFailures", "IgnoreShutdownFailures", "IgnoreBootFailures"),
        *("IgnoreCheckpointFailures", "DisplayShutdownFailures", "DisplayBootFailures", "DisplayCheckpointFailures"),
    ),
    "driverloadfailurepolicy": ("Fatal", "UseErrorControl"),
    "safeboot": ("Minimal", "Network", "DsRepair"),
    "debugtype": ("Serial", "1394", "USB", "NET", "Local"),
    "debugstart": ("Active", "AutoEnable", "Disable"),
    "hypervisordebugtype": ("Serial", "1394", "None", "Net"),
    "bootux": ("Disabled", "Basic", "Standard"),
    "integrityservices": ("Default", "Enable", "Disable"),
    "configaccesspolicy": ("Default", "DisallowMmConfig"),
    "graphicsresolution": ("1024x768", "800x600", "1024x600"),
    "testmix": ("Basic", "Extended"),
    "testtofail": ("Stride", "Mats", "InverseCoupling", "RandomPattern", "Checkerboard"),
    "msi": ("Default", "ForceDisable"),
    "pciexpress": ("Default", "ForceDisable"),
    "tpmbootentropy": ("Default", "ForceDisable", "ForceEnable"),
    "firstmegabytepolicy": ("UseNone", "UseAll", "UsePrivate"),
    "tscsyncpolicy": ("Default", "Legacy", "Enhanced"),
    "x2apicpolicy": ("Default", "Disable", "Enable"),
    "displaymessageoverride": (
        *("Default", "Resume", "HyperV", "Recovery", "StartupRepair"),
        *("SystemImageRecovery", "CommandPrompt", "SystemRestore", "PushButtonReset"),
    ),
}
ENUMS["displaymessage"] = ENUMS["displaymessageoverride"]
# Integer elements that bcdedit prints and reads in hexadecimal.
HEXADECIMAL = {"allowedinmemorysettings", "debugaddress", "truncatememory", "avoidlowmemory", "relocatephysical"}
BOOLEANS = {"yes": True, "on": True, "true": True, "1": True, "no": False, "off": False, "false": False, "0": False}


def _table(text: str) -> dict[int, str]:
    words = text.split()
    return {int(code, 16): name for code, name in zip(words[::2], words[1::2], strict=True)}


LIBRARY, DEVICE = _table(_LIBRARY), _table(_DEVICE)
APPLICATION = {
    FWBOOTMGR: _table(_BOOTMGR),
    BOOTMGR: _table(_BOOTMGR),
    LOADER: _table(_LOADER),
    RESUME: _table(_RESUME),
    MEMDIAG: _table(_MEMDIAG),
    INHERIT_LOADER: _table(_LOADER),
    INHERIT_RESUME: _table(_RESUME),
}


def _names(object_type: int) -> dict[int, str]:
    return {**LIBRARY, **DEVICE, **APPLICATION.get(object_type, {})}


def element_name(code: int, object_type: int) -> str:
    """What bcdedit calls an element in an object of this type; `custom:xxxxxxxx` when it has no name."""
    return _names(object_type).get(code, f"custom:{code:08x}")


def element_code(name: str, object_type: int) -> int | None:
    """The code behind a bcdedit name (any case) in an object of this type, or None."""
    wanted = name.lower()
    if wanted.startswith("custom:"):
        try:
            code = int(wanted.removeprefix("custom:"), 16)
        except ValueError:
            return None
        return code if format_of(code) in FORMATS.values() and code < 1 << 32 else None
    return next((code for code, one in _names(object_type).items() if one == wanted), None)


def format_of(code: int) -> str:
    """`device`, `string`, `object`, `objects`, `integer`, `boolean`, `integers`, or "" for none of these."""
    return FORMATS.get(code >> 24 & 15, "")


def alias_of(guid: str) -> str:
    """`{bootmgr}` for its GUID; a GUID without an alias as it is."""
    return _BY_GUID.get(guid.lower(), guid)


def guid_of(identifier: str) -> str | None:
    """The GUID of an alias or GUID in braces, in lower case; None for anything else."""
    found = ALIASES.get(identifier.lower())
    if found or not (identifier.startswith("{") and identifier.endswith("}")):
        return found
    try:
        parsed = uuid.UUID(identifier[1:-1])
    except ValueError:
        return None
    return str_guid(parsed) if len(identifier) == 38 else None


def str_guid(guid: uuid.UUID) -> str:
    """`{xxxxxxxx-…}` in lower case, as the keys of a store are named."""
    return f"{{{guid}}}"


def heading(guid: str, object_type: int) -> str:
    """The heading of an object in bcdedit's list."""
    known = HEADINGS_BY_ALIAS.get(alias_of(guid)) or HEADINGS.get(object_type)
    return known or (
        f"Firmware Application ({object_type & 0xFFFFF:x})"
        if object_type == FIRMWARE_APPLICATION
        else f"Unknown object type ({object_type:08x})"
    )
