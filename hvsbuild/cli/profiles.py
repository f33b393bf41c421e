"""`profiles`: the Windows releases that a spec can name, and all that is known of one, with its sources."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hvsbuild.cli.options import Json
from hvsbuild.cli.output import document

if TYPE_CHECKING:
    from hvsbuild.spec.profile import Profile, Sizes

WIDTH = 80
HEAD = ("NAME", "WINDOWS", "FIRMWARE", "VHD FILES", "VHD", "STICK")


def profiles(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Show all that is known of this one.")] = None,
    as_json: Json = False,
) -> None:
    """List the Windows releases that os: can name; with a name, its facts and where each comes from.

    VHD and STICK are the smallest sizes that are advised.

    Example: hvsbuild profiles hyperv-server-2019
    """
    from hvsbuild.spec.diagnostics import choose
    from hvsbuild.spec.profile import load_profile, profile_names

    names = profile_names()
    if name is not None and name not in names:
        hint = choose(name, names, "known profiles")
        raise typer.BadParameter(f"there is no profile {name!r}; {hint}", param_hint="NAME")
    found = [load_profile(one) for one in ([name] if name else names)]
    if as_json:
        document({"profiles": [one.model_dump(mode="json") for one in found]})
    elif name:
        typer.echo("\n".join(_all_of(found[0])))
    else:
        rows = [HEAD, *map(row, found)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for cells in rows:
            typer.echo("  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip())


def row(profile: Profile) -> tuple[str, ...]:
    """What HEAD says, of one release."""
    from hvsbuild.spec.units import format_size

    files, sizes = ", ".join(f".{one}" for one in profile.vhd_formats), profile.sizes
    version = f"{profile.version}.{profile.builds[0]}" + ("" if profile.builds[0] == profile.builds[1] else "+")
    least = (format_size(sizes.vhd_minimum), format_size(sizes.stick_minimum))
    return profile.name, version, ", ".join(profile.firmware), files, *least


def _all_of(profile: Profile) -> Iterator[str]:
    """Name and value of every fact, what it means, and its sources."""
    fill = partial(textwrap.fill, width=WIDTH, break_on_hyphens=False, break_long_words=False)
    yield f"{profile.name}: {profile.title}"
    for name in profile.facts():
        yield ""
        yield fill(shown(profile, name), initial_indent=f"{name:<22}", subsequent_indent=" " * 22)
        meaning = type(profile).model_fields[name].description or ""
        yield fill(meaning, initial_indent="  ", subsequent_indent="  ")
        for source in profile.sources[name]:
            yield fill(source, initial_indent="  - ", subsequent_indent="    ")


def shown(profile: Profile, fact: str) -> str:
    """The value of a fact, for people."""
    value = profile.facts()[fact]
    return _sizes(profile.sizes) if fact == "sizes" else _builds(value) if fact == "builds" else _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(one)}" for key, one in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "none"
    return f"0x{value:02x}" if isinstance(value, int) else str(value)


def _builds(value: list[Any]) -> str:
    first, last = value
    if last == "unknown":
        return f"{first} and later"
    return str(first) if first == last else f"{first} to {last}"


def _sizes(sizes: Sizes) -> str:
    from hvsbuild.spec.units import format_size

    parts = []
    for what in ("vhd", "stick"):
        least, advised = getattr(sizes, f"{what}_minimum"), getattr(sizes, f"{what}_recommended")
        more = "unknown" if advised == "unknown" else format_size(advised)
        parts.append(f"{what} {format_size(least)} or more, advised {more}")
    return "; ".join(parts)
