"""Registry hives for a phony image: the keys that hvsbuild, wimlib and boot code care about, and a crowd around them.

Shaped after a real SYSTEM hive (names and types of keys that Microsoft documents), not copied from one.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hvsbuild.formats.hive import Hive, new_hive
from hvsbuild.formats.regvalue import RegValue, encode

# One key in brackets, then its values: name, type letter, data. `;` separates the texts of a list.
LETTERS = {
    "s": "REG_SZ",
    "x": "REG_EXPAND_SZ",
    "d": "REG_DWORD",
    "q": "REG_QWORD",
    "b": "REG_BINARY",
    "m": "REG_MULTI_SZ",
}
VALUE = re.compile(r"(.*?) ([sxdqbm])(?: (.*))?")

SYSTEM = r"""
[Select]
Current d 1
Default d 1
Failed d 0
LastKnownGood d 1
[MountedDevices]
[Setup]
CmdLine s
OobeInProgress d 0
SetupPhase d 0
SetupType d 0
SystemSetupInProgress d 0
SystemPartition s \Device\HarddiskVolume1
[ControlSet001\Control]
BootDriverFlags d 0
CurrentUser s USERNAME
PreshutdownOrder m wuauserv;gpsvc;trustedinstaller
SystemBootDevice s multi(0)disk(0)rdisk(0)partition(1)
SystemStartOptions s NOEXECUTE=OPTOUT
WaitToKillServiceTimeout s 12000
[ControlSet001\Control\Class\{4D36E966-E325-11CE-BFC1-08002BE10318}\0000]
MatchingDeviceId s acpiapic
DriverDesc s ACPI x64-based PC
[ControlSet001\Control\ComputerName\ComputerName]
ComputerName s PHONY
[ControlSet001\Control\CrashControl]
AutoReboot d 1
CrashDumpEnabled d 2
DumpFile x %SystemRoot%\MEMORY.DMP
LogEvent d 1
MinidumpDir x %SystemRoot%\Minidump
Overwrite d 1
[ControlSet001\Control\FileSystem]
NtfsDisable8dot3NameCreation d 2
NtfsDisableLastAccessUpdate d 1
NtfsMemoryUsage d 0
[ControlSet001\Control\MUI\UILanguages\en-US]
Type d 145
LCID d 1033
[ControlSet001\Control\Nls\Language]
Default s 0409
InstallLanguage s 0409
[ControlSet001\Control\ProductOptions]
ProductType s ServerNT
ProductSuite m Terminal Server
[ControlSet001\Control\ServiceGroupOrder]
List m Boot Bus Extender;System Bus Extender;SCSI Miniport;Primary Disk;Filter;Boot File System;File System;Event Log
[ControlSet001\Control\Session Manager]
BootExecute m autocheck autochk *
CriticalSectionTimeout d 2592000
ExcludeFromKnownDlls m
GlobalFlag d 0
NumberOfInitialSessions d 2
ObjectDirectories m \Windows;\RPC Control
ProcessorControl d 2
ProtectionMode d 1
SetupExecute m
[ControlSet001\Control\Session Manager\Environment]
ComSpec x %SystemRoot%\system32\cmd.exe
NUMBER_OF_PROCESSORS s 1
OS s Windows_NT
PATHEXT s .COM;.EXE;.BAT;.CMD
Path x %SystemRoot%\system32;%SystemRoot%
PROCESSOR_ARCHITECTURE s AMD64
TEMP x %SystemRoot%\TEMP
windir x %SystemRoot%
[ControlSet001\Control\Session Manager\KnownDLLs]
kernel32 s kernel32.dll
DllDirectory x %SystemRoot%\system32
[ControlSet001\Control\Session Manager\Memory Management]
ClearPageFileAtShutdown d 0
DisablePagingExecutive d 0
LargeSystemCache d 0
NonPagedPoolQuota d 0
NonPagedPoolSize d 0
PagedPoolQuota d 0
PagedPoolSize d 0
SecondLevelDataCache d 0
SessionPoolSize d 4
SessionViewSize d 48
SystemPages d 0
PagingFiles m ?:\pagefile.sys
PhysicalAddressExtension d 1
ExistingPageFiles m \??\C:\pagefile.sys
[ControlSet001\Control\Session Manager\Memory Management\PrefetchParameters]
BootId d 1
EnablePrefetcher d 3
EnableSuperfetch d 0
[ControlSet001\Control\Session Manager\Memory Management\StoreParameters]
[ControlSet001\Control\Session Manager\Power]
HibernateEnabled d 0
[ControlSet001\Control\TimeZoneInformation]
Bias d 0
TimeZoneKeyName s UTC
[ControlSet001\Control\Windows]
CSDBuildNumber d 1130
CSDVersion d 256
Directory x %SystemRoot%
SystemDirectory x %SystemRoot%\system32
[ControlSet001\Enum]
[ControlSet001\Hardware Profiles\0001]
FriendlyName s Phony
[ControlSet001\services\FsDepends\Parameters]
VirtualDiskExpandOnMount d 1
VirtualDiskMaxTreeDepth d 2
VirtualDiskNoLocalMount d 0
[ControlSet001\services\vds\Alignment]
LessThan4GB d 65536
Between4_8GB d 1048576
Between8_32GB d 1048576
GreaterThan32GB d 1048576
"""
# Drivers and services: name, start, type, boot flags (windows-facts 7.2), group.
SERVICES = """
ACPI 0 1 0 Core|atapi 0 1 0 SCSI Miniport|CLFS 0 1 0 Filter|disk 0 1 2|FsDepends 3 2 2 Filter
fltmgr 0 2 0 FSFilter Infrastructure|fvevol 0 1 0|hwpolicy 0 1 0|intelide 3 1 0 System Bus Extender
KSecDD 0 1 0 Base|mountmgr 0 1 0 System Bus Extender|msahci 3 1 0 SCSI Miniport|msisadrv 0 1 0 Boot Bus Extender
NDIS 0 1 1 NDIS Wrapper|Ntfs 3 2 0 Boot File System|partmgr 0 1 0 Boot Bus Extender|pci 0 1 0 Boot Bus Extender
storvsc 3 1 0 SCSI Miniport|usbehci 3 1 4 Base|usbhub 3 1 4 Base|USBSTOR 3 1 4|usbuhci 3 1 4 Base
vdrvroot 0 1 2 Boot Bus Extender|vhdmp 3 1 2 SCSI Miniport|vmbus 3 1 0 System Bus Extender
volmgr 0 1 0 System Bus Extender|volsnap 0 1 0|hvboot 0 1 0|vid 3 1 0|vmms 2 16 0|vhdsvc 2 16 0|nvspwmi 2 16 0
LanmanServer 2 32 0|LanmanWorkstation 2 32 0 NetworkProvider|EventLog 2 32 0 Event Log
RpcSs 2 32 0 COM Infrastructure|Dhcp 2 32 0 TDI|Dnscache 2 32 0 TDI|vds 3 16 0|Schedule 2 32 0 SchedulerGroup
"""
SOFTWARE = r"""
[Classes]
[Clients]
[Microsoft\Windows NT\CurrentVersion]
CurrentVersion s 6.1
CurrentBuild s 7601
CurrentBuildNumber s 7601
EditionID s ServerHyper
InstallationType s Server Core
ProductName s Phony Hyper-V Server 2008 R2
RegisteredOwner s nobody
SystemRoot s C:\Windows
[Microsoft\Windows NT\CurrentVersion\Winlogon]
Shell s cmd.exe /c "cd /d "%USERPROFILE%" & start cmd.exe /k"
[Microsoft\Windows\CurrentVersion]
ProgramFilesDir s C:\Program Files
CommonFilesDir s C:\Program Files\Common Files
[Microsoft\Windows\CurrentVersion\Run]
[Microsoft\Dfrg\BootOptimizeFunction]
Enable s Y
[Policies\Microsoft\Windows]
"""
USER = r"""
[Console]
ScreenBufferSize d 19660880
WindowSize d 1638480
[Control Panel\Desktop]
ScreenSaveActive s 0
Wallpaper s
[Environment]
TEMP x %USERPROFILE%\AppData\Local\Temp
TMP x %USERPROFILE%\AppData\Local\Temp
[Keyboard Layout\Preload]
1 s 00000409
[Software\Microsoft\Windows\CurrentVersion\Explorer]
ShellState b 2400000033a80000000000000000000000000000
"""


def values(table: str) -> list[tuple[str, str, RegValue | None]]:
    """(key, value name, value) for each line; (key, "", None) for each key."""
    key, found = "", list[tuple[str, str, RegValue | None]]()
    for line in table.strip().splitlines():
        if line.startswith("["):
            key = line[1:-1]
            found.append((key, "", None))
        elif value := VALUE.fullmatch(line):
            name, letter, data = value[1], value[2], value[3] or ""
            plain = [one for one in data.split(";") if one] if letter == "m" else data
            found.append((key, name, encode(LETTERS[letter], plain)))
        else:
            raise AssertionError(f"a line of a hive's table was not understood: {line!r}")
    return found


def services() -> str:
    """The table of services, with 160 more that only fill the hive."""
    lines: list[str] = []
    known = [part.split(" ", 4) for line in SERVICES.strip().splitlines() for part in line.split("|")]
    crowd = [[f"phony{number:03d}", "3", "32" if number % 3 else "1", "0", ""] for number in range(160)]
    for name, start, kind, flags, *group in known + crowd:
        base = rf"ControlSet001\services\{name}"
        driver = int(kind) < 16
        path = rf"system32\drivers\{name}.sys" if driver else r"%SystemRoot%\system32\svchost.exe -k phony"
        lines += [f"[{base}]", f"DisplayName s {name}", "ErrorControl d 1", f"ImagePath x {path}"]
        lines += [f"Start d {start}", f"Type d {kind}"]
        lines += [f"BootFlags d {flags}"] if flags != "0" else []
        lines += [f"Group s {group[0].strip()}"] if group and group[0].strip() else []
        lines += [] if driver else [rf"[{base}\Parameters]", rf"ServiceDll x %SystemRoot%\system32\{name}.dll"]
    return "\n".join(lines)


def build(root: str, *tables: str) -> bytes:
    """A hive whose root key is `root`, with the keys and values of the tables."""
    with tempfile.TemporaryDirectory(prefix="hvsbuild-hive-") as folder:
        path = Path(folder) / "hive"
        new_hive(path, root)
        with Hive.open(path, writable=True) as hive:
            for table in tables:
                for key, name, value in values(table):
                    if value is None:
                        hive.make(key)
                    else:
                        hive.set(key, name, value)
            hive.commit()
        return path.read_bytes()


def system() -> bytes:
    return build("CMI-CreateHive{2A7FB991-7BBE-4F9D-B91E-7CB51D4737F5}", SYSTEM, services())


def software() -> bytes:
    return build("CMI-CreateHive{199DAFC2-6F16-4946-BF90-5A3FC3A60902}", SOFTWARE)


def user(root: str) -> bytes:
    return build(root, USER)
