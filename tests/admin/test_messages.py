"""What people read, shown to coordinators, and messages whose fate is unknown."""

import pytest
from django.conf import settings as site
from django.core import mail

from mutualaid.notify.models import Notification
from mutualaid.notify.registry import all_kinds
from tests.support.people import MAIL, ask_by, comes_onto_the_call_list

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
PAGE = "/admin/notify/notification/preview/"
LIST = "/admin/notify/notification/"


@pytest.mark.parametrize("language", [code for code, _name in site.LANGUAGES])
def test_each_kind_is_shown_in_each_language(admin, language):
    for kind in all_kinds():
        page = admin.get(PAGE, {"kind": kind.name, "language": language})
        assert page.status_code == 200
        assert f'lang="{language}"' in page.content.decode()


@pytest.mark.parametrize(
    "asked", [{"kind": "gossip"}, {"language": "tlh"}, {"kind": "need_fits", "language": "x"}]
)
def test_what_does_not_exist_is_no_error(admin, asked):
    assert admin.get(PAGE, asked).status_code == 200
    assert admin.post(PAGE, {**asked, "kind": "gossip"}).status_code == 200
    assert mail.outbox == []


def test_one_goes_to_oneself_and_leaves_no_row(admin, carla):
    answer = admin.post(PAGE, {"kind": "need_fits", "language": "es"})
    assert answer.status_code == 302
    (letter,) = mail.outbox
    assert letter.to == [carla.email]
    assert "Old Harbour" in letter.body
    assert not Notification.objects.exists()


def test_a_mail_server_that_is_away_is_told_kindly(admin, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    page = admin.post(PAGE, {"kind": "need_fits", "language": "en"}, follow=True)
    assert "The mail server does not answer just now." in page.content.decode()


@pytest.mark.parametrize(("action", "state"), [("try_again", "waiting"), ("was_told", "sent")])
@pytest.mark.parametrize("fate", ["failed", "uncertain"])
def test_a_person_decides_what_becomes_of_a_message_that_is_stuck(admin, fate, action, state):
    ask_by(MAIL)
    Notification.objects.update(state=fate)
    row = Notification.objects.get()
    admin.post(LIST, {"action": action, "_selected_action": row.pk})
    row.refresh_from_db()
    assert row.state == state


def test_a_message_and_a_call_of_a_kind_that_is_no_more_have_their_pages_still(admin):
    ask_by(MAIL)
    Notification.objects.update(kind="sent_by_an_older_version")
    row = Notification.objects.get()
    pages = [LIST, f"{LIST}{row.pk}/change/"]
    call = comes_onto_the_call_list(row)
    pages += ["/admin/notify/calltask/", f"/admin/notify/calltask/{call.pk}/change/"]
    assert [admin.get(page).status_code for page in pages] == [200] * 4
    ended = admin.post(f"/admin/notify/calltask/{call.pk}/outcome/", {"outcome": "reached"})
    assert ended.status_code == 302


def test_a_message_that_nobody_heard_leads_to_its_need(admin):
    need = ask_by(MAIL)
    Notification.objects.update(state="failed")
    page = admin.get(f"{LIST}{Notification.objects.get().pk}/change/").content.decode()
    assert f'href="/admin/requests_app/ask/{need.ask_id}/contact/"' in page
    assert "need_received" not in page, "it is headed by what it says, not by its kind's name"


def test_stuck_messages_stand_on_the_front_page_with_their_list(admin):
    ask_by(MAIL)
    ask_by(MAIL)
    Notification.objects.update(state="uncertain")
    link = f"{LIST}?state__in=failed,uncertain"
    assert f'<a href="{link}"><strong>2</strong>' in admin.get("/admin/").content.decode()
    assert admin.get(link).content.decode().count('class="field-state"') == 2
