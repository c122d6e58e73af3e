"""Finding which contacts are the same person or organisation. Arrow tables in, Arrow tables out.

As a library, on any Arrow table:

    from matching import LocalMatcher, contacts
    people = contacts(table, {"first": "name.given", "last": "name.family", "mail": "emails"}, key="id")
    clusters = LocalMatcher().match(people).clusters
"""

from matching.comparing import Comparison, compare_clusterings
from matching.contacts import contacts
from matching.curves import curve, rule_recall
from matching.engines.local import Settings
from matching.evaluation import Evaluation, evaluate
from matching.pipeline import LocalMatcher

__all__ = [
    "Comparison",
    "Evaluation",
    "LocalMatcher",
    "Settings",
    "compare_clusterings",
    "contacts",
    "curve",
    "evaluate",
    "rule_recall",
]
