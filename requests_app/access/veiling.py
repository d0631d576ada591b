"""For a sensitive need nothing is stored that names an account (ADR 52).

Whose account an ask is, with which phone and e-mail it was made, and whom it is kept from then stand there
as veiled fingerprints. From an account the site finds them; from them, without the key, no one finds an
account. It is not undone: what was sensitive once stays so.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db import transaction
from django.db.models import Q, QuerySet

from mutualaid.catalog.models import Category
from mutualaid.encryption.fingerprints import veil, veil_account
from requests_app.access.exclusions import household_of
from requests_app.models import Ask, AskContactPoint, Exclusion

Row = TypeVar("Row", Ask, AskContactPoint, Exclusion)
BATCH = 200
"""Rows that one statement writes: SQLite has room for no more than a few hundred."""


def veil_if_sensitive(ask: Ask, categories: Iterable[Category]) -> None:
    """Veil an ask that gets a need of one of these categories, with all that were merged into it.

    Idempotent. Call it in the transaction of that need, before `lock_ask`: it locks asks by id, as merging
    and erasing do.
    """
    if any(category.sensitive for category in categories):
        veil_household(ask)


def veil_household(ask: Ask) -> None:
    """Veil an ask with all that were merged into it."""
    _veil(household_of(ask))
    ask.refresh_from_db(fields=["veiled", "account", "veiled_account"])


@transaction.atomic
def veil_all() -> None:
    """Veil every ask of `asks_to_veil`, all in one transaction. Idempotent.

    Again until there is none, for some are so because others just became it.
    """
    while _veil(Ask.objects.filter(pk__in=asks_to_veil().values("pk"))):
        pass


def asks_to_veil() -> QuerySet[Ask]:
    """Asks that became sensitive in another way: by their category, or in a version before this one.

    And those that look alike: that two were told apart leads from one to the other.
    """
    is_sensitive = Q(needs__category__sensitive=True) | Q(merged_into__veiled=True)
    return Ask.objects.filter(is_sensitive | Q(alike__veiled=True), veiled=False).distinct()


def _veil(asks: QuerySet[Ask]) -> int:
    """Veil those of these asks that are not, each with what stands beside it; return how many."""
    locked = [ask for ask in asks.select_for_update(no_key=True).order_by("pk") if not ask.veiled]
    for at in range(0, len(locked), BATCH):
        _veil_batch(locked[at : at + BATCH])
    return len(locked)


def _veil_batch(asks: list[Ask]) -> None:
    points = list(AskContactPoint.objects.select_for_update().filter(ask__in=asks))
    exclusions = list(Exclusion.objects.select_for_update().filter(ask__in=asks))
    for point in points:
        point.fingerprint = veil(point.fingerprint)
    for exclusion in exclusions:
        exclusion.fingerprint = (
            veil_account(exclusion.person_id)
            if exclusion.person_id
            else veil(exclusion.fingerprint)
        )
        exclusion.person = None
    for ask in asks:
        ask.veiled_account = veil_account(ask.account_id) if ask.account_id else ""
        ask.veiled, ask.account = True, None
    _write(AskContactPoint, points, "fingerprint")
    _write(Exclusion, exclusions, "person", "fingerprint")
    _write(Ask, asks, "veiled", "account", "veiled_account")


def _write(model: type[Row], rows: list[Row], *fields: str) -> None:
    """Write these fields of rows that are locked, and so exist: the insert only ever updates.

    With `bulk_update` 1,000 asks took four seconds (measured on two busy cores).
    """
    model._base_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields
    )
