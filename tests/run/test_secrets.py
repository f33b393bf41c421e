"""Secrets: where they are found, how they are written, and that nothing tells of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from hvsbuild.bundle.manifest import SecretRule
from hvsbuild.errors import HvsError, Refused
from hvsbuild.run.secrets import Secrets, hidden_password

PASSWORD = SecretRule(name="administrator-password", form="administrator-password", env="ADMIN_PASSWORD")
KEY = SecretRule(name="product-key", form="product-key", env=None)
SCRIPT = b"<Value>{{secret.administrator-password}}</Value>"


def test_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "pw")
    assert Secrets([PASSWORD]).values == {"secret.administrator-password": hidden_password("pw")}


@pytest.mark.parametrize("data", [b"pw", b"pw\n", b"pw\r\nmore\r\n", "\ufeffpw\n".encode()])
def test_a_file_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: bytes) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "other")
    (tmp_path / "a").write_bytes(data)
    found = Secrets([PASSWORD], {"administrator-password": tmp_path / "a"})
    assert found.values == {"secret.administrator-password": hidden_password("pw")}


@pytest.mark.parametrize("data", [b"abcde-12345-abcde-12345-abcde\n", b" ABCDE-12345-ABCDE-12345-ABCDE \n"])
def test_a_product_key_is_written_as_keys_are(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a").write_bytes(data)
    assert Secrets([KEY], {"product-key": tmp_path / "a"}).values["secret.product-key"].startswith("ABCDE-12345-A")


@pytest.mark.parametrize(
    ("rule", "data", "said"),
    [
        (KEY, b"ABCDE-12345", "no product key"),
        (KEY, b'ABCDE-12345-ABCDE-12345-ABCD"', "no product key"),
        (PASSWORD, b"", "has 0 characters"),
        (PASSWORD, b"\n\n", "has 0 characters"),
        (PASSWORD, b"x" * 128, "has 128 characters"),
        (PASSWORD, b"a\tb", "has 3 characters"),
        (PASSWORD, b"\xff\xfe", "not UTF-8"),
        (PASSWORD, None, "No such file"),
    ],
)
def test_what_cannot_be_used_is_said_without_telling_it(
    tmp_path: Path, rule: SecretRule, data: bytes | None, said: str
) -> None:
    if data is not None:
        (tmp_path / "a").write_bytes(data)
    with pytest.raises(HvsError) as caught:
        Secrets([rule], {rule.name: tmp_path / "a"})
    assert rule.name in caught.value.text()
    assert said in caught.value.text()
    assert not data or len(data) < 4 or data.decode("utf-8", "replace").strip() not in caught.value.text()


def test_only_a_script_that_needs_it_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    Secrets([PASSWORD]).need(b"echo {{input.image}}")
    with pytest.raises(HvsError, match="A secret is not given"):
        Secrets([PASSWORD]).need(SCRIPT)


def test_nothing_that_is_printed_tells_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as it is nor as it is written; and an error stays the error that it was."""
    monkeypatch.setenv("ADMIN_PASSWORD", "Pass")
    found = Secrets([PASSWORD])
    hidden = hidden_password("Pass")
    token = "{{secret.administrator-password}}"
    assert found.redact(f"a Pass b {hidden} c") == f"a {token} b {token} c"
    error = found.redacted(Refused("Refused", seen=f"line 3: {hidden}", do="look"))
    assert isinstance(error, Refused)
    assert hidden not in str(error)
    assert hidden not in error.text()
    assert token in str(error)


def test_a_password_of_few_letters_does_not_blot_out_what_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", "a")
    assert Secrets([PASSWORD]).redact("Access is denied.") == "Access is denied."
