"""Ask someone privately whether they want a break; look for another pair of hands for them."""

from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from mutualaid.catalog.models import Category, Language, Locality
from mutualaid.fair_work.models import BreakQuestion
from mutualaid.notify.outbox import enqueue
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.people.models import User
from mutualaid.policy.current import current_policy
from offers_app.models import Offer
from requests_app.actions import ContactDetails, NeedDetails, send_ask
from requests_app.models import Ask
from requests_app.models.ask import Channel

QUESTION = "break_question"
DAYS_BETWEEN = 60
"""Days in which no one is asked twice. What the site keeps of it goes with the last of them."""
HELP_THE_GROUP = "help-group"


class NotPossible(Exception):
    """The group takes in no needs now, or has no such category or area."""


@transaction.atomic
def ask_about_break(user: User) -> bool:
    """Ask whether they want a break, unless they were asked in the last `DAYS_BETWEEN` days.

    Of two at once one asks, by the unique account. Returns whether a message is on its way.
    """
    question = _new_question(user)
    if question is None:
        return False
    if enqueue(QUESTION, about_id=question.pk, to=user) is None:
        question.delete()
        return False
    return True


def _new_question(user: User) -> BreakQuestion | None:
    BreakQuestion.objects.filter(user=user, expires_at__lte=Now()).delete()
    try:
        with transaction.atomic():
            return BreakQuestion.objects.create(
                user=user, expires_at=Now() + timedelta(days=DAYS_BETWEEN)
            )
    except IntegrityError:  # asked already
        return None


@transaction.atomic
def ask_for_another_pair_of_hands(question: BreakQuestion) -> Ask | None:
    """Ask for help with the group's work in their name, as they could by themself; nothing says why.

    None where they did already, also at the same moment. Raises `NotPossible`.
    """
    category, locality = help_the_group(), _area_of(question.user)
    if category is None or locality is None:
        raise NotPossible
    mine = BreakQuestion.objects.filter(pk=question.pk, helper_asked_at=None)
    if mine.update(helper_asked_at=Now()) != 1:
        return None
    return send_ask(
        # Without a note: a sentence of ours would tell that we had asked whether they want a break.
        needs=[NeedDetails(category, locality)],
        contact=_contact_of(question.user),
        languages=_languages_of(question.user),
        account=question.user,
        language=question.user.language,
    )


def help_the_group() -> Category | None:
    """The category of work for the group, where it can be asked for now."""
    if current_policy().is_asking_paused:
        return None
    return Category.objects.filter(slug=HELP_THE_GROUP, is_active=True).first()


def _contact_of(user: User) -> ContactDetails:
    phone = recipient_of(user).phone
    return ContactDetails(
        name=user.name,
        phone=phone,
        email=user.email or "",
        channels=Channel.EMAIL if user.email else Channel.SMS,
    )


def _area_of(user: User) -> Locality | None:
    """Where they live, help, or look after needs; else the widest area there is."""
    offered = Offer.objects.filter(volunteer=user).values("localities")
    looked_after = user.memberships.values("areas")
    return (
        user.locality
        or Locality.objects.filter(pk__in=offered).first()
        or Locality.objects.filter(pk__in=looked_after).first()
        or Locality.objects.filter(parent=None).first()
    )


def _languages_of(user: User) -> QuerySet[Language]:
    """Those they help in; else that of their messages."""
    offered = Language.objects.filter(
        pk__in=Offer.objects.filter(volunteer=user).values("languages")
    )
    code = (user.language or settings.LANGUAGE_CODE).partition("-")[0]
    return offered if offered.exists() else Language.objects.filter(code=code)
