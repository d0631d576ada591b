"""What someone reads of the other in a note of hours."""

from django.utils.translation import gettext as _

from mutualaid.hours.models import HourNote
from mutualaid.people.models import User, display_name


def name_of(note: HourNote, reader: User) -> str:
    """Return the other's name; "a neighbour" for whoever was helped, who left, or has no account.

    So no one learns from a note whether a neighbour has an account. Reads `giver` and `receiver`.
    """
    is_giver = reader.pk == note.giver_id
    other = note.receiver if is_giver else note.giver
    if other is None or (is_giver and note.claim_id):
        return _("a neighbour")
    return display_name(other)
