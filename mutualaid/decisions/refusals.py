"""What the actions refuse, in sentences for whoever tried it."""

from django.utils.translation import gettext_lazy as _

from mutualaid.admin.refusals import REFUSALS as GENERAL
from mutualaid.admin.refusals import Refusals
from mutualaid.decisions import actions
from mutualaid.decisions.actions import rule_of_two
from mutualaid.decisions.effects import UnknownKind

REFUSALS: Refusals = {
    **GENERAL,
    UnknownKind: _("This can't be proposed here now."),
    actions.NotAMember: _(
        "You have no say yet. It takes someone who has met you, and a while in the group."
    ),
    actions.TooManyOpen: _("You have two open proposals. Please wait until one has ended."),
    actions.ProposedAlready: _("There is an open proposal about this already."),
    actions.NoSay: _("You have no say in this one: you weren't a member when it was proposed."),
    actions.NoReason: _("Please say what worries you, so that others understand it."),
    actions.NotAllowed: _("Your role no longer allows this."),
    rule_of_two.NotAllowed: _("It takes two coordinators, and this is not your part."),
    rule_of_two.TooSoon: _("Two coordinators set this lately. By now members can decide about it."),
}
