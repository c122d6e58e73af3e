"""The kit's HTTP client: everything that no connector should write again."""

from connectors.http.address import ServerUrl
from connectors.http.answer import Answer, unexpected
from connectors.http.budget import BUDGETS, Budget, BudgetBook, RateBudget, Unlimited
from connectors.http.client import HttpClient, Manners, Pause
from connectors.http.guard import Bounds
from connectors.http.meaning import MEANINGS, Meaning, Reaction, meaning_of
from connectors.http.retry import RetryPolicy
from connectors.http.timing import SYSTEM, Timing

__all__ = [
    "BUDGETS",
    "MEANINGS",
    "SYSTEM",
    "Answer",
    "Bounds",
    "Budget",
    "BudgetBook",
    "HttpClient",
    "Manners",
    "Meaning",
    "Pause",
    "RateBudget",
    "Reaction",
    "RetryPolicy",
    "ServerUrl",
    "Timing",
    "Unlimited",
    "meaning_of",
    "unexpected",
]
