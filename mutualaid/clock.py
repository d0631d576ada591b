"""The time by the database's clock. Machines' clocks differ, and whoever is an hour fast must not act early.

Within a query that is `Now()`, and `today_in_query()`. Pages and forms may ask their own machine.
"""

from datetime import date, datetime

from django.db import DEFAULT_DB_ALIAS
from django.db.models.functions import Now, TruncDate
from django.db.models.sql import Query
from django.utils import timezone


def now() -> datetime:
    """The moment by the database's clock, in UTC. Each call is a query."""
    query = Query(None)
    query.add_annotation(Now(), "now")
    moment: datetime = next(query.get_compiler(DEFAULT_DB_ALIAS).results_iter())[0]
    return moment


def today() -> date:
    """The day of the group's time zone that it is then. Each call is a query."""
    return timezone.localdate(now())


def today_in_query() -> TruncDate:
    """That day as an expression for a query."""
    return TruncDate(Now(), tzinfo=timezone.get_current_timezone())
