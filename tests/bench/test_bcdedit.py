"""bcdedit on the bench: values as typed and as stored, the list as printed, what fails and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.formats.bcd import Value, store_of
from hvsbuild.formats.bcd_devices import Boot, File, Locate, LocatePath, LocateVhd, MbrPartition
from hvsbuild.hosts.bench.bcdboot import bcdboot
from hvsbuild.hosts.bench.bcdedit import bcdedit
from hvsbuild.hosts.bench.machine import Machine
from hvsbuild.hosts.bench.tool import BenchRefusal
from tests.bench.bootbench import FIXTURES, WINDOWS, bench, read, run, stick

HOST = MbrPartition(0xA1B2C3D4, 1 << 20)
STORE = r"Y:\Boot\BCD"
EDIT = rf"bcdedit /store {STORE}"


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stick on which bcdboot has run."""
    folder = tmp_path_factory.mktemp("stick")
    machine = bench(folder / "bench", stick(folder, WINDOWS))
    assert run(bcdboot, machine, r"bcdboot R:\windows /s Y:")[0] == 0
    return machine.folder / "stick.img"


@pytest.fixture
def machine(tmp_path: Path, image: Path) -> Machine:
    return bench(tmp_path / "bench", image)


def value(machine: Machine, name: str, identifier: str = "{default}") -> Value | None:
    one = store_of(read(machine, r"\Boot\BCD")).find(identifier)
    assert one is not None
    return one.value(name)


@pytest.mark.parametrize(
    ("typed", "name", "expected"),
    [
        ("hypervisorlaunchtype auto", "hypervisorlaunchtype", 1),
        ("HypervisorLaunchType OFF", "hypervisorlaunchtype", 0),
        ("nx AlwaysOn", "nx", 3),
        ("nx optout", "nx", 1),
        ("bootstatuspolicy IgnoreAllFailures", "bootstatuspolicy", 1),
        ("detecthal yes", "detecthal", True),
        ("detecthal off", "detecthal", False),
        ("detecthal TRUE", "detecthal", True),
        ("numproc 4", "numproc", 4),
        ("truncatememory 0x10000000", "truncatememory", 0x10000000),
        ('description "Hyper-V Server 2008 R2"', "description", "Hyper-V Server 2008 R2"),
        (r"path \Windows\system32\winload.exe", "path", r"\Windows\system32\winload.exe"),
        ("locale de-DE", "locale", "de-DE"),
        ("loadoptions /TESTSIGNING", "loadoptions", "/TESTSIGNING"),
        ("custom:26000090 on", "bootlog", True),
        ("inherit {bootloadersettings} {globalsettings}", "inherit", None),
        (r"device vhd=[Y:]\other.vhd", "device", LocateVhd(HOST, r"\other.vhd", 0x12000002)),
        (r"osdevice vhd=[y:]\other.vhd", "osdevice", LocateVhd(HOST, r"\other.vhd", 0x22000002)),
        (r"osdevice vhd=[locate]\x.vhd", "osdevice", LocateVhd(LocatePath(r"\x.vhd"), r"\x.vhd", 0x22000002)),
        (r'device "vhd=[Y:]\my disk.vhd"', "device", LocateVhd(HOST, r"\my disk.vhd", 0x12000002)),
        ("device partition=Y:", "device", HOST),
        ("device boot", "device", Boot()),
        ("osdevice locate", "osdevice", Locate(0x22000002)),
        (r"device locate=\Windows", "device", LocatePath(r"\Windows")),
        (r"device file=[Y:]\boot.wim", "device", File(HOST, r"\boot.wim")),
    ],
)
def test_set(machine: Machine, typed: str, name: str, expected: Value | None) -> None:
    assert run(bcdedit, machine, f"{EDIT} /set {{default}} {typed}") == (0, "The operation completed successfully.")
    if expected is None:
        expected = ("{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}", "{7ea2e1ac-2e61-4728-aaa3-896d9d0a9f0e}")
    assert value(machine, name) == expected


def test_other_objects_by_alias_and_guid(machine: Machine) -> None:
    guid = value(machine, "default", "{bootmgr}")
    for line in ("/set {BootMgr} displaybootmenu yes", f"/set {guid} quietboot on", "/set {emssettings} bootems no"):
        assert run(bcdedit, machine, f"{EDIT} {line}")[0] == 0
    assert value(machine, "displaybootmenu", "{bootmgr}") is True
    assert value(machine, "quietboot") is True


