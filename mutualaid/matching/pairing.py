"""One need meets its offers: find, score, store, ask a few. Run twice, it changes nothing."""

from django.conf import settings
from django.db import transaction

from mutualaid.matching.candidates import facts_of, offers_for
from mutualaid.matching.models import Match
from mutualaid.matching.scoring import score, total
from mutualaid.matching.waves import ask_next
from mutualaid.people.models import User
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
        drop_what_no_longer_fits(need)
        found = store_matches(need)
        ask_next(need)
    return found


def drop_what_no_longer_fits(need: Need) -> None:
    """Forget suggestions whose offer has changed, paused or filled since; whoever was asked stays."""
    suggested = need.matches.filter(state=Match.State.SUGGESTED)
    fitting = set(offers_for(need).values_list("pk", flat=True))
    suggested.exclude(offer__in=fitting).delete()


def store_matches(need: Need, *, only: User | None = None) -> int:
    """Store the best offers as matches with their reasons; those already stored stay as they are."""
    languages = dict(need.languages.values_list("pk", "name"))
    known = set(need.matches.values_list("offer_id", flat=True))
    fresh = []
    for offer in offers_for(need, only=only).prefetch_related("languages"):
        if offer.pk in known:
            continue
        lines = score(facts_of(offer, need, languages))
        fresh.append(Match(need=need, offer=offer, score=total(lines), lines=lines))
    fresh.sort(key=lambda match: -match.score)
    best = fresh[: settings.SHORTLIST_SIZE]
    Match.objects.bulk_create(best, ignore_conflicts=True)
    return len(best)
