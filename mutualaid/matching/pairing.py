"""One need meets its offers: find, score, store, ask a few. Run twice, it changes nothing."""

from django.conf import settings
from django.db import transaction

from mutualaid.matching.candidates import facts_of, offers_for
from mutualaid.matching.models import Match
from mutualaid.matching.scoring import score, total
from mutualaid.matching.waves import ask_next
from mutualaid.people.models import User
from offers_app.models import Offer
from requests_app.models import Need


def match_need(pk: int) -> int:
    """Match the need `pk` if it is open and due; returns how many offers were found anew.

    The due time is taken by a conditional update in the same transaction: of two workers one
    matches, and a worker that dies leaves the need due.
    """
    with transaction.atomic():
        if not Need.objects.due_for_matching().filter(pk=pk).update(match_due_at=None):
            return 0
        need = Need.objects.select_related("category__parent", "locality__parent").get(pk=pk)
        fitting = list(offers_for(need).prefetch_related("languages"))
        _forget_what_no_longer_fits(need, fitting)
        found = _store(need, fitting)
        ask_next(need)
    return found


def match_with(need: Need, user: User) -> int:
    """Store the match of `need` with the offer of one person, if it fits; returns 1 or 0."""
    return _store(need, list(offers_for(need, only=user).prefetch_related("languages")))


def _forget_what_no_longer_fits(need: Need, fitting: list[Offer]) -> None:
    """Suggestions whose offer has changed, paused or filled since; whoever was asked stays."""
    suggested = need.matches.filter(state=Match.State.SUGGESTED)
    gone = set(suggested.values_list("offer", flat=True)) - {offer.pk for offer in fitting}
    if gone:
        suggested.filter(offer__in=gone).delete()


def _store(need: Need, fitting: list[Offer]) -> int:
    """Store the best offers as matches with their reasons; those already stored stay as they are."""
    languages = dict(need.languages.values_list("pk", "name"))
    known = set(need.matches.values_list("offer_id", flat=True))
    fresh = []
    for offer in fitting:
        if offer.pk not in known:
            lines = score(facts_of(offer, need, languages))
            fresh.append(Match(need=need, offer=offer, score=total(lines), lines=lines))
    fresh.sort(key=lambda match: -match.score)
    best = fresh[: settings.SHORTLIST_SIZE]
    Match.objects.bulk_create(best, ignore_conflicts=True)
    return len(best)