def test_what_is_so_already_is_not_written(machine: Machine) -> None:
    run(bcdedit, machine, f"{EDIT} /set {{default}} hypervisorlaunchtype auto")
    image = machine.folder / "stick.img"
    before, when = image.read_bytes(), image.stat().st_mtime_ns
    assert run(bcdedit, machine, f"{EDIT} /set {{default}} hypervisorlaunchtype auto")[0] == 0
    assert (image.read_bytes() == before, image.stat().st_mtime_ns) == (True, when)


def test_deletevalue_timeout_and_default(machine: Machine) -> None:
    assert run(bcdedit, machine, f"{EDIT} /deletevalue {{default}} nx")[0] == 0
    assert value(machine, "nx") is None
    code, text = run(bcdedit, machine, f"{EDIT} /deletevalue {{default}} nx")
    assert (code, "Element not found" in text) == (1, True)
    assert run(bcdedit, machine, f"{EDIT} /timeout 5")[0] == 0
    assert value(machine, "timeout", "{bootmgr}") == 5
    assert run(bcdedit, machine, f"{EDIT} /default {{memdiag}}")[0] == 0
    assert value(machine, "default", "{bootmgr}") == "{b2721d73-1db4-4c62-bf78-c548a880142d}"


def test_the_list(machine: Machine) -> None:
    run(bcdedit, machine, f"{EDIT} /set {{default}} hypervisorlaunchtype auto")
    code, text = run(bcdedit, machine, f"{EDIT} /enum")
    resume = value(machine, "resumeobject")
    assert code == 0
    assert (
        text
        == rf"""
Windows Boot Manager
--------------------
identifier              {{bootmgr}}
device                  partition=Y:
description             Windows Boot Manager
locale                  en-US
inherit                 {{globalsettings}}
default                 {{default}}
resumeobject            {resume}
displayorder            {{default}}
toolsdisplayorder       {{memdiag}}
timeout                 30

Windows Boot Loader
-------------------
identifier              {{default}}
device                  vhd=[Y:]\hvsOS.vhd,locate=custom:12000002
path                    \windows\system32\winload.exe
description             Windows
locale                  en-US
inherit                 {{bootloadersettings}}
osdevice                vhd=[Y:]\hvsOS.vhd,locate=custom:22000002
systemroot              \windows
resumeobject            {resume}
nx                      OptIn
hypervisorlaunchtype    Auto"""
    )
    assert run(bcdedit, machine, EDIT) == (0, text)


def test_other_lists(machine: Machine) -> None:
    _, everything = run(bcdedit, machine, f"{EDIT} /enum all")
    assert [line for line in everything.splitlines() if line.endswith(("Settings", "Tester", "Defects"))]
    assert "                        {emssettings}" in everything.splitlines()
    _, loaders = run(bcdedit, machine, f"{EDIT} /enum osloader /v")
    assert "{default}" not in loaders
    assert "{6efb52bf-1766-41db-a6b3-0ee5eff72bd7}" in loaders
    _, one = run(bcdedit, machine, f"{EDIT} /enum {{memdiag}}")
    assert "badmemoryaccess         Yes" in one
    assert "Boot Loader" not in one


@pytest.mark.skipif(not FIXTURES.is_dir(), reason="the shared BCD fixtures are not on this machine")
def test_every_real_store_is_listed(machine: Machine) -> None:
    for name in sorted(path.name for path in FIXTURES.iterdir()):
        (machine.folder / "C" / name).write_bytes((FIXTURES / name).read_bytes())
        for kind in ("active", "all", "all /v"):
            code, text = run(bcdedit, machine, rf"bcdedit /store C:\{name} /enum {kind}")
            assert code == 0
            assert "unknown (" not in text
    assert (
        "allowedinmemorysettings 0x15000075" in run(bcdedit, machine, r"bcdedit /store C:\BCD-win10-efi /enum all")[1]
    )
    assert "device                  unknown" in run(bcdedit, machine, r"bcdedit /store C:\BCD-win10-efi /enum")[1]


