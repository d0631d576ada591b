"""The states of an import, and which actions lead from one to another."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from mutualaid.transitions import Transition


class RunState(TextChoices):
    READING = "reading", _("we read the file")
    SHEET = "sheet", _("waits for the choice of a sheet")
    MAPPING = "mapping", _("waits for its columns to be looked through")
    CHECKING = "checking", _("we check each row")
    CHECKED = "checked", _("checked, nothing imported yet")
    IMPORTING = "importing", _("is being imported")
    DONE = "done", _("imported")
    UNDOING = "undoing", _("is being taken back")
    UNDONE = "undone", _("taken back")
    STOPPED = "stopped", _("stopped")


S = RunState

WORKING = (S.READING, S.CHECKING, S.IMPORTING, S.UNDOING)
"""A worker goes on with it."""
ENDED = (S.DONE, S.UNDONE, S.STOPPED)
"""Its file is gone."""

RUN_TRANSITIONS = {
    "ask_for_sheet": Transition((S.READING,), S.SHEET),
    "choose_sheet": Transition((S.SHEET,), S.READING),
    "ask_for_mapping": Transition((S.READING,), S.MAPPING),
    "read_again": Transition((S.MAPPING,), S.READING),
    "check": Transition((S.MAPPING, S.CHECKED), S.CHECKING),
    "checked": Transition((S.CHECKING,), S.CHECKED),
    "map_again": Transition((S.CHECKED, S.CHECKING), S.MAPPING),
    "import": Transition((S.CHECKED,), S.IMPORTING),
    "finish": Transition((S.IMPORTING,), S.DONE),
    "undo": Transition((S.DONE, S.STOPPED), S.UNDOING),
    "undone": Transition((S.UNDOING,), S.UNDONE),
    "stop": Transition(
        (S.READING, S.SHEET, S.MAPPING, S.CHECKING, S.CHECKED, S.IMPORTING), S.STOPPED
    ),
}
