"""Database triggers: whatever changes what fits, in whatever way it is written, is soon looked at again.

Entries of the index that would be wrong are deleted (ADR 10). The offer becomes due, or the needs do that it
may fit now; the sweep does the rest. So nothing waits for the daily look, and a change of many rows costs an
update and no task. What comes with the time alone is in `calendar`.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import starmap

from mutualaid.matching.models import BacklogChange
from mutualaid.matching.search import backlog_triggers
from mutualaid.matching.search.backlog_triggers import HOUSEHOLD
from mutualaid.statements.triggers import Trigger, Triggers
from requests_app.states import FILLS_A_PLACE, LIVE_CLAIM

OFFERS_DUE = """
    UPDATE offers_app_offer SET match_due_at = {now}
    WHERE (match_due_at IS NULL OR match_due_at > {now}) AND {which};
"""
NEEDS_DUE = """
    UPDATE requests_app_need SET match_due_at = {now}
    WHERE state = 'open' AND (match_due_at IS NULL OR match_due_at > {now}) AND {which};
"""
RECHECK = "INSERT INTO matching_recheck (person_id) VALUES ({person});"
RECHECK_OFFERS = """
    INSERT INTO matching_recheck (person_id)
    SELECT DISTINCT volunteer_id FROM offers_app_offer WHERE volunteer_id = {person};
"""
RECHECK_NEEDS = """
    INSERT INTO matching_recheck (need_id)
    SELECT id FROM requests_app_need WHERE state <> 'closed' AND ({which});
"""
"""For whoever has needs, claims, asks or the policy locked: updating offers or needs could close a ring."""
FORGET = "DELETE FROM matching_offerindexentry WHERE offer_id IN ({offers});"
MORE_IS_WIDER = (
    "live_claims_per_person",
    "shortlist_size",
    "invitations_per_week",
    "invitations_per_day",
    "invitations_per_week_urgent",
)
LESS_IS_WIDER = ("newcomer_contact_days",)
"""Numbers of the policy that let more people fit, or be invited, when they rise or when they fall."""
LINKED = ("categories", "localities", "languages")
"""What an offer names in tables of their own."""
OFFERS_IN_FAMILY = """
    SELECT offer_id FROM offers_app_offer_categories WHERE category_id IN (NEW.id, NEW.parent_id, {before})
    UNION SELECT offer_id FROM matching_offerindexentry WHERE category_id = NEW.id
