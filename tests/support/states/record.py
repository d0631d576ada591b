"""The record of a group that keeps one."""

from typing import Any

from django.test import Client

from mutualaid.record.kinds import note_restore
from tests.support import factories, partners, recorded
from tests.support.rare_pages import shows
from tests.support.scene import Scene
from tests.support.signing_in import sign_in


def _kept(*sizes: int) -> None:
    factories.set_policy(has_record=True)
    recorded.sealed(*sizes)


@shows("record/record.html")
def a_record_without_a_seal(_here: Scene, browser: Client) -> Any:
    _kept()
    recorded.happen(1)
    return browser.get("/record/")


@shows("record/record.html")
def a_record_of_two_pages(_here: Scene, browser: Client) -> Any:
    _kept(*[1] * 22)
    return browser.get("/record/?page=2")


@shows("record/seal.html")
def a_seal_for_someone_without_an_account(_here: Scene, browser: Client) -> Any:
    _kept(3)
    return browser.get("/record/1/")


@shows("record/seal.html")
def a_seal_of_two_pages(here: Scene, browser: Client) -> Any:
    _kept(60)
    sign_in(browser, here.people["sam"])
    return browser.get("/record/1/")


@shows("record/seal.html")
def a_seal_that_says_that_a_backup_was_restored(here: Scene, browser: Client) -> Any:
    _kept(1)
    note_restore("2026-11-20T03:00:00+00:00")
    recorded.happen(2, who=here.people["sam"].pk)
    recorded.seal()
    sign_in(browser, here.people["sam"])
    return browser.get("/record/2/")


@shows("record/record.html")
def a_record_whose_heads_a_neighbouring_group_keeps(_here: Scene, browser: Client) -> Any:
    _kept(1)
    partners.other_site(seal_number=1)
    return browser.get("/record/")
