"""The answers typed so far: in the encrypted session, gone when the ask is sent or the visit ends.

They are let go an hour after the last page, also of who is signed in and stays so.
"""

from django.http import HttpRequest

from mutualaid.forms.drafts import Answers, Draft
from mutualaid.sessions import IDLE_SECONDS

SENT = "sent"
"""Instead of the steps, once sent: {"token": …} of the private link; "put_away" once the receipt is."""
RECEIPT_SECONDS = 15 * 60
"""So long the receipt is found again by who sends twice or reloads; then by the private link alone."""


class AskDraft(Draft):
    def is_open(self, answers: Answers) -> bool:
        return SENT not in answers

    def seconds_kept(self, answers: Answers) -> int:
        return super().seconds_kept(answers) if self.is_open(answers) else RECEIPT_SECONDS


ASK = AskDraft("ask", seconds=IDLE_SECONDS)


def was_sent(request: HttpRequest, token: str) -> bool:
    """Whether this link opens what was sent just now in this visit, and nothing was done about it since."""
    sent = ASK.load(request).get(SENT, {})
    return sent.get("token") == token and "put_away" not in sent


def put_receipt_away(request: HttpRequest) -> None:
    """Show how it stands from now on: something was done about it."""
    answers = ASK.load(request)
    if SENT in answers and "put_away" not in answers[SENT]:
        answers[SENT]["put_away"] = True
        request.session[ASK.session_key] = answers
