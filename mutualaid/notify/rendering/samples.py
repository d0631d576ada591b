"""Made-up messages, for coordinators who want to see what people read."""

from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from mutualaid.catalog.models import Locality
from mutualaid.local_time import format_day
from mutualaid.notify.recipient import Recipient
from mutualaid.notify.registry import Kind, Message

CODE = gettext_lazy("This is your code. Write it on the page that is open in your browser:")
LIKE_A_LINK = "need/0123456789abcdefghijklmnopqrstuv/"


def sample_message(kind: Kind, *, email: str = "", language: str = "") -> Message:
    """A message of this kind with nothing real in it; its links are as long as real ones."""
    urls = dict.fromkeys(kind.buttons, f"{settings.SITE_URL}/{LIKE_A_LINK}")
    return Message(
        Recipient(email, "+15550100123", texts=True, language=language), _context(), urls
    )


def _context() -> dict[str, Any]:
    need = SimpleNamespace(
        category=SimpleNamespace(label=gettext_lazy("Groceries")),
        locality=Locality(name="Old Harbour"),
        when=gettext_lazy("This week"),
        erased_on=date(2026, 12, 31),
        get_close_reason_display=lambda: _("help came from elsewhere"),
    )
    mention = format_lazy("{} · {} · {}", need.category.label, need.locality, need.when)
    about = {
        "need": need,
        "mentions": [mention],
        "mark": partial(format_day, date(2026, 11, 25), "MONTH_DAY_FORMAT"),
        "number": 347,
    }
    invitation = {**about, "reasons": [gettext_lazy("in your area")]}
    item = {"many": 3, "label": gettext_lazy("open, and no one fits"), "needs": [need]}
    return {
        **invitation,
        "invitations": [invitation, invitation],
        "items": [item, item],
        "title": need.category.label,
        "day": date(2026, 11, 25),
        "volunteer": "Sam",
        "support_contact": "Carla",
        "partner": "Crown Heights",
        "decision": format_lazy("{}: {}", gettext_lazy("Give the role"), "…"),
        "waits": True,
        "can_pause": True,
        "days": 14,
        "closes_on": date(2026, 12, 31),
        "erases_on": date(2027, 1, 14),
        "ends_at": datetime(2026, 12, 31, 18, 30, tzinfo=UTC),
        "outcome": gettext_lazy("passed"),
        "words": gettext_lazy("You said yes to this one. Do you want to let it go?"),
        "code": "ABCD-2345",
        "subject": pgettext_lazy("to sign in", "Your code"),
        "body": format_lazy("{}\n\nABCD-2345", CODE),
    }
