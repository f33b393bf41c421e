"""The JSON Schema for editors: current, valid, and of one mind with the models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from hvsbuild.formats.regvalue import ADDABLE
from hvsbuild.spec.boot import SETTINGS, Boot, BootMenu, Debug, Ems, VhdBoot
from hvsbuild.spec.disk import Disk, Match
from hvsbuild.spec.image import Image, IsoMember
from hvsbuild.spec.load import load_spec
from hvsbuild.spec.model import Spec, VhdSection
from hvsbuild.spec.regdata import RegistryData
from hvsbuild.spec.registry import RegistryEntry
from hvsbuild.spec.schema import json_schema, schema_text

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").glob("*.yaml"))
# What a schema can see; the rest needs the loader (cross-field rules, YAML's own pitfalls).
SEEN_BY_SCHEMA = [
    "key-unknown",
    "key-unknown-at-top",
    "key-missing",
    "key-missing-in-list",
    "version",
    "name-path",
    "text-is-number",
    "text-is-list",
    "text-is-empty",
    "index-is-text",
    "index-is-zero",
    "index-is-fraction",
    "bool-is-text",
    "list-is-mapping",
    "mapping-is-text",
    "word-near",
    "word-far",
    "source-is-number",
    "size-without-unit",
    "size-bare-text",
    "size-letter-only",
    "size-lower-case",
    "size-words",
    "range-strict",
    "letter-colon",
    "sha256",
    "image-index-and-name",
    "image-without-choice",
    "vhd-missing",
    "vhd-and-vhds",
    "os-unknown",
    "boot-setting-unknown",
    "boot-setting-off",
    "registry-hive-secret",
    "registry-hive-near",
    "registry-kinds",
    "registry-more-types",
    "registry-needs",
    "registry-tweaks",
    "registry-type",
    "registry-data",
]


def problems(document: Any) -> list[str]:
    jsonschema = pytest.importorskip("jsonschema", reason="pip install jsonschema: the schema is checked with it")
    return [error.message for error in jsonschema.Draft202012Validator(json_schema()).iter_errors(document)]


def test_the_committed_schema_is_current() -> None:
    committed = (ROOT / "hvsbuild.schema.json").read_text("utf-8")
    assert committed == schema_text(), "run: python -m hvsbuild.spec.schema > hvsbuild.schema.json"


def test_it_is_a_valid_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="pip install jsonschema: the schema is checked with it")
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_example_specs_load_and_fit_the_schema(path: Path) -> None:
    load_spec(path)
    assert problems(yaml.safe_load(path.read_text("utf-8"))) == []


@pytest.mark.parametrize("name", SEEN_BY_SCHEMA)
def test_the_schema_refuses_what_an_editor_can_see(name: str) -> None:
    path = Path(__file__).parent / "wrong" / f"{name}.yaml"
    assert problems(yaml.safe_load(path.read_text("utf-8")))


def test_the_schema_allows_what_is_only_doubtful() -> None:
    for path in (Path(__file__).parent / "doubtful").glob("*.yaml"):
        assert problems(yaml.safe_load(path.read_text("utf-8"))) == [], path.stem


def test_a_variable_may_stand_for_any_value() -> None:
    document = yaml.safe_load((ROOT / "specs" / "hyperv-server-2008-r2-usb.yaml").read_text("utf-8"))
    document["vhd"].update(size="${size}", letter="${letter}", type="${type}")
    document["image"]["index"] = "${index}"
    assert problems(document) == []


@pytest.mark.parametrize(
    "model",
    [Spec, Image, IsoMember, VhdSection, Disk, Match, Boot, BootMenu, VhdBoot, Ems, Debug, RegistryEntry, RegistryData],
)
def test_every_key_is_described_with_an_example_or_a_section(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert field.examples or any(
            word in str(field.annotation) for word in ("Vhd", "Disk", "Boot", "Image", "Registry")
        ), name


def test_the_words_of_the_schema_are_those_of_the_product() -> None:
    definitions = json_schema()["$defs"]
    for section in ("Boot", "VhdBoot"):
        assert definitions[section]["properties"]["settings"]["properties"].keys() == SETTINGS.keys()
    (words,) = (one["enum"] for one in definitions["RegistryData"]["properties"]["type"]["anyOf"] if "enum" in one)
    assert tuple(words) == ADDABLE
