"""Stable names for loop devices, and a finished build."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.hosts.bench import sysfs
from tests.cli.conftest import finished

__all__ = ["by_id", "finished"]


@pytest.fixture
def by_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "root"
    folder = root / "dev/disk/by-id"
    folder.mkdir(parents=True)
    for name in ("sys", "proc", "run"):
        (root / name).symlink_to(Path("/") / name)
    monkeypatch.setattr(sysfs, "ROOT", root)
    return folder
