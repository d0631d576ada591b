"""Match one need with the offers: find, score, store, invite a few. Idempotent."""

import random
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import DurationField, Exists, OuterRef, QuerySet
from django.db.models.functions import Now

from mutualaid import clock
from mutualaid.celery import within_time_budget
from mutualaid.matching.models import Match, NeedSearch
from mutualaid.matching.outreach.acceptance import acceptance_factor
from mutualaid.matching.outreach.pacing import may_be_invited
from mutualaid.matching.outreach.waves import invite_next, invite_the_silent_again
from mutualaid.matching.scoring import total
from mutualaid.matching.search import offer_index
from mutualaid.matching.search.ranking import Best, Ranked, best_offers
from mutualaid.matching.states import INVITED
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from mutualaid.statements import Update, compiled, compiled_update, constant, slot, write_all
from requests_app.models import Need

LEASE = timedelta(minutes=1)
"""How long one worker has a need to itself. If it dies, or fails, the need is due again after that."""
SOON = timedelta(seconds=5)
"""When a need is looked at again of whose best somebody was taken meanwhile."""
A_FEW = 16
"""So many are matched before the next look at what is most urgent: in a flood that sorts thousands."""
AT_ONCE_SECONDS = 1.0
"""A page may take so much longer. Assumed, not measured; what is left over stays due, for the sweep."""

State = Match.State


def match_while_many_wait() -> bool:
    """Match a few needs again and again until fewer are due; False if the time of a sweep was over before."""
    return any(few < A_FEW for few in within_time_budget(iter(match_most_urgent, None)))


def match_most_urgent() -> int:
    """Match the most urgent and oldest needs that are due, `A_FEW` at most; returns how many these were.

    Those of one urgency in random order, so that of several workers each soon finds one that no other took.
    """
    due = Need.objects.due_for_matching().order_by("-urgency", "created_at", "pk")
    few = list(due.values_list("pk", "urgency")[:A_FEW])
    for pk, _ in sorted(few, key=lambda need: (-need[1], random.random())):  # noqa: S311  to share work
        match_need(pk)
    return len(few)


def match_at_once(offer: int) -> None:
    """Do what the task of this offer would do, while its volunteer waits for the page.

    The most urgent needs come first, for `AT_ONCE_SECONDS` at most. Of this and the task, one does it.
    """
    ends = time.monotonic() + AT_ONCE_SECONDS
    in_reach = offer_index.match_offer(offer).order_by("-urgency", "created_at")
    for pk in list(in_reach.values_list("pk", flat=True)):
        if time.monotonic() > ends:
            break
        match_need(pk)


def match_need(pk: int) -> int:
    """Match the need `pk` if it is open and due; returns how many offers are new on its short list."""
    need = _take(pk)
    return _match(need) if need else 0


def _take(pk: int) -> Need | None:
    """Take the need by a conditional update, for `LEASE`: of two workers one gets it."""
    if not _lease().run(need=pk):
        return None
    (need,) = to_match().rows(need=pk)
    invite_the_silent_again(need)
    return need


@compiled_update
def _lease() -> Update:
    due = Need.objects.due_for_matching().filter(pk=slot("need"))
    return Update(due, {"match_due_at": Now() + constant(LEASE, DurationField())})


@compiled
def to_match() -> "QuerySet[Need]":
    """The need with its search, if there was one before, and whether it `had_matches`."""
    matches = Match.objects.filter(need=OuterRef("pk"))
    needs = Need.objects.filter(pk=slot("need")).select_related("category", "search")
    return needs.annotate(had_matches=Exists(matches))


def _match(need: Need) -> int:
    """Rank, which takes longest, outside of a transaction; check and write in a short one (ADR 86).

    Whatever changes the need meanwhile makes it due, and so does whoever of the best is not free any more:
    then this look counts for nothing, and the next begins from what is so by then.
    """
    now = clock.now()
    size = current_policy().shortlist_size
    best = best_offers(need, size, to_invite=may_be_invited(need, now), now=now)
    with transaction.atomic():
        if not _give_back().run(need=need.pk):
            return 0
        offers = {ranked.offer_id for ranked in best.offers}
        if best.entries.still_fit(offers) != offers:
            Need.objects.filter(pk=need.pk).update(match_due_at=Now() + SOON)
            return 0
        new = renew_shortlist(need, best)
        invite_next(need, now)
    return new


@compiled_update
def _give_back() -> Update:
    taken = Need.objects.open().filter(pk=slot("need"), match_due_at__gt=Now())
    return Update(taken, {"match_due_at": None})


def renew_shortlist(need: Need, best: Best) -> int:
    """Keep the best offers not yet invited on the list; returns how many of them are new."""
    has_some = vars(need).get("had_matches", True)
    rows = _before().rows(need=need.pk) if has_some else []
    before = {offer: _Before(offer, *others) for offer, *others in rows}
    _store(need, best.offers)
    _take_off_all_but(best, need, before.values())
    unanswered = sum(one.state in INVITED for one in before.values())
    _store_candidate_count(need, best.candidates + unanswered)
    return sum(ranked.offer_id not in before for ranked in best.offers)


class _Before(NamedTuple):
    """A match as it was before this look."""

    offer: int
    state: str
    invited_at: datetime | None


@compiled
def _before() -> "QuerySet[Any, tuple[Any, ...]]":
    return Match.objects.filter(need=slot("need")).values_list(*_Before._fields)


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
    write_all(
        [unsaved_match(need, ranked) for ranked in best],
        unique=("need", "offer"),
        update=("score", "lines", "acceptance_factor"),
    )


def _take_off_all_but(best: Best, need: Need, before: Collection[_Before]) -> None:
    """Delete suggestions that are no longer among the best; where they were invited, the row is kept."""
    offers = {ranked.offer_id for ranked in best.offers}
    if any(one.state == State.SUPERSEDED and one.offer in offers for one in before):
        need.matches.filter(offer__in=offers).apply("look_again")
    others = need.matches.filter(state=State.SUGGESTED, pinned=False).exclude(offer__in=offers)
    gone = [one for one in before if one.state == State.SUGGESTED and one.offer not in offers]
    if any(one.invited_at is None for one in gone):
        others.filter(invited_at=None).delete()
    if any(one.invited_at for one in gone):
        others.apply("supersede")


def _store_candidate_count(need: Need, candidates: int) -> None:
    search = NeedSearch(need_id=need.pk, candidates=candidates)
    write_all([search], unique=("need",), update=("candidates",))
