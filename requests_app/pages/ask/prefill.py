"""What is known of someone who is signed in, put into the questions; they can change it for this ask."""

from typing import Any

from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from requests_app.models import Ask
from requests_app.pages.ask.wizard import CONTACT, WHERE, Step


def prefilled(step: Step, user: User, *, is_for_someone_else: bool) -> dict[str, Any]:
    """Return initial values by field: the account's own, and the area and languages of their last ask."""
    if is_for_someone_else or step not in (WHERE, CONTACT):
        return {}
    last = Ask.objects.of(user).filter(erased_at=None).order_by("-pk").first()
    if step is WHERE:
        need = last.needs.select_related("locality").order_by("pk").last() if last else None
        known: dict[str, Any] = {"locality": need.locality if need else user.locality}
    else:
        recipient = recipient_of(user)
        known = {
            "name": user.name,
            "phone": recipient.phone,
            "email": user.email,
            "languages": list(last.languages.all()) if last else [],
        }
    return {name: value for name, value in known.items() if value}
