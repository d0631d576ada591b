"""Nothing is stored of which nobody has said how long it lives, and in words that everybody can read."""

from typing import Any

import pytest
from django.apps import apps
from django.core.checks import run_checks

from mutualaid.retention.erasing import CannotBeEmptied, nothing_in
from mutualaid.retention.table import TABLE
from mutualaid.retention.terms import Empty, Keep
from mutualaid.retention.words import chapters
from requests_app.models import Need, NeedContact


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
    kept, *rest = TABLE["requests_app.NeedContact"]
    empty = next(part for part in rest if isinstance(part, Empty))
    without = Empty(empty.fields.replace("notes ", ""), empty.end, empty.words)
    monkeypatch.setitem(TABLE, "requests_app.NeedContact", (kept, without))
    message, hint = told()["mutualaid.E020"]
    assert message == "requests_app.NeedContact: nobody has said how long this lives: notes."
    assert hint.startswith(
        'Add to mutualaid/retention/table.py, TABLE["requests_app.NeedContact"]: '
    )
    assert 'Keep("notes")' in hint
    assert 'Empty("notes", With(NEED, "path to it"), _(' in hint


def test_a_new_model_without_an_entry_fails_with_all_its_fields(monkeypatch):
    monkeypatch.delitem(TABLE, "people.Membership")
    message, hint = told()["mutualaid.E020"]
    assert message.endswith("id role since user.")
    assert 'With(ACCOUNT, "path to it")' in hint


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("requests_app.Gone", (Keep("id"),)),
        ("people.Tries", (*TABLE["people.Tries"], Keep("gone"))),
    ],
)
def test_an_entry_for_what_is_not_there_fails(monkeypatch, label, parts):
    monkeypatch.setitem(TABLE, label, parts)
    assert "mutualaid/retention/table.py" in told()["mutualaid.E021"][1]


def test_what_cannot_be_emptied_is_told_before_it_has_to_be(monkeypatch):
    end = TABLE["requests_app.Need"][1].end
    parts = (*TABLE["requests_app.Need"], Empty("urgency", end, "How soon"))
    monkeypatch.setitem(TABLE, "requests_app.Need", parts)
    assert told()["mutualaid.E023"][0] == "requests_app.Need.urgency cannot be emptied."
    with pytest.raises(CannotBeEmptied):
        nothing_in(Need._meta.get_field("created_at"))
    assert nothing_in(NeedContact._meta.get_field("notes")) == ""


@pytest.mark.parametrize("days", [{"ERASE_PREVIEW_DAYS": 40}, {"RECORD_DAYS": 10}])
def test_days_that_do_not_fit_together_are_told(settings: Any, days):
    for name, value in days.items():
        setattr(settings, name, value)
    assert "ERASE_PREVIEW_DAYS" in told()["mutualaid.E022"][1]


def test_the_public_page_says_everything_of_the_table_in_words(client, db):
    page = client.get("/data/").content.decode()
    ends = [part for parts in TABLE.values() for part in parts if not isinstance(part, Keep)]
    assert all(str(part.words) in page for part in ends)
    assert "Your name, phone, e-mail, address, and what you told us" in page
    assert [chapter.title for chapter in chapters() if not chapter.lines] == []


def test_the_public_page_counts_as_the_settings_do(client, db, settings):
    assert "Until 28 days after it is closed, or until you erase it" in str(chapters())
    settings.ERASE_DAYS, settings.ERASE_PREVIEW_DAYS = 1, 1
    assert "Until 1 day after it is closed" in client.get("/data/").content.decode()


def test_how_it_works_leads_to_it(client, db):
    assert 'href="/data/"' in client.get("/about/").content.decode()
