"""Nobody gets two messages within a week that they could not tell apart, and none tells a secret."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import combinations

import pytest
from django.conf import settings
from django.utils import timezone, translation

from mutualaid.local_time import format_day
from mutualaid.matching import tasks as matching_tasks
from mutualaid.notify.actions import tell_old_email
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose_if_there, kind_named
from mutualaid.notify.rendering.render import (
    RenderedMessage,
    render_message,
    render_text_message,
)
from mutualaid.notify.rendering.samples import sample_message
from mutualaid.people.models import RateLimitWindow, Role, User
from mutualaid.people.signals import ways_to_sign_in_changed
from requests_app import actions
from requests_app import tasks as needs_tasks
from requests_app.actions.claiming import assign_need
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Claim, Need
from requests_app.notifications.mentions import Mention
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.clock import later, travel
from tests.support.people import MAIL, TEXTS, has_phone
from tests.support.subjects import unmarked

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LINK = re.compile(r"https?://\S+")


def without_links(text: str) -> str:
    return LINK.sub("", text)


class Week:
    """What each person reads, in mails and texts: sent after each step, as it is when a step is over."""

    def __init__(self) -> None:
        self.read = set[int]()
        self.about = dict[tuple[str, str], set[int]]()
        """The needs that mails to one address with one subject were about."""
        self.letters = dict[str, list[RenderedMessage]]()
        self.texts = Counter[tuple[str, str]]()
        """How often the same text without its link went to one phone."""

    def post(self) -> None:
        for row in Notification.objects.exclude(pk__in=self.read).order_by("pk"):
            self.read.add(row.pk)
            message = compose_if_there(row.kind, row.about_id)
            if message and message.recipient.email:
                letter = render_message(kind_named(row.kind), message)
                self.letters.setdefault(message.recipient.email, []).append(letter)
                if need := message.context.get("need"):
                    one_inbox = (message.recipient.email, letter.subject)
                    self.about.setdefault(one_inbox, set()).add(need.pk)
            if message and message.recipient.texts and message.recipient.phone:
                text = render_text_message(kind_named(row.kind), message)
                self.texts[message.recipient.phone, without_links(text)] += 1

    def steps(self, *steps: Callable[[], object]) -> None:
        for step in steps:
            step()
            self.post()

    def alike(self) -> list[str]:
        """Subjects of messages to one person whose texts are the same but for their links."""
        return [
            one.subject
            for letters in self.letters.values()
            for one, other in combinations(letters, 2)
            if without_links(one.text) == without_links(other.text)
        ]

    def subjects(self, kind_of: str) -> list[str]:
        letters = [letter for letters in self.letters.values() for letter in letters]
        return [letter.subject for letter in letters if unmarked(letter.subject) == kind_of]


def claim(need: Need, user: User) -> Claim:
    return actions.claim_need(need, by=user, weekly_limit=50)


def day(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def dora() -> User:
    return factories.person("Dora", Role.COORDINATOR)


def test_of_a_busy_week_no_two_messages_to_one_person_are_alike(sam, vera, dora):
    me, week = coordinator(dora), Week()
    meals = factories.category("meals")
    secret = factories.category("papers", sensitive=True)
    tasks = [factories.details(), factories.details(category=meals)]
    secrets = [factories.details(category=secret), factories.details(category=secret)]
    for person in (sam, vera):
        factories.offer(by=person, categories=[factories.category(), meals, secret], per_week=50)
    ask = factories.ask(*tasks, *secrets, contact=MAIL, by=me)
    weekly = factories.need(needed_by=day(2), contact=MAIL)
    until = day(40)
    days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    week.steps(
        lambda: actions.repeat_need(weekly, weekdays=days, until=until),
        lambda: actions.publish_needs(ask.needs.all(), by=me),
        lambda: actions.publish_needs(Need.objects.filter(state="triage"), by=me),
        matching_tasks.sweep,
    )
    groceries, dinner, papers, stay = Need.objects.filter(ask=ask).order_by("pk")
    of_series = Need.objects.filter(series=weekly.series)
    first, second, third = of_series.order_by("needed_by")[:3]
    taken: dict[Need, Claim] = {}

    def take(need: Need, user: User) -> None:
        is_open_to_all = not need.category.sensitive
        taken[need] = claim(need, user) if is_open_to_all else assign_need(need, to=user, by=me)

    for need, user in [
        (groceries, sam), (dinner, sam), (papers, vera), (stay, vera),
        (first, sam), (second, sam), (third, vera),
    ]:  # fmt: skip
        week.steps(partial(take, need, user))
    week.steps(
        lambda: actions.agree_on_day(taken[groceries], day=day(1), at=time(10), by=volunteer(sam)),
        lambda: actions.agree_on_day(taken[groceries], day=day(3), at=time(10), by=volunteer(sam)),
        lambda: actions.agree_on_day(taken[dinner], day=day(3), at=time(18), by=volunteer(sam)),
        lambda: actions.report_in_touch(taken[first], by=volunteer(sam)),
        lambda: later(hours=25),
        needs_tasks.sweep,
        lambda: actions.deliver_claim(taken[groceries], by=volunteer(sam)),
        lambda: actions.deliver_claim(taken[dinner], by=volunteer(sam)),
        lambda: actions.confirm_arrival(groceries, by=me),
        lambda: actions.confirm_arrival(dinner, by=me),
        lambda: actions.release_claim(taken[papers], by=volunteer(vera)),
        lambda: actions.release_claim(taken[stay], by=volunteer(vera)),
        lambda: actions.release_claim(taken[first], by=volunteer(sam)),
        lambda: actions.release_claim(taken[second], by=me),
        lambda: actions.close_need(papers, by=me, reason=CloseReason.UNABLE),
        lambda: actions.close_need(stay, by=me, reason=CloseReason.UNABLE),
    )
    assert len(week.subjects("Someone is coming")) == 7
    assert week.alike() == []
    assert [subject for subject, needs in week.about.items() if len(needs) > 1] == []
    words = [letter.text for letters in week.letters.values() for letter in letters]
    assert not [text for text in words if "apers" in text]
    assert [text for text in words if "Groceries · Riverside" in text]


def test_subjects_about_two_days_differ(sam):
    week = Week()
    weekly = (
        factories.need(needed_by=day(1), contact=MAIL),
        factories.need(needed_by=day(8), contact=MAIL),
    )
    for need in weekly:
        week.steps(partial(claim, need, sam))
    assert len(set(week.subjects("Someone is coming"))) == 2
    assert len(set(week.subjects("Thank you for saying yes"))) == 2


def test_a_line_in_arabic_keeps_an_area_in_latin_from_pulling_the_day_along():
    need = factories.need(needed_by=day(1))
    with translation.override("ar"):
        _kind, area, when = str(Mention(need)).split(" · ")
    assert area == "\u2068Riverside\u2069"
    assert when.startswith("\u2068")
    assert when.endswith("\u2069")


@pytest.mark.parametrize("days", [None, 1])
def test_subjects_about_two_needs_of_one_ask_for_one_day_differ(sam, dora, days):
    week, me = Week(), coordinator(dora)
    details = factories.details(needed_by=days and day(days))
    factories.ask(details, details, contact=MAIL)
    for need in Need.objects.order_by("pk"):
        week.steps(
            partial(claim, need, sam),
            lambda: actions.release_needs(Need.objects.filter(state="claimed"), by=me),
            partial(actions.close_need, need, by=me, reason=CloseReason.UNABLE),
        )
    for subject in (
        "Someone is coming",
        "We're looking for someone else",
        "Thank you for saying yes",
    ):
        assert len(set(week.subjects(subject))) == 2, subject


def test_texts_about_two_needs_of_one_ask_for_one_day_differ(sam, dora, settings):
    settings.SMS_URL = "sink://"
    has_phone(sam, tasks=["sms"])
    week, me = Week(), coordinator(dora)
    details = factories.details(needed_by=day(1))
    factories.ask(details, details, contact=replace(TEXTS, phone="+1 212 555 0144"))
    for need in Need.objects.order_by("pk"):
        week.steps(
            partial(claim, need, sam),
            lambda: actions.release_needs(Need.objects.filter(state="claimed"), by=me),
            partial(actions.close_need, need, by=me, reason=CloseReason.UNABLE),
        )
    assert len(week.texts) >= 6
    assert len({phone for phone, _text in week.texts}) == 2
    assert [text for text, times in week.texts.items() if times > 1] == []


def test_of_mails_about_an_account_no_two_of_a_week_are_alike(client, rosa):
    """Asked for twice, three hours apart: all but those with a code say the same each time."""
    week, now = Week(), timezone.now()
    for hours in (0, 3):
        RateLimitWindow.objects.all().delete()
        with travel(now + timedelta(hours=hours)):
            for path, field in (
                ("/account/login/", {"login": rosa.email}),
                ("/account/login/", {"login": "nobody@people.example"}),
                ("/account/password/reset/", {"email": rosa.email}),
                ("/account/signup/", {"email": rosa.email, "name": "Rosa"}),
            ):
                week.steps(partial(client.post, path, field), client.cookies.clear)
            week.steps(
                lambda: tell_old_email("old@people.example", language="en"),
                partial(ways_to_sign_in_changed.send, sender=User, user=rosa),
            )
    kinds = Counter(letter.subject for letters in week.letters.values() for letter in letters)
    assert kinds == {
        "Mutual Aid: Your code": 2,
        "Mutual Aid: Signing in": 4,
        "Mutual Aid: A new password": 2,
        "The e-mail address of your account was changed": 2,
        "Your ways to sign in have changed": 2,
    }
    assert week.alike() == []


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/account/password/reset/", {"email": "rosa@people.example"}),
        ("/account/login/", {"login": "nobody@people.example"}),
    ],
)
def test_whoever_presses_twice_gets_one_mail_and_one_more_a_minute_later(client, rosa, path, field):
    User.objects.filter(pk=rosa.pk).update(email="rosa@people.example")
    week, now = Week(), timezone.now().replace(second=10)
    for seconds in (0, 20, 60):
        RateLimitWindow.objects.all().delete()
        with travel(now + timedelta(seconds=seconds)):
            week.steps(partial(client.post, path, field), client.cookies.clear)
    assert [len(letters) for letters in week.letters.values()] == [2]
    assert week.alike() == []


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_mail_that_names_no_need_says_when_it_was_sent_as_its_reader_writes_it(language):
    kind = kind_named("ways_to_sign_in")
    letter = sample_message(kind, language=language)
    without = replace(letter, context={"code": "ABCD-2345"})
    with travel(datetime(2026, 11, 26, 23, 30, tzinfo=UTC)):
        mail = render_message(kind, without)
    with translation.override(language):
        day = format_day(date(2026, 11, 26))
    assert day in mail.text
    assert day in mail.html
    assert day not in render_message(kind, letter).text
