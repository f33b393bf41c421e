"""`unattend:` the answer file for the first boot: one of the user's own, or a few answers that one is made from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag

from hvsbuild.spec.kinds import Section, Text, refuse

Architecture = Literal["amd64", "x86", "arm64"]


def _never_plain(value: object) -> object:
    """A password as text; it is not repeated, and the line it stands on is not shown."""
    if isinstance(value, str | int | float):
        raise refuse("HVS340", hint="write {env: NAME} or {file: PATH}, and change the password that stood here")
    return value


class Secret(Section):
    """Where a secret is found when the stick is made. It is never in the spec, the bundle or the journal."""

    env: Text | None = Field(
        default=None, description="The environment variable that holds it.", examples=["ADMIN_PASSWORD"]
    )
    file: Text | None = Field(
        default=None,
        description="The file whose first line it is, relative to this file.",
        examples=["secrets/administrator.txt"],
    )


def _key_shape(value: object) -> str | None:
    if isinstance(value, str):
        return "text"
    return "secret" if isinstance(value, dict | Secret) else None


ProductKey = Annotated[
    Annotated[Text, Tag("text")] | Annotated[Secret, Tag("secret")],
    Discriminator(_key_shape, custom_error_type="HVS109", custom_error_message="a key, or {env: NAME}, {file: PATH}"),
]


class Locale(Section):
    """Languages and formats, each a tag like de-DE."""

    ui: Text | None = Field(
        default=None, description="The language of what Windows shows; the image must hold it.", examples=["en-US"]
    )
    input: Text | None = Field(
        default=None,
        description="The keyboard: a tag, or LANGUAGE:LAYOUT in hexadecimal; several are divided by a semicolon.",
        examples=["de-DE", "0407:00000407"],
    )
    system: Text | None = Field(
        default=None, description="The language of programs that are not Unicode.", examples=["en-US"]
    )
    user: Text | None = Field(default=None, description="Formats of dates, numbers and money.", examples=["de-DE"])


class Answers(Section):
    """What Windows would ask, or make up, when it starts for the first time."""

    computer_name: Text | None = Field(
        default=None,
        description='Up to 15 letters, digits and hyphens, not digits alone; "*" lets Windows make one up.',
        examples=["HVS-01"],
    )
    locale: Locale | None = Field(default=None, description="Languages and formats.")
    time_zone: Text | None = Field(
        default=None, description="The Windows name of a time zone (tzutil /l).", examples=["W. Europe Standard Time"]
    )
    organization: Text | None = Field(default=None, description="The registered organization.", examples=["Example AG"])
    owner: Text | None = Field(default=None, description="The registered owner.", examples=["IT"])
    product_key: ProductKey | None = Field(
        default=None,
        description="The product key: as text when it is public (KMS clients' are), else {env: NAME} or {file: PATH}.",
        examples=[{"env": "PRODUCT_KEY"}],
    )
    administrator_password: Annotated[Secret, BeforeValidator(_never_plain)] | None = Field(
        default=None,
        description="Where the password of the built-in Administrator is found when the stick is made: {env: NAME} or "
        "{file: PATH}.",
        examples=[{"env": "ADMIN_PASSWORD"}],
    )
    accept_eula: bool = Field(
        default=False,
        description="Accept Microsoft's licence terms for whoever starts it first; otherwise Windows asks.",
        examples=[False],
    )
    arch: Architecture = Field(
        default="amd64", description="The processor that the Windows in the VHD is for.", examples=["amd64"]
    )

    def secrets(self) -> dict[str, Secret]:
        """What of it is a secret, by key."""
        found = {"administrator_password": self.administrator_password, "product_key": self.product_key}
        return {name: one for name, one in found.items() if isinstance(one, Secret)}


def _shape(value: object) -> str | None:
    if isinstance(value, str):
        return "file"
    return "answers" if isinstance(value, dict | Answers) else None


Unattend = Annotated[
    Annotated[Text, Tag("file")] | Annotated[Answers, Tag("answers")],
    Discriminator(
        _shape,
        custom_error_type="HVS109",
        custom_error_message="the path of an answer file, or answers: {time_zone: …}",
    ),
]
