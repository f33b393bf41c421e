"""pydantic's errors in our own words: one diagnostic each, at the key or value they are about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hvsbuild.spec.codes import CODES
from hvsbuild.spec.diagnostics import Diagnostic, choose, diagnose, suggestion
from hvsbuild.spec.places import BROKEN, Loc, Places

# pydantic's error types (docs.pydantic.dev, Validation Errors) -> our codes.
_KINDS = {
    "string_type": "HVS103",
    "int_type": "HVS104",
    "int_from_float": "HVS104",
    "int_parsing_size": "HVS110",
    "bool_type": "HVS105",
    "tuple_type": "HVS106",
    "model_type": "HVS107",
    "model_attributes_type": "HVS107",
    "dict_type": "HVS107",
    "literal_error": "HVS108",
    "greater_than_equal": "HVS110",
    "less_than_equal": "HVS110",
    "too_short": "HVS117",
}


def shape_errors(error: ValidationError, data: Any, model: type[BaseModel], places: Places) -> list[Diagnostic]:
    """What is wrong with keys and kinds of values; values that already have a diagnostic are left out."""
    errors = [one for one in error.errors(include_url=False) if one["input"] is not BROKEN]
    unknown: dict[tuple[int | str, ...], list[str]] = {}
    for one in errors:
        if one["type"] == "extra_forbidden":
            unknown.setdefault(one["loc"][:-1], []).append(str(one["loc"][-1]))
    return [_diagnostic(one, data, model, places) for one in errors if not _misspelt(one, unknown)]


def _misspelt(error: ErrorDetails, unknown: dict[tuple[int | str, ...], list[str]]) -> bool:
    """Whether the key is missing only because an unknown key beside it is a misspelling of it."""
    near = unknown.get(error["loc"][:-1], []) if error["type"] == "missing" else []
    return any(suggestion(word, [str(error["loc"][-1])]) for word in near)


def _diagnostic(error: ErrorDetails, data: Any, model: type[BaseModel], places: Places) -> Diagnostic:
    kind, context = error["type"], error.get("ctx", {})
    loc = real_loc(error["loc"], data)
    if kind == "extra_forbidden":
        fields = (_model_at(model, loc[:-1]) or model).model_fields
        known = [field.alias or name for name, field in fields.items()]
        return _at_key(places, "HVS101", loc, str(loc[-1]), choose(str(loc[-1]), known))
    if kind == "missing":
        name = str(error["loc"][-1])
        field = (_model_at(model, loc) or model).model_fields.get(name)
        example = f", for example {name}: {_yaml(field.examples[0])}" if field and field.examples else ""
        return _at_key(places, "HVS102", loc, _inside(name, loc), f"add {name}:{example}")
    if kind in CODES:
        said = "" if error["msg"] == kind else error["msg"]  # of a union: what it takes
        return _at_value(places, kind, loc, context.get("detail", ""), context.get("hint", said))
    code = _KINDS.get(kind, "HVS199")
    detail, hint = _words(code, error, places.raw(loc))
    if code in ("HVS104", "HVS105") and len(names := places.variables(loc)) == 1:
        hint = f"a variable in quotes is text; on a line of its own write {loc[-1]}: ${{{names[0]}}}"
    return _at_value(places, code, loc, detail, hint)


def _words(code: str, error: ErrorDetails, raw: str) -> tuple[str, str]:
    """Detail and hint for an error of pydantic's own."""
    value, context = error["input"], error.get("ctx", {})
    if code == "HVS103":
        if isinstance(value, bool):
            return f"YAML reads {raw} as {str(value).lower()}", f'write it in quotes: "{raw}"'
        if isinstance(value, int | float):
            return f"YAML reads {raw} as a number", f'write it in quotes: "{raw}"'
        return f"this is {_kind(value)}", ""
    if code == "HVS104":
        return f"this is {_kind(value)}", "write digits, without quotes"
    if code == "HVS105":
        return f"this is {_kind(value)}", "write true or false, without quotes"
    if code == "HVS108":
        words = [word.strip("'") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        shown = raw if isinstance(value, bool) else str(value)
        if isinstance(value, bool | str | int | float):
            return shown, choose(shown, words, "allowed")
        return f"this is {_kind(value)}", f"allowed: {', '.join(words)}"
    if code == "HVS110":
        limit = context.get("ge", context.get("le"))
        return raw, f"at {'least' if 'ge' in context else 'most'} {limit}" if limit is not None else ""
    if code == "HVS106":
        return f"this is {_kind(value)}", "begin each line with a dash, or write [a, b]"
    if code == "HVS107":
        return f"this is {_kind(value)}", "write key: value lines, indented below the key"
    if code == "HVS117":
        return "", "write something, or delete the line"
    return str(error["msg"]), ""


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number with a fraction", str: "text"}
    return names.get(type(value)) or ("a list" if isinstance(value, tuple) else "a mapping")


def _yaml(value: object) -> str:
    """An example as it would be written on the rest of the line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_yaml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return f'"{text}"' if text[:1] in "<>" else text


def _inside(name: str, loc: Loc) -> str:
    parents = [str(part) for part in loc if isinstance(part, str)]
    return f"{name} in {parents[-1]}" if parents else name


def _at_key(places: Places, code: str, loc: Loc, detail: str, hint: str) -> Diagnostic:
    position, length = places.key_span(loc)
    return diagnose(code, position, detail=detail, hint=hint, length=length)


def _at_value(places: Places, code: str, loc: Loc, detail: str, hint: str) -> Diagnostic:
    position, length = places.value_span(loc)
    return diagnose(code, position, detail=detail, hint=hint, length=length)


def real_loc(loc: tuple[int | str, ...], data: Any) -> Loc:
    """A pydantic path without what is not in the data: the tags of unions, and a key that is missing."""
    return tuple(_steps(loc, data))


def _steps(loc: tuple[int | str, ...], data: Any) -> Iterator[int | str]:
    for step in loc:
        in_list = isinstance(data, tuple) and isinstance(step, int) and step < len(data)
        if in_list or (isinstance(data, dict) and step in data):
            data = data[step]
            yield step


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation mentions: itself, members of a union, items of a tuple, values of a dict."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from models_in(inner)


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    """The model of the mapping at a path, to name its keys."""
    for step in loc:
        field = model.model_fields.get(step) if isinstance(step, str) else None
        if field is not None:
            model = next(models_in(field.annotation), model)
    return model
