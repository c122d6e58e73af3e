from __future__ import annotations

import pytest

from connectors.delivery import RowBusyError
from connectors.erp.tryton_errors import TrytonWarning, error_of, without_values
from hub.errors import ConfigurationError, FatalError, HubError, RecordError


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ('The code "K-7" for party "Ada King" is not valid.', "The code “…” for party “…” is not valid."),
        ('field "Name" in record "Ada" of "Party"', 'field "Name" in record “…” of "Party"'),
        ("ada@example.com is taken by +33 1 99 00 00 01", "… is taken by …"),
        ("« Ada » and “Grace” differ", "“…” and “…” differ"),
        ("The code on party must be unique.", "The code on party must be unique."),
    ],
)
def test_a_message_keeps_its_sense_and_loses_its_values(message: str, shown: str) -> None:
    assert without_values(message) == shown


@pytest.mark.parametrize(
    ("error", "method", "kind", "code"),
    [
        (["UserError", ["no", "", None]], "model.x.create", RecordError, "tryton-refused"),
        (["UserWarning", ["name", "sure?", ""]], "wizard.x.execute", TrytonWarning, "needs-confirmation"),
        (["ConcurrencyException", "changed"], "model.x.write", RowBusyError, "conflict"),
        (["LoginException", ["sms", "code?"]], "common.db.login", ConfigurationError, "login-refused"),
        (["'nofield'", "trace"], "model.x.search_read", FatalError, "tryton-error"),
        (["'nofield'", "trace"], "model.x.write", RecordError, "tryton-error"),
        ("text", "model.x.search_read", FatalError, "tryton-error"),
        (["UserError", "text"], "model.x.search_read", FatalError, "tryton-error"),
        ([], "model.x.search_read", FatalError, "tryton-error"),
    ],
)
def test_each_error_has_its_kind(error: object, method: str, kind: type[HubError], code: str) -> None:
    found = error_of(error, method)
    assert type(found) is kind
    assert found.code == code
    assert "nofield" not in str(found)
