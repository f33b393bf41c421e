"""Texts that the bundle itself holds, in the VHD: read by ntfscat, the answer file by xmllint."""

from __future__ import annotations

import base64
import re
import subprocess
from collections.abc import Callable

import pytest
import yaml

from hvsbuild.run.binding import bind
from hvsbuild.run.secrets import hidden_password
from hvsbuild.states import TextFile
from tests.bench.tasks.stages import Bench
from tests.golden import HERE, case_bundle, golden

STAGE = "hive-load-SYSTEM"
PASSWORD = "ünd & <so> \"100%\" ^!x! '`"
SECRETS = {
    "secret.administrator-password": hidden_password(PASSWORD),
    "secret.product-key": "ABCDE-12345-ABCDE-12345-ABCDE",
}


def written(bench: Bench, case: str, task: str, path: str) -> bytes:
    """Run the golden script; the file as it is in the VHD."""
    code, text = bench.try_script(bind(golden("text-file", task, case), SECRETS, "cmd"), "cmd")
    assert (code, text) == (0, "")
    return bench.read(bench.vhd, path)


@pytest.mark.parametrize(
    ("number", "task", "path"),
    [
        (0, "write-special-txt", "Tools/special.txt"),
        (1, "write-odd-txt", "Tools/odd.txt"),
        (2, "write-hosts", "Windows/System32/drivers/etc/hosts"),
        (3, "write-100--txt", "Tools/many & more/100%.txt"),
    ],
)
def test_a_text_is_what_the_spec_says(before: Callable[[str], Bench], number: int, task: str, path: str) -> None:
    text = yaml.safe_load((HERE / "text-file" / "text.yaml").read_text())["files"][number]["text"]
    expected = "".join(f"{line}\r\n" for line in text.removesuffix("\n").split("\n"))
    assert written(before(STAGE), "text", task, path).decode() == expected


def test_an_older_file_goes(before: Callable[[str], Bench]) -> None:
    bench = before(STAGE)
    path = "Tools/many & more/100%.txt"
    first = written(bench, "text", "write-100--txt", path)
    assert first.count(b"\r\n") == 90
    assert written(bench, "text", "write-100--txt", path) == first


def test_a_file_that_cannot_be_written_is_a_failure(before: Callable[[str], Bench]) -> None:
    bench = before(STAGE)
    bench.try_script(b'mkdir "R:\\Tools"\r\n>"R:\\Tools\\many & more" echo a file in the way\r\n', "cmd")
    code, text = bench.try_script(golden("text-file", "write-100--txt", "text"), "cmd")
    assert code == 1
    assert "cannot find the path" in text


# --- the answer file ---


def values(data: bytes, name: str, setting: str) -> dict[str, str]:
    """The settings of a component in a pass, as xmllint reads them (it has libxml2, not Python's expat)."""
    path = (
        f"//*[local-name()='settings'][@pass='{setting}']/*[local-name()='component'][@name='{name}']"
        "//*[not(*)]"
    )
    count = int(_xpath(data, f"count({path})"))
    found = {}
    for number in range(1, count + 1):
        found[_xpath(data, f"local-name(({path})[{number}])")] = _xpath(data, f"string(({path})[{number}])")
    return found


def _xpath(data: bytes, expression: str) -> str:
    done = subprocess.run(["xmllint", "--xpath", expression, "-"], input=data, capture_output=True, check=True)
    return done.stdout.decode().removesuffix("\n")


def test_the_answers(before: Callable[[str], Bench]) -> None:
    data = written(before(STAGE), "answers", "unattend", "Windows/Panther/unattend.xml")
    assert data.isascii()
    assert values(data, "Microsoft-Windows-Shell-Setup", "specialize") == {
        "ComputerName": "HVS-01",
        "ProductKey": SECRETS["secret.product-key"],
        "RegisteredOrganization": 'Müller & Söhne <"100%"> (^)',
        "RegisteredOwner": "IT's {best} ]]> !x!",
        "TimeZone": "W. Europe Standard Time",
    }
    assert values(data, "Microsoft-Windows-International-Core", "oobeSystem") == {
        "InputLocale": "0407:00000407;en-US",
        "SystemLocale": "en-US",
        "UILanguage": "en-US",
        "UserLocale": "de-DE",
    }
    found = values(data, "Microsoft-Windows-Shell-Setup", "oobeSystem")
    assert base64.b64decode(found.pop("Value")).decode("utf-16-le") == PASSWORD + "AdministratorPassword"
    assert found == {"HideEULAPage": "true", "PlainText": "false"}
    attributes = "//*[local-name()='component']/@processorArchitecture"
    assert _xpath(data, f"count({attributes}[.='amd64'])") == _xpath(data, f"count({attributes})") == "3"
    assert _xpath(data, "namespace-uri(/*)") == "urn:schemas-microsoft-com:unattend"


