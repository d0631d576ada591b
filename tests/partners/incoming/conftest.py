"""Crown Heights passes needs on to us, and the team has a chat."""

from typing import Any

import pytest

from mutualaid.partners.models import IncomingReferral, Partner
from mutualaid.people.models import User
from tests.support import referrals


@pytest.fixture
def crown(db: None, settings: Any) -> Partner:
    settings.TEAM_CHAT_URLS = ["json://127.0.0.1:9/"]
    return referrals.partner()


@pytest.fixture
def here(crown: Partner, carla: User) -> IncomingReferral:
    """Noor's need, passed on by Crown Heights; Carla has said yes."""
    return referrals.received(crown, by=carla)
