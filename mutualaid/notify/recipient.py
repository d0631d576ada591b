"""How a person can be reached, and the marks by which an address is known without being stored."""

from dataclasses import dataclass

import phonenumbers
from django.conf import settings
from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Reach:
    """`texts`: she said that text messages to this number are safe. `calls`: she did not say that calls
    are not. `language`: the one she reads.

    `devices` names whoever has devices that may be woken; they stand in a table of their own.
    """

    email: str = ""
    phone: str = ""
    texts: bool = False
    language: str = ""
    devices: str = ""
    calls: bool = True


def e164(typed: str) -> str:
    """A phone number as "+15550100123", or "" when it is none that could be dialled from abroad.

    Numbers without a country are read as those of `PHONE_REGION`.
    """
    try:
        number = phonenumbers.parse(typed, settings.PHONE_REGION)
    except phonenumbers.NumberParseException:
        return ""
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def mark_of(address: str) -> str:
    """A keyed hash: the same for the same address, and of no use to whoever reads the database."""
    if not address:
        return ""
    return salted_hmac("notify.address", address.strip().lower(), algorithm="sha256").hexdigest()[
        :32
    ]
