"""A need is kept from whoever has a phone or e-mail, with an account or without one yet.

Only a mark of the address is kept. Each account that has it is noted by itself, now or on the day it
gets it (`receivers`), so that everybody else has to ask for the account alone.
"""

from collections.abc import Iterable, Iterator

from allauth.account.models import EmailAddress

from mutualaid.encryption.blind_index import lasting_mark
from mutualaid.encryption.fields import WrongKey
from mutualaid.notify.models import Preferences
from mutualaid.people.models import User
from requests_app.models import Exclusion, Need

Owned = Iterator[tuple[int, str]]
"""The id of an account, and an address of it."""


def note_addresses(need: Need, addresses: Iterable[str]) -> None:
    """Keep `need` from whoever has one of these phones or e-mails; what is neither is passed over."""
    for mark in filter(None, map(lasting_mark, addresses)):
        need.exclusions.get_or_create(mark=mark)
    note_owners(need)


def note_owners(need: Need) -> None:
    """Note each account that has an address from whose owner `need` is kept."""
    marks = set(need.exclusions.exclude(mark="").values_list("mark", flat=True))
    owned = (*_mails(), *_phones()) if marks else ()
    for person in {pk for pk, address in owned if lasting_mark(address) in marks}:
        need.exclusions.get_or_create(person_id=person)


def note_owner(person: int, address: str) -> list[Need]:
    """Note an account that just got this address; returns the needs that are kept from it now."""
    mark = lasting_mark(address)
    kept = Exclusion.objects.filter(mark=mark).select_related("need") if mark else ()
    needs = [one.need for one in kept]
    for need in needs:
        need.exclusions.get_or_create(person_id=person)
    return needs


def _mails() -> Owned:
    yield from User.objects.filter(erased_at=None).values_list("pk", "email")
    yield from EmailAddress.objects.values_list("user", "email")


def _phones() -> Owned:
    """One by one, for what no key opens must not hide the others."""
    with_phone = Preferences.objects.exclude(phone_ask=None, phone_confirmed_at=None)
    for pk in with_phone.values_list("pk", flat=True):
        try:
            yield pk, Preferences.objects.only("phone").get(pk=pk).phone
        except WrongKey:
            continue
