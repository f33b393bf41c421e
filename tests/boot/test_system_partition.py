"""The UEFI and the dual-firmware example, built from their specs: OVMF and SeaBIOS start them from USB."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from phony import bootmgr, efi
from tests.boot import qemu
from tests.conftest import once
from tests.run.small import hvsbuild

pytestmark = [
    pytest.mark.skipif(not shutil.which("qemu-system-x86_64"), reason="qemu-system-x86 is not installed"),
    pytest.mark.skipif(not qemu.OVMF_CODE.exists(), reason="ovmf is not installed"),
    pytest.mark.skipif(
        not all(Path("/usr/lib/grub", platform).is_dir() for platform in ("i386-pc", "x86_64-efi")),
        reason="grub-pc-bin or grub-efi-amd64-bin is not installed",
    ),
]
SPECS = Path(__file__).parents[2] / "specs"
# What the stand-in for Windows' boot manager can look into is a fixed VHD: that much of the examples is changed.
CHANGES = {
    "windows-server-2022-uefi": (("ws2022.vhdx", "ws2022.vhd"), ("size: 40 GiB", "size: 40 GiB\n  type: fixed")),
    "hyperv-server-2019-dual": (("hvs2019.vhdx", "hvs2019.vhd"), ("size: 24 GiB", "size: 24 GiB\n  type: fixed")),
}


def built(folder: Path, wim: Path, name: str) -> Path:
    """The stick of an example, built once for all test processes."""
    out = folder / name
    with once(out) as wanted:
        if wanted:
            text = (SPECS / f"{name}.yaml").read_text()
            for old, new in CHANGES[name]:
                assert old in text
                text = text.replace(old, new, 1)
            spec = folder / f"{name}.yaml"
            spec.write_text(text)
            done = hvsbuild("build", spec, "--var", f"wim={wim}", "-o", out)
            assert done.returncode == 0, done.stderr
    return out / "stick.img"


@pytest.fixture(scope="module")
def uefi(common: Path, phony_wim: Path) -> Path:
    return built(common, phony_wim, "windows-server-2022-uefi")


@pytest.fixture(scope="module")
def dual(common: Path, phony_wim: Path) -> Path:
    return built(common, phony_wim, "hyperv-server-2019-dual")


def by_ovmf(stick: Path) -> list[str]:
    """The last lines that the stick's program says when OVMF has started it."""
    text = qemu.boot(stick, expect=efi.DONE, uefi=True, usb=True, seconds=120)
    return [line for line in text.splitlines() if line][-4:]


def test_uefi_starts_a_gpt_stick_and_reads_inside_the_vhd(uefi: Path) -> None:
    """Partition 1 is the reserved one, 2 the EFI system partition, 3 the one for data."""
    assert by_ovmf(uefi) == [efi.REACHED, "(hd0,gpt4)/ws2022.vhd", efi.WORD, efi.DONE]


def test_uefi_starts_an_mbr_stick_and_reads_inside_the_vhd(dual: Path) -> None:
    assert by_ovmf(dual) == [efi.REACHED, "(hd0,msdos2)/hvs2019.vhd", efi.WORD, efi.DONE]


def test_a_bios_starts_the_same_stick(dual: Path) -> None:
    text = qemu.boot(dual, expect=bootmgr.REACHED, usb=True, seconds=60)
    assert f"{bootmgr.REACHED}, drive 80, partition at sector 00000800\n" in text
    assert qemu.read_inside_vhd(dual, "/hvs2019.vhd", f"/{efi.WORD_FILE}", partition="msdos2") == efi.WORD
