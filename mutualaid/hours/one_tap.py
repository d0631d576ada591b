"""One-tap answers to "is that right?", also by text message."""

from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mutualaid.hours import actions
from mutualaid.hours.models import HourNote
from mutualaid.hours.notifications import REPLIES
from mutualaid.hours.sentences import NOT_RIGHT, REFUSALS, said_after
from mutualaid.notify.links.one_tap import Outcome, one_tap_action
from mutualaid.people.models import User
from mutualaid.transitions import StateChanged

CHANGED = gettext_lazy("This has changed in the meantime.")


def missed(note_id: int, user: User | None) -> Outcome | None:
    """What they read instead of the question, once it can no longer be answered."""
    can_be = HourNote.objects.waiting().filter(pk=note_id).exists()
    return None if can_be else Outcome(CHANGED, is_done=False)


@one_tap_action(
    REPLIES["yes"],
    question=gettext_lazy("Someone noted hours with you. Is that right?"),
    button=gettext_lazy("Yes, that's right"),
    missed=missed,
)
def hours_yes(note_id: int, user: User | None) -> Outcome:
    def agree(note: HourNote, by: User) -> str:
        return said_after(actions.agree(note, by=by))

    return _answer(note_id, user, agree)


@one_tap_action(
    REPLIES["no"],
    question=gettext_lazy("Someone noted hours with you. Is it not right?"),
    button=gettext_lazy("It isn't right"),
    missed=missed,
)
def hours_no(note_id: int, user: User | None) -> Outcome:
    def decline(note: HourNote, by: User) -> str:
        actions.decline(note, by=by)
        return str(NOT_RIGHT)

    return _answer(note_id, user, decline)


def _answer(note_id: int, user: User | None, action: Callable[[HourNote, User], str]) -> Outcome:
    note = HourNote.objects.get(pk=note_id)
    if user is None:
        return Outcome(CHANGED, is_done=False)
    try:
        said = action(note, user)
    except actions.HoursOff:
        return Outcome(REFUSALS[actions.HoursOff], is_done=False)
    except (actions.NotForYou, StateChanged):
        return Outcome(CHANGED, reverse("hours"), _("My hours"), is_done=False)
    return Outcome(said, reverse("hours"), _("My hours"))
