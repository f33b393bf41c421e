"""Pages of facts: diagnostics, Windows releases, tweaks."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from docs_spec import cell

BLOCKS = {
    "0": "Files, YAML, variables",
    "1": "Keys and kinds of values",
    "2": "Sizes, letters, disks, starting",
    "3": "The registry",
    "4": "What goes into the image",
    "5": "Inputs",
    "9": "Not supported yet",
}


def codes_page() -> str:
    from hvsbuild.spec.codes import CODES

    lines = [
        "# Diagnostics",
        "",
        "`hvsbuild explain CODE` shows the same. A code keeps its meaning for ever. An error stops everything; a",
        "warning or a note may stay, with a reason in [`allow`](../spec/allow.md).",
        "",
    ]
    for block, codes in groupby(sorted(CODES), key=lambda code: code[3]):
        lines += [f"## HVS{block}xx: {BLOCKS.get(block, 'More')}", ""]
        for one in (CODES[code] for code in codes):
            lines += [f"### {one.code}: {one.title}", "", f"**{one.severity.capitalize()}.** {one.why}", ""]
            lines += [f"*What to do:* {one.fix}", ""]
            if one.source and not one.source.startswith("DESIGN"):
                lines += [f"*Source:* {one.source}", ""]
    return "\n".join(lines)


def profiles_page() -> str:
    from hvsbuild.cli.profiles import row, shown
    from hvsbuild.spec.profile import Profile, load_profile, profile_names

    found = [load_profile(name) for name in profile_names()]
    lines = [
        "# Windows releases",
        "",
        "What `os:` takes, and what hvsbuild knows of each release. `hvsbuild profiles NAME` shows the same. A source",
        "says how well a fact is known; what nobody could tell us is *unknown*, not guessed.",
        "[How they are used](../spec/releases.md).",
        "",
        "| name | version | firmware | VHD files | VHD | stick |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        name, *rest = row(one)
        lines.append(f"| [`{name}`](#{name}) | {' | '.join(rest)} |")
    lines += ["", "VHD and stick: the smallest sizes that are advised.", "", "## What the facts mean", ""]
    for name, about in Profile.model_fields.items():
        if about.description and name not in ("title", "sources"):
            lines.append(f"- `{name}`: {about.description}")
    lines.append("")
    for one in found:
        lines += [f"## {one.title} {{ #{one.name} }}", "", "| fact | value | known from |", "|---|---|---|"]
        for name in one.facts():
            sources = "<br>".join(map(cell, one.sources[name]))
            lines.append(f"| `{name}` | {cell(shown(one, name))} | {sources} |")
        lines.append("")
    return "\n".join(lines)


def tweaks_page() -> str:
    from hvsbuild.spec.profile import load_profile, profile_names
    from hvsbuild.spec.tweaks import load_tweak, tweak_names

    profiles = [load_profile(name) for name in profile_names()]
    lines = [
        "# Tweaks",
        "",
        "Sets of registry values with a name: `registry: [{tweaks: no-pagefile}]`. `hvsbuild tweaks NAME` shows the",
        "same, `hvsbuild tweaks --os RELEASE` those that are for a release.",
        "",
    ]
    for name in tweak_names():
        lines += _tweak(load_tweak(name), profiles)
    return "\n".join(lines)


def _tweak(tweak: Any, profiles: list[Any]) -> Iterator[str]:
    from hvsbuild.cli.tweaks import by_release, limits

    yield from (f"## {tweak.name}", "", f"**{tweak.title[0].upper()}{tweak.title[1:]}.** {tweak.why}", "")
    if told := limits(tweak):
        yield from (f"For {told}.", "")
    fitting = [one.name for one in profiles if not tweak.not_for(one)]
    yield from ("| value | is set to | in |", "|---|---|---|")
    for title, wants in by_release(tweak, profiles).items():
        for want, names in wants.items():
            where = "all of these releases" if names == fitting else ", ".join(names)
            yield f"| `{cell(title)}` | `{cell(want)}` | {where} |"
    yield ""
    for source in tweak.sources:
        yield f"- Source: {source}"
    yield ""
