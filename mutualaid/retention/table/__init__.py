"""How long each field of each model lives. A field without an entry here fails `manage.py check`.

The sweep erases by this table, and the public page about data is made from its labels.
"""

from mutualaid.retention.table.accounts import ACCOUNTS
from mutualaid.retention.table.asks import ASKS
from mutualaid.retention.table.decisions import DECISIONS
from mutualaid.retention.table.fair_work import FAIR_WORK
from mutualaid.retention.table.fund import FUND
from mutualaid.retention.table.hours import HOURS
from mutualaid.retention.table.lending import LENDING
from mutualaid.retention.table.partners import PARTNERS
from mutualaid.retention.table.principles import PRINCIPLES
from mutualaid.retention.table.record import RECORD
from mutualaid.retention.table.sheets import SHEETS
from mutualaid.retention.table.site import SITE
from mutualaid.retention.terms import Part

TABLE: dict[str, tuple[Part, ...]] = (
    ACCOUNTS
    | ASKS
    | DECISIONS
    | FAIR_WORK
    | FUND
    | HOURS
    | LENDING
    | PARTNERS
    | PRINCIPLES
    | RECORD
    | SHEETS
    | SITE
)
"""Model → how its fields end, by whose they are."""
