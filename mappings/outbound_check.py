"""What an outbound mapping reads of the golden record, held against what a golden record has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pyarrow as pa
from ruamel.yaml.comments import CommentedMap

from hub.domain.golden import GOLDEN_SCHEMA
from hub.errors import ConfigurationError
from mappings.expressions import Expression, ExpressionError
from mappings.problems import Where, meant

# What an expression sees: the catalogue's names, with the identity's id under a shorter one.
_SEEN: Final = ("id", *(name for name in GOLDEN_SCHEMA.names if name not in {"identity_id", "provenance"}))


def unknown_golden_fields(raw: CommentedMap, place: Where) -> list[ConfigurationError]:
    """An error for each name in an expression that no golden record has, with the nearest one."""
    return [
        error
        for steps, text in _expressions(raw)
        if isinstance(text, str)
        for error in _unknown(text, steps, place)
    ]


def _expressions(raw: CommentedMap) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Each expression of the file and where it stands."""
    yield ("only",), raw.get("only")
    fields = raw.get("fields")
    for name, one in fields.items() if isinstance(fields, Mapping) else ():
        if isinstance(one, Mapping):
            yield ("fields", name, "value"), one.get("value")
        else:
            yield ("fields", name), one


def _unknown(text: str, steps: tuple[str | int, ...], place: Where) -> list[ConfigurationError]:
    try:
        expression = Expression(text)
    except ExpressionError:
        return []  # told with the rest of the validation
    errors = [
        ConfigurationError(
            "unknown-golden-field",
            f"a golden record has no field `{name}`",
            hint=meant(name, _SEEN),
            place=place(*steps),
        )
        for name in sorted(expression.reads - set(_SEEN))
    ]
    return errors or _unknown_part(expression, steps, place)


def _unknown_part(
    expression: Expression, steps: tuple[str | int, ...], place: Where
) -> list[ConfigurationError]:
    """Of a plain path such as `emails[0].valu`, the first step that leads nowhere."""
    path = expression.steps or ()
    if not path or path[0] in {"id", "attributes"}:
        return []
    kind = GOLDEN_SCHEMA.field(str(path[0])).type
    for step in path[1:]:
        if pa.types.is_list(kind) and isinstance(step, int):
            kind = kind.value_type
            continue
        names = [field.name for field in kind] if pa.types.is_struct(kind) else []
        if step not in names:
            hint = meant(str(step), names) if names else f"`{path[0]}` is a list: [0] is its first"
            sentence = f"`{path[0]}` has no part `{step}`"
            return [ConfigurationError("unknown-golden-field", sentence, hint=hint, place=place(*steps))]
        kind = kind.field(str(step)).type
    return []
