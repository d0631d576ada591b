"""One-tap actions on an invitation: yes, no, and thinking about it; also by text message."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext_lazy

from mutualaid.matching import actions
from mutualaid.matching.models import Match
from mutualaid.matching.notifications.volunteers import TAKEN, THINK, how_it_stands, obstacle
from mutualaid.matching.states import MATCH_TRANSITIONS
from mutualaid.notify.links.one_tap import Missed, Outcome, one_tap_action
from mutualaid.people.models import User
from requests_app.access.exclusions import is_kept_from
from requests_app.models import Claim, Need
from requests_app.notifications.mentions import Mention

RELATED = ("need__category", "need__locality", "need__ask", "offer__volunteer")


def about(match_id: int) -> str:
    """Which need it is, with no name and no address; "" where it is kept from them by now."""
    match = Match.objects.select_related(*RELATED).filter(pk=match_id).first()
    if match is None or is_kept_from(match.offer.volunteer, match.need.ask):
        return ""
    return str(Mention(match.need))


def _missed(too_late: Callable[[Match], Outcome | None]) -> Missed:
    """What someone reads instead of the question, where `too_late` says so of their match."""

    def missed(match_id: int, user: User | None) -> Outcome | None:
        match = _match_of(user, match_id)
        return too_late(match) if match else Outcome(TAKEN, is_done=False)

    return missed


def _too_late_for_yes(match: Match) -> Outcome | None:
    claim = match.claim_on_the_way
    return _thanks(claim) if claim else obstacle(match)


def _too_late_for_no(match: Match) -> Outcome | None:
    can_be_said = (*MATCH_TRANSITIONS["decline"].sources, Match.State.DECLINED)
    in_time = match.state in can_be_said and not match.claim_on_the_way
    return None if in_time else how_it_stands(match)


def _too_late_to_think(match: Match) -> Outcome | None:
    is_open = Need.objects.open().filter(pk=match.need_id).exists()
    in_time = is_open and match.state in MATCH_TRANSITIONS["think"].sources
    return None if in_time else how_it_stands(match)


@one_tap_action(
    "need_yes",
    question=gettext_lazy("Will you do it?"),
    button=gettext_lazy("Yes, I will do it"),
    about=about,
    missed=_missed(_too_late_for_yes),
)
def need_yes(match_id: int, user: User | None) -> Outcome:
    return _answer(match_id, user, lambda match: _thanks(actions.accept(match)))


@one_tap_action(
    "need_no",
    question=gettext_lazy("Not this time?"),
    button=gettext_lazy("Not this time"),
    about=about,
    missed=_missed(_too_late_for_no),
)
def need_no(match_id: int, user: User | None) -> Outcome:
    def decline(match: Match) -> Outcome:
        actions.decline(match)
        return Outcome(gettext_lazy("That's all right. We'll ask someone else."))

    return _answer(match_id, user, decline)


@one_tap_action(
    "need_think",
    question=gettext_lazy("Are you thinking about it?"),
    button=THINK,
    about=about,
    missed=_missed(_too_late_to_think),
)
def need_think(match_id: int, user: User | None) -> Outcome:
    def think(match: Match) -> Outcome:
        actions.think_about(match)
        return Outcome(gettext_lazy("Take your time. We'll tell you if someone else takes it."))

    return _answer(match_id, user, think)


def _thanks(claim: Claim) -> Outcome:
    text = gettext_lazy("Thank you! Sign in to see how to reach your neighbour.")
    page = reverse("claim", args=[claim.public_id])
    return Outcome(text, page, gettext_lazy("How to reach your neighbour"))


def _answer(match_id: int, user: User | None, answer: Callable[[Match], Outcome]) -> Outcome:
    """What `answer` does with the match of `user`; where it is refused, how the match stands.

    To everyone else, and where it is kept from them, it looks as if someone else had taken it.
    """
    match = _match_of(user, match_id)
    if match is None:
        return Outcome(TAKEN, is_done=False)
    try:
        return answer(match)
    except actions.ANSWER_REFUSED:
        return how_it_stands(match)


def _match_of(user: User | None, match_id: int) -> Match | None:
    mine = Match.objects.of(user) if user else Match.objects.none()
    return mine.select_related(*RELATED).filter(pk=match_id).first()
