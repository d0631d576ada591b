"""The weekly letter says which share of the desk one pair of hands carried, and never whose they are."""

import pytest
from django.core import mail

from mutualaid.fair_work import digest
from mutualaid.fair_work.digest import share_of_the_desk
from mutualaid.matching.tasks import tell_the_week
from mutualaid.notify.tasks import sweep
from mutualaid.people.models import Role
from tests.support import carrying, factories

pytestmark = pytest.mark.django_db
NAMES = ("Carla", "Dora", "Eli")


@pytest.fixture
def desk(carla):
    dora, eli = (factories.person(name, Role.COORDINATOR) for name in NAMES[1:])
    carrying.desk({carla: 12, dora: 5, eli: 2})
    mail.outbox.clear()


def letters():
    tell_the_week()
    sweep()
    return [letter for letter in mail.outbox if letter.subject == "The week on the desk"]


def test_every_coordinator_reads_the_share_and_no_name(desk):
    factories.set_policy(asks_about_breaks=True)
    told = letters()
    assert len(told) == 3
    for letter in told:
        assert "One pair of hands carried about 65 % of the desk's work" in letter.body
        assert not any(name in letter.body for name in NAMES)


def test_a_group_that_does_not_look_at_it_gets_the_letter_as_before(desk):
    assert len(told := letters()) == 3
    assert not any("pair of hands" in letter.body for letter in told)


def test_of_two_who_share_the_desk_nothing_is_said(carla):
    factories.set_policy(asks_about_breaks=True)
    carrying.desk({carla: 12, factories.person("Dora", Role.COORDINATOR): 5})
    assert letters()
    assert not any("pair of hands" in letter.body for letter in letters())


def test_it_is_put_into_words_when_it_is_read_and_so_in_each_readers_language(desk, monkeypatch):
    factories.set_policy(asks_about_breaks=True)
    line = share_of_the_desk()
    monkeypatch.setattr(digest, "gettext", lambda _: "Une paire : %(share)s %%")
    assert str(line) == "Une paire : 65 %"
