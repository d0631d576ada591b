"""What the actions refuse, in sentences for whoever tried it."""

from django.utils.translation import gettext_lazy as _

from mutualaid.admin.refusals import REFUSALS as GENERAL
from mutualaid.admin.refusals import Refusals
from mutualaid.decisions import actions
from mutualaid.decisions.actions import rule_of_two
from mutualaid.decisions.effects import UnknownKind
from mutualaid.transitions import StateChanged

NO_REASON = _("Write what your concern is, so that it can be met.")

REFUSALS: Refusals = {
    **GENERAL,
    UnknownKind: _("This can't be proposed here now."),
    actions.NotAMember: _(
        "You have no say yet. It takes someone who has met you, and a while in the group."
    ),
    actions.TooManyOpen: _("You have two open proposals. Please wait until one has ended."),
    actions.ProposedAlready: _(
        "There is an open proposal about this already. Answer that one first."
    ),
    actions.NoSay: _("You have no say in this one: you weren't a member when it was proposed."),
    actions.NoReason: NO_REASON,
    actions.NotAllowed: _("Your role no longer allows this."),
    rule_of_two.NotAllowed: _("It takes two coordinators, and this isn't your part."),
    rule_of_two.SetAlready: _("Two coordinators have set this already."),
    rule_of_two.TooSoon: _(
        "Two coordinators set this not long ago. Members can decide about it now."
    ),
}
SPEAKING: Refusals = {
    **REFUSALS,
    StateChanged: _("The time to answer is over, so nothing was changed."),
}
VOUCHING: Refusals = {
    **REFUSALS,
    actions.NotAllowed: _("No one can do this for themselves."),
    StateChanged: _("You've said so before."),
}
