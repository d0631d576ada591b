"""The triggers that tell `backlog.kept` which needs and offers to read again.

Each table that `backlog.load` reads is here, with the columns that matter. Triggers only add rows, so no one
waits for another; a need or an offer may be told more often than it has changed, but never less.
"""

from collections.abc import Iterator

from mutualaid.matching.states import MatchState

Row = tuple[str, str, str, str, str]
"""Name, event, table, statements and condition, as of `mutualaid.statements.triggers.Trigger`."""

NEED = "INSERT INTO matching_backlogchange (need_id) VALUES ({need});"
OFFER = "INSERT INTO matching_backlogchange (offer_id) VALUES ({offer});"
NEEDS = (
    "INSERT INTO matching_backlogchange (need_id) SELECT id FROM requests_app_need WHERE {which};"
)
OFFERS = """
    INSERT INTO matching_backlogchange (offer_id)
    SELECT id FROM offers_app_offer WHERE volunteer_id = {person};
"""
VEILED = NEED.format(need="0")
EVERYTHING = "INSERT INTO matching_backlogchange (need_id) VALUES (NULL);"

SAID_NO = (MatchState.DECLINED, MatchState.CANCELLED)
HOUSEHOLD = (
    "ask_id = {ask} OR ask_id IN (SELECT merged_into_id FROM requests_app_ask WHERE id = {ask})"
)
"""The asks whose needs are kept from people because of one ask: itself, and the one it was merged into."""
POINTS = """
    SELECT ask_id FROM requests_app_exclusion WHERE fingerprint = {row}.fingerprint
    UNION SELECT ask_id FROM requests_app_askcontactpoint WHERE fingerprint = {row}.fingerprint
"""
OWNED = """
    ask_id IN ({points}) OR ask_id IN (
        SELECT merged_into_id FROM requests_app_ask WHERE id IN ({points})
    )
""".replace("{points}", POINTS)
"""The asks with the contact point of an account, and those that they were merged into."""
LINKS = {"categories": "category_id", "localities": "locality_id", "languages": "language_id"}
"""What an offer names in tables of their own, and where these point."""


def rows() -> Iterator[Row]:
    yield from _offers()
    yield from _people()
    yield from _needs()
    yield from _asks()
    yield from _matches()
    yield from _all_events("catalog_language", ("code",), EVERYTHING)


def _offers() -> Iterator[Row]:
    columns = (
        "volunteer_id", "reach_km", "per_week", "has_vehicle", "week_parts", "state", "confirmed_at",
    )  # fmt: skip
    yield from _all_events("offers_app_offer", columns, OFFER.format(offer="{row}.id"))
    offer = OFFER.format(offer="{row}.offer_id")
    for links, column in LINKS.items():
        yield from _all_events(f"offers_app_offer_{links}", ("offer_id", column), offer)
    refused = ("offer_id", "category_id", "locality_id", "since", "until")
    yield from _all_events("matching_refusal", refused, offer)


def _people() -> Iterator[Row]:
    account = ("vetted", "is_active", "is_superuser", "of_demo")
    yield from _all_events("people_user", account, OFFERS.format(person="{row}.id"))
    of_person, of_user = (
        OFFERS.format(person="{row}.person_id"),
        OFFERS.format(person="{row}.user_id"),
    )
    yield from _all_events("people_introduction", ("person_id", "how"), of_person)
    yield from _all_events("people_membership", ("user_id", "role"), of_user)
    looks, by = "requests_app_accesslogentry", OFFERS.format(person="{row}.by_id")
    yield from _all_events(looks, ("by_id", "by_kind", "at", "ask_id"), by)
    owned = NEEDS.format(which=OWNED) + VEILED
    yield from _all_events("people_accountcontactpoint", ("user_id", "fingerprint"), owned)


def _needs() -> Iterator[Row]:
    columns = (
        "category_id", "locality_id", "urgency", "created_at", "helpers_wanted", "week_parts",
        "needed_by", "series_id", "state",
    )  # fmt: skip
    table = "requests_app_need"
    yield from _all_events(table, columns, NEED.format(need="{row}.id"))
    yield _changed("moved", table, ("ask_id",), EVERYTHING)
    both = NEED.format(need="{row}.need_id") + OFFERS.format(person="{row}.volunteer_id")
    claimed = ("need_id", "volunteer_id", "state", "week", "live_slot")
    yield from _all_events("requests_app_claim", claimed, both)


def _asks() -> Iterator[Row]:
    own, household = (
        NEEDS.format(which="ask_id = {row}.ask_id"),
        HOUSEHOLD.format(ask="{row}.ask_id"),
    )
    yield from _all_events("requests_app_ask_languages", ("ask_id", "language_id"), own)
    yield from _all_events("requests_app_askcontact", ("language",), own)
    for table, columns in {
        "requests_app_exclusion": ("ask_id", "person_id", "fingerprint"),
        "requests_app_askcontactpoint": ("ask_id", "fingerprint"),
    }.items():
        yield from _all_events(table, columns, NEEDS.format(which=household))
    table, by_ask = "requests_app_ask", NEEDS.format(which=HOUSEHOLD.format(ask="NEW.id"))
    yield _changed("changed", table, ("account_id", "veiled", "veiled_account"), by_ask)
    yield _changed("merged", table, ("merged_into_id",), EVERYTHING)


def _matches() -> Iterator[Row]:
    """Of the many that are suggested only those that say who was invited, or who said no."""
    table = "matching_match"
    said_no = " OR ".join(f"{{row}}.state = '{state}'" for state in map(str, SAID_NO))
    need, offer = NEED.format(need="{row}.need_id"), OFFER.format(offer="{row}.offer_id")
    for event, row in {"INSERT": "NEW", "DELETE": "OLD"}.items():
        matters = f"{{row}}.invited_at IS NOT NULL OR {said_no}".replace("{row}", row)
        yield _named(
            f"at_{event.lower()}", event, table, (need + offer).replace("{row}", row), matters
        )
    ended = " OR ".join(said_no.replace("{row}", row) for row in ("OLD", "NEW"))
    name, event, _, statements, when = _changed(
        "ended", table, ("state", "need_id", "offer_id"), need
    )
    yield name, event, table, statements, f"({when}) AND ({ended})"
    yield _changed("invited", table, ("invited_at", "offer_id"), offer)


def _all_events(table: str, columns: tuple[str, ...], statements: str) -> Iterator[Row]:
    """Rows that come, go, or have another value in one of these columns."""
    for event, row in {"INSERT": "NEW", "DELETE": "OLD"}.items():
        yield _named(event.lower(), event, table, statements.replace("{row}", row))
    yield _changed("update", table, columns, statements)


def _changed(name: str, table: str, columns: tuple[str, ...], statements: str) -> Row:
    differs = " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in columns)
    both = "".join(dict.fromkeys(statements.replace("{row}", row) for row in ("OLD", "NEW")))
    return _named(name, f"UPDATE OF {', '.join(columns)}", table, both, differs)


def _named(name: str, event: str, table: str, statements: str, when: str = "") -> Row:
    return f"change_{table}_{name}", event, table, statements, when
