"""The answer file that is made from the answers in a spec, as lines of ASCII.

Sources: Microsoft, Unattended Windows Setup Reference (components Microsoft-Windows-Shell-Setup and
Microsoft-Windows-International-Core, their settings and passes); the schema `urn:schemas-microsoft-com:unattend`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from hvsbuild.spec.unattend import Answers

HEAD = """\
<?xml version="1.0" encoding="utf-8"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend">"""
COMPONENT = (
    'name="{name}"',
    'processorArchitecture="{arch}"',
    'publicKeyToken="31bf3856ad364e35"',
    'language="neutral"',
    'versionScope="nonSxS"',
    'xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State"',
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
)
Settings = Mapping[str, str | None]


def answer_lines(answers: Answers, tokens: Mapping[str, str]) -> tuple[str, ...]:
    """The whole file. A secret stands in it as the token (by key) that is filled in when the script runs."""
    specialize = {"Microsoft-Windows-Shell-Setup": list(_elements(_specialize(answers, tokens)))}
    oobe = {
        "Microsoft-Windows-International-Core": list(_elements(_international(answers))),
        "Microsoft-Windows-Shell-Setup": list(_oobe(answers, tokens)),
    }
    lines = [*HEAD.splitlines(), *_pass("specialize", specialize, answers.arch)]
    return (*lines, *_pass("oobeSystem", oobe, answers.arch), "</unattend>")


def _specialize(answers: Answers, tokens: Mapping[str, str]) -> Settings:
    key = answers.product_key
    return {
        "ComputerName": answers.computer_name,
        "ProductKey": key.upper() if isinstance(key, str) else tokens.get("product_key"),
        "RegisteredOrganization": answers.organization,
        "RegisteredOwner": answers.owner,
        "TimeZone": answers.time_zone,
    }


def _international(answers: Answers) -> Settings:
    locale = answers.locale
    if locale is None:
        return {}
    return {
        "InputLocale": locale.input,
        "SystemLocale": locale.system,
        "UILanguage": locale.ui,
        "UserLocale": locale.user,
    }


def _oobe(answers: Answers, tokens: Mapping[str, str]) -> Iterator[str]:
    if answers.accept_eula:
        yield from ("<OOBE>", "  <HideEULAPage>true</HideEULAPage>", "</OOBE>")
    if password := tokens.get("administrator_password"):
        yield from ("<UserAccounts>", "  <AdministratorPassword>")
        yield f"    <Value>{password}</Value>"
        yield from ("    <PlainText>false</PlainText>", "  </AdministratorPassword>", "</UserAccounts>")


def _elements(settings: Settings) -> Iterator[str]:
    for name, value in settings.items():
        if value is not None:
            yield f"<{name}>{_ascii(value)}</{name}>"


def _ascii(text: str) -> str:
    """Text of an element; what is not ASCII as a character reference."""
    return escape(text).encode("ascii", "xmlcharrefreplace").decode()


def _pass(name: str, components: Mapping[str, list[str]], arch: str) -> Iterator[str]:
    """A pass with those components that have anything to say."""
    if not any(components.values()):
        return
    yield f'  <settings pass="{name}">'
    for component, lines in components.items():
        if lines:
            words = [word.format(name=component, arch=arch) for word in COMPONENT]
            yield f"    <component {' '.join(words[:2])}"
            yield f"               {' '.join(words[2:5])}"
            yield f"               {words[5]}"
            yield f"               {words[6]}>"
            yield from (f"      {line}" for line in lines)
            yield "    </component>"
    yield "  </settings>"
