"""A need of Ana's of which groups may be asked: Crown Heights first, and Flatbush after it."""

import pytest

from mutualaid.partners.models import Partner
from requests_app.models import Need
from tests.support import handing_on


@pytest.fixture
def crown(db: None) -> Partner:
    return handing_on.group()


@pytest.fixture
def flatbush(crown: Partner) -> Partner:
    """Asked by the clock alone, after Crown Heights was."""
    return handing_on.group("Flatbush")


@pytest.fixture
def need(crown: Partner) -> Need:
    return handing_on.need()
