"""Words come out of cmd and the C runtime as they went in."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.bundle import quote
from hvsbuild.bundle.quote import cmd_text, cmd_word, json_text, reg_data
from hvsbuild.states import RegistryValue

# What the rules of specs let through: printable ASCII without the quotation mark.
TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters='"')).filter(
    lambda t: "{{" not in t
)


def percent_phase(line: str) -> str:
    """cmd reads `%%` as `%`; a single one would begin a variable."""
    assert line.replace("%%", "").count("%") == 0
    return line.replace("%%", "%")


def c_runtime_word(word: str) -> str:
    """One argument by the rules of the Microsoft C runtime ("Parsing C command-line arguments")."""
    assert word[0] == '"'
    text, at = "", 1
    while at < len(word):
        slashes = len(word[at:]) - len(word[at:].lstrip("\\"))
        at += slashes
        if at == len(word):
            raise AssertionError("the word has no end")
        if word[at] == '"':
            text += "\\" * (slashes // 2)
            if slashes % 2 == 0:
                assert at == len(word) - 1, "the word ends early"
                return text
            text += '"'
        else:
            text += "\\" * slashes + word[at]
        at += 1
    raise AssertionError("the word has no end")


@given(TEXTS)
def test_a_word_comes_through(text: str) -> None:
    assert c_runtime_word(percent_phase(cmd_word(text))) == text


@given(TEXTS)
def test_text_and_json_come_through(text: str) -> None:
    assert percent_phase(cmd_text(text)) == text
    assert json.loads(percent_phase(json_text(text))) == text
    assert json_text(text).count('"') == 2, "an odd quotation mark would bare what follows to cmd"


@given(st.lists(TEXTS.filter(lambda t: t and "\\0" not in t)))
def test_a_list_of_texts_comes_through(texts: list[str]) -> None:
    joined = reg_data(RegistryValue(place="x", hive="SYSTEM", key="k", name="n", type="REG_MULTI_SZ", data=texts))
    found, at = list[str](), 0
    while at < len(joined):  # from left to right, as reg reads it
        end = joined.find("\\0", at)
        end = len(joined) if end < 0 else end
        found.append(joined[at:end])
        at = end + 2
    assert found == texts


def test_tokens() -> None:
    assert quote.token("disk.number") == "{{disk.number}}"
