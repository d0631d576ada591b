"""From whom an ask is kept: people who must not find out, and the neighbour's own accounts.

No one is invited to help themselves, and no one who has an excluded phone or e-mail ever hears of the
ask, in whatever spelling. It is derived from fingerprints of contact points and stored nowhere (ADR 41),
so an exclusion also holds for an account that gets the contact point later.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from mutualaid.encryption.fingerprints import fingerprints, veil, veil_account
from mutualaid.people.models import AccountContactPoint, User
from requests_app.models import Ask, AskContactPoint, Exclusion, Need


def people_kept_from(ask: Ask) -> QuerySet[User]:
    """Accounts that must not be invited to the ask, claim a need of it, or see it as fitting.

    Their ids are read at once: they are few, and four small queries take less time than one large
    subquery takes to be built (measured: 1.0 against 3.7 ms on SQLite, 2.4 against 3.6 on PostgreSQL).
    """
    return User.objects.filter(pk__in=_user_ids_kept_from(ask))


def is_kept_from(user: User, ask: Ask) -> bool:
    """Whether this account is among `people_kept_from(ask)`."""
    return user.pk in _user_ids_kept_from(ask, among=user)


def _user_ids_kept_from(ask: Ask, *, among: User | None = None) -> set[int]:
    """`among`: the only account that is asked about."""
    household = household_of(ask).values_list("pk", "account", "veiled", "veiled_account")
    asks = list(household)
    ids = [pk for pk, *_ in asks]
    exclusions = Exclusion.objects.filter(ask__in=ids).values_list("person", "fingerprint")
    excluded = list(exclusions)
    points = AskContactPoint.objects.filter(ask__in=ids)
    stored = {
        *points.values_list("fingerprint", flat=True),
        *(fingerprint for _, fingerprint in excluded),
        *(account for *_, account in asks),
    } - {""}
    owners = AccountContactPoint.objects.filter(fingerprint__in=stored)
    user_ids = {
        *owners.values_list("user", flat=True),
        *(account for _, account, *_ in asks),
        *(person for person, _ in excluded),
    }
    if any(veiled for *_, veiled, _ in asks):
        user_ids |= {pk for fingerprint, pk in _veiled_fingerprints(among) if fingerprint in stored}
    return {pk for pk in user_ids if pk}


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


def household_of(ask: Ask) -> QuerySet[Ask]:
    """The ask and those that were merged into it."""
    return Ask.objects.filter(Q(pk=ask.pk) | Q(merged_into=ask.pk))


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
    ask_ids = needs.order_by().values("ask")
    asks = Ask.objects.filter(Q(pk__in=ask_ids) | Q(merged_into__in=ask_ids))
    exclusions = Exclusion.objects.filter(ask__in=asks)
    pairs: set[tuple[int, int]] = {
        *asks.exclude(account=None).values_list("pk", "account"),
        *exclusions.exclude(person=None).values_list("ask", "person"),
        *_owners_of(exclusions.exclude(fingerprint="")),
        *_owners_of(AskContactPoint.objects.filter(ask__in=asks)),
    }
    merged_into = dict[int, int]()
    veiled_asks = dict[int, str]()
    for pk, into, is_veiled, account in asks.values_list(
        "pk", "merged_into", "veiled", "veiled_account"
    ):
        merged_into |= {pk: into} if into else {}
        veiled_asks |= {pk: account} if is_veiled else {}
    if veiled_asks:
        pairs |= _owners_of_veiled(veiled_asks)
    users_by_ask: dict[int, set[int]] = {}
    for ask_id, user_id in pairs:
        users_by_ask.setdefault(merged_into.get(ask_id, ask_id), set()).add(user_id)
    return {
        (need_id, user_id)
        for need_id, ask_id in needs.order_by().values_list("pk", "ask")
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
