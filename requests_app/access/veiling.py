"""For a sensitive need nothing is stored that names an account (ADR 52).

Whose account an ask is, with which phone and e-mail it was made, and whom it is kept from then stand there
as veiled fingerprints. From an account the site finds them; from them, without the key, no one finds an
account. It is not undone: what was sensitive once stays so.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from mutualaid.catalog.models import Category
from mutualaid.encryption.fingerprints import veil, veil_account
from requests_app.access.exclusions import household_of
from requests_app.models import Ask, AskContactPoint, Exclusion


def veil_if_sensitive(ask: Ask, categories: Iterable[Category]) -> None:
    """Veil an ask that gets a need of one of these categories, with all that were merged into it.

    Idempotent. Call it in the transaction of that need, before `lock_ask`: it locks asks by id, as merging
    and erasing do.
    """
    if any(category.sensitive for category in categories):
        veil_household(ask)


def veil_household(ask: Ask) -> None:
    """Veil an ask with all that were merged into it."""
    for one in list(household_of(ask).select_for_update().order_by("pk")):
        if not one.veiled:
            _veil(one)
    ask.refresh_from_db(fields=["veiled", "account", "veiled_account"])


def asks_to_veil() -> QuerySet[Ask]:
    """Asks that became sensitive in another way: by their category, or in a version before this one.

    And those that look alike: that two were told apart leads from one to the other.
    """
    is_sensitive = Q(needs__category__sensitive=True) | Q(merged_into__veiled=True)
    return Ask.objects.filter(is_sensitive | Q(alike__veiled=True), veiled=False).distinct()


def _veil(ask: Ask) -> None:
    points, exclusions = list(ask.contact_points.all()), list(ask.exclusions.all())
    for point in points:
        point.fingerprint = veil(point.fingerprint)
    for exclusion in exclusions:
        exclusion.fingerprint = (
            veil_account(exclusion.person_id)
            if exclusion.person_id
            else veil(exclusion.fingerprint)
        )
        exclusion.person = None
    AskContactPoint.objects.bulk_update(points, ["fingerprint"])
    Exclusion.objects.bulk_update(exclusions, ["person", "fingerprint"])
    whose = veil_account(ask.account_id) if ask.account_id else ""
    Ask.objects.filter(pk=ask.pk).update(veiled=True, account=None, veiled_account=whose)
