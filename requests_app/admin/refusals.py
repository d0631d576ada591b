"""What the actions on asks and needs refuse, in sentences for coordinators."""

from django.utils.translation import gettext_lazy as _

from mutualaid.admin import refusals
from mutualaid.encryption.fields import WrongKey
from requests_app import actions

REFUSALS: refusals.Refusals = {
    **refusals.REFUSALS,
    actions.Erased: _("Everything about this person is erased. Nothing can be changed any more."),
    actions.NotForYou: _(
        "This is not for this person: no one is given their own need, some kinds are for people"
        " the group knows, and some needs are kept from someone."
    ),
    actions.NotReachable: _("No safe way to reach them is known. Look at the contact details."),
    actions.TooFew: _("More people than that said yes already. Release someone first."),
    actions.TooManyLooks: _("You have looked very often in this hour. Please wait for the next."),
    actions.TooManyExported: _(
        "That is more than one person may take along in a day. Choose a shorter list, or wait for tomorrow."
    ),
    actions.WeekIsFull: _("This person has said yes to as many as a week can hold."),
    WrongKey: _("These details cannot be read with the keys of this site. They are kept."),
}
