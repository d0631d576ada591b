"""The states of a note of hours, and which transitions lead from one to another."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mutualaid.transitions import Transition


class NoteState(TextChoices):
    PROPOSED = "proposed", _("waits for an answer")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("not agreed")
    TAKEN_BACK = "taken_back", _("taken back")
    LAPSED = "lapsed", _("no one answered")


ENDED = ["declined", "taken_back", "lapsed"]
"""States in which a note came to nothing."""

NOTE_TRANSITIONS = {
    "agree": Transition(("proposed",), "agreed"),
    "decline": Transition(("proposed",), "declined"),
    "take_back": Transition(("proposed",), "taken_back"),
    "lapse": Transition(("proposed",), "lapsed"),
}
