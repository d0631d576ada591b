"""Why somebody is not among the candidates of a need, for a coordinator who looks for them by name."""

from collections.abc import Collection

from mutualaid import clock
from mutualaid.matching.models import OfferIndexEntry
from mutualaid.matching.scoring import STARTING
from mutualaid.matching.search.asked import asked_by, background_of
from mutualaid.matching.search.candidates import ANYWHERE
from mutualaid.matching.search.hard_rules import Rule, entry_rules, free_in_week, offer_rules
from mutualaid.people.introductions import waits_to_be_met
from mutualaid.people.models import User
from mutualaid.statements import filled
from offers_app.models import Offer
from offers_app.states import OfferState
from requests_app.models import Need


def why_not(need: Need, people: Collection[User]) -> dict[int, list[Rule]]:
    """Return by the id of each person the hard rules that leave them out; none for a candidate.

    Each rule is tried alone, in one query for all of them. The distance, the kind and the like are only
    known of an offer that counts and is in the index.
    """
    offers = {offer.volunteer_id: offer for offer in Offer.objects.filter(volunteer__in=people)}
    ids = [offer.pk for offer in offers.values()]
    active = set(Offer.objects.active().filter(pk__in=ids).values_list("pk", flat=True))
    entries = OfferIndexEntry.objects.filter(offer__in=active)
    indexed = set(entries.values_list("offer", flat=True))
    kept = _kept_by_rule(need, indexed)
    broken: dict[int, list[Rule]] = {}
    for person in people:
        offer = offers.get(person.pk)
        if offer is None:
            broken[person.pk] = [Rule.NO_OFFER]
        elif offer.pk not in active:
            broken[person.pk] = _why_inactive(offer, person)
        elif offer.pk not in indexed:
            broken[person.pk] = [Rule.NOT_INDEXED]
        else:
            broken[person.pk] = [rule for rule, fit in kept.items() if offer.pk not in fit]
    return broken


def _kept_by_rule(need: Need, offers: Collection[int]) -> dict[Rule, set[int]]:
    """For each rule the ids of those of these offers that keep to it."""
    entries = OfferIndexEntry.objects.filter(offer__in=offers)
    rows = Offer.objects.filter(pk__in=offers)
    asked = asked_by(need, background_of(need), STARTING, clock.now())
    of_entries, of_offers = entry_rules(asked.shape).items(), offer_rules(asked.shape).items()
    has_room = rows.annotate(free=free_in_week(need.week)).filter(free__gt=0)
    with filled(**asked.values, **ANYWHERE._asdict()):
        return {
            **{
                rule: set(entries.filter(q).values_list("offer", flat=True))
                for rule, q in of_entries
            },
            **{rule: set(rows.filter(q).values_list("pk", flat=True)) for rule, q in of_offers},
            Rule.WEEK_FULL: set(has_room.values_list("pk", flat=True)),
        }


def _why_inactive(offer: Offer, person: User) -> list[Rule]:
    """Why an offer does not count. What nothing else explains is an account that may not sign in."""
    by_state = {OfferState.PAUSED: Rule.PAUSED, OfferState.WITHDRAWN: Rule.WITHDRAWN}
    broken = [rule for state, rule in by_state.items() if offer.state == state]
    if waits_to_be_met(person):
        broken.append(Rule.MEET_FIRST)
    if not person.is_active or not broken:
        broken.append(Rule.SWITCHED_OFF)
    return broken