"""


def _offers_due(which: str) -> str:
    return OFFERS_DUE.replace("{which}", which)


def _needs_due(which: str) -> str:
    return NEEDS_DUE.replace("{which}", which)


def _forget(offers: str) -> str:
    """Delete the entries of these offers and make them due; in this order, for entries may tell which."""
    return _offers_due(f"id IN ({offers})") + FORGET.replace("{offers}", offers)


def _triggers() -> Iterator[Trigger]:
    for links in LINKED:
        for event, row in {"INSERT": "NEW", "UPDATE": "NEW", "DELETE": "OLD"}.items():
            name, table = f"offer_{links}_{event.lower()}", f"offers_app_offer_{links}"
            yield Trigger(name, event, table, _forget(f"{row}.offer_id"))
    yield _update("offer", "offers_app_offer", _forget("NEW.id"), "state", "reach_km", "week_parts")
    yield _update("able", "offers_app_offer", _offers_due("id = NEW.id"), "has_vehicle", "per_week")
    yield from _about_people()
    yield from _about_the_catalogue()
    yield from _about_asks()
    yield from _about_needs_and_claims()
    yield from _about_the_policy()
    yield from starmap(Trigger, backlog_triggers.rows())


def _about_people() -> Iterator[Trigger]:
    """Who is known to the group, is active, or takes back a no."""
    account = ("vetted", "is_active", "is_superuser")
    yield _update("person", "people_user", _offers_due("volunteer_id = NEW.id"), *account)
    for table, column in {"introduction": "person_id", "membership": "user_id"}.items():
        due = _offers_due(f"volunteer_id = NEW.{column}")
        yield Trigger(f"{table}_new", "INSERT", f"people_{table}", due)
    due = _offers_due("volunteer_id = NEW.person_id")
    yield _update("introduction", "people_introduction", due, "how")
    yield from _about_wishes()


def _about_wishes() -> Iterator[Trigger]:
    """Who takes back a no, and who wants invitations again."""
    table, due = "matching_refusal", _offers_due("id = OLD.offer_id")
    yield Trigger("refusal", "DELETE", table, due)
    yield _update("refusal_moved", table, due, "category_id", "locality_id", "since", "until")
    table, due = "notify_preferences", _offers_due("volunteer_id = NEW.user_id")
    yield _update("wishes", table, due, "max_invitations_per_week", "ways")
    usual = _offers_due("volunteer_id = OLD.user_id")
    yield Trigger("wishes_gone", "DELETE", table, usual)


def _about_the_catalogue() -> Iterator[Trigger]:
    """Which kinds are related or take more, and where areas lie; `catalog` measures those again."""
    table, family = "catalog_category", OFFERS_IN_FAMILY
    yield Trigger("category_new", "INSERT", table, _forget(family.format(before="NULL")))
    moved = _forget(family.format(before="OLD.parent_id"))
    yield _update("category_moved", table, moved, "parent_id")
    rules = ("remote_ok", "vetted_only", "needs_vehicle")
    yield _update("category", table, _needs_due("category_id = NEW.id"), *rules)
    again = "UPDATE catalog_localityreach SET is_measured = FALSE WHERE locality_id IN ({});"
    moved = again.format("NEW.id, OLD.parent_id")
    yield _update("area", "catalog_locality", moved, "lat", "lng", "parent_id")
    yield Trigger("area_gone", "DELETE", "catalog_locality", again.format("OLD.parent_id"))


def _about_asks() -> Iterator[Trigger]:
    """From whom an ask is kept, and in which languages it can be helped.

    What is written before the needs, as for each new ask, makes none of them due a second time.
    """
    for table, columns in {
        "requests_app_exclusion": ("ask_id", "person_id", "fingerprint"),
        "requests_app_askcontactpoint": ("ask_id", "fingerprint"),
        "requests_app_ask_languages": ("ask_id", "language_id"),
    }.items():
        yield from _all_events(table, columns, _of_household("{row}.ask_id"))
    whose = ("account_id", "veiled", "veiled_account")
    yield _update("ask", "requests_app_ask", _of_household("NEW.id"), *whose)
    both = _of_household("NEW.merged_into_id") + _of_household("OLD.merged_into_id")
    yield _update("merged", "requests_app_ask", both, "merged_into_id")
    owner = RECHECK_OFFERS.replace("{person}", "{row}.user_id")
    yield from _all_events("people_accountcontactpoint", ("user_id", "fingerprint"), owner)


def _of_household(ask: str) -> str:
    return RECHECK_NEEDS.format(which=HOUSEHOLD.format(ask=ask))


def _all_events(table: str, columns: Sequence[str], statements: str) -> Iterator[Trigger]:
    """Rows that come, go, or have another value in one of these columns."""
    old, new = (statements.replace("{row}", row) for row in ("OLD", "NEW"))
    yield Trigger(f"{table}_new", "INSERT", table, new)
    yield Trigger(f"{table}_gone", "DELETE", table, old)
    yield _update(f"{table}_moved", table, old + new, *columns)


def _about_needs_and_claims() -> Iterator[Trigger]:
    """What a need asks for, and which task leaves room for another."""
    asked = (
        "category_id", "locality_id", "week_parts", "needed_by", "urgency", "series_id", "ask_id",
    )  # fmt: skip
    yield _update("need", "requests_app_need", _needs_due("id = NEW.id"), *asked)
    never_due = "NEW.state = 'open' AND NEW.match_due_at IS NULL"
    for name, event in {"opened": "INSERT", "reopened": "UPDATE OF state"}.items():
        due = _needs_due("id = NEW.id")
        yield Trigger(f"need_{name}", event, "requests_app_need", due, never_due)
    table, again = "requests_app_claim", RECHECK.format(person="OLD.volunteer_id")
    has_ended = (
        f"OLD.state IN ({_listed(FILLS_A_PLACE)}) AND NEW.state NOT IN ({_listed(LIVE_CLAIM)})"
    )
    yield Trigger("claim_ended", "UPDATE OF state", table, again, has_ended)
    yield _update("claim", table, again, "week", "volunteer_id", "need_id", "live_slot")
    yield Trigger("claim_gone", "DELETE", table, again)


def _listed(states: Iterable[str]) -> str:
    return ", ".join(f"'{state}'" for state in map(str, states))


def _about_the_policy() -> Iterator[Trigger]:
    """When more people may say yes, be kept in line, or be invited: not how fast, how sure or how late."""
    table, all_again = "policy_policy", RECHECK.format(person="NULL")
    yield _update("joining", table, all_again, "joining")
    wider = [f"OLD.{name} < NEW.{name}" for name in MORE_IS_WIDER]
    wider += [f"OLD.{name} > NEW.{name}" for name in LESS_IS_WIDER]
    columns = ", ".join((*MORE_IS_WIDER, *LESS_IS_WIDER))
    yield Trigger("wider", f"UPDATE OF {columns}", table, all_again, " OR ".join(wider))


def _update(name: str, table: str, statements: str, *columns: str) -> Trigger:
    """When one of these columns has another value than before."""
    changed = " OR ".join(f"OLD.{column} {{differs}} NEW.{column}" for column in columns)
    return Trigger(name, f"UPDATE OF {', '.join(columns)}", table, statements, changed)


def _anything_changed(using: str) -> None:
    """What happened without the triggers may be anything."""
    BacklogChange.objects.using(using).create()


TRIGGERS = Triggers(
    "matching_on_",
    _triggers,
    named=(BacklogChange._meta.db_table,),
    former=("entry_", "forget_entries_of_"),
    installed=_anything_changed,
)
