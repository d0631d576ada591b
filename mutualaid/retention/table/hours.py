"""Hours that people noted. With an account it leaves each note; the hours stay, so that the sum is zero."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.table.asks import ROUGHLY
from mutualaid.retention.terms import ACCOUNT, NEED, After, Blur, Empty, Keep, Part, Remove, With

MINE = _("Which hours you gave and received, and what waits for an answer")
ALL = (
    "id public_id giver receiver minutes day claim proposed_by proposed_at state agreed_by agreed_at is_gift"
    " ended_at"
)
UNSETTLED = {"state__in": ["proposed", "declined", "taken_back", "lapsed"]}
WAITS = {"state": "proposed"}

HOURS: dict[str, tuple[Part, ...]] = {
    "hours.HourNote": (
        Keep(
            "id public_id minutes day proposed_at state agreed_at is_gift ended_at",
            _("How many hours someone gave on which day, without an account"),
        ),
        # What no one agreed to goes, and so does a note that would be about no one.
        Remove(ALL, With(ACCOUNT, "giver", only=UNSETTLED), MINE),
        Remove("", With(ACCOUNT, "receiver", only=UNSETTLED), MINE),
        Remove("", With(ACCOUNT, "giver", only={"receiver": None}), MINE),
        Empty("giver", With(ACCOUNT, "giver"), MINE),
        Remove("", With(ACCOUNT, "receiver", only={"giver": None}), MINE),
        Empty("receiver", With(ACCOUNT, "receiver"), MINE),
        Empty("proposed_by", With(ACCOUNT, "proposed_by"), MINE),
        Empty("agreed_by", With(ACCOUNT, "agreed_by"), _("That you agreed to hours of someone")),
        Remove("", With(NEED, "claim__need", only=WAITS), MINE),
        Blur("day", With(NEED, "claim__need", only={"claim__need__ask__veiled": True}), ROUGHLY),
        Empty("claim", With(NEED, "claim__need"), _("Which help the hours were for")),
        Remove("", After("ended_at", "record_days"), _("What no one agreed to")),
    ),
}
