"""One-tap actions: what someone answers who was asked whether they want a break."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from mutualaid import clock
from mutualaid.fair_work.actions import NotPossible, ask_for_another_pair_of_hands
from mutualaid.fair_work.models import BreakQuestion
from mutualaid.notify.links.one_tap import Outcome, one_tap_action
from mutualaid.people.models import User
from offers_app.actions import pause_offer
from offers_app.models import Offer
from offers_app.one_tap import STATE_TEXTS
from offers_app.states import COUNTS, OfferState

BREAK_DAYS = 14


@one_tap_action(
    "break_pause",
    question=gettext_lazy("Do you want a break for two weeks?"),
    button=gettext_lazy("Take a break"),
)
def break_pause(question_id: int, user: User | None) -> Outcome:
    """Pause their offer as they could by themself; a break that is on already stays as it is."""
    offer = Offer.objects.get(volunteer=_question(question_id, user).user)
    if offer.state in COUNTS:
        pause_offer(offer, until=clock.today() + timedelta(days=BREAK_DAYS))
    text = STATE_TEXTS[OfferState(offer.state)]
    is_done = offer.state == OfferState.PAUSED
    return Outcome(text, reverse("offer"), gettext_lazy("Look at my offer"), is_done)


@one_tap_action(
    "break_fine",
    question=gettext_lazy("You don't need a break?"),
    button=gettext_lazy("No, I am fine"),
)
def break_fine(question_id: int, user: User | None) -> Outcome:
    """Nothing is kept of the answer."""
    _question(question_id, user)
    return Outcome(gettext_lazy("Thanks for telling us. We won't ask you again for two months."))


def _what_others_see(question_id: int) -> str:
    return gettext("It stands under your name, like all that you ask for. It doesn't say why.")


@one_tap_action(
    "break_helper",
    question=gettext_lazy("Shall we look for another pair of hands?"),
    button=gettext_lazy("Look for someone"),
    about=_what_others_see,
)
def break_helper(question_id: int, user: User | None) -> Outcome:
    """Ask for help with the group's work, once however often it is tapped."""
    try:
        ask_for_another_pair_of_hands(_question(question_id, user))
    except NotPossible:
        text = gettext_lazy("We can't look for someone now. Please talk to a coordinator.")
        return Outcome(text, is_done=False)
    text = gettext_lazy("We're looking for someone. You'll find it on your page.")
    return Outcome(text, reverse("me"), gettext_lazy("My page"))


def _question(question_id: int, user: User | None) -> BreakQuestion:
    """Raises `BreakQuestion.DoesNotExist` where it is someone else's or its time is over."""
    return BreakQuestion.objects.select_related("user").get(pk=question_id, user=user)