def test_only_what_was_answered_is_in_it(before: Callable[[str], Bench]) -> None:
    data = written(before(STAGE), "answers-few", "unattend", "Windows/Panther/unattend.xml")
    assert values(data, "Microsoft-Windows-Shell-Setup", "specialize") == {"ComputerName": "*"}
    assert _xpath(data, "count(//*[local-name()='settings'])") == "1"


def test_microsoft_s_own_example_of_a_hidden_password() -> None:
    """learn.microsoft.com, AdministratorPassword, Value: the password "pw"."""
    assert hidden_password("pw") == "cAB3AEEAZABtAGkAbgBpAHMAdAByAGEAdABvAHIAUABhAHMAcwB3AG8AcgBkAA=="


def test_no_bundle_holds_a_secret() -> None:
    bundle = case_bundle(HERE / "text-file" / "answers.yaml")
    assert [(rule.name, rule.env) for rule in bundle.manifest.secrets] == [
        ("administrator-password", "ADMIN_PASSWORD"),
        ("product-key", "PRODUCT_KEY"),
    ]
    (task,) = [task for task in bundle.manifest.tasks if task.id == "unattend"]
    assert b"<Value^>{{secret.administrator-password}}^<" in bundle.script(task)
    (state,) = task.states
    assert isinstance(state, TextFile)
    assert "<Value>{{secret.administrator-password}}</Value>" in state.text


# --- SetupComplete.cmd ---


@pytest.mark.parametrize("case", ["first-boot-older", "first-boot-newer"])
def test_setup_complete_is_what_the_reviewer_saw(before: Callable[[str], Bench], case: str) -> None:
    data = written(before(STAGE), case, "first-boot", "Windows/Setup/Scripts/SetupComplete.cmd")
    (task,) = [one for one in case_bundle(HERE / "text-file" / f"{case}.yaml").manifest.tasks if one.id == "first-boot"]
    (state,) = task.states
    assert isinstance(state, TextFile)
    assert data.decode() == state.text.replace("\n", "\r\n")


def test_commands_stand_in_it_as_they_were_written(before: Callable[[str], Bench]) -> None:
    data = written(before(STAGE), "first-boot-older", "first-boot", "Windows/Setup/Scripts/SetupComplete.cmd")
    lines = data.decode().split("\r\n")
    for command in yaml.safe_load((HERE / "text-file" / "first-boot-older.yaml").read_text())["first_boot"]:
        assert command in lines


# --- who may write to it ---

EVERYONE, SYSTEM = "010100000000000100000000", "010100000000000512000000"  # S-1-1-0, S-1-5-18


def test_not_everybody_may_write_to_what_the_system_will_run(before: Callable[[str], Bench]) -> None:
    """A new file has the rights that its folder passes on, as on Windows; told by ntfssecaudit."""
    bench = before(STAGE)
    path = "Windows/Setup/Scripts/SetupComplete.cmd"
    assert written(bench, "first-boot-newer", "first-boot", path)
    for inside in (path, path.rpartition("/")[0]):
        argv = ["ntfssecaudit", "-v", bench.volume(bench.vhd), f"/{inside}"]
        told = subprocess.run(argv, capture_output=True, text=True, check=True).stdout
        rows = [line.split() for line in told.splitlines() if re.match(" +[0-9a-f]{6} ", line)]
        descriptor = "".join("".join(words[1:]) for words in rows)  # offset, and four times four bytes
        assert SYSTEM in descriptor, told
        assert EVERYONE not in descriptor, told
