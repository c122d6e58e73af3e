"""A mapping as written: what each canonical field is filled from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mappings import catalogue
from mappings.expressions import Expression, ExpressionError
from mappings.normalise.dates import DateOrder


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _expression(value: object) -> Expression:
    if isinstance(value, Expression):
        return value
    if not isinstance(value, str) or not value.strip():
        raise ValueError("an expression is text: the name of a field, or JMESPath")
    try:
        return Expression(value)
    except ExpressionError as error:
        raise ValueError(str(error)) from None


Text = Annotated[Expression, BeforeValidator(_expression)]


def _values(table: object) -> dict[str, str | None]:
    """A translation table; YAML's true and false are the words `true` and `false`."""
    if not isinstance(table, Mapping):
        raise ValueError("`values` is a table: {what stands there: what it means}")  # noqa: TRY004 - pydantic's
    return {_word(key): None if value is None else _word(value) for key, value in table.items()}


def _word(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


Table = Annotated[dict[str, str | None], BeforeValidator(_values)]


class Rule(Strict):
    """One way to fill a field, or one item of a list.

    `parts` are expressions by part (`value` alone for plain fields), `literals` words of the mapping itself.
    With `each`, the parts are looked up in every item of the list that it gives. `values` translates the
    value (of a consent: its status).
    """

    parts: dict[str, Text]
    literals: dict[str, str] = Field(default_factory=dict)
    each: Text | None = None
    values: Table | None = None

    @property
    def reads(self) -> frozenset[str]:
        """Top-level source fields."""
        if self.each is not None:
            return self.each.reads
        return frozenset().union(*(part.reads for part in self.parts.values()))


class Defaults(Strict):
    """What holds where a record says nothing. `dates` is how the source writes 03/04/2020."""

    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    dates: DateOrder = DateOrder.UNKNOWN


class MappingSpec(Strict):
    """A whole inbound mapping. `kind` is a word, or an expression that gives one; without it, a record with a
    person's name is a person, one with only an organisation's is that.

    `labels` names a field that holds answers by label, as form tools give them: what a label means is looked
    up in the word lists, and stands in `said` under the field's path, each a list (`said."name.given"`).
    """

    mapping: Literal[1]
    source: str | None = None
    extends: str | None = None
    kind: Literal["person", "organization"] | Text | None = None
    key: Text | None = None
    updated_at: Text | None = None
    deleted: Text | None = None
    labels: Text | None = None
    defaults: Defaults = Defaults()
    fields: dict[str, list[Rule]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read_fields(cls, raw: Any) -> Any:
        if not isinstance(raw, Mapping) or not isinstance(raw.get("fields"), Mapping):
            return raw
        return {**raw, "fields": {str(path): _rules(str(path), one) for path, one in raw["fields"].items()}}

    def by_column(self) -> bool:
        """Whether the fields that it names are all that it looks at, so that columns will do for records."""
        rules = [rule for rules in self.fields.values() for rule in rules]
        parts = [part for rule in rules for part in (*rule.parts.values(), rule.each) if part is not None]
        about = [one for one in (self.key, self.updated_at, self.deleted, self.kind) if one is not None]
        told = [one for one in (*parts, *about) if isinstance(one, Expression)]
        return self.labels is None and not any(one.whole for one in told)

    def reads(self) -> frozenset[str]:
        """Every top-level source field that the mapping looks at."""
        whole = [one for one in (self.key, self.updated_at, self.deleted, self.labels) if one is not None]
        if isinstance(self.kind, Expression):
            whole.append(self.kind)
        found = frozenset().union(*(one.reads for one in whole))
        found = found.union(*(rule.reads for rules in self.fields.values() for rule in rules))
        return found - {"said"} if self.labels is not None else found

    def reads_values(self) -> frozenset[str]:
        """Those of them that are looked at for a value of the contact, not to know when it changed."""
        times = ("created_at", "updated_at")
        told = (rule.reads for path, rules in self.fields.items() if path not in times for rule in rules)
        found = frozenset().union(*told)
        return found - {"said"} if self.labels is not None else found


def _rules(path: str, written: object) -> list[Any]:
    """The short forms (`email`, `[email, email_2]`, `{value: mobile, type: mobile}`) as rules."""
    entry = catalogue.field(path)
    if entry is None:
        return [written]  # told by `mappings.check`, with the nearest path
    items = written if isinstance(written, list) else [written]
    return [_rule(entry, item) for item in items]


def _rule(entry: catalogue.Field, item: object) -> Any:
    if isinstance(item, Rule):
        return item
    if not isinstance(item, Mapping):
        return {"parts": {"value": item}}
    options = {"each": item["each"]} if "each" in item else {}
    if "values" in item:
        options["values"] = item["values"]
    said = {key: value for key, value in item.items() if key not in {"each", "values"}}
    literals = {key: str(value) for key, value in said.items() if key in entry.literal}
    parts = {key.removesuffix("_from"): value for key, value in said.items() if key not in entry.literal}
    return {"parts": parts, "literals": literals, **options}
