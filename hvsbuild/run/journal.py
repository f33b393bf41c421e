"""The append-only record of a run: JSON lines, each on the disk (fsync) before the next step begins."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def read_events(file: Path) -> Iterator[dict[str, Any]]:
    """The events of one run; a line that a crash cut short is left out."""
    for line in file.read_text().splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            continue


class Journal:
    """One file per run in `folder`: 0001.jsonl, 0002.jsonl, …"""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.fd = -1

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("[0-9][0-9][0-9][0-9]*.jsonl"))

    @property
    def begun(self) -> bool:
        return self.fd >= 0

    def begin(self, **fields: Any) -> None:
        """Start this run's file."""
        number = int(self.files()[-1].stem) + 1 if self.files() else 1
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_EXCL
        self.fd = os.open(self.folder / f"{number:04}.jsonl", flags, 0o644)
        self.write("run", **fields)

    def write(self, event: str, **fields: Any) -> None:
        """Append one event; nothing is written before `begin`."""
        if self.fd < 0:
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        os.write(self.fd, (json.dumps({"event": event, "time": now, **fields}) + "\n").encode())
        os.fsync(self.fd)

    def events(self) -> Iterator[dict[str, Any]]:
        """All events of all runs, oldest first; a line that a crash cut short is left out."""
        for file in self.files():
            yield from read_events(file)

    def left_open(self) -> list[str]:
        """The tasks that opened a bracket which no later event closed, in the order of opening."""
        opened: dict[str, str] = {}
        for event in self.events():
            if event["event"] == "opening":
                opened[event["bracket"]] = event["task"]
            elif event["event"] == "closed":
                opened.pop(event["bracket"], None)
        return list(opened.values())

    def close(self) -> None:
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
