"""What is made up and what is real never share a database or a folder."""

import os
import secrets
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as site_settings

from mutualaid.standalone.errors import CannotStart
from mutualaid.standalone.prepare import check_demo_apart
from tests.support import factories, migrated
from tests.support.site import Site

FOLDER = "import django.conf as c; print(c.settings.DATA_DIR)"


@pytest.mark.parametrize("of_demo", [True, False])
def test_neither_starts_on_what_the_other_has_written(db: None, settings: Any, of_demo: bool):
    settings.DEMO = of_demo
    check_demo_apart()
    factories.person("Ana")
    check_demo_apart()
    settings.DEMO = not of_demo
    with pytest.raises(CannotStart, match="Start with an empty folder in DATA_DIR"):
        check_demo_apart()


@pytest.mark.slow
def test_the_demo_has_a_folder_of_its_own_unless_one_is_given(tmp_path: Path):
    def folder(**environment: str) -> Path:
        inherited = {k: v for k, v in os.environ.items() if k not in {"DATA_DIR", "DEMO"}}
        key = b64encode(secrets.token_bytes(32)).decode()
        keys = {"SECRET_KEY": secrets.token_hex(50), "CONTACT_KEYS": f"k1:{key}"}
        done = subprocess.run(
            [sys.executable, "-c", FOLDER],
            cwd=site_settings.BASE_DIR,
            env=inherited | keys | {"DJANGO_SETTINGS_MODULE": "mutualaid.settings"} | environment,
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return Path(done.stdout.strip())

    assert folder() == site_settings.BASE_DIR / "var"
    assert folder(DEMO="1") == site_settings.BASE_DIR / "var" / "demo"
    assert folder(DEMO="1", DATA_DIR=str(tmp_path)) == tmp_path


@pytest.mark.slow
def test_a_real_start_in_the_folder_of_a_demo_is_refused_in_a_sentence(
    new_site: Callable[..., Site],
):
    site = new_site(DEMO="1")
    migrated.copy_to(site.folder / "db.sqlite3")
    for command in ("seed", "demo"):
        assert site.manage(command).returncode == 0
    site.environment.pop("DEMO")
    said = site.refuses("up", "--port", str(site.port))
    assert "This database holds the demo: people and needs that are made up." in said
    assert "Traceback" not in said
