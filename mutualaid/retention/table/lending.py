"""Things that go round. Whose one is stands in its row alone; of who borrowed it there is only their need."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, After, Empty, Keep, Part, Remove, With

LENT = {"requests__loan__state": "out"}

LENDING: dict[str, tuple[Part, ...]] = {
    "lending.Thing": (
        Keep(
            "id public_id number category locality mode total left until lend_days state withdrawn_because"
            " shown_from created_at ended_at",
            _("That a thing was given or lent, of which kind and in which area"),
        ),
        Empty("title owner", With(ACCOUNT, "owner"), _("What you listed to give or lend")),
        Remove(
            "", After("ended_at", "record_days", unless=LENT), _("A thing that is off the list")
        ),
    ),
    "lending.ThingRequest": (
        Keep(
            "id public_id thing need many state claim asked_at answer_by owner_told_at answered_at"
            " moved_on_at",
            _("That someone could use a thing, as long as we know of the thing"),
        ),
    ),
    "lending.Loan": (
        Keep(
            "id public_id request back_by state reminded_at overdue_at help_asked_at ended_at"
            " listed_again_at",
            _("Until when a thing was lent and what became of it, as long as we know of the thing"),
        ),
    ),
}
