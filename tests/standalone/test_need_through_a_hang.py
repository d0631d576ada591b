"""A need that is asked while a part of the site hangs is kept, matched, and told, once that part is well."""

import os
import signal
from collections.abc import Callable

import pytest

from tests.load.page import Page
from tests.support.browsing import Browser
from tests.support.site import Site, until

pytestmark = pytest.mark.slow
BROKER, WORKER, WEB = range(3)
COUNT = """
from mutualaid.notify.models import Notification
from mutualaid.matching.models import Match
from requests_app.models import AskContact
ask = next(one.ask_id for one in AskContact.objects.all() if one.email == "{email}")
told = Notification.objects.filter(kind="need_received", about_id__in=ask_needs, state="sent")
"""
TOLD = """
from mutualaid.matching.models import Match
from mutualaid.notify.models import Notification
from requests_app.access.links import ask_by_token
ask, _link = ask_by_token("{token}")
need = ask.needs.get()
sent = Notification.objects.filter(state="sent")
receipt = sent.filter(kind="need_received", about_id=need.pk)
invited = Match.objects.filter(need=need, invited_at__isnull=False)
invitations = sent.filter(kind="match_invitation", about_id__in=invited.values("pk"))
print("told" if receipt.exists() and invitations.exists() else "not yet")
"""
