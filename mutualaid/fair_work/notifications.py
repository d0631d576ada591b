"""The one message of this room: whether someone wants a break."""

from django.utils.translation import gettext_lazy as _

from mutualaid.fair_work.actions import QUESTION, help_the_group
from mutualaid.fair_work.models import BreakQuestion
from mutualaid.notify.links.one_tap import one_tap_url
from mutualaid.notify.registry import Group, Message, message_kind
from mutualaid.notify.routing.channels_for import recipient_of
from mutualaid.policy.current import current_policy
from offers_app.models import Offer
from offers_app.states import COUNTS


@message_kind(
    QUESTION,
    _("would you like a break?"),
    group=Group.BREAKS,
    by_day=True,
    is_private=True,
    buttons={
        "break_pause": _("Take a break for two weeks"),
        "break_fine": _("No, I am fine"),
        "break_helper": _("Ask for another pair of hands"),
    },
)
def break_question(question_id: int) -> Message | None:
    """Nothing where the group has stopped to ask, or the time of the question is over."""
    question = BreakQuestion.objects.select_related("user").filter(pk=question_id).first()
    if question is None or not current_policy().asks_about_breaks:
        return None
    user = question.user
    can_pause = Offer.objects.filter(volunteer=user, state__in=COUNTS).exists()
    possible = {"break_pause": can_pause, "break_helper": help_the_group() is not None}
    actions = [action for action, is_possible in possible.items() if is_possible]
    # A text message has room for one link: the first.
    urls = {action: one_tap_url(action, question_id, user) for action in (*actions, "break_fine")}
    return Message(recipient_of(user), {"can_pause": can_pause}, urls=urls)
