"""What a partner wrote, in the form in which it is kept: no one trusts another site's letters.

Texts are bounded and hold nothing that no one can see; kinds, areas and languages are those of this group.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.contact_points import parse_email, parse_phone
from mutualaid.forms.name_search import plain
from mutualaid.forms.typed_text import check_name, one_line, visible
from mutualaid.partners.protocol.messages import ReferralAsk, ReferralContact
from mutualaid.partners.registry import NotPossible
from requests_app.models import Channel
from requests_app.models.need import MOST_HELPERS

LONGEST_WORD = 120
"""Letters of a name of a kind or an area that is kept."""
MOST_PEOPLE = 500
LONGEST = {"phone": 100, "email": 320, "address": 300, "times": 200, "notes": 2000}
"""Letters, as many as our own forms take."""
LONGEST_NAME = 60
NEEDED_FOR = {
    Channel.CALL: "phone",
    Channel.SMS: "phone",
    Channel.EMAIL: "email",
    Channel.NOTE: "address",
    Channel.DOOR: "address",
}
"""The contact detail that each channel needs."""


def asked_of(message: ReferralAsk) -> dict[str, Any]:
    """Return what an ask says, as JSON keeps it.

    Raises `NotPossible` for more people than one ask is for, and a day or an answer whose time is over.
    """
    _within(message.helpers_wanted, range(1, MOST_HELPERS + 1), "helpers_wanted")
    if message.people_count is not None:
        _within(message.people_count, range(1, MOST_PEOPLE + 1), "people_count")
    if message.answer_by <= timezone.now():
        raise NotPossible("answer_by")
    if message.until and message.until < timezone.localdate():
        raise NotPossible("until")
    kept = asdict(message)
    for name in ("category", "category_name", "area"):
        kept[name] = one_line(kept[name])[:LONGEST_WORD]
    codes = map(one_line, message.languages)
    kept["languages"] = list(dict.fromkeys(filter(None, codes)))
    kept["until"] = message.until.isoformat() if message.until else None
    del kept["referral"], kept["answer_by"]
    return kept


def kind_of(asked: Mapping[str, Any]) -> Category | None:
    """Return our kind of help with that code; None where a coordinator has to choose one."""
    return kinds_to_choose().filter(slug=asked["category"]).first()


def kinds_to_choose() -> QuerySet[Category]:
    """The kinds of help that a partner may ask for: in use, and neither sensitive nor only offered."""
    return Category.objects.filter(is_active=True, sensitive=False, offered_only=False)


def area_of(asked: Mapping[str, Any]) -> Locality | None:
    """Return our area of that name, in whichever language; None where there is none, or several."""
    wanted = plain(asked["area"])
    areas = Locality.objects.defer("outline")
    found = [area for area in areas if wanted in map(plain, area.spellings)] if wanted else []
    return found[0] if len(found) == 1 else None


def languages_of(asked: Mapping[str, Any]) -> list[Language]:
    """Return those of the languages that our people can say they speak."""
    return list(Language.objects.filter(code__in=asked["languages"]))


def contact_of(message: ReferralContact) -> dict[str, Any]:
    """Return contact details as our own forms would have taken them, with `language` and `notes`.

    A name that our form would refuse is left out. Raises `NotPossible` for what is longer than our forms
    take, a phone or an e-mail that can't be read, or where no safe way leads to the neighbour.
    """
    kept: dict[str, Any] = {
        name: _text(getattr(message, name), most, name) for name, most in LONGEST.items()
    }
    for name in ("phone", "email", "times"):
        kept[name] = one_line(kept[name])
    if kept["phone"] and parse_phone(kept["phone"]) is None:
        raise NotPossible("phone")
    if kept["email"] and parse_email(kept["email"]) is None:
        raise NotPossible("email")
    codes = [code for code in message.channels.split(",") if code in Channel.values]
    if not any(kept[NEEDED_FOR[Channel(code)]] for code in codes or Channel.values):
        raise NotPossible("unreachable")
    kept |= {
        "name": _name(message.name),
        "asked_by": _name(message.asked_by) if message.whom_to_call else "",
        "whom_to_call": message.whom_to_call,
        "channels": ",".join(dict.fromkeys(codes)),
        "no_voicemail": bool(message.no_voicemail),
        "language": one_line(message.language),
    }
    return kept


def _within(value: int, allowed: Collection[int], name: str) -> None:
    """Raises `NotPossible`, with the name of the field, for what is not allowed."""
    if value not in allowed:
        raise NotPossible(name)


def _text(text: str, most: int, name: str) -> str:
    """Raises `NotPossible` for a text that is too long: half an address helps no one."""
    if len(text) > most:
        raise NotPossible(name)
    return visible(text).strip()


def _name(typed: str) -> str:
    try:
        return check_name(typed[: 2 * LONGEST_NAME])[:LONGEST_NAME]
    except ValidationError:
        return ""
