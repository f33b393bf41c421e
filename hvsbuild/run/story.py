"""The journal told to a person: when, what ran, how long, with what, how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

Event = dict[str, Any]


def tell(events: Iterable[Event], *, output: bool = False) -> Iterator[str]:
    """Lines for the events of one run; with `output` also what each script printed and its exact bytes' hash."""
    started: datetime | None = None
    begun = ""
    for event in events:
        now = datetime.fromisoformat(event["time"])
        match event["event"]:
            case "run":
                begun = event["time"][:19].replace("T", " ")
                yield f"{begun} UTC  {event['spec']} on {event['host']}, bundle {event['seal'][:16]}"
                yield from (f"    {name} = {value}" for name, value in sorted(event["bindings"].items()))
            case "start":
                started = now
            case "end":
                seconds = (now - started).total_seconds() if started else 0.0
                word = "ok" if event["exit_code"] == 0 else f"FAILED with code {event['exit_code']}"
                yield f"  {event['time'][11:19]}  {event['task']:<22} {seconds:8.2f} s  {word}"
                if (output or event["exit_code"]) and event["output"]:
                    yield from (f"      | {line}" for line in event["output"].splitlines())
            case "verified" if not event["holds"]:
                yield f"  {event['time'][11:19]}  {event['task']:<22} NOT AS IT SHOULD BE: {event['seen']}"
            case "retry":
                yield f"  {event['time'][11:19]}  {event['task']:<22} tried again: {event.get('why', '')}"
            case "failed" | "close-failed":
                yield f"  {event['time'][11:19]}  {event['event']}: {event['error'].splitlines()[0]}"
            case "done":
                yield f"  {event['time'][11:19]}  done"


def ending(events: Iterable[Event]) -> str:
    """How a run ended, in one word: `done`, `failed`, or `cut short` (it was killed)."""
    names = [event["event"] for event in events]
    return "done" if "done" in names else "failed" if "failed" in names else "cut short"
