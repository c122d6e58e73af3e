"""Every connector, one line each. Modules are imported when they are asked for, so listing stays cheap."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import Final

from connectors.base import Connector
from hub.errors import ConfigurationError

# type → the module whose `CONNECTOR` describes it
MODULES: Final[dict[str, str]] = {
    "file": "connectors.files.connector",
    "hubspot": "connectors.crm.hubspot",
    "imap": "connectors.email.imap",
    "maildir": "connectors.email.maildir",
    "mbox": "connectors.email.mbox",
    "tryton": "connectors.erp.tryton",
    "vcard": "connectors.contacts.address_book",
    "webform": "connectors.forms.webform",
}
# what people call what a connector reads → its type, for the hint
_CALLED: Final = {
    **dict.fromkeys(("csv", "tsv", "excel", "xls", "xlsx", "ods", "json", "jsonl", "parquet"), "file"),
    **dict.fromkeys(("email", "mail", "mailbox"), "imap"),
    **dict.fromkeys(("vcf", "contacts"), "vcard"),
    **dict.fromkeys(("form", "forms", "web"), "webform"),
}


def load(type_name: str) -> Connector:
    """The connector of that type; a `ConfigurationError` names the nearest one when there is none."""
    module = MODULES.get(type_name)
    if module is None:
        told = _CALLED.get(type_name.lower())
        near = [told] if told else get_close_matches(type_name, MODULES, n=1)
        hint = f"did you mean `{near[0]}`?" if near else "`hub connectors` lists what can be connected"
        raise ConfigurationError("unknown-connector", f"there is no connector `{type_name}`", hint=hint)
    connector: Connector = import_module(module).CONNECTOR
    return connector


def all_connectors() -> list[Connector]:
    """Every connector, sorted by type."""
    return [load(name) for name in sorted(MODULES)]
