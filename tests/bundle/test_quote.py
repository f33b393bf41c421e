"""Words come out of cmd and the C runtime as they went in."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from hvsbuild.bundle import quote
from hvsbuild.bundle.quote import cmd_text, cmd_word, json_text, quoted_word, reg_words
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


def cmd_phase(line: str) -> str:
    """What a program gets of a command line: outside of quotes `^` hides a special character, which else would act."""
    out, quoted, at = "", False, 0
    while at < len(line):
        if line[at] == '"':
            quoted = not quoted
        elif not quoted and line[at] == "^":
            at += 1
        else:
            assert quoted or line[at] not in "&|<>", "a special character outside of quotes"
        out += line[at]
        at += 1
    return out


@given(st.text(st.sampled_from('"\\&|<>^%! ab')).filter(lambda t: "{{" not in t))
def test_a_word_with_quotation_marks_comes_through(text: str) -> None:
    assert c_runtime_word(cmd_phase(percent_phase(quoted_word(text)))) == text


@given(TEXTS)
def test_without_quotation_marks_it_is_the_plain_word(text: str) -> None:
    assert quoted_word(text) == cmd_word(text)


@given(st.lists(TEXTS.filter(bool).filter(lambda t: "|" not in t)))
def test_a_list_of_texts_comes_through(texts: list[str]) -> None:
    words = reg_words(RegistryValue(place="x", hive="SYSTEM", key="k", name="n", type="REG_MULTI_SZ", data=texts))
    options, _, word = words.partition(" /d ")
    assert options in ("/t REG_MULTI_SZ", '/t REG_MULTI_SZ /s "|"')
    joined, divider = c_runtime_word(percent_phase(word)), "|" if "|" in options else "\\0"
    found, at = list[str](), 0
    while at < len(joined):  # from left to right, as reg reads it
        end = joined.find(divider, at)
        end = len(joined) if end < 0 else end
        found.append(joined[at:end])
        at = end + len(divider)
    assert found == texts


def test_what_reg_add_would_store_in_another_way() -> None:
    value = RegistryValue(place="x", hive="SYSTEM", key="k", name="n", type="REG_DWORD_BIG_ENDIAN", data=1)
    assert reg_words(value) == '/t REG_DWORD_BIG_ENDIAN /d "16777216"'
    two_nuls = value.model_copy(update={"type": "REG_MULTI_SZ", "data": [""]})
    assert reg_words(two_nuls) == '/t REG_MULTI_SZ /d "\\0"'


def test_tokens() -> None:
    assert quote.token("disk.number") == "{{disk.number}}"
