"""The part of the tree that has a meaning: what boot code, bcdboot, reg and wimlib look for in a Windows image."""

from __future__ import annotations

from collections.abc import Iterator

from hvsbuild.formats.filesystem import HIDDEN, READ_ONLY, SYSTEM
from phony import bcdtemplate, bootmgr, content, efi, hives, security
from phony.tree import NOT_INDEXED, Item, file, folder, hidden, hive

CONFIG = "Windows\\System32\\config"
PROGRAMS = (
    "kernel32.dll",
    "ntoskrnl.exe",
    "hal.dll",
    "winload.exe",
    "winresume.exe",
    "smss.exe",
    "csrss.exe",
    "cmd.exe",
)
DRIVERS = (
    "disk.sys",
    "partmgr.sys",
    "vhdmp.sys",
    "fsdepends.sys",
    "usbstor.sys",
    "usbhub.sys",
    "usbehci.sys",
    "ntfs.sys",
)
FONTS = ("chs_boot.ttf", "cht_boot.ttf", "jpn_boot.ttf", "kor_boot.ttf", "wgl4_boot.ttf")
LANGUAGES = ("de-DE", "en-US", "ja-JP")


def folders() -> Iterator[Item]:
    yield folder("", descriptor=security.ROOT, attributes=HIDDEN | SYSTEM)
    yield folder("Program Files", "PROGRA~1")
    yield folder("Program Files (x86)", "PROGRA~2")
    yield folder("Program Files\\Common Files", "COMMON~1")
    yield folder("PerfLogs", descriptor=security.USER_FOLDER)
    yield folder("ProgramData", "PROGRA~3", descriptor=security.USER_FOLDER, attributes=HIDDEN | NOT_INDEXED)
    yield folder("Users", descriptor=security.USER_FOLDER, attributes=READ_ONLY)
    yield folder("Users\\Default", descriptor=security.USER_FOLDER, attributes=HIDDEN)
    yield folder("Users\\Public", descriptor=security.USER_FOLDER, attributes=READ_ONLY)
    yield folder("Windows\\Temp", descriptor=security.USER_FOLDER)
    yield Item(
        "Documents and Settings",
        attributes=HIDDEN | SYSTEM | NOT_INDEXED,
        descriptor=security.USER_FOLDER,
        short="DOCUME~1",
        junction="C:\\Users",
    )


def registry() -> Iterator[Item]:
    yield hive(f"{CONFIG}\\SYSTEM", hives.system())
    yield hive(f"{CONFIG}\\SOFTWARE", hives.software())
    yield hive(f"{CONFIG}\\DEFAULT", hives.user("CMI-CreateHive{0297523D-E529-4E48-A4BF-4E8F6BD9F4B2}"))
    yield hive(f"{CONFIG}\\BCD-Template", bcdtemplate.build())
    user = hives.user("CMI-CreateHive{D43B12B8-09B5-40DB-B4F6-F6DFEB78DAEC}")
    yield Item("Users\\Default\\NTUSER.DAT", user, HIDDEN, security.HIVE_FILE)


def boot_files(*, with_efi: bool) -> Iterator[Item]:
    """`Windows\\Boot`: 2008 R2 has no bootnxt, no Resources (windows-facts 3.2)."""
    pcat, other = "Windows\\Boot\\PCAT", "Windows\\Boot\\EFI"
    yield file(f"{pcat}\\bootmgr", bootmgr.assemble())
    yield file(f"{pcat}\\memtest.exe", content.program("memtest.exe", 40_000, 0x14C))
    for language in LANGUAGES:
        for name in ("bootmgr.exe.mui", "memtest.exe.mui"):
            yield file(f"{pcat}\\{language}\\{name}", content.program(f"{language} {name}"))
    for font in FONTS:
        yield file(f"Windows\\Boot\\Fonts\\{font}", content.fill(font, 45_000))
    if with_efi:
        program = efi.program()
        yield file(f"{other}\\bootmgfw.efi", program)
        yield file(f"{other}\\bootmgr.efi", program + b"bootmgr.efi")
        yield file(f"{other}\\memtest.efi", content.program("memtest.efi", 40_000))
        for language in LANGUAGES:
            for name in ("bootmgfw.efi.mui", "bootmgr.efi.mui", "memtest.efi.mui"):
                yield file(f"{other}\\{language}\\{name}", content.program(f"{language} {name}"))


def system_files() -> Iterator[Item]:
    system32 = "Windows\\System32"
    for name in (*PROGRAMS, "winload.efi", "winresume.efi"):
        yield file(f"{system32}\\{name}", content.program(name, 16_000))
    for name in DRIVERS:
        yield file(f"{system32}\\drivers\\{name}", content.program(name))
    yield file("Windows\\phony.txt", (efi.WORD + "\n").encode())
    yield file("Windows\\win.ini", content.text("; for 16-bit app support", "[fonts]", "[extensions]"))
    yield file(
        "Windows\\System32\\license.rtf", content.text("{\\rtf1 A phony image. It holds nothing of Microsoft's.}")
    )
    yield hidden("Program Files\\desktop.ini", content.text("[.ShellClassInfo]"))


def peculiar() -> Iterator[Item]:
    """Names, sizes and streams at the edges of what NTFS allows."""
    odd = "Windows\\Web\\Peculiar"
    plain = security.PROGRAM_FILE
    yield Item(f"{odd}\\empty", b"", descriptor=plain)
    yield Item(f"{odd}\\one cluster.bin", content.fill("one cluster", 4096), descriptor=plain, short="ONECLU~1.BIN")
    yield Item(f"{odd}\\Grüße, 世界 🪟.txt", content.text("Grüße"), descriptor=plain, short="GRE~1.TXT")
    yield Item(f"{odd}\\{'n' * 251}.txt", content.text("a name of 255 characters"), descriptor=plain)
    yield Item(f"{odd}\\read only.txt", content.text("read only"), READ_ONLY | HIDDEN, plain, "READON~1.TXT")
    marks = (
        ("Zone.Identifier", content.text("[ZoneTransfer]", "ZoneId=3")),
        ("big", content.fill("big stream", 70_000)),
    )
    yield Item(f"{odd}\\streams.exe", content.program("streams.exe"), descriptor=plain, streams=(*marks, ("none", b"")))
    yield Item(f"{odd}\\linked", content.fill("linked", 9000), links=(f"{odd}\\linked too", "Windows\\linked three"))
    yield Item(odd, descriptor=security.USER_FOLDER, streams=(("about", b"a folder can have a stream"),))
    deep = "\\".join(["deep", *(f"level {number}" for number in range(1, 21))])
    yield Item(f"{odd}\\{deep}\\bottom.txt", content.text("the bottom"), descriptor=plain)


def items(*, with_efi: bool) -> list[Item]:
    parts = (folders(), registry(), boot_files(with_efi=with_efi), system_files(), peculiar())
    return [item for part in parts for item in part]
