"""From whom an ask is kept: people who must not find out, and the neighbour's own accounts.

No one is invited to help themselves, and no one who has an excluded phone or e-mail ever hears of the
ask, in whatever spelling. It is derived from fingerprints of contact points and stored nowhere (ADR 41),
so an exclusion also holds for an account that gets the contact point later.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from mutualaid.encryption.fingerprints import fingerprints, veil, veil_account
from mutualaid.people.models import AccountContactPoint, User
from mutualaid.statements import Given, compiled, slot
from mutualaid.statements.many_ids import in_one_parameter
from requests_app.models import Ask, AskContactPoint, Exclusion, Need


def people_kept_from(ask: Ask) -> QuerySet[User]:
    """Accounts that must not be invited to the ask, claim a need of it, or see it as fitting.

    Their ids are read at once: they are few, and the queries for them are put together already.
    """
    return User.objects.filter(pk__in=_user_ids_kept_from(ask))


def is_kept_from(user: User, ask: Ask) -> bool:
    """Whether this account is among `people_kept_from(ask)`."""
    return user.pk in _user_ids_kept_from(ask, among=user)


def _user_ids_kept_from(ask: Ask, *, among: User | None = None) -> set[int]:
    """`among`: the only account that is asked about."""
    named = {pk for (pk,) in _named_accounts().rows(ask=ask.pk)}
    return named | veiled_accounts_kept_from(ask.pk, among=among)


def accounts_kept_from(ask: Given) -> "list[QuerySet[Any, tuple[int]]]":
    """Queries for the ids of the accounts that an ask is kept from, those of veiled asks aside.

    Each is for one `NOT IN`: who asked, who is excluded, who has one of the contact points.
    """
    household = household_of(ask)
    exclusions = Exclusion.objects.filter(ask__in=household.values("pk"))
    points = AskContactPoint.objects.filter(ask__in=household.values("pk"))
    both = exclusions.values("fingerprint").union(points.values("fingerprint"))
    return [
        household.filter(account__isnull=False).values_list("account"),
        exclusions.filter(person__isnull=False).values_list("person"),
        AccountContactPoint.objects.filter(fingerprint__in=both).values_list("user"),
    ]


@compiled
def _named_accounts() -> "QuerySet[Any, tuple[int]]":
    first, *others = accounts_kept_from(slot("ask"))
    return first.union(*others)


def veiled_accounts_kept_from(ask: int, *, among: User | None = None) -> set[int]:
    """The ids of the accounts that a veiled ask of this household is kept from; `among` that one only."""
    asks = _veils().rows(ask=ask)
    if not any(veiled for veiled, _ in asks):
        return set()
    stored = {account for _, account in asks}
    stored |= {fingerprint for (fingerprint,) in _stored_fingerprints().rows(ask=ask)}
    stored.discard("")
    return {pk for fingerprint, pk in _veiled_fingerprints(among) if fingerprint in stored}


@compiled
def _veils() -> "QuerySet[Any, tuple[bool, str]]":
    return household_of(slot("ask")).values_list("veiled", "veiled_account")


@compiled
def _stored_fingerprints() -> "QuerySet[Any, tuple[str]]":
    household = household_of(slot("ask")).values("pk")
    exclusions = Exclusion.objects.filter(ask__in=household).values_list("fingerprint")
    points = AskContactPoint.objects.filter(ask__in=household).values_list("fingerprint")
    return exclusions.union(points)


def _veiled_fingerprints(among: User | None = None) -> Iterator[tuple[str, int]]:
    """By what accounts are known to a veiled ask: all pairs (fingerprint, id of the account).

    Every account is hashed, for nothing that is stored leads back from such an ask to its accounts
    (measured on two busy cores: 16 µs for each account and each of its contact points).
    """
    users, points = User.objects.all(), AccountContactPoint.objects.all()
    if among:
        users, points = users.filter(pk=among.pk), points.filter(user=among)
    for user_id, fingerprint in points.values_list("user", "fingerprint"):
        yield veil(fingerprint), user_id
    for user_id in users.values_list("pk", flat=True):
        yield veil_account(user_id), user_id


def household_of(ask: Ask | Given) -> QuerySet[Ask]:
    """The ask and those that were merged into it."""
    pk = ask.pk if isinstance(ask, Ask) else ask
    return Ask.objects.filter(Q(pk=pk) | Q(merged_into=pk))


def asks_kept_from(user: User) -> QuerySet[Ask]:
    """The asks that must not be shown to this account as something to help with."""
    own = set(user.contact_points.values_list("fingerprint", flat=True))
    stored = {*own, *map(veil, own), veil_account(user.pk)}
    excluded = Exclusion.objects.filter(Q(person=user) | Q(fingerprint__in=stored))
    points = AskContactPoint.objects.filter(fingerprint__in=stored)
    ids = Ask.objects.of(user).values("pk").union(excluded.values("ask"), points.values("ask"))
    merged = Ask.objects.filter(pk__in=ids).exclude(merged_into=None).values("merged_into")
    return Ask.objects.filter(pk__in=ids.union(merged))


def pairs_kept_apart(needs: QuerySet[Need]) -> set[tuple[int, int]]:
    """`is_kept_from` for many needs at once: all pairs (id of a need, id of an account it is kept from)."""
    ask_of = dict(needs.order_by().values_list("pk", "ask"))
    ids = in_one_parameter(set(ask_of.values()))
    asks = list(
        Ask.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids)).values_list(
            "pk", "merged_into", "account", "veiled", "veiled_account"
        )
    )
    household = in_one_parameter([pk for pk, *_ in asks])
    exclusions = Exclusion.objects.filter(ask__in=household)
    pairs: set[tuple[int, int]] = {
        *((pk, account) for pk, _, account, _, _ in asks if account),
        *exclusions.exclude(person=None).values_list("ask", "person"),
        *_owners_of(exclusions.exclude(fingerprint="")),
        *_owners_of(AskContactPoint.objects.filter(ask__in=household)),
    }
    veiled_asks = {pk: veiled for pk, _, _, is_veiled, veiled in asks if is_veiled}
    if veiled_asks:
        pairs |= _owners_of_veiled(veiled_asks)
    merged_into = {pk: into or pk for pk, into, *_ in asks}
    users_by_ask: dict[int, set[int]] = {}
    for ask_id, user_id in pairs:
        users_by_ask.setdefault(merged_into[ask_id], set()).add(user_id)
    return {
        (need_id, user_id)
        for need_id, ask_id in ask_of.items()
        for user_id in users_by_ask.get(ask_id, ())
    }


def _owners_of(rows: QuerySet[Exclusion] | QuerySet[AskContactPoint]) -> set[tuple[int, int]]:
    """All pairs (id of the ask of a row, id of an account that has the contact point of the row)."""
    try:
        kept, params = rows.order_by().values("ask_id", "fingerprint").query.sql_with_params()
    except EmptyResultSet:
        return set()
    sql = f"""
        SELECT kept.ask_id, owner.user_id FROM ({kept}) AS kept
        JOIN people_accountcontactpoint AS owner ON owner.fingerprint = kept.fingerprint
    """  # noqa: S608  our own: what no foreign key joins, the ORM joins in two more reads
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return set(cursor.fetchall())


def _owners_of_veiled(veiled_asks: dict[int, str]) -> set[tuple[int, int]]:
    """All pairs (id of a veiled ask, id of an account that it is kept from).

    `veiled_asks` is by id what stands for its own account.
    """
    asks_by_fingerprint: dict[str, set[int]] = {}
    exclusions = Exclusion.objects.filter(ask__in=veiled_asks)
    points = AskContactPoint.objects.filter(ask__in=veiled_asks)
    for ask_id, fingerprint in chain(
        veiled_asks.items(),
        exclusions.values_list("ask", "fingerprint"),
        points.values_list("ask", "fingerprint"),
    ):
        asks_by_fingerprint.setdefault(fingerprint, set()).add(ask_id)
    return {
        (ask_id, user_id)
        for fingerprint, user_id in _veiled_fingerprints()
        for ask_id in asks_by_fingerprint.get(fingerprint, ())
    }


def exclude_people(ask: Ask, people: Iterable[User]) -> None:
    """Keep `ask` from these accounts. Call it with the ask locked."""
    for person in people:
        if ask.veiled:
            Exclusion.objects.get_or_create(ask=ask, fingerprint=veil_account(person.pk))
        else:
            Exclusion.objects.get_or_create(ask=ask, person=person)


def exclude_contact_points(ask: Ask, texts: Iterable[str]) -> None:
    """Keep `ask` from whoever has one of the phones or e-mails in `texts`; other text is ignored.

    Call it with the ask locked.
    """
    stored = sorted(ask.stored_fingerprints(fingerprints(*texts)))
    rows = [Exclusion(ask=ask, fingerprint=fingerprint) for fingerprint in stored]
    Exclusion.objects.bulk_create(rows, ignore_conflicts=True)


def excluded_account(exclusion: Exclusion) -> User | None:
    """The account that this row names, veiled or not; None for a phone or an e-mail."""
    if exclusion.person or not exclusion.ask.veiled:
        return exclusion.person
    ids = User.objects.values_list("pk", flat=True)
    found = next((pk for pk in ids if veil_account(pk) == exclusion.fingerprint), None)
    return User.objects.get(pk=found) if found else None


def needs_kept_from_owner(fingerprint: str) -> QuerySet[Need]:
    """The needs that are kept from whoever has the contact point with this fingerprint."""
    stored = (fingerprint, veil(fingerprint))
    excluding = Exclusion.objects.filter(fingerprint__in=stored).values("ask")
    made_with = AskContactPoint.objects.filter(fingerprint__in=stored).values("ask")
    asks = Ask.objects.filter(Q(pk__in=excluding) | Q(pk__in=made_with))
    return Need.objects.filter(Q(ask__in=asks) | Q(ask__in=asks.values("merged_into")))
