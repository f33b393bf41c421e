"""What the programs called diskpart, cmd, powershell … on the tests' PATH do: hand over to the bench.

    python standin.py MACHINE NAME ARG…      as a shell script that `bench.make_programs` writes calls it

`powershell` answers from the bench's state alone, with only what the question asks for by name; it needs no bench. The
others do for real what their namesakes do, on the bench in MACHINE, with the exit code cut down to what Linux has.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

OEM = "cp850"


def asked(question: str, row: dict[str, Any]) -> dict[str, Any]:
    """What of a row the question names; a property that nobody asks for is not delivered."""
    return {name: value for name, value in row.items() if name in question}


def size_of(file: Path) -> int:
    return file.stat().st_size


def disk_rows(machine: Path, state: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [
        {
            "Number": 0, "Size": 1 << 40, "FriendlyName": "Own Disk", "Model": "Own Disk", "SerialNumber": "OWN",
            "UniqueId": "5000", "Path": "\\\\?\\scsi#disk&ven_own#4&1&0&000000#{53f56307-b6bf-11d0-94f2-00a0c91efb8b}",
            "Location": "PCI Slot 0", "IsBoot": True, "IsSystem": True, "BootFromDisk": True, "BusType": 11,
        }
    ]  # fmt: skip
    for disk in state["disks"]:
        vhd = disk["vdisk"]
        name = disk["model"] or "Msft Virtual Disk"
        serial = disk["serial"]
        device = f"usbstor#disk&ven_x#{serial.lower()}&0" if serial else "scsi#disk&ven_msft#2&1"
        path = f"\\\\?\\{device}#{{53f56307-b6bf-11d0-94f2-00a0c91efb8b}}"
        rows.append(
            {
                "Number": disk["number"], "Size": size_of(machine / disk["file"]) if disk["file"] else 1, "Model": name,
                "FriendlyName": name, "SerialNumber": serial or None, "UniqueId": serial, "Path": path, "IsBoot": False,
                "IsSystem": False, "BootFromDisk": False, "BusType": 15 if vhd else 7, "Location": None,
            }
        )  # fmt: skip
    return rows


def look(machine: Path, question: str) -> dict[str, Any]:
    """The answer to the question with Get-Disk."""
    state = json.loads((machine / "machine.json").read_text())
    partitions = [{"DiskNumber": 0, "PartitionNumber": 1, "DriveLetter": "C"}]
    for letter, (disk, partition) in state["letters"].items():
        partitions.append({"DiskNumber": disk, "PartitionNumber": partition, "DriveLetter": letter})
    partitions.append({"DiskNumber": 0, "PartitionNumber": 2, "DriveLetter": "\0"})
    images = [{"Number": disk["number"], "ImagePath": disk["vdisk"]} for disk in state["disks"] if disk["vdisk"]]
    return {
        "disks": [asked(question, row) for row in disk_rows(machine, state)],
        "images": images,
        "partitions": [asked(question, row) for row in partitions],
        "drives": [{"Index": disk["number"], "Capabilities": [3, 4]} for disk in state["disks"]],
        "pagefiles": ["C:\\pagefile.sys"],
    }


def powershell(machine: Path, argv: list[str]) -> int:
    assert argv[:3] == ["-NoProfile", "-NonInteractive", "-Command"], argv
    (question,) = argv[3:]
    assert '"' not in question, "a double quote does not come through a command line"
    if "FileVersionInfo" in question:
        names = [part.split("'")[1] for part in question.partition("$paths = @{ ")[2].partition(" }; ")[0].split("; ")]
        sys.stdout.write(json.dumps(dict.fromkeys(names, "6.1.7601.17514")) + "\r\n")
        return 0
    assert "Get-Disk" in question, question
    sys.stdout.write(json.dumps(look(machine, question), ensure_ascii=True, separators=(",", ":")) + "\r\n")
    return 0


def on_bench(folder: Path, name: str, argv: list[str]) -> int:
    """diskpart, cmd and the tools, for real."""
    from hvsbuild.hosts import tools
    from hvsbuild.hosts.bench.machine import Machine, locked
    from hvsbuild.hosts.bench.tool import Console
    from hvsbuild.hosts.bench.worker import run_script

    tools.die_with_parent()
    with locked(folder) as lock:
        tools.inherited.append(lock)
        machine = Machine(folder)
        machine.recover()
        console = Console()
        script = Path(argv[-1].removeprefix(".\\"))
        assert argv[:-1] == (["/s"] if name == "diskpart" else ["/d", "/e:on", "/v:off", "/c"]), argv
        assert script.parent == Path(), "a script is run from its own folder"
        code = run_script(machine, console, script.name, name, script.read_bytes())
    sys.stdout.buffer.write((console.text() + "\n").replace("\n", "\r\n").encode(OEM, "replace"))
    sys.stdout.flush()
    return (code & 0xFF or 1) if code else 0


def main() -> None:
    folder, name, argv = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
    with Path(os.environ["STANDIN_LOG"]).open("a") as log:
        log.write(json.dumps([name, *argv]) + "\n")
    sys.exit(powershell(folder, argv) if name == "powershell" else on_bench(folder, name, argv))


if __name__ == "__main__":
    main()
