"""One small phony image for all tests here, and the NTFS volume that wimlib makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.hosts import tools
from phony.image import Order, make

ORDER = Order(files=300, size=3_000_000, efi=Path("/usr/lib/grub/x86_64-efi").is_dir())


@pytest.fixture(scope="session")
def wim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("phony") / "install.wim"
    make(out, ORDER)
    return out


@pytest.fixture(scope="session")
def volume(wim: Path) -> Path:
    """The image applied to a fresh NTFS volume file."""
    path = wim.with_name("volume")
    path.open("wb").truncate(64 << 20)
    tools.run(["mkntfs", "-F", "-Q", "-q", "-s", "512", path])
    tools.run(["wimlib-imagex", "apply", wim, "1", path])
    return path
