"""What an observer says."""

from __future__ import annotations

from dataclasses import dataclass

NOT_RECORDED = "not-recorded"  # what run.cmd writes for a fingerprint, which it cannot compute


@dataclass(frozen=True)
class Observation:
    """`seen` says what is there, in a few words; it reads well after "but" and after "because"."""

    holds: bool
    seen: str
