"""My hours as pages show them: for me alone, in words, without JavaScript, and never a list of balances."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mutualaid.hours import actions
from mutualaid.hours.models import HourNote
from mutualaid.people.actions import block_contact_points
from mutualaid.people.introductions import code_of
from mutualaid.people.models import Role
from tests.support import factories, hours
from tests.support.hours import agreed, balance, help_of, proposed

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
HOURS, NOTE = "/hours/", "/hours/note/"


@pytest.fixture(autouse=True)
def _noted() -> None:
    hours.on()


def text_of(answer: Any) -> str:
    """The words of the page, without markup."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", main).split()))


def typed(other: Any, **fields: str) -> dict[str, str]:
    day = timezone.localdate().isoformat()
    return {"code": code_of(other), "way": "gave", "minutes": "1:30", "day": day} | fields


def test_a_balance_is_a_sentence(sam, vera, signed_in):
    assert "You have given as much as you received." in text_of(signed_in(sam).get(HOURS))
    agreed(sam, vera, 180)
    assert "You have given 3 hours more than you received. That's fine." in text_of(
        signed_in(sam).get(HOURS)
    )
    assert "You have received 3 hours more than you gave. That's fine." in text_of(
        signed_in(vera).get(HOURS)
    )


def test_from_the_code_to_the_yes(sam, vera, signed_in):
    sams, veras = signed_in(sam), signed_in(vera)
    question = text_of(sams.post(NOTE, typed(vera)))
    assert "You gave 1 hour and 30 minutes to Vera" in question
    assert not HourNote.objects.exists()
    done = sams.post(NOTE, typed(vera) | {"sure": "1"}, follow=True)
    assert "Now they are asked whether that is right." in text_of(done)
    assert "Take it back" in text_of(done)
    note = HourNote.objects.get()
    page = text_of(veras.get(HOURS))
    assert "You received 1 hour and 30 minutes from Sam" in page
    assert "Take it back" not in page
    thanks = veras.post(f"{HOURS}{note.public_id}/", {"agree": "1"}, follow=True)
    assert "Thank you. It is noted." in text_of(thanks)
    assert balance(sam) == 90


def test_no_and_taking_back_on_the_page(sam, vera, signed_in):
    note = proposed(sam, vera)
    answer = signed_in(vera).post(f"{HOURS}{note.public_id}/", {"decline": "1"}, follow=True)
    assert "Nothing is counted." in text_of(answer)
    note = proposed(sam, vera)
    answer = signed_in(sam).post(f"{HOURS}{note.public_id}/", {"take_back": "1"}, follow=True)
    assert "You have taken it back." in text_of(answer)
    assert "not agreed" in text_of(answer)
    assert balance(sam) == 0


def test_at_the_limit_the_page_says_that_it_is_a_gift(sam, vera, signed_in):
    factories.set_policy(hours_limit=1)
    note = proposed(sam, vera, 90)
    answer = signed_in(vera).post(f"{HOURS}{note.public_id}/", {"agree": "1"}, follow=True)
    assert "it is noted as a gift" in text_of(answer)
    assert "You have given as much as you received." in text_of(answer)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        ("0", "from 1 minute to 24 hours"), ("-5", "like this: 2 or 1.5 or 1:30"),
        ("1000000000", "like this"), ("25", "from 1 minute to 24 hours"), ("", "Write how long it took."),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_told_beside_the_field(sam, vera, signed_in, minutes, words):
    answer = signed_in(sam).post(NOTE, typed(vera, minutes=minutes) | {"sure": "1"})
    assert words in text_of(answer)
    assert "<title>Error:" in answer.content.decode()
    assert not HourNote.objects.exists()


@pytest.mark.parametrize("minutes", ["1:30", "1,5", "1.5", "١:٣٠", "١٫٥"])
def test_hours_in_every_way_to_write_them(sam, vera, signed_in, minutes):
    signed_in(sam).post(NOTE, typed(vera, minutes=minutes) | {"sure": "1"})
    assert HourNote.objects.get().minutes == 90


def test_tomorrow_a_wrong_code_ones_own_code_and_a_day_that_is_none(sam, vera, signed_in):
    browser = signed_in(sam)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    refused = {
        "This day is still to come.": typed(vera, day=tomorrow),
        "No one has this code.": typed(vera, code="17-ABC-234"),
        "Both of you have to be known": typed(sam),
        "Write the day like this": typed(vera, day="soon"),
    }
    for words, form in refused.items():
        assert words in text_of(browser.post(NOTE, form | {"sure": "1"}))
    assert not HourNote.objects.exists()


def test_a_help_is_noted_from_my_page_of_hours(sam, rosa, carla, signed_in):
    claim = help_of(sam, rosa)
    browser = signed_in(sam)
    assert f"/hours/help/{claim.public_id}/" in browser.get(HOURS).content.decode()
    answer = browser.post(f"/hours/help/{claim.public_id}/", {"minutes": "2"}, follow=True)
    page = text_of(answer)
    assert "You gave 2 hours to a neighbour" in page
    assert "Rosa" not in page
    assert f"/hours/help/{claim.public_id}/" not in answer.content.decode()
    assert "You received 2 hours from Sam" in text_of(signed_in(rosa).get(HOURS))
    assert "You received 2 hours" not in text_of(signed_in(carla).get(HOURS))


