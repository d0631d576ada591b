"""One need meets its offers: find, score, store, invite a few. Run twice, it changes nothing."""

from django.db import transaction

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach.acceptance import acceptance_factor
from mutualaid.matching.outreach.exhaustion import invite_the_silent_again
from mutualaid.matching.outreach.waves import invite_next
from mutualaid.matching.scoring import total
from mutualaid.matching.search.ranking import Best, Ranked, best_offers
from mutualaid.matching.states import INVITED
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.models import Need

State = Match.State
STILL_TO_INVITE = (State.SUGGESTED, State.SUPERSEDED)


def match_need(pk: int) -> int:
    """Match the need `pk` if it is open and due; returns how many offers were found anew.

    The due time is taken by a conditional update in the same transaction: of two workers one
    matches, and a worker that dies leaves the need due.
    """
    with transaction.atomic():
        if not Need.objects.due_for_matching().filter(pk=pk).update(match_due_at=None):
            return 0
        need = Need.objects.select_related("category", "locality", "ask").get(pk=pk)
        invite_the_silent_again(need)
        found = renew_shortlist(need)
        invite_next(need)
    return found


def renew_shortlist(need: Need) -> int:
    """Keep the best of those not yet invited, as things stand now; returns how many are new."""
    known = dict(need.matches.values_list("offer_id", "state"))
    answered = frozenset(pk for pk, state in known.items() if state not in STILL_TO_INVITE)
    best = best_offers(need, current_policy().shortlist_size, without=answered)
    _store(need, best.offers)
    if len(known) > len(answered):
        _forget_others(need, best)
    invited = sum(state in INVITED for state in known.values())
    _note(need, best.candidates + invited)
    return sum(one.offer_id not in known for one in best.offers)


def match_with(need: Need, user: User) -> int:
    """Store the match of `need` with the offer of one person, if it fits; returns 1 or 0."""
    best = best_offers(need, 1, only=user).offers
    _store(need, best)
    return len(best)


def _store(need: Need, best: list[Ranked]) -> None:
    """Store offers with their reasons; where one is stored already, the reasons are renewed."""
    Match.objects.bulk_create(
        [
            Match(
                need=need,
                offer_id=one.offer_id,
                score=total(one.lines),
                lines=one.lines,
                acceptance_factor=acceptance_factor(one.facts),
            )
            for one in best
        ],
        update_conflicts=True,
        unique_fields=["need", "offer"],
        update_fields=["score", "lines", "acceptance_factor"],
    )


def _forget_others(need: Need, best: Best) -> None:
    """Who is no longer among the best is not suggested any more; that they were invited is kept."""
    offers = [one.offer_id for one in best.offers]
    need.matches.filter(offer__in=offers).apply("look_again")
    others = need.matches.filter(state=State.SUGGESTED, pinned=False).exclude(offer__in=offers)
    others.filter(invited_at=None).delete()
    others.apply("supersede")


def _note(need: Need, candidates: int) -> None:
    NeedSearch.objects.bulk_create(
        [NeedSearch(need=need, candidates=candidates)],
        update_conflicts=True,
        unique_fields=["need"],
        update_fields=["candidates"],
    )
