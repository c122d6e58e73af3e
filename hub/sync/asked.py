"""How a destination is to be dealt with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Asked:
    """How a destination is to be dealt with. With an instant `due` a parked row that is to be tried later
    waits. `recreate`: what somebody deleted there is made again, else it is left alone. `erase`: what has to
    go is erased where the destination can, else archived; but for what was merged.
    """

    due: str | None = None
    recreate: bool = False
    erase: bool = False


AS_USUAL: Final = Asked()
