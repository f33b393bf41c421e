"""Secrets: found when a run begins, filled in when a script runs, written down nowhere.

The journal gets the script with the `{{secret.NAME}}` tokens that the reviewer saw, and their hash, not that of the
executed bytes (a password could be guessed against it). What a tool prints is searched for the values.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from hvsbuild.bundle.manifest import Manifest, SecretRule
from hvsbuild.errors import HvsError

NOT_GIVEN = "A secret is not given"
NOT_USABLE = "A secret cannot be used"
LONGEST_PASSWORD = 127  # characters (Microsoft: passwords must be at most 127)
SHORTEST = 4  # characters; what is shorter stands in many words
PRODUCT_KEY = re.compile(r"([A-Z0-9]{5}-){4}[A-Z0-9]{5}")
PREFIX = "secret."


class Secrets:
    """The secrets of one run. `values` are what stands in the scripts, by the name of the binding."""

    def __init__(self, rules: Iterable[SecretRule] = (), files: Mapping[str, Path] | None = None) -> None:
        """`files`: where secrets lie that are given as files; the others are in the environment, or missing."""
        self.rules = {rule.name: rule for rule in rules}
        self.values: dict[str, str] = {}
        self.hidden: dict[str, str] = {}  # every form of a value -> its token
        for name, rule in self.rules.items():
            plain = _read(rule, (files or {}).get(name))
            if plain is not None:
                self.values[PREFIX + name] = written = _written(rule, plain)
                told = (plain, written) if len(plain) >= SHORTEST else (written,)
                self.hidden |= dict.fromkeys(told, "{{" + PREFIX + name + "}}")

    def need(self, script: bytes) -> None:
        """Raises `HvsError` for a secret that a script needs and nobody has given."""
        for name, rule in self.rules.items():
            if ("{{" + PREFIX + name + "}}").encode() in script and PREFIX + name not in self.values:
                where = f"set the environment variable {rule.env}, or name" if rule.env else "name"
                raise HvsError(NOT_GIVEN, seen=name, do=f"{where} the file whose first line it is: --input {name}=PATH")

    def redact(self, text: str) -> str:
        """The text with tokens in the place of secrets."""
        for value in sorted(self.hidden, key=len, reverse=True):
            text = text.replace(value, self.hidden[value])
        return text

    def redacted(self, error: HvsError) -> HvsError:
        """An error that tells nothing of them."""
        error.seen = self.redact(error.seen)
        error.args = (error.text(),)
        return error


def names(manifest: Manifest) -> set[str]:
    """What `--input` takes besides the inputs."""
    return {rule.name for rule in manifest.secrets}


def _read(rule: SecretRule, file: Path | None) -> str | None:
    if file is None:
        return os.environ.get(rule.env, "") or None if rule.env else None
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        seen = f"{rule.name}: {error.strerror}: {file}"
        raise HvsError(NOT_USABLE, seen=seen, do="check the file and its permissions") from None
    except UnicodeDecodeError:
        raise HvsError(NOT_USABLE, seen=f"{rule.name}: {file} is not UTF-8", do="save the file as UTF-8") from None
    return (text.splitlines() or [""])[0]


def _written(rule: SecretRule, plain: str) -> str:
    """A secret as it stands in an answer file."""
    if rule.form == "product-key":
        if not PRODUCT_KEY.fullmatch(plain.strip().upper()):
            do = "five groups of five letters and digits, with - between them"
            raise HvsError(NOT_USABLE, seen=f"{rule.name} is no product key", do=do)
        return plain.strip().upper()
    if not plain or len(plain) > LONGEST_PASSWORD or not plain.isprintable():
        why = f"a password has 1 to {LONGEST_PASSWORD} characters and no control characters"
        raise HvsError(NOT_USABLE, seen=f"{rule.name} has {len(plain)} characters", why=why)
    return hidden_password(plain)


def hidden_password(plain: str) -> str:
    """A password as Windows System Image Manager hides it: base64 over UTF-16 of it and the name of its setting.

    Source: Microsoft, Unattended Windows Setup Reference, AdministratorPassword, Value (the example there is "pw").
    """
    return base64.b64encode((plain + "AdministratorPassword").encode("utf-16-le")).decode("ascii")
