"""The weekly letter says which share of the desk one pair of hands carried, and never whose they are."""

import pytest
from django.core import mail

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


def test_each_reads_it_in_their_own_language(desk, carla):
    factories.set_policy(asks_about_breaks=True)
    type(carla).objects.filter(pk=carla.pk).update(language="es")
    bodies = {letter.to[0]: letter.body for letter in letters()}
    assert "65" in bodies[carla.email]
    assert "pair of hands" not in bodies[carla.email]