def order(machine: Machine, name: str = "displayorder") -> Value | None:
    return value(machine, name, "{bootmgr}")


def made(text: str) -> str:
    """The GUID that bcdedit tells."""
    return text[text.index("{") : text.index("}") + 1]


def test_copies_and_the_order_of_the_menu(machine: Machine) -> None:
    code, text = run(bcdedit, machine, f'{EDIT} /copy {{default}} /d "No hypervisor"')
    first, copied = str(value(machine, "default", "{bootmgr}")), made(text)
    assert (code, text) == (0, f"The entry was successfully copied to {copied}.")
    assert value(machine, "description", copied) == "No hypervisor"
    assert value(machine, "osdevice", copied) == value(machine, "osdevice")
    assert order(machine) == (first,)
    for words, expected in {
        f"{copied} /addlast": (first, copied),
        f"{copied} /addfirst": (copied, first),
        f"{first} {copied}": (first, copied),
        f"{first} /remove": (copied,),
        f"{copied} /remove": None,
        f"{copied} {first}": (copied, first),
    }.items():
        assert run(bcdedit, machine, f"{EDIT} /displayorder {words}") == (0, "The operation completed successfully.")
        assert order(machine) == expected, words
    assert run(bcdedit, machine, f"{EDIT} /bootsequence {copied}")[0] == 0
    assert order(machine, "bootsequence") == (copied,)
    assert run(bcdedit, machine, f"{EDIT} /delete {copied}")[0] == 0
    assert (order(machine), order(machine, "bootsequence")) == ((first,), None)
    assert run(bcdedit, machine, f"{EDIT} /delete {{memdiag}} /f")[0] == 0
    assert order(machine, "toolsdisplayorder") is None
    assert run(bcdedit, machine, f"{EDIT} /delete {{default}} /nocleanup")[0] == 0
    assert order(machine) == (first,)


def test_new_entries(machine: Machine) -> None:
    wanted = "{11111111-2222-3333-4444-555555555555}"
    code, text = run(bcdedit, machine, f"{EDIT} /create {wanted} /d Mine /application osloader")
    assert (code, text) == (0, f"The entry {wanted} was successfully created.")
    assert value(machine, "description", wanted) == "Mine"
    first, second = (made(run(bcdedit, machine, f"{EDIT} /create /d x /application bootsector")[1]) for _ in "ab")
    assert first != second
    assert run(bcdedit, machine, f'{EDIT} /create {{ntldr}} /d "Windows XP"')[1].startswith("The entry {ntldr} was")
    heads = [line for line in run(bcdedit, machine, f"{EDIT} /enum all")[1].splitlines() if line.startswith("---")]
    assert len(heads) == 11 + 4


def test_consoles_and_debuggers(machine: Machine) -> None:
    for line in (
        "/emssettings EMSPORT:2 EMSBAUDRATE:115200",
        "/dbgsettings serial debugport:1 baudrate:57600",
        "/hypervisorsettings SERIAL DEBUGPORT:2 BAUDRATE:9600",
        "/ems {default} on",
        "/bootems {bootmgr} ON",
        "/debug {default} off",
        "/bootdebug {bootmgr} on",
    ):
        assert run(bcdedit, machine, f"{EDIT} {line}") == (0, "The operation completed successfully."), line
    seen = {
        alias: [value(machine, name, alias) for name in names.split()]
        for alias, names in {
            "{emssettings}": "emsport emsbaudrate",
            "{dbgsettings}": "debugtype debugport baudrate",
            "{hypervisorsettings}": "hypervisordebugtype hypervisordebugport hypervisorbaudrate",
            "{default}": "ems debug",
            "{bootmgr}": "bootems bootdebug",
        }.items()
    }
    assert seen == {
        "{emssettings}": [2, 115200],
        "{dbgsettings}": [0, 1, 57600],
        "{hypervisorsettings}": [0, 2, 9600],
        "{default}": [True, False],
        "{bootmgr}": [True, True],
    }


