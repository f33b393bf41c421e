"""The secrets of a spec: their names in bindings, where they are found, how they are written. Never their values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hvsbuild.plan.inputs import Loc, free
from hvsbuild.spec.model import Spec
from hvsbuild.spec.unattend import Answers

Form = Literal["administrator-password", "product-key"]
KEYS: dict[str, Form] = {"administrator_password": "administrator-password", "product_key": "product-key"}
WHAT = {"administrator-password": "the password of the Administrator", "product-key": "the product key"}


@dataclass(frozen=True)
class SecretSource:
    """One secret: the name of its binding, how it is written in an answer file, and where it is found: in an
    environment variable, or in a file as the spec says it at `loc`."""

    name: str
    form: Form
    env: str | None
    file: str | None
    loc: Loc

    @property
    def what(self) -> str:
        return WHAT[self.form]


def secrets_of(spec: Spec) -> tuple[SecretSource, ...]:
    """All of them. VHDs that name the same source have the same secret."""
    found: dict[tuple[Form, str | None, str | None], SecretSource] = {}
    for vhd in spec.vhd_list():
        answers = vhd.part("unattend")
        for key, secret in answers.secrets().items() if isinstance(answers, Answers) else ():
            form, loc = KEYS[key], (*vhd.part_loc("unattend"), key)
            if (form, secret.env, secret.file) not in found:
                name = free(form, [one.name for one in found.values()])
                source = SecretSource(name, form, secret.env, secret.file, (*loc, "file" if secret.file else "env"))
                found[form, secret.env, secret.file] = source
    return tuple(found.values())


def tokens(spec: Spec, answers: Answers) -> dict[str, str]:
    """The bindings that stand for the secrets of an answer file, by key."""
    names = {(one.form, one.env, one.file): one.name for one in secrets_of(spec)}
    return {
        key: "{{secret." + names[KEYS[key], secret.env, secret.file] + "}}" for key, secret in answers.secrets().items()
    }
