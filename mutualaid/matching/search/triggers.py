"""Database triggers that delete outdated entries of the index of offers, whoever writes (ADR 10).

In whatever way an offer's categories, areas, languages, reach, times or state change, its entries are
deleted and it becomes due to be indexed and matched anew. So do those of all offers that a category
touches which is new in a group, or moves to another. Installed after every migration.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connections

LINKED = ("categories", "localities", "languages")
EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}
WATCHED = ("state", "reach_km", "week_parts")
CHANGED = " OR ".join(f"OLD.{column} <> NEW.{column}" for column in WATCHED)
UPDATE = f"AFTER UPDATE OF {', '.join(WATCHED)} ON offers_app_offer"
FORGET = """
    DELETE FROM matching_offerindexentry WHERE offer_id = {offer};
    UPDATE offers_app_offer SET match_due_at = {now}
    WHERE id = {offer} AND (match_due_at IS NULL OR match_due_at > {now});
"""
FORGET_FAMILY = """
    UPDATE offers_app_offer SET match_due_at = {now}
    WHERE (match_due_at IS NULL OR match_due_at > {now}) AND id IN ({touched});
    DELETE FROM matching_offerindexentry WHERE offer_id IN ({touched});
"""
TOUCHED = """
    SELECT offer_id FROM offers_app_offer_categories WHERE category_id IN (NEW.id, NEW.parent_id, {before})
    UNION SELECT offer_id FROM matching_offerindexentry WHERE category_id = NEW.id
"""
COMES, MOVES = (
    "AFTER INSERT ON catalog_category",
    "AFTER UPDATE OF parent_id ON catalog_category",
)


def install(using: str, **_: Any) -> None:
    """Create the triggers in the database `using`, once their tables exist. Receives `post_migrate`."""
    connection = connections[using]
    remove(using)
    tables = set(connection.introspection.table_names())
    if tables >= {"matching_offerindexentry", "offers_app_offer_categories"}:
        _run(using, _on_sqlite() if connection.vendor == "sqlite" else _on_postgres())


def remove(using: str, **_: Any) -> None:
    """Drop the triggers, for SQLite cannot rebuild a table that one names. Receives `pre_migrate`."""
    if connections[using].vendor == "sqlite":
        names = [f"entry_{table}_{event}" for table in LINKED for event in EVENTS]
        names += ["entry_offer", "entry_category_new", "entry_category_moved"]
        _run(using, (f"DROP TRIGGER IF EXISTS {name}" for name in names))
    else:
        names = ["forget_entries_of_link", "forget_entries_of_offer", "forget_entries_of_family"]
        _run(using, (f"DROP FUNCTION IF EXISTS {name} CASCADE" for name in names))


def _run(using: str, statements: Iterator[str]) -> None:
    with connections[using].cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _on_sqlite() -> Iterator[str]:
    now = "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"
    for table in LINKED:
        for event, row in EVENTS.items():
            yield (
                f"CREATE TRIGGER entry_{table}_{event} AFTER {event} ON offers_app_offer_{table}"
                f" BEGIN {FORGET.format(offer=f'{row}.offer_id', now=now)} END"
            )
    yield (
        f"CREATE TRIGGER entry_offer {UPDATE}"
        f" WHEN {CHANGED} BEGIN {FORGET.format(offer='NEW.id', now=now)} END"
    )
    for name, event, before in (
        ("new", COMES, "NULL"),
        ("moved", MOVES, "OLD.parent_id"),
    ):
        forget = FORGET_FAMILY.format(now=now, touched=TOUCHED.format(before=before))
        yield f"CREATE TRIGGER entry_category_{name} {event} BEGIN {forget} END"


def _on_postgres() -> Iterator[str]:
    forget = FORGET.format(offer="changed", now="STATEMENT_TIMESTAMP()")
    for name, row in (("link", "COALESCE(NEW.offer_id, OLD.offer_id)"), ("offer", "NEW.id")):
        yield (
            f"CREATE FUNCTION forget_entries_of_{name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" DECLARE changed bigint := {row}; BEGIN {forget} RETURN NULL; END $$"
        )
    for table in LINKED:
        yield (
            f"CREATE TRIGGER entry_{table} AFTER INSERT OR UPDATE OR DELETE"
            f" ON offers_app_offer_{table} FOR EACH ROW EXECUTE FUNCTION forget_entries_of_link()"
        )
    yield (
        f"CREATE TRIGGER entry_offer {UPDATE}"
        f" FOR EACH ROW WHEN ({CHANGED}) EXECUTE FUNCTION forget_entries_of_offer()"
    )
    forget = FORGET_FAMILY.format(
        now="STATEMENT_TIMESTAMP()", touched=TOUCHED.format(before="OLD.parent_id")
    )
    yield (
        "CREATE FUNCTION forget_entries_of_family() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN {forget} RETURN NULL; END $$"
    )
    for name, event in (("new", COMES), ("moved", MOVES)):
        yield (
            f"CREATE TRIGGER entry_category_{name} {event}"
            " FOR EACH ROW EXECUTE FUNCTION forget_entries_of_family()"
        )
