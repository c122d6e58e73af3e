"""Fields that are declared to survive together, by column; see `hub.golden.grouped`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hub.coded import Coded, coded, joined, lowered
from hub.golden.grouped import BETWEEN
from hub.golden.many.single import Ranked, best_first, decided, lost, not_taken, records
from hub.golden.many.tellers import Tellers
from hub.golden.survivorship import Rule
from hub.ranking import Flags, Numbers, first_of, in_order


@dataclass(frozen=True)
class Said:
    """What records say of one field: the record's row, ascending, and the text, which is always there. Of
    several texts of a record the first counts.
    """

    row: Numbers
    text: Coded

    @property
    def firsts(self) -> Numbers:
        return np.flatnonzero(first_of(self.row))


@dataclass(frozen=True)
class Together:
    """What survives of a group: by identity the row of the record that says best (`winner`), whether none may
    tell it, what decided; by row the record's place in the ranking.
    """

    name: str
    winner: Numbers
    nobody: Flags
    decided: pa.Array
    place: Numbers

    def origin(self, said: Said, tellers: Tellers) -> pa.Array:
        """Of one of its fields by identity the origin as JSON; null where nobody says anything of it."""
        order = in_order(self.place[said.row], np.arange(len(said.row)))
        row, code = said.row[order], said.text.codes[order]
        folded = said.text.by(lowered).codes[order]
        group = tellers.group[row]
        kept = np.full(tellers.groups, -1)
        first = first_of(row) & (row == self.winner[group]) & ~self.nobody[group]
        kept[group[first]] = folded[first]
        agrees = folded == kept[group]
        differs, silent = np.zeros(tellers.groups, np.bool_), np.ones(tellers.groups, np.bool_)
        differs[group[~agrees]] = True
        silent[group] = False
        told = joined(
            [
                '{"rule":"', pc.if_else(pa.array(differs), self.decided, "agreed"),
                '","records":[', records(row[agrees], group[agrees], tellers.groups, tellers),
                '],"lost":[', lost(Ranked(row, group, code, folded, []), ~agrees, said.text, tellers),
                f'],"group":{json.dumps(self.name, ensure_ascii=False)}}}',
            ]
        )  # fmt: skip
        return pc.if_else(pa.array(silent), None, told)


def survive_together(name: str, fields: Mapping[str, Said], tellers: Tellers, rule: Rule) -> Together | None:
    """What survives of group `name`; None where nobody says anything of any of its fields."""
    columns = {field: _column(said, len(tellers.group)) for field, said in fields.items()}
    filled = np.sum([pc.is_valid(one).to_numpy(zero_copy_only=False) for one in columns.values()], axis=0)
    if not filled.any():
        return None
    text = pc.binary_join_element_wise(*(pc.fill_null(one, "") for one in columns.values()), BETWEEN)
    whole = coded(pc.if_else(pa.array(filled > 0), text, None))
    value = next(iter(columns.values()))
    found = best_first(whole, filled, coded(value), pa.nulls(len(value)), tellers, rule)
    first = np.flatnonzero(first_of(found.group))
    winner = np.zeros(tellers.groups, np.int64)  # by identity a place among the ranked
    winner[found.group[first]] = first
    nobody = np.ones(tellers.groups, np.bool_)
    nobody[found.group[first]] = False
    nobody |= not_taken(found, winner, rule)
    place = np.full(len(tellers.group), -1)
    place[found.row] = np.arange(len(found.row))
    agrees = found.folded == found.folded[winner[found.group]]
    why = decided(found, winner, agrees, nobody, rule)
    why = pc.if_else(pc.equal(why, "agreed"), "tie", why)  # of several texts of one record the first
    return Together(name, found.row[winner], nobody, why, place)


def _column(said: Said, rows: int) -> pa.Array:
    """The text of each row that counts."""
    at = np.full(rows, len(said.text.texts))
    at[said.row[said.firsts]] = said.text.codes[said.firsts]
    return Coded(at, said.text.texts).whole()
