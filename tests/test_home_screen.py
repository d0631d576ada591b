"""What a phone is told for its home screen, and the worker that keeps the shell."""

import json
import re
from io import BytesIO

import pytest

from mutualaid.group.actions import change_group, keep_logo
from mutualaid.group.current import current_group
from mutualaid.group.look.logos import prepare_logo
from tests.support.logos import picture

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_the_icon_carries_the_name_of_the_group(client, settings):
    settings.GROUP_NAME = "Harbour Kitchen"
    answer = client.get("/manifest.webmanifest")
    manifest = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert manifest["name"] == "Harbour Kitchen"
    assert b"home-screen.js" in client.get(manifest["start_url"]).content
    assert b"home-screen.js" not in client.get("/").content
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200


def test_the_home_screen_speaks_the_language_of_the_phone(client):
    manifest = client.get("/manifest.webmanifest", headers={"accept-language": "ar"}).json()
    assert (manifest["lang"], manifest["dir"]) == ("ar", "rtl")


def test_the_worker_keeps_the_shell_and_nothing_else(client):
    script = client.get("/worker.js").content.decode()
    kept = json.loads(re.findall(r"KEPT = (\[.*?\])", script)[0])
    assert kept == ["/offline/", "/static/site.css", "/static/favicon.svg"]


def test_a_new_phone_line_reaches_phones_that_keep_the_old_one(client, settings):
    settings.HELP_CONTACT = "555 0100"
    old = client.get("/worker.js").content
    settings.HELP_CONTACT = "555 0111"
    assert client.get("/worker.js").content != old


def test_the_page_without_a_network_is_the_same_for_everyone(client, rosa):
    without_account = client.get("/offline/").content
    client.force_login(rosa)
    assert client.get("/offline/").content == without_account
    assert b"csrf" not in without_account


def test_logo_and_colours_of_the_group_are_on_the_home_screen_too(client):
    content = picture(colour="#a03040")
    logo = keep_logo(prepare_logo(BytesIO(content), len(content)))
    change_group(by=None, changes={"leaf": "#a8321f", "logo": logo})
    manifest = client.get("/manifest.webmanifest").json()
    assert manifest["theme_color"] == "#a8321f"
    assert all(icon["src"].startswith("/group/") for icon in manifest["icons"])
    sheet = current_group().stylesheet_url
    assert sheet in client.get("/worker.js").content.decode(), "kept for when there is no network"
    assert sheet in client.get("/offline/").content.decode()


@pytest.mark.parametrize("path", ["/", "/offline/", "/home-screen/"])
@pytest.mark.parametrize(
    ("contact", "is_said"), [("", False), ("help@group.example", False), ("555 0100", True)]
)
def test_no_page_says_call_us_where_no_phone_is_set(client, settings, path, contact, is_said):
    settings.HELP_CONTACT = contact
    page = client.get(path).content.decode().partition("<main")[2]
    is_calling = any(words in page for words in ("call us", "Rather talk to someone?"))
    assert is_calling is is_said
