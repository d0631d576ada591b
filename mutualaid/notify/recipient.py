"""How a person can be reached, and fingerprints: a contact point is known by one without being stored."""

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from mutualaid.contact_points import parse


@dataclass(frozen=True)
class Recipient:
    """How one person can be reached. What is empty is not known, or not safe.

    `texts`: they said that text messages to this phone are safe. `calls`: they did not say that calls are
    not. `language`: the code of the one they read. `devices`: a text that stands for all devices of the
    person that may be notified, which have a table of their own.
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
    """A keyed hash of where a message goes, of no use to whoever reads the database; "" for "".

    The same for every spelling of a phone or an e-mail; of anything else, for that text alone.
    """
    parsed = parse(address)
    is_contact_point = len(parsed.points) == 1 and not parsed.unread
    identity = parsed.points[0].identity if is_contact_point else address.strip().lower()
    if not identity:
        return ""
    return salted_hmac("notify.address", identity, algorithm="sha256").hexdigest()[:32]
