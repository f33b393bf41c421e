"""What can be used of a spec with errors, so that the rules about the rest are checked too: all errors at once.

A field that is not valid becomes an attribute that is not there; a rule that touches it is passed over.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError

from hvsbuild.spec.places import BROKEN
from hvsbuild.spec.shape import models_in

Model = TypeVar("Model", bound=BaseModel)


def salvage(model: type[Model], data: Any) -> Model:
    """An instance of `model` with the valid fields of `data`; the others (required or wrong) are missing."""
    fields: dict[str, Any] = {}
    wrong: list[str] = []
    for name, field in model.model_fields.items():
        key = field.alias or name
        if not isinstance(data, dict) or key not in data:
            continue
        kind: Any = field.annotation
        for constraint in field.metadata:
            kind = Annotated[kind, constraint]
        value = _adapted(kind, data[key])
        if value is BROKEN:
            value = _part(field.annotation, data[key])
        if value is BROKEN:
            wrong.append(name)
        else:
            fields[name] = value
    made = model.model_construct(**fields)
    for name in wrong:
        made.__dict__.pop(name, None)
    return made


def _part(annotation: Any, value: Any) -> Any:
    """The part below a field: one section, a list of them with every item in its place, or the valid entries of a
    mapping with free names."""
    model = next(models_in(annotation), None)
    if get_origin(annotation) is dict and isinstance(value, dict):
        kind = get_args(annotation)[1]
        adapted = ((name, _adapted(kind, item)) for name, item in value.items())
        return {name: item for name, item in adapted if item is not BROKEN}
    listed = any(get_origin(one) is tuple for one in (annotation, *get_args(annotation)))
    if model and isinstance(value, dict) and not listed:
        return salvage(model, value)
    if model and listed and isinstance(value, tuple) and all(isinstance(item, dict) for item in value):
        return tuple(salvage(model, item) for item in value)
    return BROKEN


def _adapted(kind: Any, value: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError:
        return BROKEN
