"""Why somebody is not among the candidates of a need, for a coordinator who looks for them by name."""

from mutualaid.matching.models import OfferIndexEntry
from mutualaid.matching.search.candidates import languages_of
from mutualaid.matching.search.hard_rules import Rule, entry_rules, free_in_week, offer_rules
from mutualaid.people.introductions import waits_to_be_met
from mutualaid.people.models import User
from offers_app.models import Offer
from offers_app.states import OfferState
from requests_app.access.exclusions import people_kept_from
from requests_app.models import Need


def why_not(need: Need, person: User) -> list[Rule]:
    """Return the hard rules that leave this person out, each tried alone; none for a candidate.

    The distance, the kind and the like are only known of an offer that counts and is in the index.
    """
    offer = Offer.objects.filter(volunteer=person).first()
    if offer is None:
        return [Rule.NO_OFFER]
    if not Offer.objects.active().filter(pk=offer.pk).exists():
        return _why_inactive(offer, person)
    entries = OfferIndexEntry.objects.filter(offer=offer)
    if not entries.exists():
        return [Rule.NOT_INDEXED]
    languages = languages_of(need).names
    broken = [
        rule
        for rule, holds in entry_rules(need, languages).items()
        if not entries.filter(holds).exists()
    ]
    kept_from = people_kept_from(need.ask).values_list("pk", flat=True)
    offers = Offer.objects.filter(pk=offer.pk)
    broken += [
        rule
        for rule, holds in offer_rules(need, set(kept_from)).items()
        if not offers.filter(holds).exists()
    ]
    if offers.annotate(free=free_in_week()).get().free <= 0:
        broken.append(Rule.WEEK_FULL)
    return broken


def _why_inactive(offer: Offer, person: User) -> list[Rule]:
    """Why an offer does not count. What nothing else explains is an account that may not sign in."""
    by_state = {OfferState.PAUSED: Rule.PAUSED, OfferState.WITHDRAWN: Rule.WITHDRAWN}
    broken = [rule for state, rule in by_state.items() if offer.state == state]
    if waits_to_be_met(person):
        broken.append(Rule.MEET_FIRST)
    if not person.is_active or not broken:
        broken.append(Rule.SWITCHED_OFF)
    return broken