def test_the_volunteer_reads_the_same_whether_the_neighbour_has_an_account(
    sam, rosa, carla, signed_in
):
    pages = []
    for account in (rosa, None):
        claim = help_of(sam, account)
        browser = signed_in(sam)
        asked = text_of(browser.get(f"/hours/help/{claim.public_id}/"))
        noted = text_of(
            browser.post(f"/hours/help/{claim.public_id}/", {"minutes": "2"}, follow=True)
        )
        pages.append((asked, noted))
        HourNote.objects.all().delete()
        claim.need.claims.all().update(state="cancelled")
    assert pages[0] == pages[1]


def test_a_coordinator_answers_for_the_commons_and_sees_no_balance(sam, carla, vera, signed_in):
    agreed(sam, vera, 180)
    note = actions.propose_for_help(help_of(sam), minutes=60, by=sam)
    browser = signed_in(carla)
    page = text_of(browser.get(HOURS))
    assert "Waiting for a coordinator" in page
    assert "Sam gave 1 hour" in page
    assert "3 hours" not in page
    assert "Waiting for a coordinator" not in text_of(signed_in(sam).get(HOURS))
    browser.post(f"{HOURS}{note.public_id}/", {"agree": "1"})
    assert balance(sam) == 240


def test_strangers_find_no_note_and_no_help_of_others(sam, vera, mallory, carla, client, signed_in):
    note, claim = proposed(sam, vera), help_of(sam)
    for who in (mallory, carla, factories.person(is_superuser=True)):
        browser = signed_in(who)
        for name in ("agree", "decline", "take_back"):
            assert browser.post(f"{HOURS}{note.public_id}/", {name: "1"}).status_code == 404
        assert browser.get(f"/hours/help/{claim.public_id}/").status_code == 404
        assert browser.post(f"/hours/help/{claim.public_id}/", {"minutes": "1"}).status_code == 404
    assert "/account/login/" in client.get(HOURS)["Location"]
    note.refresh_from_db()
    assert note.state == "proposed"


def test_no_page_of_the_admin_and_no_page_of_others_shows_hours(sam, vera, carla, signed_in):
    agreed(sam, vera, 617)
    words = ("10 hours", "617")
    admin = signed_in(carla)
    pages = [
        "/admin/",
        f"/admin/people/user/{sam.pk}/change/",
        "/admin/people/user/",
        "/numbers/",
        "/board/",
        "/me/",
        HOURS,
    ]
    for page in pages:
        shown = text_of(admin.get(page))
        assert not [word for word in words if re.search(rf"\b{word}\b", shown)], page


def test_who_is_new_is_told_so_and_can_note_nothing_by_a_code(sam, signed_in):
    nia = factories.person("Nia", known=False)
    browser = signed_in(nia)
    page = text_of(browser.get(HOURS))
    assert "You are new here." in page
    assert "Your code:" not in page
    assert "Both of you have to be known" in text_of(browser.post(NOTE, typed(sam) | {"sure": "1"}))


def test_who_is_blocked_finds_no_page_of_hours(sam, carla, signed_in):
    block_contact_points("sam@people.example", reason="other", by=carla)
    assert signed_in(sam).get(HOURS).status_code == 404


def test_codes_typed_and_notes_written_are_limited(sam, vera, signed_in):
    browser = signed_in(sam)
    answers = [browser.post(NOTE, typed(vera, code="1-AAA-AAA")).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


def test_twenty_notes_a_day_are_enough(sam, vera, signed_in):
    browser = signed_in(sam)
    claim = help_of(sam)
    for _ in range(20):
        browser.post(f"/hours/help/{claim.public_id}/", {"minutes": "1"})
        HourNote.objects.all().delete()
    page = text_of(browser.post(f"/hours/help/{claim.public_id}/", {"minutes": "1"}))
    assert "Please go on tomorrow." in page


@pytest.mark.parametrize("many", [1, 3, 500])
def test_the_page_asks_the_same_at_any_size_and_stays_small(sam, vera, carla, signed_in, many):
    for user, role in ((sam, Role.COORDINATOR),):
        user.memberships.create(role=role)
    day = timezone.localdate()
    rows = [
        HourNote(
            giver=sam, receiver=vera, minutes=1, day=day, proposed_by=sam, agreed_by=vera, state="agreed",
            agreed_at=timezone.now(),
        )
        for _ in range(many)
    ]  # fmt: skip
    HourNote.objects.bulk_create(rows)
    others = [factories.person() for _ in range(min(many, 100))]
    HourNote.objects.bulk_create(
        HourNote(giver=other, receiver=sam, minutes=1, day=day, proposed_by=other)
        for other in others
    )
    browser = signed_in(sam)
    browser.get(HOURS)
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(HOURS)
    assert len(queries) <= 12 + BEFORE_THE_VIEW, "\n".join(q["sql"][:150] for q in queries)
    assert len(answer.content) <= 50_000 or many == 500


BEFORE_THE_VIEW = 4
"""Session, account, group and policy."""
