"""The page in the admin, the metrics, and what the setup checks say."""

import re
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db.models.functions import Now
from django.test import override_settings

from mutualaid import celery
from mutualaid.faults.database import EPISODES, Cause
from mutualaid.health.alarm import send_test
from mutualaid.health.heartbeats import BEAT, WORKERS
from mutualaid.health.models import Heartbeat
from mutualaid.health.tasks import LAST_OF_ROUND, beat_lives, heartbeat
from mutualaid.people.models import Role
from mutualaid.settings.schedule import HEARTBEAT
from tests.support import factories
from tests.support.people import MAIL, ask_by

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/health/"
METRICS = {"METRICS_TOKEN": "long-and-secret"}
OF_PROMETHEUS = {"authorization": "Bearer long-and-secret"}


def test_it_says_in_plain_words_what_stands_still_and_what_to_do(signed_in, carla, all_live):
    Heartbeat.objects.filter(part=BEAT).update(at=Now() - timedelta(hours=1))
    page = signed_in(carla).get(PAGE).content.decode()
    assert "Start the worker and beat again" in page
    assert "broken" in page


def test_a_site_keeper_sees_it_and_an_auditor_does_not(signed_in, all_live):
    for role, status in ((Role.SITE_KEEPER, 200), (Role.AUDITOR, 403), (Role.INTAKE, 403)):
        person = factories.person(f"{role}@x", role)
        assert signed_in(person).get(PAGE).status_code == status, role


def test_the_button_sends_a_test_alarm_and_one_in_a_minute(signed_in, carla, chat, phone, all_live):
    browser = signed_in(carla)
    said = browser.post(PAGE, follow=True).content.decode()
    assert "See if it arrives" in said
    assert "Wait a minute" in browser.post(PAGE, follow=True).content.decode()
    assert ["this is a test" in asked.body for asked in chat.asked] == [True]
    assert len(phone.asked) == 1


def test_a_way_that_is_broken_is_said(signed_in, carla, chat, phone, all_live):
    chat.status = 500
    assert "go out everywhere" in signed_in(carla).post(PAGE, follow=True).content.decode()


def test_metrics_are_not_there_without_a_token(client):
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404
    with override_settings(**METRICS):
        for sent in (
            "",
            "Bearer",
            "Bearer wrong",
            "Basic long-and-secret",
            "long-and-secret",
            "Bearer ü",
        ):
            assert client.get("/metrics", headers={"authorization": sent}).status_code == 404, sent


@override_settings(**METRICS)
def test_metrics_count_what_waits_and_name_no_one(client, all_live):
    ask_by(MAIL)
    text = client.get("/metrics", headers=OF_PROMETHEUS).content.decode()
    for line in (
        'mutualaid_needs{state="open"} 1.0',
        "mutualaid_due_messages 1.0",
        "mutualaid_due_matches 1.0",
        'mutualaid_heartbeat_age_seconds{part="beat"}',
        'mutualaid_check{check="beat"} 0.0',
        "mutualaid_info{release=",
    ):
        assert line in text
    said = "\n".join(line.rpartition(" ")[0] for line in text.splitlines())
    assert not [word for word in ("Ana", "555", "Hill", "groceries") if word in said]


@override_settings(**METRICS)
@pytest.mark.parametrize("needs", [1, 3])
def test_metrics_cost_the_same_however_many_needs(
    client, all_live, django_assert_num_queries, needs
):
    for _ in range(needs):
        factories.need()
    client.get("/metrics", headers=OF_PROMETHEUS)
    with django_assert_num_queries(12):
        client.get("/metrics", headers=OF_PROMETHEUS)


@override_settings(**METRICS)
def test_metrics_list_as_parts_only_what_gives_signs_of_life(client, all_live, chat):
    send_test()
    text = client.get("/metrics", headers=OF_PROMETHEUS).content.decode()
    parts = set(re.findall(r'heartbeat_age_seconds{part="([^"]+)"}', text))
    assert parts == {BEAT, *WORKERS}


def test_check_deploy_warns_where_no_one_is_told(settings):
    assert "mutualaid.W040" in {one.id for one in run_checks(include_deployment_checks=True)}
    settings.TEAM_CHAT_URLS = ["json://localhost/"]
    assert "mutualaid.W040" not in {one.id for one in run_checks(include_deployment_checks=True)}


def test_an_alarm_phone_that_is_none_is_an_error(settings):
    settings.ALARM_PHONE = "call Ana"
    assert "mutualaid.E040" in {one.id for one in run_checks()}


class TestHeartbeats:
    def test_each_queue_has_its_own(self):
        for part in WORKERS:
            heartbeat(part)
        assert set(Heartbeat.objects.values_list("part", flat=True)) == set(WORKERS)

    def test_a_part_that_is_none_writes_nothing(self):
        heartbeat("someone")
        assert not Heartbeat.objects.exists()

    def test_beat_lives_when_it_has_sent_a_round(self, monkeypatch):
        """As beat does it: over a broker, here in memory."""
        with celery.app.connection_for_write("memory://") as connection:
            for part, queue in WORKERS.items():
                celery.app.send_task(HEARTBEAT, (part,), queue=queue, connection=connection)
                assert Heartbeat.objects.filter(part=BEAT).exists() == (queue == LAST_OF_ROUND)

    def test_a_database_is_back_when_it_is_written_to_and_not_before(self, monkeypatch):
        monkeypatch.setattr(celery, "_pace", celery._Pace())
        read_only = EPISODES[Cause.READ_ONLY]
        read_only.fails()
        heartbeat.apply(("someone",))  # succeeds, and writes nothing
        assert read_only.failures == 1
        heartbeat.apply((next(iter(WORKERS)),))
        assert read_only.failures == 0

    def test_a_sign_of_life_of_beat_that_cannot_be_written_is_an_episode(self, read_only):
        for _ in range(2):
            beat_lives(routing_key=LAST_OF_ROUND)
        assert EPISODES[Cause.READ_ONLY].failures == 2

    def test_the_pace_of_one_queue_holds_up_no_other(self, monkeypatch):
        monkeypatch.setattr(celery, "_pace", celery._Pace())
        allows = [celery._pace.allows(HEARTBEAT, part) for part in (*WORKERS, *WORKERS)]
        assert allows == [True] * len(WORKERS) + [False] * len(WORKERS)
