"""A command about sites has the environment of none, and no place that others could prepare."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from mutualaid.hosting import start
from mutualaid.hosting.start import OF_A_SITE, environment_of, take_environment

PROGRAM = """
import os, sys
from mutualaid.hosting.start import take_environment
take_environment(["manage.py", "sites", "list"], os.environ)
os.environ["DJANGO_SETTINGS_MODULE"] = "mutualaid.settings"
from django.conf import settings
print(settings.DATA_DIR)
"""


def test_the_folder_of_no_site_is_not_one_that_others_can_make() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=settings.BASE_DIR, capture_output=True, text=True
    )
    folder = Path(done.stdout.strip())
    assert not folder.is_relative_to(Path(tempfile.gettempdir()).resolve()), done.stderr
    assert not folder.parent.exists()


EXAMPLE = settings.BASE_DIR / "mutualaid/deploy/mutualaid.env"
NAMES = re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", [*NAMES, "BACKUP_PASSPHRASE"])
def test_no_variable_of_one_site_reaches_another(name: str, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(name, "of another")
    file = tmp_path / "site.env"
    file.write_text("OTHER=1\n")
    assert name not in environment_of(file)

    monkeypatch.setattr(start, "_found", {})
    words = {name: "of another"}
    take_environment(["manage.py", "setup"], words)
    assert words.get(name) != "of another"


def test_what_belongs_to_the_machine_is_inherited() -> None:
    assert not {"PATH", "HOME", "LANG"} & OF_A_SITE
