"""Which budgets of requests a source or destination goes by."""

from __future__ import annotations

from connectors.base import Context
from connectors.http import BUDGETS, BudgetBook


def budgets_of(context: Context) -> BudgetBook:
    """Those shared with other processes, where there is somebody to share with."""
    return BUDGETS if context.share is None else BudgetBook(context.share)
