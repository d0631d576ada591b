"""Our group works with Crown Heights, whose site is `crown`."""

import pytest

from tests.support import partners
from tests.support.partners import OtherSite


@pytest.fixture
def crown(db: None) -> OtherSite:
    """Live: it may send us messages."""
    return partners.other_site()
