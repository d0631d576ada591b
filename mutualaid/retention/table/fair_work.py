"""What is kept of how work is shared."""

from django.utils.translation import gettext_lazy as _

from mutualaid.retention.terms import ACCOUNT, After, Part, Remove, With

BREAK = _("That we asked you whether you want a break, for 60 days; never what you answered")

FAIR_WORK: dict[str, tuple[Part, ...]] = {
    "fair_work.BreakQuestion": (
        Remove("id user asked_at expires_at helper_asked_at", After("expires_at"), BREAK),
        Remove("", With(ACCOUNT, "user"), BREAK),
    ),
    "fair_work.GiftCount": (
        Remove(
            "user given received",
            With(ACCOUNT, "user"),
            _("How often you gave and received help, if our group counts that, for you alone"),
        ),
    ),
}
