"""`init`: a new spec, from a few questions or from options; it has a comment on each line and is valid."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol

import typer

from hvsbuild.cli.output import document, say
from hvsbuild.errors import HvsError
from hvsbuild.spec.units import GIB

if TYPE_CHECKING:
    from hvsbuild.spec.boot import Firmware
    from hvsbuild.spec.diagnostics import Diagnostic
    from hvsbuild.spec.profile import Profile

    class Ask(Protocol):
        """A question, its default, the words that fit (any when there are none) -> the answer."""

        def __call__(self, question: str, default: str, words: Sequence[str] = ()) -> str: ...


SCHEMA = "hvsbuild.schema.json"
WORDS: dict[Firmware, str] = {"bios": "a BIOS", "uefi": "UEFI", "both": "a BIOS and on UEFI"}
WIPE = ("refuse", "if-empty", "if-ours", "always")
STICKS = (16, 32, 64, 128, 256, 512, 1000)  # GB, as they are sold


def init(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The spec to write.")] = Path("stick.yaml"),
    name: Annotated[str | None, typer.Option("--name", help="The name of the spec (default: the file's).")] = None,
    os: Annotated[str | None, typer.Option("--os", help="The Windows release (hvsbuild profiles).")] = None,
    image: Annotated[str | None, typer.Option("--image", metavar="PATH", help="The image file.")] = None,
    index: Annotated[int | None, typer.Option("--index", min=1, help="The number of the image in it.")] = None,
    firmware: Annotated[
        Literal["bios", "uefi", "both"] | None, typer.Option("--firmware", help="What the stick starts on.")
    ] = None,
    serial: Annotated[str | None, typer.Option("--serial", help="The stick's serial number.")] = None,
    wipe: Annotated[
        Literal["refuse", "if-empty", "if-ours", "always"] | None, typer.Option("--wipe", help="What may be wiped.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file when it is there.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout, nothing else.")] = False,
) -> None:
    """Write a new spec: asks a few questions at a terminal, takes options anywhere; what is not said gets a default.

    The JSON Schema for editors is written beside it.

    Example: hvsbuild init site.yaml --os hyperv-server-2019 --image install.wim --firmware uefi
    """
    from hvsbuild.spec.profile import load_profile, profile_names
    from hvsbuild.spec.schema import schema_text

    if file.exists() and not force:
        raise HvsError("The file is there already", seen=str(file), do="choose another name, or say --force")
    ask = _asker(quiet=as_json)
    os = _release(os or ask("Windows release (hvsbuild profiles lists them)", "hyperv-server-2019", profile_names()))
    profile = load_profile(os)
    name = name or ask("Name of the spec", file.stem)
    image = image or ask("Image file (.wim, .esd, .iso)", "install.wim")
    starts = [one for one in WORDS if profile.starts_on(one)]
    start = firmware or ask("Firmware: bios, uefi or both", "both" if "both" in starts else starts[0], starts)
    serial = serial if serial is not None else ask("Serial number of the stick (empty: any USB disk)", "")
    wiped = wipe or ask("What may be wiped: refuse, if-empty, if-ours, always", "if-ours", WIPE)
    values = {"name": name, "os": os, "image": image, "index": index or 1, "firmware": start}
    diagnostics = _write(file, text(values | {"file": file.name, "serial": serial, "wipe": wiped}, profile))
    beside = file.with_name(SCHEMA)
    if not beside.exists():
        beside.write_text(schema_text(), encoding="utf-8", newline="\n")
    if as_json:
        document({"spec": str(file), "diagnostics": [one.to_dict() for one in diagnostics]})
    else:
        typer.echo(f"{file}: written; next: hvsbuild validate {file}")


def _write(file: Path, spec: str) -> Sequence[Diagnostic]:
    """Write the spec and read it back: what is not valid (a name with blanks) is shown, and not left there."""
    from hvsbuild.spec.diagnostics import SpecErrors
    from hvsbuild.spec.load import load_spec

    before = file.read_bytes() if file.exists() else None
    file.write_text(spec, encoding="utf-8", newline="\n")
    try:
        return load_spec(file).diagnostics
    except SpecErrors:
        file.unlink()
        if before is not None:
            file.write_bytes(before)
        raise


def _asker(*, quiet: bool) -> Ask:
    """Asks at a terminal, again where a word does not fit; elsewhere takes the default, and says so."""
    from hvsbuild.spec.diagnostics import choose

    def at_terminal(question: str, default: str, words: Sequence[str] = ()) -> str:
        while True:
            answer = str(typer.prompt(question, default=default, show_default=bool(default))).strip()
            if not words or answer in words:
                return answer
            say(choose(answer, words))

    def elsewhere(question: str, default: str, words: Sequence[str] = ()) -> str:  # noqa: ARG001 (nobody is asked)
        if not quiet:
            say(f"{question}: {default or '(none)'}")
        return default

    return at_terminal if sys.stdin.isatty() and not quiet else elsewhere


def _release(name: str) -> str:
    from hvsbuild.spec.diagnostics import choose
    from hvsbuild.spec.profile import profile_names

    if name not in profile_names():
        raise typer.BadParameter(f"there is no release {name!r}; {choose(name, profile_names())}", param_hint="--os")
    return name


def text(values: dict[str, Any], profile: Profile) -> str:
    """The spec. Comments are aligned, so that it reads as if a person had written it."""
    from jinja2 import Environment, StrictUndefined

    size = profile.sizes.vhd_recommended
    vhd = size if isinstance(size, int) else profile.sizes.vhd_minimum
    stick = next((one for one in STICKS if one * 0.75 >= vhd / GIB), STICKS[-1])
    source = Path(__file__).with_name("spec.yaml.j2").read_text("utf-8")
    made = Environment(trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined, keep_trailing_newline=True)
    return _aligned(
        made.from_string(source).render(
            **values,
            title=profile.title,
            schema=SCHEMA,
            firmware_words=WORDS.get(values["firmware"], values["firmware"]),
            vhd="hvsOS.vhdx" if "vhdx" in profile.vhd_formats else "hvsOS.vhd",
            vhd_size=f"{-(-vhd // GIB)} GiB",
            least=f"{stick * 9 // 10} GB",
            disk_size=f"{stick} GB",
            scheme="gpt" if values["firmware"] == "uefi" else "mbr",
            tweaks=list(profile.tweaks),
        )
    )


def _aligned(text: str) -> str:
    """Comments behind a value in one column."""
    lines = []
    for line in text.splitlines():
        value, mark, comment = line.partition("  # ")
        lines.append(f"{value.rstrip():<29} # {comment.strip()}" if mark and value.strip() else line)
    return "\n".join(lines) + "\n"
