"""People of a list are written to and asked before anything else happens."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from mutualaid.importing.dry_run import Outcome
from mutualaid.importing.undo import came_of, take_back
from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import deliver
from mutualaid.people.models import User
from mutualaid.retention.sweep import erase_what_is_due
from offers_app.models import Offer
from tests.importing.test_taken_back import rest_of_the_record
from tests.importing.uploads import checked, outcomes, press, upload
from tests.support import factories

LIST = """\
Name,E-mail,How can you help?,Neighborhood,Car
Uma,uma@people.example,"Food, Water",Riverside,yes
Vic,,food,Riverside,
Wes,not an e-mail,food,Riverside,
Una,UMA@people.example,food,Riverside,
Sam,sam@people.example,food,Riverside,
"""


@pytest.fixture
def browser(carla, signed_in):
    return signed_in(carla)


@pytest.fixture
def imported(browser, sam):
    def build(text=LIST):
        run = checked(browser, upload(browser, text, "list.csv", kind="volunteers"))
        press(browser, run, "import")
        return run

    return build


def letter():
    row = Notification.objects.get(kind="offer_asked")
    Notification.objects.filter(pk=row.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    deliver(row.pk)
    return mail.outbox[-1]


def tap(client, which):
    """Follow the link of a button of the letter, and press it."""
    path = re.findall(r"http://localhost:8000(/\S+)", letter().body)[which]
    page = client.get(path)
    assert page.status_code == 200
    return client.post(path)


def test_only_who_can_be_asked_is_written_down(imported):
    run = imported()
    assert outcomes(run) == {2: "imported", 3: "unread", 4: "unread", 5: "unread", 6: "existing"}
    uma = User.objects.get(email="uma@people.example")
    assert (uma.name, uma.roles, uma.has_usable_password()) == ("Uma", set(), False)
    assert (uma.offer.state, uma.offer.has_vehicle) == ("asked", True)
    assert sorted(c.slug for c in uma.offer.categories.all()) == ["food", "water"]


def test_until_they_say_yes_they_are_invited_to_nothing(imported):
    imported()
    need = factories.need(
        category=factories.category("food"), locality=factories.locality("riverside")
    )
    from mutualaid.importing.command_line.match_now import match_all_due
    from mutualaid.importing.command_line.terminal import progress

    match_all_due(progress)
    assert not Match.objects.filter(need=need).exists()


def test_a_yes_in_the_mail_makes_them_a_volunteer(imported, client):
    imported()
    tap(client, 0)
    uma = User.objects.get(email="uma@people.example")
    assert uma.offer.state == "active"
    assert uma.roles == {"neighbour", "volunteer"}
    assert EmailAddress.objects.get(user=uma).verified


def test_a_no_erases_them_and_the_next_list_does_not_write_again(imported, client):
    imported()
    tap(client, 1)
    assert not User.objects.filter(email__icontains="uma").exists()
    assert not Offer.objects.exists()
    again = imported(LIST + "Xan,xan@people.example,food,Riverside,\n")
    assert outcomes(again)[2] == "left_out"
    assert outcomes(again)[7] == "imported"
    assert Notification.objects.filter(kind="offer_asked", state="waiting").count() == 1


def test_without_an_answer_they_are_forgotten(imported):
    imported()
    User.objects.filter(email="uma@people.example").update(
        created_at=timezone.now() - timedelta(days=400)
    )
    for _count in erase_what_is_due():
        """Batch after batch."""
    assert not User.objects.filter(email__icontains="uma").exists()


def test_for_half_an_hour_all_of_it_can_be_taken_back(imported, browser):
    before = rest_of_the_record()
    run = imported()
    press(browser, run, "undo")
    assert run.state == "undone"
    assert rest_of_the_record() == before


def test_once_they_were_written_to_it_stays(imported, browser):
    run = imported()
    letter()
    assert "something has come of 1 row" in press(browser, run, "undo")
    assert User.objects.filter(email="uma@people.example").exists()


def test_whoever_heard_of_a_long_list_is_found_in_as_many_queries_as_of_a_short_one(
    imported, django_assert_num_queries
):
    names = [f"Uma{n},uma{n}@people.example,food,Riverside\n" for n in range(5)]
    run = imported("".join(["Name,E-mail,How can you help?,Neighborhood\n", *names]))
    people = User.objects.filter(email__startswith="uma")
    people.filter(email="uma3@people.example").update(last_login=timezone.now())
    with django_assert_num_queries(4):
        assert came_of(run) == 1
    take_back(list(run.rows_of(Outcome.IMPORTED)))
    assert [person.email for person in people] == ["uma3@people.example"]


def test_the_letter_says_what_was_written_down_and_names_no_one_else(imported):
    imported()
    body = letter().body
    assert "- Food" in body
    assert "- Water" in body
    assert "Uma" not in letter().subject
    assert reverse("offer") not in body
