"""Two groups that know each other, each with a database of its own."""

from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.partners.two_sites.pair import make_start


@pytest.fixture(scope="package")
def start(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """Where their databases lie, to begin with copies of them."""
    folder = tmp_path_factory.mktemp("start")
    with django_db_blocker.unblock():
        make_start(folder)
    return folder
