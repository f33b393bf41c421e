"""`tweaks`: the sets of registry values that `registry: - tweaks:` can name, with their sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli.options import Json
from hvsbuild.cli.output import document

if TYPE_CHECKING:
    from hvsbuild.spec.changes import Change
    from hvsbuild.spec.profile import Profile
    from hvsbuild.spec.tweaks import Tweak

WIDTH = 80


def tweaks(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show what this one sets.")] = None,
    release: Annotated[
        str | None, typer.Option("--os", metavar="PROFILE", help="For this release (see profiles).")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the sets of registry values that a spec can name; with a name, its values and where they come from.

    Example: hvsbuild tweaks flash-lifetime
    """
    from hvsbuild.spec.profile import load_profile, profile_names
    from hvsbuild.spec.tweaks import load_tweak, tweak_names

    _known(name, list(tweak_names()), "tweak", "NAME")
    _known(release, profile_names(), "profile", "--os")
    profiles = [load_profile(one) for one in ([release] if release else profile_names())]
    found = [load_tweak(one) for one in ([name] if name else tweak_names())]
    if as_json:
        document({"tweaks": [_data(one, profiles) for one in found]})
    elif name:
        typer.echo("\n".join(_all_of(found[0], profiles)))
    else:
        for one in found:
            why_not = one.not_for(profiles[0]) if release else limits(one)
            typer.echo(f"{one.name:<28} {one.title}" + (f" ({why_not})" if why_not else ""))


def _known(word: str | None, names: list[str], what: str, where: str) -> None:
    from hvsbuild.spec.diagnostics import choose

    if word is not None and word not in names:
        hint = choose(word, names, f"known {what}s")
        raise typer.BadParameter(f"there is no {what} {word!r}; {hint}", param_hint=where)


def limits(tweak: Tweak) -> str:
    """Which releases it is for; empty when it is for all."""
    if tweak.profiles is not None:
        return f"{', '.join(tweak.profiles)} only"
    return f"Windows {tweak.since} and later" if tweak.since != "6.1" else ""


def _changes(tweak: Tweak, profile: Profile) -> list[Change]:
    from hvsbuild.spec.changes import tweak_changes

    return list(tweak_changes(tweak.name, profile, ()))


def _want(change: Change) -> str:
    """`REG_DWORD 4`, `absent`."""
    want = change.want
    if isinstance(want, str):
        return want
    data = list(want.data) if isinstance(want.data, tuple) else want.data
    return f"{want.type} {data}"


def by_release(tweak: Tweak, profiles: list[Profile]) -> dict[str, dict[str, list[str]]]:
    """What is set -> to what -> in which releases."""
    found: dict[str, dict[str, list[str]]] = {}
    for profile in profiles:
        for change in _changes(tweak, profile):
            found.setdefault(change.title, {}).setdefault(_want(change), []).append(profile.name)
    return found


def _all_of(tweak: Tweak, profiles: list[Profile]) -> Iterator[str]:
    """What it is good for, every value, and the sources."""
    fill = partial(textwrap.fill, width=WIDTH, break_on_hyphens=False, break_long_words=False)
    yield f"{tweak.name}: {tweak.title}"
    yield fill(tweak.why, initial_indent="  ", subsequent_indent="  ")
    fitting = [one.name for one in profiles if not tweak.not_for(one)]
    if told := limits(tweak):
        yield fill(f"For {told}.", initial_indent="  ", subsequent_indent="  ")
    for title, wants in by_release(tweak, profiles).items():
        yield f"\n  {title}"
        for want, names in wants.items():
            everywhere = names == fitting
            yield fill(want if everywhere else f"{want}: {', '.join(names)}", **_INDENT)
    yield "\n  Sources"
    for source in tweak.sources:
        yield fill(source, initial_indent="  - ", subsequent_indent="    ")


_INDENT: dict[str, Any] = {"initial_indent": "    ", "subsequent_indent": "      "}


def _data(tweak: Tweak, profiles: list[Profile]) -> dict[str, Any]:
    plain = tweak.model_dump(mode="json", exclude={"registry"})
    values = {
        profile.name: {change.title: _want(change) for change in _changes(tweak, profile)}
        for profile in profiles
        if not tweak.not_for(profile)
    }
    return {**plain, "values": values}
