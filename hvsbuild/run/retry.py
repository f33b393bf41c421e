"""Trying a script again, as far as the manifest says so for its task; each try is an event in the journal."""

from __future__ import annotations

from collections.abc import Callable

from hvsbuild.bundle.manifest import Retry
from hvsbuild.errors import HvsError
from hvsbuild.hosts.host import Host
from hvsbuild.run.journal import Journal
from hvsbuild.run.report import Watcher

RESCAN = b"rescan\r\n"


class ScriptFailed(HvsError):
    """A script ended with a code other than 0."""


def with_retries(
    task: str,
    policy: Retry | None,
    attempt: Callable[[], None],
    rescan: Callable[[], None],
    host: Host,
    journal: Journal,
    watcher: Watcher,
) -> None:
    """Call `attempt` until its script ends with 0; `ScriptFailed` is what the last try raised. Only a script's exit
    code counts: a refusal, or a state that does not hold, is never tried again."""
    for left in range(policy.times if policy else 0, 0, -1):
        assert policy
        try:
            return attempt()
        except ScriptFailed as failed:
            why = failed.seen.splitlines()[0]
            journal.write(
                "retry", task=task, left=left, wait_seconds=policy.wait_seconds, before=policy.before, why=why
            )
            watcher.note(f"{task}: {why}; it is tried again in {policy.wait_seconds:g} s ({left} left)")
        host.wait(policy.wait_seconds)
        if policy.before == "rescan":
            rescan()
    return attempt()
