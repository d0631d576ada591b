"""Contact points, and the result of reading a text for them."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

import idna
import phonenumbers
from django.conf import settings

Kind = Literal["phone", "email"]

MOST_POINTS = 40
"""As many as one box may hold. `parse` returns those beyond as well; forms refuse `is_too_many`."""


def home_region() -> str:
    """Return the country of numbers without one, ISO 3166: "US"."""
    return str(settings.PHONE_REGION).strip().upper()


@dataclass(frozen=True)
class ContactPoint:
    """A phone or an e-mail.

    `normal` is what is dialled or written to: "+16085550142", "+16085550142;ext=11" (RFC 3966), the
    digits as typed where no plan knows them, or an e-mail as typed, its domain in ASCII.
    `identity` is what all spellings have in common; it is compared, never shown.
    """

    kind: Kind
    normal: str
    identity: str

    @property
    def e164(self) -> str:
        """A phone's number without its extension; "" where it cannot be dialled from abroad."""
        is_whole = self.kind == "phone" and self.identity.startswith("+")
        return self.identity if is_whole else ""

    @property
    def extension(self) -> str:
        return self.normal.partition(";ext=")[2] if self.kind == "phone" else ""

    @property
    def uri(self) -> str:
        """A link that dials or writes: RFC 3966, RFC 6068.

        A number without a country stands as it is, for a phone nearby dials it right.
        """
        if self.kind == "phone":
            return f"tel:{self.normal}"
        return "mailto:" + quote(self.normal, safe="@+!$'*")

    @property
    def display(self) -> str:
        """As people write it: a phone without the country where it is ours, a domain in its letters."""
        if self.kind == "email":
            return _readable(self.normal)
        if not self.e164:
            return self.normal
        number = phonenumbers.parse(self.normal)
        at_home = number.country_code == phonenumbers.country_code_for_region(home_region())
        style = phonenumbers.PhoneNumberFormat
        return phonenumbers.format_number(
            number, style.NATIONAL if at_home else style.INTERNATIONAL
        )


def _readable(address: str) -> str:
    """An e-mail whose domain can be read: "bo@bücher.example" for "bo@xn--bcher-kva.example"."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{idna.decode(domain)}" if "xn--" in domain else address
    except UnicodeError:
        return address


@dataclass(frozen=True)
class Parsed:
    """What a text holds, in its order. `unread` are the pieces that are neither phone nor e-mail."""

    points: tuple[ContactPoint, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def phones(self) -> tuple[ContactPoint, ...]:
        return tuple(point for point in self.points if point.kind == "phone")

    @property
    def emails(self) -> tuple[ContactPoint, ...]:
        return tuple(point for point in self.points if point.kind == "email")

    @property
    def distinct(self) -> tuple[ContactPoint, ...]:
        """One point for each identity, the first."""
        first: dict[str, ContactPoint] = {}
        for point in self.points:
            first.setdefault(point.identity, point)
        return tuple(first.values())

    @property
    def is_too_many(self) -> bool:
        return len(self.points) > MOST_POINTS
