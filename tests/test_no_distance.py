"""Where someone lives cannot be worked out: the area is all there is, and no distance. P3."""

import re
from typing import Any

import pytest
from django.core import mail

from mutualaid.matching.models import Match
from mutualaid.matching.tasks import sweep as match_all
from mutualaid.notify.models import Notification
from mutualaid.notify.tasks import sweep as deliver_all
from requests_app.actions import ContactDetails
from requests_app.models import Need
from tests.support import factories

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
OUR_IDS = re.compile(r'[0-9a-f]{8}-[0-9a-f-]{27}|value="\w{64}"|/m/[\w/.:-]+')
DISTANCE = re.compile(r"\d\s*(?:km|kilomet|m\b|met(?:er|re)|mile)")
OWN_REACH = "<dd><bdi>3 km</bdi></dd>"
"""What they said on how far they go, on My page."""
HOMES = (("7 Hill Road", "1", ""), ("99 Far Lane", "", "Stairs"))


def everything_shown(need: Need, helper: Any) -> list[str]:
    """Public pages, the pages of someone who was asked, and their mail, without random ids."""
    match_all()
    mail.outbox.clear()
    deliver_all()
    match = Match.objects.get(need=need)
    paths = ["/", "/board/", "/about/", "/help/", "/me/", f"/help/{match.public_id}/"]
    pages = [helper.get(path).content.decode() for path in paths]
    mails = [str(message.body) for message in mail.outbox if message.to == ["sam@people.example"]]
    return [OUR_IDS.sub("", text) for text in (*pages, *mails)]


@pytest.fixture
def sam_helps(sam, signed_in):
    """Two and a bit kilometres away, so that there would be a distance to tell."""
    factories.offer(by=sam, localities=[factories.locality("hill", lat=0.0203)])
    return signed_in(sam)


def test_two_needs_of_one_area_look_the_same_to_the_last_byte(sam_helps):
    seen = []
    for address, phone, notes in HOMES:
        contact = ContactDetails(name="Ana", address=address, phone=phone)
        need = factories.need(contact=contact, notes=notes)
        pages = everything_shown(need, sam_helps)
        seen.append([re.sub(r"<time.*?</time>", "", page) for page in pages])
        need.delete()
        Notification.objects.all().delete()
    assert len(seen[0]) == 7
    assert seen[0] == seen[1]


def test_no_distance_is_told_to_anyone(sam_helps):
    pages = everything_shown(factories.need(), sam_helps)
    assert "not far from your area" in pages[5]
    pages[4] = pages[4].replace(OWN_REACH, "")
    assert [found for page in pages for found in DISTANCE.findall(page)] == []
