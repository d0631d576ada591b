"""Where the face of a group shows: pages, messages, prints, the code app, and each in its languages."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from mutualaid.forms.typed_text import check_name
from mutualaid.group.actions import change_group, keep_logo
from mutualaid.group.current import current_group
from mutualaid.group.look import colours
from mutualaid.group.look.logos import PreparedLogo, prepare_logo
from mutualaid.group.look.stylesheets import site_css
from mutualaid.group.models import GroupLogo
from mutualaid.notify.accounts.mail import post
from mutualaid.notify.tasks import sweep as deliver_all
from mutualaid.retention.tasks import sweep
from tests.support import asking, offering
from tests.support.logos import picture

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def made_logo(colour: str = "#a03040") -> PreparedLogo:
    content = picture(colour=colour)
    return prepare_logo(BytesIO(content), len(content))


def test_without_a_face_of_its_own_the_site_looks_as_it_always_did(client):
    page = client.get("/").content.decode()
    assert "/group/" not in page
    assert "We all need something sometimes" in page


def test_colours_reach_pages_by_an_address_that_is_kept_for_ever(client):
    change_group(by=None, changes={"leaf": "#a8321f"})
    url = current_group().stylesheet_url
    page = client.get("/").content.decode()
    assert f'<link rel="stylesheet" href="{url}">' in page
    assert page.count('rel="stylesheet"') == 1, "one sheet has all"
    sheet = client.get(url)
    assert site_css() in sheet.content.decode()
    assert "--leaf:#a8321f;" in sheet.content.decode()
    assert sheet.headers["Content-Type"] == "text/css; charset=utf-8"
    assert sheet.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in sheet.headers["Cache-Control"]


def test_a_page_from_before_a_change_gets_the_new_colours_and_no_cache_keeps_them(client):
    change_group(by=None, changes={"leaf": "#a8321f"})
    old = current_group().stylesheet_url
    change_group(by=None, changes={"leaf": "#0f5c7a"})
    assert current_group().stylesheet_url != old
    sheet = client.get(old)
    assert "#0f5c7a" in sheet.content.decode()
    assert sheet.headers["Cache-Control"] == "no-cache"
    change_group(by=None, changes={"leaf": colours.LEAF})
    assert client.get(old).content.decode() == site_css(), "it is the page's only sheet"


def test_a_logo_is_kept_for_ever_and_cannot_be_taken_for_anything_else(client):
    change_group(by=None, changes={"logo": keep_logo(made_logo())})
    for url in (current_group().logo_url, *(url for _icon, url in current_group().icons)):
        answer = client.get(url)
        assert answer.headers["Content-Type"] == "image/png"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.content.startswith(b"\x89PNG")
    page = client.get("/").content.decode()
    assert f'src="{current_group().logo_url}" alt="" width="288" height="96"' in page
    icons = {icon.name: url for icon, url in current_group().icons}
    assert f'<link rel="apple-touch-icon" href="{icons["maskable_512"]}">' in page


@pytest.mark.parametrize("path", ["/group/0000/page.png", "/group/0000/digest.png"])
def test_a_picture_that_is_not_there_is_404(client, path):
    assert client.get(path).status_code == 404


def test_a_page_asks_for_the_face_once(client, django_assert_num_queries):
    change_group(by=None, changes={"logo": keep_logo(made_logo()), "leaf": "#a8321f"})
    client.get("/about/")  # the first page after the change reads the logo as well
    with django_assert_num_queries(2):  # its face, and what the policy switches on in the footer
        client.get("/about/")


def test_a_logo_that_no_one_uses_goes_and_the_one_in_use_stays():
    used, unused = keep_logo(made_logo()), keep_logo(made_logo("#123456"))
    change_group(by=None, changes={"logo": used})
    sweep()
    assert GroupLogo.objects.count() == 2
    GroupLogo.objects.update(created_at=timezone.now() - timedelta(days=400))
    sweep()
    assert unused not in GroupLogo.objects.values_list("pk", flat=True)
    assert current_group().logo_id == used


def test_the_name_stands_wherever_the_group_speaks(client, carla, signed_in):
    change_group(by=None, changes={"name": "Harbour Help", "phone": "555 0177"})
    page = client.get("/").content.decode()
    assert "– Harbour Help</title>" in page
    assert "555 0177" in page
    admin = signed_in(carla)
    assert "Harbour Help · Coordination" in admin.get("/admin/").content.decode()
    assert "this is Harbour Help" in admin.get("/admin/call/").content.decode()


def test_mails_have_its_name_and_colours(rosa, mailoutbox):
    change_group(by=None, changes={"name": "Harbour Help", "leaf": "#a8321f"})
    post("rosa@example.org", "Your code", "123456")
    deliver_all()
    (mail,) = mailoutbox
    assert mail.from_email.startswith("Harbour Help <")
    assert "#a8321f" in str(mail.alternatives[0].content)


def test_only_offered_languages_can_be_chosen_and_in_their_order(client):
    change_group(by=None, changes={"languages": "ar es en"})
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert page.index('value="ar"') < page.index('value="es"')
    change_group(by=None, changes={"languages": "es en"})
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert 'value="es"' in page
    assert 'value="ar"' not in page


def in_language(client: Client, cookie: str = "", accepted: str = "") -> str:
    if cookie:
        client.cookies["language"] = cookie
    return client.get("/", headers={"accept-language": accepted}).content.decode()


def test_a_language_that_disappears_while_someone_uses_it_is_told_kindly_in_it(client):
    assert '<html lang="ar" dir="rtl">' in in_language(client, "ar")
    change_group(by=None, changes={"languages": "es en", "phone": "555 0177"})
    page = in_language(client)
    assert '<html lang="es" dir="ltr">' in page
    notice = page[page.index('lang="ar" dir="rtl"') :]
    assert "555 0177" in notice[:600]


def test_then_the_browsers_own_list_is_looked_at_first(client):
    change_group(by=None, changes={"languages": "es en"})
    page = in_language(client, "ar", "fr, en-GB;q=0.8, es;q=0.5")
    assert '<html lang="en"' in page


def test_whoever_never_chose_the_language_is_told_nothing(client):
    change_group(by=None, changes={"languages": "es en"})
    page = in_language(client, accepted="ar")
    assert '<html lang="es"' in page
    assert 'lang="ar"' not in page


def test_choosing_another_one_ends_it(client):
    change_group(by=None, changes={"languages": "es en"})
    assert 'lang="ar"' in in_language(client, "ar")
    client.post("/language/", {"language": "en"})
    assert 'lang="ar"' not in in_language(client)


def test_a_button_of_a_language_that_is_gone_by_now_says_so_in_it(client):
    """The page was opened while the group still offered it."""
    change_group(by=None, changes={"languages": "es en", "phone": "555 0177"})
    client.post("/language/", {"language": "ar"}, headers={"referer": "http://testserver/board/"})
    page = client.get("/board/").content.decode()
    assert '<html lang="es" dir="ltr">' in page
    assert "555 0177" in page[page.index('lang="ar" dir="rtl"') :][:600]


@pytest.mark.parametrize("check", ["/offer/check/", "/ask/check/"])
def test_what_was_typed_in_a_language_that_is_gone_is_kept(client, check):
    client.cookies["language"] = "ar"
    if check == "/offer/check/":
        offering.answer_all(client, languages={"has_vehicle": "on"})
    else:
        asking.words_and_places()
        asking.answer_all(client)
    change_group(by=None, changes={"languages": "es en"})
    page = client.get(check).content.decode()
    assert '<html lang="es" dir="ltr">' in page
    assert 'lang="ar" dir="rtl"' in page
    sent = client.post(check)
    assert sent.status_code == 302
    assert check not in sent.headers["Location"] or "login" in sent.headers["Location"]


def test_messages_in_a_language_that_is_gone_are_said_to_come_in_another(sam, signed_in):
    """The language of the account is chosen on this page, so it says there what happened to it."""
    sam.language = "ar"
    sam.save()
    browser = signed_in(sam)
    assert 'dir="rtl"' not in browser.get("/messages/").content.decode()
    change_group(by=None, changes={"languages": "es en", "phone": "555 0177"})
    page = browser.get("/messages/").content.decode()
    assert (
        "555 0177"
        in page[page.index('<p class="message" role="status" lang="ar" dir="rtl">') :][:600]
    )
    assert 'lang="ar" dir="rtl"' not in browser.get("/me/").content.decode()


def test_the_process_is_known_to_run_without_a_look_at_the_database(
    client, django_assert_num_queries
):
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_no_one_can_be_called_like_the_group():
    change_group(by=None, changes={"name": "Harbour Help"})
    with pytest.raises(ValidationError):
        check_name("Harbour Help")
