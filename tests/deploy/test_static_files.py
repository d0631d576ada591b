"""Where nobody collected static files, pages are plain, and the log and `check --deploy` say so."""

from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client

from mutualaid.boundary.static_files import _warn_that_none_were_collected


@pytest.fixture
def as_deployed(settings: Any, tmp_path: Path) -> None:
    backend = {"BACKEND": "mutualaid.boundary.static_files.StaticFiles"}
    settings.STORAGES = {"staticfiles": backend}
    settings.STATIC_ROOT = tmp_path
    _warn_that_none_were_collected.cache_clear()


def errors() -> list[str]:
    found = run_checks(include_deployment_checks=True)
    return [message.msg for message in found if message.id == "mutualaid.E101"]


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/ask/", 200), ("/nowhere/", 404)])
def test_without_static_files_pages_are_plain(as_deployed, client: Client, caplog, path, status):
    answer = client.get(path, follow=True)
    assert answer.status_code == status
    assert '"/static/site.css"' in answer.content.decode()
    assert "collectstatic" in caplog.text
    assert errors() == ["Pages have no style and no pictures."]


def test_a_file_that_was_not_collected_with_the_others_is_a_fault(as_deployed):
    from django.contrib.staticfiles.storage import staticfiles_storage

    call_command("collectstatic", interactive=False, verbosity=0)
    assert errors() == []
    assert staticfiles_storage.url("site.css") != "/static/site.css"
    with pytest.raises(ValueError, match=r"nowhere\.css"):
        staticfiles_storage.url("nowhere.css")