def test_a_store_on_drive_c_can_be_changed(machine: Machine) -> None:
    (machine.folder / "C" / "BCD").write_bytes(read(machine, r"\Boot\BCD"))
    assert run(bcdedit, machine, r"bcdedit /store C:\BCD /set {default} sos on")[0] == 0
    loader = store_of((machine.folder / "C" / "BCD").read_bytes()).default
    assert loader is not None
    assert loader.value("sos") is True
    assert value(machine, "sos") is None


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (rf"{EDIT} /set {{default}} nx Sometimes", "integer data"),
        (rf"{EDIT} /set {{default}} numproc many", "integer data"),
        (rf"{EDIT} /set {{default}} detecthal perhaps", "boolean data"),
        (rf"{EDIT} /set {{default}} description Hyper-V Server", "one value"),
        (rf"{EDIT} /set {{default}} nx", "not valid"),
        (rf"{EDIT} /set {{default}} device partition=Q:", "device"),
        (rf"{EDIT} /set {{11111111-2222-3333-4444-555555555555}} nx OptIn", "specified entry"),
        (rf"{EDIT} /set {{nonsense}} nx OptIn", "identifier"),
        (rf"{EDIT} /set {{bootmgr}} default windows", "identifier"),
        (rf"{EDIT} /timeout soon", "timeout data"),
        (rf"{EDIT} /displayorder {{11111111-2222-3333-4444-555555555555}}", "specified entry"),
        (rf"{EDIT} /displayorder {{default}} {{default}}", "entry list"),
        (rf"{EDIT} /displayorder {{memdiag}} /remove", "not found"),
        (rf"{EDIT} /ems {{default}} perhaps", "ems command"),
        (rf"{EDIT} /create /d x", "create command"),
        (rf"{EDIT} /create {{ntldr}} /application osloader", "create command"),
        (rf"{EDIT} /create {{memdiag}}", "exists already"),
        (rf"{EDIT} /create {{nonsense}} /application osloader", "identifier"),
        (rf"{EDIT} /copy {{default}}", "copy command"),
        (rf"{EDIT} /delete {{memdiag}}", "without /f"),
        (r"bcdedit /store Y:\Boot\NONE /timeout 5", "could not be opened"),
        (r"bcdedit /store Q:\BCD /timeout 5", "could not be opened"),
        (r"bcdedit /store Y:\bootmgr /timeout 5", "could not be opened"),
    ],
)
def test_what_the_real_tool_fails_at(machine: Machine, line: str, says: str) -> None:
    before = read(machine, r"\Boot\BCD")
    code, text = run(bcdedit, machine, line)
    assert code == 1
    assert says in text
    assert read(machine, r"\Boot\BCD") == before


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("bcdedit /set {default} nx OptIn", 1),
        (rf"{EDIT} /create /d x /application bootmgr", 54),
        (rf"{EDIT} /export C:\\x", 28),
        (rf"{EDIT} /displayorder", 28),
        (rf"{EDIT} /displayorder {{default}} /addfirst /addlast", 28),
        (rf"{EDIT} /delete {{default}} /cleanup /nocleanup", 28),
        (rf"{EDIT} /timeout 5 /addlast", 39),
        (rf"{EDIT} /emssettings BIOS", 41),
        (rf"{EDIT} /dbgsettings NET HOSTIP:1.2.3.4", 41),
        (rf"{EDIT} /set {{default}} warpspeed on", 43),
        (rf"{EDIT} /set {{bootmgr}} nx OptIn", 43),
        (rf"{EDIT} /set {{current}} nx OptIn", 33),
        (rf"{EDIT} /set nx OptIn", 33),
        (rf"{EDIT} /set {{bootmgr}} displayorder {{default}} /addlast", 66),
        (rf"{EDIT} /set {{default}} device partition=Y", 50),
        (rf"{EDIT} /set {{default}} device vhd=hvsOS.vhd", 50),
        (rf"{EDIT} /set {{bootmgr}} custom:21000022 vhd=[Y:]\x.vhd", 59),
        (rf"{EDIT} /enum everything", 34),
        (rf"{EDIT} /enum all /x", 38),
        (rf"{EDIT} /timeout", 28),
        (rf"{EDIT} /set {{default}} device partition=R:", 0),
        (rf"{EDIT} /set {{default}} device partition=C:", 0),
    ],
)
def test_what_the_bench_refuses(machine: Machine, line: str, column: int) -> None:
    with pytest.raises(BenchRefusal) as caught:
        run(bcdedit, machine, line)
    assert caught.value.column == column
