"""Each hard rule once, as a filter: a candidate keeps to all of them, `why_not` tries each alone."""

from datetime import date
from typing import Any

from django.db.models import (
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    TextChoices,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, StrIndex
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from mutualaid.matching.models import Refusal
from mutualaid.matching.search.asked import Shape
from mutualaid.statements import Given, constant, slot, slots
from requests_app.access.exclusions import accounts_kept_from
from requests_app.models import Claim
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


def entry_rules(shape: Shape) -> dict[Rule, Any]:
    """What an index entry has to be to fit, as arguments for one `filter` on `OfferIndexEntry`.

    Only areas are read to which the way on the whole is more than `beyond_km` and at most `within_km`. What
    can be done from anywhere has no distance.
    """
    rules: dict[Rule, Any] = {Rule.KIND: Q(category=slot("category"))}
    if not shape.remote:
        rules[Rule.DISTANCE] = Q(
            locality__seen_from__locality=slot("locality"),
            locality__seen_from__km__gt=slot("beyond_km"),
            locality__seen_from__km__lte=slot("within_km"),
            reach_km__gte=F("locality__seen_from__whole_km"),
        )
    if shape.vehicle:
        rules[Rule.VEHICLE] = Q(offer__has_vehicle=True)
    if shape.vetted:
        rules[Rule.VETTED] = Q(offer__volunteer__vetted=True)
    if shape.times:
        wanted: Any = slot("wanted", IntegerField())
        rules[Rule.TIME] = GreaterThan(F("week_parts").bitand(wanted), constant(0))
    rules[Rule.LANGUAGE] = speaks_any("language", shape.languages)
    return rules


def offer_rules(shape: Shape) -> dict[Rule, Any]:
    """What an active offer has to be to be free for the need, beside `free_in_week`; filters on `Offer`."""
    had_it_before = Claim.objects.filter(need=slot("need"), volunteer=OuterRef("volunteer"))
    week, end = slot("week", DateField()), slot("week_end", DateField())
    ruled_out = Refusal.objects.of_week(week, end).filter(
        Q(category=None) | Q(category=slot("category")),
        Q(locality=None) | Q(locality=slot("locality")),
        offer=OuterRef("pk"),
    )
    kept_from = Q(volunteer__in=slots("veiled"))
    for accounts in accounts_kept_from(slot("ask")):
        kept_from |= Q(volunteer__in=accounts)
    return {
        Rule.KEPT_FROM: ~kept_from,
        Rule.NO_ROOM: has_room(shape.joining),
        Rule.HAD_IT: ~Exists(had_it_before),
        Rule.RULED_OUT: ~Exists(ruled_out),
    }


def free_in_week(week: "date | Given", offer: str = "") -> Combinable:
    """How many places an offer has left in the week from this Monday on; 0 or less where it is full.

    `offer` leads to the offer from the rows that are read: "offer__", or "" for offers themselves.
    """
    claims = Claim.objects.filling_week(week).filter(volunteer=OuterRef(f"{offer}volunteer"))
    taken = claims.order_by().values("volunteer").annotate(n=Count("pk")).values("n")
    return F(f"{offer}per_week") - Coalesce(Subquery(taken), constant(0, IntegerField()))


def speaks_any(slot_name: str, count: int) -> Q:
    """Whether an entry speaks one of so many languages; the slots hold ids as ",3,"."""
    ways = (StrIndex(F("speaks"), slot(f"{slot_name}{n}", CharField())) for n in range(count))
    return Q(*(GreaterThan(at, constant(0)) for at in ways), _connector=Q.OR)
