"""Rules that one key alone cannot show: each a small function with a code, over a part of the spec."""

from __future__ import annotations

from hvsbuild.spec.rules.check import check_rules

__all__ = ["check_rules"]
