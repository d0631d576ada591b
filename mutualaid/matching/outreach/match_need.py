"""Match one need with the offers: find, score, store, invite a few. Idempotent."""

from django.db import transaction

from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach.acceptance import acceptance_factor
from mutualaid.matching.outreach.pacing import who_may_be_invited
from mutualaid.matching.outreach.waves import invite_next, invite_the_silent_again
from mutualaid.matching.scoring import total
from mutualaid.matching.search.ranking import Best, Ranked, best_offers
from mutualaid.matching.states import INVITED
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from requests_app.models import Need

State = Match.State
NOT_INVITED = (State.SUGGESTED, State.SUPERSEDED)


def match_need(pk: int) -> int:
    """Match the need `pk` if it is open and due; returns how many offers are new on its short list.

    The due time is taken by a conditional update in the same transaction: of two workers one
    matches, and a worker that dies leaves the need due.
    """
    with transaction.atomic():
        if not Need.objects.due_for_matching().filter(pk=pk).update(match_due_at=None):
            return 0
        need = Need.objects.select_related("category", "locality", "ask").get(pk=pk)
        invite_the_silent_again(need)
        new = renew_shortlist(need)
        invite_next(need)
    return new


def renew_shortlist(need: Need) -> int:
    """Keep the best offers not yet invited on the list; returns how many of them are new.

    The best `shortlist_size`, and where some of these cannot be invited now, the next best who can.
    """
    before = dict(need.matches.values_list("offer_id", "state"))
    invited_or_answered = frozenset(pk for pk, state in before.items() if state not in NOT_INVITED)
    best = _best_to_invite(need, current_policy().shortlist_size, invited_or_answered)
    _store(need, best.offers)
    if len(before) > len(invited_or_answered):
        _take_off_all_but(best, need)
    unanswered = sum(state in INVITED for state in before.values())
    _store_candidate_count(need, best.candidates + unanswered)
    return sum(ranked.offer_id not in before for ranked in best.offers)


def _best_to_invite(need: Need, size: int, without: frozenset[int]) -> Best:
    """The `size` best, and as many of the next who may be invited as there are among them who may not.

    So the limit of the list is not used up by those whom a wave passes over (ADR 84).
    """
    most = size
    while True:
        best = best_offers(need, most, without=without)
        if len(best.offers) < size:
            return best
        able = who_may_be_invited(need, [one.offer_id for one in best.offers])
        first, rest = best.offers[:size], best.offers[size:]
        missing = sum(one.offer_id not in able for one in first)
        others = [one for one in rest if one.offer_id in able][:missing]
        if len(others) == missing or len(best.offers) < most:
            return Best([*first, *others], best.candidates)
        most *= 4


def match_with(need: Need, user: User) -> int:
    """Store the match of `need` with the offer of this person; returns 1, or 0 where it does not fit."""
    best = best_offers(need, 1, only=user).offers
    _store(need, best)
    return len(best)


def unsaved_match(need: Need, ranked: Ranked) -> Match:
    """Return the match of a need with an offer that was ranked for it, to be saved by the caller."""
    return Match(
        need=need,
        offer_id=ranked.offer_id,
        score=total(ranked.lines),
        lines=ranked.lines,
        acceptance_factor=acceptance_factor(ranked.facts),
    )


def _store(need: Need, best: list[Ranked]) -> None:
    """Create the matches with these offers, or renew the score and reasons of those there are."""
    Match.objects.bulk_create(
        [unsaved_match(need, ranked) for ranked in best],
        update_conflicts=True,
        unique_fields=["need", "offer"],
        update_fields=["score", "lines", "acceptance_factor"],
    )


def _take_off_all_but(best: Best, need: Need) -> None:
    """Delete suggestions that are no longer among the best; where they were invited, the row is kept."""
    offers = [ranked.offer_id for ranked in best.offers]
    need.matches.filter(offer__in=offers).apply("look_again")
    others = need.matches.filter(state=State.SUGGESTED, pinned=False).exclude(offer__in=offers)
    others.filter(invited_at=None).delete()
    others.apply("supersede")


def _store_candidate_count(need: Need, candidates: int) -> None:
    NeedSearch.objects.bulk_create(
        [NeedSearch(need=need, candidates=candidates)],
        update_conflicts=True,
        unique_fields=["need"],
        update_fields=["candidates"],
    )
