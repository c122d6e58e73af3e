"""An outbound mapping with what one destination wants otherwise: scope, permission, owners, empty values."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from hub.errors import ConfigurationError
from mappings.expressions import Expression, ExpressionError
from mappings.outbound_spec import OutboundSpec, Owner, Permission


def adjusted(
    spec: OutboundSpec,
    *,
    only: str | None = None,
    require: tuple[str, str] | None = None,
    owners: Mapping[str, str] | None = None,
    empty: Mapping[str, str] | None = None,
) -> OutboundSpec:
    """The mapping for one destination. Scope and permission only narrow: `only` holds beside the mapping's
    own condition, and another permission (channel, purpose) than the mapping's is refused.

    Raises `ConfigurationError` for a condition that cannot be read and a field that the mapping does not
    have.
    """
    fields = dict(spec.fields)
    for name in [*(owners or {}), *(empty or {})]:
        if name not in fields:
            near = get_close_matches(name, fields, n=1)
            raise ConfigurationError(
                "unknown-field",
                f"the mapping has no field `{name}`",
                hint=f"did you mean `{near[0]}`?" if near else f"there are {', '.join(fields)}",
            )
    for name, owner in (owners or {}).items():
        fields[name] = fields[name].model_copy(update={"owner": Owner(owner)})
    for name, policy in (empty or {}).items():
        fields[name] = fields[name].model_copy(update={"empty": policy})
    changed = {"fields": fields, "only": _both(spec.only, only), "require": _required(spec, require)}
    return spec.model_copy(update=changed)


def _both(first: Expression | None, second: str | None) -> Expression | None:
    if second is None:
        return first
    try:
        return Expression(second if first is None else f"({first.text}) && ({second})")
    except ExpressionError as error:
        raise ConfigurationError("bad-expression", f"`only`: {error}") from None


def _required(spec: OutboundSpec, asked: tuple[str, str] | None) -> Permission | None:
    if asked is None:
        return spec.require
    wanted = Permission(channel=asked[0], purpose=asked[1])
    if spec.require is not None and spec.require != wanted:
        raise ConfigurationError(
            "two-permissions",
            f"the mapping requires consent for {spec.require.purpose} by {spec.require.channel}, hub.yaml for"
            f" {wanted.purpose} by {wanted.channel}",
            hint="name the same in both, or only in one of them",
        )
    return wanted
