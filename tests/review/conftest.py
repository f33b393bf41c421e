"""The small build, as in tests/run."""

from tests.run.conftest import shared, undisturbed, wim

__all__ = ["shared", "undisturbed", "wim"]
