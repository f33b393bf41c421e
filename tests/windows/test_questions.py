"""The questions that are put to PowerShell: what can be known of them without PowerShell."""

from __future__ import annotations

import re

import pytest

from hvsbuild.errors import HvsError
from hvsbuild.hosts.windows import powershell, seen, wmi

PAIRS = {")": "(", "]": "[", "}": "{"}
QUESTIONS = {
    "look": powershell.LOOK,
    "wmi": wmi.LOOK,
    "versions": powershell.versions_question({"reg": "C:\\Windows\\reg.exe", "imagex": "C:\\it's (x86)\\i.exe"}),
}


def outside_of_strings(question: str) -> str:
    """A question without its texts in single quotes (where two quotes are one)."""
    return re.sub(r"'(?:[^']|'')*'", "", question)


@pytest.mark.parametrize("name", QUESTIONS)
def test_it_survives_a_command_line(name: str) -> None:
    question = QUESTIONS[name]
    assert question.isascii()
    assert question.isprintable(), "one line"
    assert '"' not in question
    assert not question.endswith("\\")
    assert len(question) < 8191, "even cmd could start it"


@pytest.mark.parametrize("name", QUESTIONS)
def test_brackets_and_quotes_are_closed(name: str) -> None:
    code, open_now = outside_of_strings(QUESTIONS[name]), list[str]()
    assert "'" not in code
    for char in code:
        if char in PAIRS.values():
            open_now.append(char)
        elif char in PAIRS:
            assert open_now.pop() == PAIRS[char]
    assert not open_now


@pytest.mark.parametrize("name", QUESTIONS)
def test_it_changes_nothing(name: str) -> None:
    """Only verbs that read; Update-HostStorageCache makes Windows look anew."""
    verbs = set(re.findall(r"\b([A-Z][a-z]+)-[A-Z]\w+", outside_of_strings(QUESTIONS[name])))
    assert verbs <= {"Get", "Select", "Where", "ForEach", "ConvertTo", "Update"}
    assert re.findall(r"Update-\w+", QUESTIONS[name]) in ([], ["Update-HostStorageCache"])


def test_wmi_needs_no_more_than_powershell_2() -> None:
    newer = ("ConvertTo-Json", "Get-CimInstance", "[ordered]", "[pscustomobject]", " -in ", "-notin", "Get-Disk")
    assert not [word for word in newer if word.casefold() in wmi.LOOK.casefold()]


def test_a_quote_in_a_path() -> None:
    assert "'C:\\it''s (x86)\\i.exe'" in QUESTIONS["versions"]


@pytest.mark.parametrize("answer", ["", "Get-Disk : Zugriff verweigert", "[]", "7", "{"])
def test_an_unexpected_answer_is_an_error(answer: str) -> None:
    with pytest.raises(HvsError, match="unexpected"):
        powershell.parse(answer)


def test_versions() -> None:
    assert powershell.parse_versions('{"reg":"6.3.9600.17415"}') == {"reg": "6.3.9600.17415"}


@pytest.mark.parametrize(
    ("reported", "path", "serial", "note"),
    [
        ("AA01", "USBSTOR\\DISK&VEN_A&PROD_B&REV_1\\AA01&0", "AA01", ""),
        ("AA01", "\\\\?\\usbstor#disk&ven_a#aa01&0#{53f56307}", "AA01", ""),
        ("AA01", "\\\\?\\usbstor#disk&ven_a#6&2b5a8f0&0#{53f56307}", "", seen.MADE_UP),
        ("AA01", "USBSTOR\\DISK&VEN_A\\7&2DCA610A&0", "", seen.MADE_UP),
        ("\x03N", "\\\\?\\usbstor#disk&ven_a#nabc&0#{53f56307}", "NABC", seen.FROM_ID),
        ("", "\\\\?\\usbstor#disk&ven_a#nabc&0#{53f56307}", "NABC", seen.FROM_ID),
        ("WD-1", "\\\\?\\scsi#disk&ven_wd#4&10ef021e&0&000000#{53f56307}", "WD-1", ""),  # SCSI: always made up
        ("\x03N", "\\\\?\\scsi#disk&ven_wd#4&10ef021e&0&000000#{53f56307}", "", ""),
        ("S1", "", "S1", ""),
    ],
)
def test_serial(reported: str, path: str, serial: str, note: str) -> None:
    assert seen.serial(reported, path) == (serial, note)
