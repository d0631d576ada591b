"""Nothing is stored of which no one has said how long it lives, and in words that everyone can read."""

from html import unescape

import pytest
from django.apps import apps
from django.core.checks import run_checks

from mutualaid.retention.erasing import CannotBeEmptied, empty_value
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import After, Empty, Keep, Remove
from mutualaid.retention.views import chapters
from requests_app.models import Need, NeedNotes
from tests.support import factories


def told() -> dict[str | None, tuple[str, str]]:
    """What the check says, by its number."""
    ours = [m for m in run_checks() if str(m.id).startswith("mutualaid.E02")]
    return {message.id: (message.msg, str(message.hint)) for message in ours}


def test_every_field_of_every_model_has_an_entry():
    assert told() == {}
    assert set(TABLE) == {model._meta.label for model in apps.get_models() if not model._meta.proxy}


def test_a_new_field_without_an_entry_fails_and_the_message_says_what_to_write_and_where(
    monkeypatch,
):
    kept, *rest = TABLE["requests_app.AskContact"]
    empty = next(part for part in rest if isinstance(part, Empty))
    without = Empty(empty.fields.replace("address ", ""), empty.end, empty.label)
    monkeypatch.setitem(TABLE, "requests_app.AskContact", (kept, without))
    message, hint = told()["mutualaid.E020"]
    assert message == "requests_app.AskContact: no one has said how long this lives: address."
    assert hint.startswith('Add to mutualaid/retention/table, TABLE["requests_app.AskContact"]: ')
    assert 'Keep("address")' in hint
    assert 'Empty("address", With(ASK, "path to it"), _(' in hint


def test_a_new_model_without_an_entry_fails_with_all_its_fields(monkeypatch):
    monkeypatch.delitem(TABLE, "people.Membership")
    message, hint = told()["mutualaid.E020"]
    assert message.endswith("id role since user.")
    assert 'With(ACCOUNT, "path to it")' in hint


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("requests_app.Gone", (Keep("id"),)),
        ("people.RateLimitWindow", (*TABLE["people.RateLimitWindow"], Keep("gone"))),
    ],
)
def test_an_entry_for_what_is_not_there_fails(monkeypatch, label, parts):
    monkeypatch.setitem(TABLE, label, parts)
    assert "mutualaid/retention/table" in told()["mutualaid.E021"][1]


def test_what_cannot_be_emptied_is_told_before_it_has_to_be(monkeypatch):
    end = TABLE["requests_app.Need"][1].end
    parts = (*TABLE["requests_app.Need"], Empty("urgency", end, "How soon"))
    monkeypatch.setitem(TABLE, "requests_app.Need", parts)
    assert told()["mutualaid.E023"][0] == "requests_app.Need.urgency cannot be emptied."
    with pytest.raises(CannotBeEmptied):
        empty_value(Need._meta.get_field("created_at"))
    assert empty_value(NeedNotes._meta.get_field("text")) == ""


def test_a_clock_of_no_period_is_told_before_it_runs(monkeypatch):
    ends = After("created_at", "RECORD_DAYS")
    monkeypatch.setitem(
        TABLE, "people.RateLimitWindow", (Remove("id key count over_at", ends, "RateLimitWindow"),)
    )
    message, hint = told()["mutualaid.E022"]
    assert message == "The policy has no field RECORD_DAYS."
    assert 'TABLE["people.RateLimitWindow"]' in hint


def test_a_clock_with_a_least_runs_no_faster(db):
    factories.set_policy(record_days=28)
    assert After("at", "record_days", least=90).days == 90
    assert After("at", "record_days").days == 28
    factories.set_policy(record_days=100)
    assert After("at", "record_days", least=90).days == 100


def test_the_public_page_says_everything_of_the_table_in_words(client, db):
    page = unescape(client.get("/data/").content.decode())
    ends = [part for parts in TABLE.values() for part in parts if not isinstance(part, Keep)]
    assert [str(part.label) for part in ends if str(part.label) not in page] == []
    assert [chapter.title for chapter in chapters() if not chapter.lines] == []


def test_what_ends_with_a_need_and_what_with_the_last_of_an_ask_is_told_apart(db):
    lines = chapters()[0].lines
    with_the_ask = (
        "Until 28 days after the last thing you asked for is closed, or until you erase it"
    )
    with_the_need = "Until 28 days after it is closed, or until you erase it"
    assert list(lines) == [with_the_ask, with_the_need]
    contact = "Your name, phone, e-mail and address, and how you can be reached safely"
    assert contact in lines[with_the_ask]
    looks = "Who looked at your contact details or read what you wrote, and codes and downloads"
    assert looks in lines[with_the_ask]
    assert "What you told us about it" in lines[with_the_need]


def test_the_public_page_counts_as_the_group_decided(client, db):
    factories.set_policy(erase_days=1, erase_preview_days=0, link_days_after_end=1)
    page = client.get("/data/").content.decode()
    assert "Until 1 day after it is closed" in page
    assert "Until 1 day after the last thing you asked for is closed" in page


def test_how_it_works_leads_to_it(client, db):
    assert 'href="/data/"' in client.get("/about/").content.decode()
