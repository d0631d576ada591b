"""What waits for a partner goes in order, once, and waits with patience where the partner is away."""

import pytest

from mutualaid.partners.models import OutgoingMessage, Partner
from mutualaid.partners.states import MessageState as M
from tests.support.partner_inbox import deliver, inbox_of, time_passes, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(crown):
    with inbox_of(crown.partner) as inbox:
        yield inbox


def states() -> list[str]:
    return list(OutgoingMessage.objects.order_by("pk").values_list("state", flat=True))


def test_what_waits_goes_in_the_order_in_which_it_was_written(crown, inbox):
    ids = [*written(crown.partner), *written(crown.partner), *written(crown.partner)]
    assert deliver(crown.partner) == 3
    assert inbox.ids == ids
    assert states() == [M.SENT] * 3
