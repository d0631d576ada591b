"""Nobody gets two messages within a week that they could not tell apart, and none tells a secret."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial
from itertools import combinations

import pytest
from django.utils import timezone, translation

from mutualaid.matching import tasks as matching_tasks
from mutualaid.notify.models import Notification
from mutualaid.notify.registry import compose_if_there, kind_named
from mutualaid.notify.rendering.render import RenderedMessage, render_message
from mutualaid.people.models import Role, User
from requests_app import actions
from requests_app import tasks as needs_tasks
from requests_app.actions.claiming import assign_need
from requests_app.lifecycle.actors import coordinator, volunteer
from requests_app.models import Claim, Need
from requests_app.notifications.mentions import Mention
from requests_app.states import CloseReason
from tests.support import factories
from tests.support.clock import later
from tests.support.people import MAIL
from tests.support.subjects import unmarked

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
LINK = re.compile(r"https?://\S+")


def without_links(text: str) -> str:
    return LINK.sub("", text)


class Week:
    """What each person reads, by e-mail: sent after each step, as it is when a step is over."""

    def __init__(self) -> None:
        self.read = set[int]()
        self.letters = dict[str, list[RenderedMessage]]()

    def post(self) -> None:
        for row in Notification.objects.exclude(pk__in=self.read).order_by("pk"):
            self.read.add(row.pk)
            message = compose_if_there(row.kind, row.about_id)
            if message and message.recipient.email:
                letter = render_message(kind_named(row.kind), message)
                self.letters.setdefault(message.recipient.email, []).append(letter)

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
