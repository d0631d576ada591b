"""How a person can be reached, and the marks by which an address is known without being stored."""

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from mutualaid.contact_points import parse


@dataclass(frozen=True)
class Recipient:
    """`texts`: they said that text messages to this number are safe. `calls`: they did not say that calls
    are not. `language`: the one they read.

    `devices` names whoever has devices that may be woken; they stand in a table of their own.
    """

    email: str = ""
    phone: str = ""
    texts: bool = False
    language: str = ""
    devices: str = ""
    calls: bool = True


def textable(phone: str) -> str:
    """The first number in `phone` that a text message reaches, in E.164; "" where there is none.

    No message reaches an extension, or a number that cannot be dialled from abroad.
    """
    numbers = (point.e164 for point in parse(phone).phones if not point.extension)
    return next(filter(None, numbers), "")


def address_fingerprint(address: str) -> str:
    """A keyed hash of what a message goes to, of no use to whoever reads the database.

    The same for every spelling of a phone or an e-mail; of anything else, for that text alone.
    """
    found = parse(address)
    is_one = len(found.points) == 1 and not found.unread
    known_by = found.points[0].identity if is_one else address.strip().lower()
    if not known_by:
        return ""
    return salted_hmac("notify.address", known_by, algorithm="sha256").hexdigest()[:32]
