"""One tap: yes or no to someone who could use a thing, also by text; "it is back"; "list it again"."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mutualaid.lending import actions
from mutualaid.lending.models import Loan, ThingRequest
from mutualaid.lending.notifications import REPLIES
from mutualaid.lending.refusals import CHANGED, REFUSALS, refused_because
from mutualaid.lending.states import LoanState, RequestState
from mutualaid.notify.links.one_tap import Outcome, one_tap_action
from mutualaid.people.models import User
from requests_app.access.exclusions import is_kept_from
from requests_app.models import Ask
from requests_app.notifications.mentions import Mention

RELATED = ("thing__owner", "need__category", "need__locality", "need__ask")


def about_request(request_id: int) -> str:
    """What the thing is and which need it is for; "" where that is kept from its owner by now."""
    request = ThingRequest.objects.select_related(*RELATED).filter(pk=request_id).first()
    if request is None or request.thing.owner is None:
        return ""
    if is_kept_from(request.thing.owner, request.need.ask):
        return ""
    return f"{request.thing.title} · {Mention(request.need)}"


def about_loan(loan_id: int) -> str:
    loan = Loan.objects.select_related("request__thing").filter(pk=loan_id).first()
    return loan.thing.title if loan else ""


def _missed_request(request_id: int, user: User | None) -> Outcome | None:
    waits = ThingRequest.objects.told().filter(pk=request_id, thing__owner=user)
    return None if user and waits.exists() else Outcome(CHANGED, is_done=False)


def _missed_loan(loan_id: int, user: User | None) -> Outcome | None:
    runs = Loan.objects.filter(pk=loan_id, state=LoanState.OUT).exists()
    return None if runs else Outcome(CHANGED, is_done=False)


def _missed_again(loan_id: int, user: User | None) -> Outcome | None:
    is_back = Loan.objects.filter(pk=loan_id, state=LoanState.BACK).exists()
    return None if is_back else Outcome(CHANGED, is_done=False)


@one_tap_action(
    REPLIES["yes"],
    question=_("Can they have it?"),
    button=_("Yes, they can have it"),
    about=about_request,
    missed=_missed_request,
)
def thing_yes(request_id: int, user: User | None) -> Outcome:
    request = ThingRequest.objects.select_related(*RELATED).get(pk=request_id)
    if user is None:
        return Outcome(CHANGED, is_done=False)
    try:
        claim = actions.say_yes(request, by=user)
    except tuple(REFUSALS) as refusal:
        return Outcome(refused_because(refusal), is_done=False)
    page = reverse("claim", args=[claim.public_id])
    text = _("Thank you! Sign in to see how to reach your neighbour.")
    return Outcome(text, page, _("How to reach your neighbour"))


@one_tap_action(
    REPLIES["no"],
    question=_("Not this time?"),
    button=_("Not this time"),
    about=about_request,
    missed=_missed_request,
)
def thing_no(request_id: int, user: User | None) -> Outcome:
    request = ThingRequest.objects.select_related(*RELATED).get(pk=request_id)
    if user is None or request.state != RequestState.WAITING:
        return Outcome(CHANGED, is_done=False)
    try:
        actions.say_no(request, by=user)
    except tuple(REFUSALS) as refusal:
        return Outcome(refused_because(refusal), is_done=False)
    return Outcome(_("That's all right. We'll ask someone else."))


@one_tap_action(
    "loan_back",
    question=_("Is it back?"),
    button=_("It is back"),
    about=about_loan,
    missed=_missed_loan,
)
def loan_back(loan_id: int, user: User | None) -> Outcome:
    return _back(loan_id, user)


@one_tap_action(
    "loan_back_here",
    question=_("Did you bring it back?"),
    button=_("It is back"),
    about=about_loan,
    missed=_missed_loan,
)
def loan_back_here(loan_id: int, user: User | None) -> Outcome:
    """By a neighbour, from a message that went their safe way."""
    return _back(loan_id, Ask.objects.get(needs=Loan.objects.get(pk=loan_id).request.need_id))


@one_tap_action(
    "loan_list_again",
    question=_("Shall others have it next?"),
    button=_("List it again"),
    about=about_loan,
    missed=_missed_again,
)
def loan_list_again(loan_id: int, user: User | None) -> Outcome:
    loan = Loan.objects.select_related("request__thing").get(pk=loan_id)
    if user is None:
        return Outcome(CHANGED, is_done=False)
    try:
        actions.list_again(loan, by=user)
    except tuple(REFUSALS) as refusal:
        return Outcome(refused_because(refusal), is_done=False)
    return Outcome(_("It is on the list again."), reverse("my_things"), _("What I lend and borrow"))


def _back(loan_id: int, by: "User | Ask | None") -> Outcome:
    loan = Loan.objects.select_related("request__thing__owner", "request__need__ask").get(
        pk=loan_id
    )
    try:
        actions.end_loan(loan, LoanState.BACK, by=by)
    except tuple(REFUSALS) as refusal:
        return Outcome(refused_because(refusal), is_done=False)
    return Outcome(_("Thank you for telling us."))
