"""How diskpart scripts are read: the spellings of real scripts, and what is refused, with its place and a hint."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hvsbuild.hosts.bench.diskpart.commands import COMMANDS
from hvsbuild.hosts.bench.diskpart.grammar import DONE, FORMS, VERBS
from hvsbuild.hosts.bench.diskpart.parser import Command, parse
from hvsbuild.hosts.bench.tool import BenchRefusal

ESP = "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
MSR_FLAGS = 0x8000000000000001


def one(line: str) -> Command:
    commands = parse(line.encode(), "x.diskpart").commands
    assert len(commands) == 1
    return commands[0]


# Every form that was counted in real scripts and that the bench acts on, and the odd spellings that go with them.
SPELLINGS: list[tuple[str, str, Any, dict[str, Any]]] = [
    ("assign letter=R", "assign", None, {"letter": "R"}),
    ("assign letter = R", "assign", None, {"letter": "R"}),
    ("assign letter= r", "assign", None, {"letter": "R"}),
    ("assign letter P", "assign", None, {"letter": "P"}),
    ("ass letter W", "assign", None, {"letter": "W"}),
    ("ass letter=P:", "assign", None, {"letter": "P"}),
    ('assign letter="S"', "assign", None, {"letter": "S"}),
    ("assign letter=R noerr", "assign", None, {"letter": "R", "noerr": True}),
    ("assign", "assign", None, {}),
    ("format fs=ntfs label=x quick", "format", None, {"fs": "ntfs", "label": "x", "quick": True}),
    ('format quick fs=ntfs label="System"', "format", None, {"fs": "ntfs", "label": "System", "quick": True}),
    ("format quick fs=ntfs label=HVS", "format", None, {"fs": "ntfs", "label": "HVS", "quick": True}),
    ("for quick fs ntfs label x", "format", None, {"fs": "ntfs", "label": "x", "quick": True}),
    ("form fs fat32 quick", "format", None, {"fs": "fat32", "quick": True}),
    ("FORMA FS=NTFS", "format", None, {"fs": "ntfs"}),
    ("for label=x quick", "format", None, {"label": "x", "quick": True}),
    ("format fs=ntfs quick", "format", None, {"fs": "ntfs", "quick": True}),
    ("format quick", "format", None, {"quick": True}),
    ('format fs=fat32 label="a b" override quick', "format", None,
     {"fs": "fat32", "label": "a b", "override": True, "quick": True}),
    ("format fs=ntfs label=x quick unit=64K", "format", None,
     {"fs": "ntfs", "label": "x", "quick": True, "unit": 65536}),
    ("format fs=ntfs unit=4096 quick", "format", None, {"fs": "ntfs", "quick": True, "unit": 4096}),
    ('format label=""', "format", None, {"label": ""}),
    ("select disk 2", "select disk", 2, {}),
    ("select disk=2", "select disk", 2, {}),
    ("SELECT DISK = 2", "select disk", 2, {}),
    ("sel disk 0", "select disk", 0, {}),
    ("sel dis 1 ", "select disk", 1, {}),
    ("select disk", "select disk", None, {}),
    ("create partition primary", "create partition primary", None, {}),
    ("create partition primary ", "create partition primary", None, {}),
    ("create partition primary size=300", "create partition primary", None, {"size": 300}),
    ("create par pri", "create partition primary", None, {}),
    ("cre par pri size 100", "create partition primary", None, {"size": 100}),
    ("create partition primary align=1024", "create partition primary", None, {"align": 1024}),
    ("create partition primary size=450 id=27", "create partition primary", None, {"size": 450, "id": "27"}),
    (f"create partition primary id={ESP}", "create partition primary", None, {"id": ESP}),
    ("create partition efi size=100", "create partition efi", None, {"size": 100}),
    ("cre par efi size 512", "create partition efi", None, {"size": 512}),
    ("create partition msr size=16", "create partition msr", None, {"size": 16}),
    ("clean", "clean", None, {}),
    ("clean all", "clean", None, {"all": True}),
    ("set id=27", "set", None, {"id": "27"}),
    (f'set id="{ESP}"', "set", None, {"id": ESP}),
    (f"set id={{{ESP.upper()}}} override", "set", None, {"id": ESP, "override": True}),
    ("select partition 1", "select partition", 1, {}),
    ("select partition=1", "select partition", 1, {}),
    ("select part 1", "select partition", 1, {}),
    ("sel par 1", "select partition", 1, {}),
    ("list volume", "list volume", None, {}),
    ("LIST DISK", "list disk", None, {}),
    ("list par", "list partition", None, {}),
    ("lis vol", "list volume", None, {}),
    ("list vdisk", "list vdisk", None, {}),
    ("convert gpt", "convert gpt", None, {}),
    ("conv mbr", "convert mbr", None, {}),
    ("convert mbr noerr", "convert mbr", None, {"noerr": True}),
    ("gpt attributes=0x8000000000000001", "gpt", None, {"attributes": MSR_FLAGS}),
    ("active", "active", None, {}),
    ("act", "active", None, {}),
    ("inactive", "inactive", None, {}),
    ("select vdisk file=C:\\vhd\\a.vhd", "select vdisk", None, {"file": "C:\\vhd\\a.vhd"}),
    ('select vdisk file="c:\\a b\\x=y.vhd"', "select vdisk", None, {"file": "C:\\a b\\x=y.vhd"}),
    ("select vdisk file=C:\\x=y.vhd", "select vdisk", None, {"file": "C:\\x=y.vhd"}),
    ("sel vdis file R:/x.vhd", "select vdisk", None, {"file": "R:\\x.vhd"}),
    ("attach vdisk", "attach vdisk", None, {}),
    ("att vdis noerr", "attach vdisk", None, {"noerr": True}),
    ("create vdisk file=C:\\a.vhd maximum=24576 type=fixed", "create vdisk", None,
     {"file": "C:\\a.vhd", "maximum": 24576, "type": "fixed"}),
    ("cre vdi type fixed max=3 file = c:\\a.vhd noerr", "create vdisk", None,
     {"file": "C:\\a.vhd", "maximum": 3, "type": "fixed", "noerr": True}),
    ("select volume 3", "select volume", 3, {}),
    ("sel vol c", "select volume", "C", {}),
    ("select volume=R:", "select volume", "R", {}),
    ("create vdisk file=Y:\\a.vhdx maximum=5 type=EXPANDABLE", "create vdisk", None,
     {"file": "Y:\\a.vhdx", "maximum": 5, "type": "expandable"}),
    ("create vdisk file=Y:\\a.vhd parent=Y:\\b.vhd", "create vdisk", None,
     {"file": "Y:\\a.vhd", "parent": "Y:\\b.vhd"}),
    ("attach vdisk readonly", "attach vdisk", None, {"readonly": True}),
    ("merge vdisk depth=1", "merge vdisk", None, {"depth": 1}),
    ("detach vdisk", "detach vdisk", None, {}),
    ("detach vdisk noerr", "detach vdisk", None, {"noerr": True}),
    ("rescan", "rescan", None, {}),
    ("online disk noerr", "online disk", None, {"noerr": True}),
    ("uniqueid disk id=A1B2C3D4", "uniqueid disk", None, {"id": "a1b2c3d4"}),
    ("attributes disk clear readonly", "attributes disk", None, {"clear": True, "readonly": True}),
    ("attrib dis cle readonly", "attributes disk", None, {"clear": True, "readonly": True}),
    ("detail partition", "detail partition", None, {}),
    ("detail disk", "detail disk", None, {}),
    ("delete partition override", "delete partition", None, {"override": True}),
    ("remove all dismount noerr", "remove", None, {"all": True, "dismount": True, "noerr": True}),
    ("remo letter=r", "remove", None, {"letter": "R"}),
    ("automount disable", "automount", None, {"disable": True}),
    ("exit", "exit", None, {}),
]  # fmt: skip


@pytest.mark.parametrize("before", ["", "   ", "\t"])
@pytest.mark.parametrize(("line", "name", "value", "options"), SPELLINGS, ids=[line for line, *_ in SPELLINGS])
def test_real_spellings(line: str, name: str, value: object, options: dict[str, Any], before: str) -> None:
    for text in (before + line, before + line + " \t", before + line.replace(" ", "\t")):
        if "\t" in text and '"' in line and text.endswith(line.replace(" ", "\t")):
            continue  # tabs inside quotation marks are no blanks
        command = one(text)
        assert (command.form.name, command.value, command.options, command.syntax) == (name, value, options, "")


# line, column, words of the message, words of the hint
REFUSED = [
    ("create vdisk file=C:\\a.vhd maimum=24576", 28, "'maimum' is no option", "did you mean maximum?"),
    ("em prepare the disk", 1, "'em' is no command", "did you mean rem?"),
    ("exitselect disk 0", 1, "'exitselect'", "exit and select"),
    ("cleancreate partition primary", 1, "'cleancreate'", "clean and create"),
    ("list diskselect disk 1", 6, "'diskselect'", "disk and select"),
    ("select disk %DISK%", 13, "batch variable", "no variables"),
    ("select disk %1", 13, "batch variable", "no variables"),
    ('create vdisk file="%TEMP%\\a.vhd" maximum=5', 20, "batch variable", "no variables"),
    ("select disk $disk", 13, "shell variable", "no variables"),
    ("select disk ${disk}", 13, "shell variable", "no variables"),
    ("select disk {{disk}}", 13, "a binding", "no variables"),
    ("// wipe it", 1, "'//'", "begins with rem"),
    ("clean // wipe it", 7, "'//'", "begins with rem"),
    ("# wipe it", 1, "'#'", "begins with rem"),
    ("REMARK", 1, "'REMARK'", "begins with rem"),
    ("sel di 1", 5, "'di'", "did you mean disk?"),
    ("se disk 1", 1, "'se'", "did you mean"),
    ("co mbr", 1, "'co'", "3 letters"),
    ("frobnicate", 1, "'frobnicate' is no command", ""),
    ("det vdisk", 1, "ambiguous", "detach or detail"),
    ("att", 1, "ambiguous", "attach or attributes"),
    ("clean noerr", 7, "'noerr' is no option of clean", "clean takes all"),
    ("active noerr", 8, "'noerr' is no option of active", "no options"),
    ("sel part letter=X", 10, "'letter'", ""),
    ("format label=Windows RE tools", 22, "'RE' is no option", "quotation marks"),
    ("format label=a=b c", 18, "'c' is no option", "quotation marks"),
    ("format quick=yes", 13, "a value for quick", "takes none"),
    ("format fs=exfat", 11, "the file system exfat", "ntfs and fat32"),
    ("format compress", 8, "'compress'", "native boot"),
    ("format recommended", 8, "'recommended'", "fs=ntfs"),
    ("format unit=2M", 13, "cluster size of 2M", "64K"),
    ("attach vdisk usefilesd", 14, "'usefilesd'", "no security descriptors"),
    ("create vdisk file=C:\\a.vhd source=C:\\b.vhd", 28, "'source'", "parent="),
    ("select vdisk file=a.vhd", 19, "the path a.vhd", "with its letter"),
    ("select vdisk file=\\\\server\\a.vhd", 19, "the path", "no network"),
    ("select disk system", 13, "a disk chosen by system", "number"),
    ("select disk=\\\\?\\usbstor#disk#0", 13, "a disk chosen by", "number"),
    ("assign mount=C:\\m", 8, "'mount'", "drive letters only"),
    ("shrink minimum=500", 1, "'shrink'", "right size"),
    ("extend", 1, "'extend'", "right size"),
    ("compact vdisk", 1, "'compact vdisk'", ""),
    ("expand vdisk maximum=1", 1, "'expand vdisk'", "maximum="),
    ("conv dynamic", 1, "'convert dynamic'", "dynamic"),
    ("cre par log size=1", 1, "'create partition logical'", "primary"),
    ("create partition extended", 1, "'create partition extended'", "primary"),
    ("create volume simple", 1, "'create volume'", "create partition primary"),
    ("offline disk", 1, "'offline disk'", "online"),
    ("san policy=onlineAll", 1, "'san'", ""),
    ("help", 1, "'help'", ""),
    ("attributes disk set readonly", 17, "'set'", "read-only"),
    ("attributes volume set nodefaultdriveletter", 19, "'set'", ""),
    ("=", 1, "begins with '='", "command"),
    ('"clean"', 1, "begins with 'clean'", "command"),
    ('select "disk" 1', 8, "'disk' in place of a keyword", "select takes"),
    ('format label="abc', 14, "not closed", ""),
    ('format label=a"b"', 15, "inside a word", "whole value"),
    ('format label="a"b', 17, "behind a closing", ""),
    ("format label=Gr\xfc\xdfe", 16, "character 0x", "ASCII"),
    ("clean \x0b", 7, "character 0x0b", "ASCII"),
    ("format label==x", 14, "an equals sign behind another", "key=value"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "column", "what", "hint"), REFUSED, ids=[line for line, *_ in REFUSED])
def test_what_is_refused(line: str, column: int, what: str, hint: str) -> None:
    script = "rem first\r\nlist disk\r\n" + line + "\r\n"
    with pytest.raises(BenchRefusal) as caught:
        parse(script.encode("latin-1"), "010-vhd.diskpart")
    refusal = caught.value
    assert (refusal.script, refusal.line, refusal.column) == ("010-vhd.diskpart", 3, column)
    assert what in refusal.what
    assert hint in refusal.hint
    assert f"010-vhd.diskpart:3:{column}: " in str(refusal)


@pytest.mark.parametrize(
    "line",
    [
        "list",
        "create partition",
        "convert",
        "select disk=",
        "select disk one",
        "select partition 0",
        "create vdisk file=C:\\a.vhd",
        "create vdisk maximum=5",
        "create vdisk file=C:\\a.vhd maximum=5MB",
        "create vdisk file=C:\\a.vhd maximum=5 type=big",
        "create vdisk file=C:\\a.vhd maximum=5 type=differencing",
        "create vdisk file=C:\\a.vhd maximum=5 parent=C:\\b.vhd",
        "create vdisk file=C:\\a.vhd type=expandable parent=C:\\b.vhd",
        "merge vdisk",
        "create vdisk file=C:\\a?.vhd maximum=5",
        "create vdisk file=C:\\x\\..\\a.vhd maximum=5",
        "create partition primary size=0",
        "create partition primary size=-1",
        "create partition primary size=1 size=2",
        "create partition primary id=123",
        "assign letter=RR",
        "assign letter=",
        "set",
        "set id=00",
        "gpt attributes=1",
        "format unit=3000",
        "uniqueid disk id=123456789",
    ],
)
def test_syntax_errors_are_kept_for_the_run(line: str) -> None:
    assert one(line).syntax


def test_comments_hold_anything_and_empty_lines_are_noted() -> None:
    text = b'rem ** NOTE: %x% "$y // \xff **\r\n\tREM\r\n\r\nrem\r\nlist disk\r\n'
    script = parse(text, "x")
    assert [(command.form.name, command.line) for command in script.commands] == [("list disk", 5)]
    assert script.notes == ["line 3 is empty: diskpart scripts should have no empty lines"]


def test_nothing_is_read_after_exit() -> None:
    script = parse(b"clean\nexit\nwhatever %x%\n", "x")
    assert [command.form.name for command in script.commands] == ["clean", "exit"]
    assert script.notes == ["what follows the exit in line 2 is not read"]


def test_shortened_words_are_noted_and_full_ones_are_not() -> None:
    assert parse(b"select disk 1\ncre par primary\n", "x").notes == [
        "line 2: 'cre' is read as create",
        "line 2: 'par' is read as partition",
    ]


@pytest.mark.parametrize("text", [b"\xef\xbb\xbfclean", "clean".encode("utf-16"), "clean".encode("utf-16-le")])
def test_unicode_files_are_refused(text: bytes) -> None:
    with pytest.raises(BenchRefusal, match="x:1:"):
        parse(text, "x")


def test_an_empty_script_is_an_empty_script() -> None:
    assert parse(b"", "x").commands == []


def test_every_form_is_done_or_refused_with_a_hint() -> None:
    assert {form.name for form in DONE} - {"exit"} == set(COMMANDS)
    assert all(form.hint for form in FORMS if form not in DONE)
    assert len({form.words for form in FORMS}) == len(FORMS)


WORDS = sorted({*VERBS, *(word for form in FORMS for word in (*form.words, *form.options, *form.refused))})
PIECE = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(["=", " ", "\t", '"', "\r\n", "\n", "%x%", "//", "C:\\a.vhd", "0x1", "R:", "64K", "ntfs"]),
    st.text(max_size=4),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECE, max_size=14).map(" ".join).map(str.encode) | st.binary(max_size=60))
@example(b"det")
@example(b"create =")
@example(b"select disk = =")
@example(b"format label = ")
def test_the_parser_answers_everything_with_commands_or_a_refusal(text: bytes) -> None:
    script, refusal = None, None
    try:
        script = parse(text, "x")
    except BenchRefusal as caught:
        refusal = caught
    if script is not None:
        assert all(command.syntax or not command.form.hint for command in script.commands)
    if refusal is not None:
        lines = text.split(b"\n")
        assert refusal.script == "x"
        assert 1 <= refusal.line <= len(lines)
        assert 1 <= refusal.column <= len(lines[refusal.line - 1]) + 1
