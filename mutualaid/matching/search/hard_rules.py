"""Each hard rule once, as a filter: a candidate keeps to all of them, `why_not` tries each alone."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, TextChoices, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from mutualaid.catalog.geo import HALF_AROUND_KM
from mutualaid.catalog.time_slots import ANY_TIME
from mutualaid.matching.models import Refusal
from requests_app.models import Claim, Need
from requests_app.newcomers import has_room


class Rule(TextChoices):
    """A hard rule, with a sentence for a coordinator about whoever it leaves out."""

    NO_OFFER = "no_offer", _("They offer nothing here.")
    SWITCHED_OFF = "switched_off", _("Their account is switched off.")
    PAUSED = "paused", _("Their offer is paused.")
    WITHDRAWN = "withdrawn", _("They took their offer back.")
    MEET_FIRST = "meet_first", _("Someone of the group wants to meet them first.")
    NOT_INDEXED = (
        "not_indexed",
        _("Their offer has just been changed. Please look again in a minute."),
    )
    KIND = "kind", _("They don't offer this kind of help.")
    VEHICLE = "vehicle", _("It needs a vehicle, and they have none.")
    VETTED = "vetted", _("This kind is kept for people the group knows well.")
    DISTANCE = "distance", _("It is too far from the areas they chose.")
    TIME = "time", _("They are not free at any time that suits.")
    LANGUAGE = "language", _("They speak none of the languages.")
    KEPT_FROM = "kept_from", _("This ask isn't shown to them.")
    NO_ROOM = "no_room", _("They have as many tasks now as they may have at once.")
    HAD_IT = "had_it", _("They said yes to it before.")
    RULED_OUT = "ruled_out", _("They have said no to this kind, this area or this week.")
    WEEK_FULL = "week_full", _("Their week is full.")


def entry_rules(
    need: Need,
    languages: Iterable[int],
    *,
    beyond_km: int | Value = -1,
    within_km: int | Value = HALF_AROUND_KM,
) -> dict[Rule, Any]:
    """What an index entry has to be to fit, as arguments for one `filter` on `OfferIndexEntry`.

    Only areas are read to which the way on the whole is more than `beyond_km` and at most `within_km`. What
    can be done from anywhere has no distance. `languages` are ids.
    """
    rules: dict[Rule, Any] = {Rule.KIND: Q(category=need.category_id)}
    if not need.category.remote_ok:
        rules[Rule.DISTANCE] = Q(
            locality__seen_from__locality=need.locality_id,
            locality__seen_from__km__gt=beyond_km,
            locality__seen_from__km__lte=within_km,
            reach_km__gte=F("locality__seen_from__whole_km"),
        )
    if need.category.needs_vehicle:
        rules[Rule.VEHICLE] = Q(offer__has_vehicle=True)
    if need.category.vetted_only:
        rules[Rule.VETTED] = Q(offer__volunteer__vetted=True)
    wanted = need.time_slots_that_count
    if wanted != ANY_TIME:
        rules[Rule.TIME] = GreaterThan(F("week_parts").bitand(wanted), 0)
    rules[Rule.LANGUAGE] = speaks_any(languages)
    return rules


def offer_rules(need: Need, kept_from: Collection[int]) -> dict[Rule, Any]:
    """What an active offer has to be to be free for the need, beside `free_in_week`; filters on `Offer`.

    `kept_from` are the ids of the people from whom the ask is kept.
    """
    had_it_before = Claim.objects.filter(need=need, volunteer=OuterRef("volunteer"))
    ruled_out = Refusal.objects.of_week(need.week).filter(
        Q(category=None) | Q(category=need.category_id),
        Q(locality=None) | Q(locality=need.locality_id),
        offer=OuterRef("pk"),
    )
    return {
        Rule.KEPT_FROM: ~Q(volunteer__in=kept_from),
        Rule.NO_ROOM: has_room(),
        Rule.HAD_IT: ~Exists(had_it_before),
        Rule.RULED_OUT: ~Exists(ruled_out),
    }


def free_in_week(week: date, offer: str = "") -> Combinable:
    """How many places an offer has left in the week from this Monday on; 0 or less where it is full.

    `offer` leads to the offer from the rows that are read: "offer__", or "" for offers themselves.
    """
    claims = Claim.objects.filling_week(week).filter(volunteer=OuterRef(f"{offer}volunteer"))
    taken = claims.order_by().values("volunteer").annotate(n=Count("pk")).values("n")
    return F(f"{offer}per_week") - Coalesce(Subquery(taken), 0)


def speaks_any(languages: Iterable[int]) -> Q:
    return Q(*(Q(speaks__contains=f",{pk},") for pk in languages), _connector=Q.OR)
