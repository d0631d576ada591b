"""How a person can be reached, and fingerprints: a contact point is known by one without being stored."""

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from mutualaid.contact_points import parse
from mutualaid.encryption.fingerprints import LENGTH, fingerprint, veil


@dataclass(frozen=True)
class Recipient:
    """How one person can be reached. What is empty is not known, or not safe.

    `texts`: they said that text messages to this phone are safe. `calls`: they did not say that calls are
    not. `language`: the code of the one they read. `devices`: a text that stands for all devices of the
    person that may be notified, which have a table of their own. `phone_confirmed`: their account, a
    coordinator, or a reply from it says that the phone is theirs; any other gets few text messages.
    `first`: the name of the channel that they want to be tried first; "" where they did not say.
    """

    email: str = ""
    phone: str = ""
    texts: bool = False
    language: str = ""
    devices: str = ""
    calls: bool = True
    phone_confirmed: bool = False
    first: str = ""


def textable(phone: str) -> str:
    """The first number in `phone` that a text message reaches, in E.164; "" where there is none.

    No message reaches an extension, or a number that cannot be dialled from abroad.
    """
    numbers = (point.e164 for point in parse(phone).phones if not point.extension)
    return next(filter(None, numbers), "")


def reached_fingerprint(address: str, *, has_account: bool) -> str:
    """By what a message remembers where it went: a fingerprint, veiled where it went to no account.

    A neighbour's message is about their need, which must not lead to an account with the same phone.
    """
    fingerprint = address_fingerprint(address)
    return fingerprint if has_account or not fingerprint else veil(fingerprint)


def address_fingerprint(address: str) -> str:
    """The fingerprint of the contact point to which a message goes; "" for "".

    Of what is no contact point, such as the endpoint of a device, it is a keyed hash of that text alone.
    """
    parsed = parse(address)
    if len(parsed.points) == 1 and not parsed.unread:
        return fingerprint(parsed.points[0])
    text = address.strip().lower()
    return text and salted_hmac("notify.address", text, algorithm="sha256").hexdigest()[:LENGTH]
