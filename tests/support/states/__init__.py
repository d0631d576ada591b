"""Pages in each state that shows something of its own: more rows of the table beside `rare_pages`.

Whoever imports `SHOWN` from here has all of it.
"""

from tests.support.rare_pages import SHOWN, Shown
from tests.support.states import (
    accounts,
    approving,
    asking,
    calling,
    deciding,
    groups,
    helping,
    lending,
    noting,
    pots,
    record,
    site,
)

__all__ = [
    "SHOWN",
    "Shown",
    "accounts",
    "approving",
    "asking",
    "calling",
    "deciding",
    "groups",
    "helping",
    "lending",
    "noting",
    "pots",
    "record",
    "site",
]
