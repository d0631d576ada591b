"""What pages promise about a neighbour's data: one table from which come the sentences and the tests.

Who sees what, and when, is `WHO_SEES`; its words are put together here, so that a page cannot say
anything else. Every other promise is a sentence of `PROMISES`, and names in `tests/test_promises.py` the
tests that hold it.
"""

from collections.abc import Mapping
from itertools import groupby

from django.db.models import TextChoices
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Field(TextChoices):
    """What a neighbour tells us, by what it is called on pages."""

    SUMMARY = "summary", _("kind of help, area and when")
    SENSITIVE_SUMMARY = "sensitive_summary", _("the same, for a private kind of help")
    NAME = "name", _("your first name")
    PHONE = "phone", _("your phone number")
    EMAIL = "email", _("your e-mail")
    ADDRESS = "address", _("your address")
    NOTES = "notes", _("what you wrote about it")
    TIMES = "times", _("when it is safe to reach you")
    KEEP_FROM = "keep_from", _("who must not find out")


class Viewer(TextChoices):
    """Who looks, by their part in a need. The words say until when they see what they see."""

    ANYONE = "anyone", _("anyone")
    INVITED = "invited", _("people we invite to help you, until they answer")
    HELPER = "helper", _("the person who says yes, until it's done or they let it go")
    LINK = "link", _("people with your private link")
    COORDINATOR = "coordinator", _("our coordinators")


HELPER_LINK_COORDINATOR = (Viewer.HELPER, Viewer.LINK, Viewer.COORDINATOR)
WHO_SEES: Mapping[Field, tuple[Viewer, ...]] = {
    Field.SUMMARY: (Viewer.ANYONE,),
    Field.SENSITIVE_SUMMARY: HELPER_LINK_COORDINATOR,
    Field.NAME: (Viewer.INVITED, *HELPER_LINK_COORDINATOR),
    Field.PHONE: HELPER_LINK_COORDINATOR,
    Field.EMAIL: HELPER_LINK_COORDINATOR,
    Field.ADDRESS: HELPER_LINK_COORDINATOR,
    Field.NOTES: HELPER_LINK_COORDINATOR,
    Field.TIMES: HELPER_LINK_COORDINATOR,
    Field.KEEP_FROM: (Viewer.COORDINATOR,),
}
"""Who is not named in a row sees nothing of the field, on no page, in no state of a need."""

PROMISES: Mapping[str, StrOrPromise] = {
    "after_the_yes": _("You'll see the phone number and the address once you say yes."),
    "address_after_the_yes": _("You'll see the address once you say yes."),
    "one_says_yes": _("Someone says yes. Only then do they see the phone number and the address."),
    "area_only": _("Others see only the area, and never where in it you are."),
    "read_before_invitations": _("A coordinator reads all you ask for before we invite anyone."),
    "kept_from_their_accounts": _(
        "No one with that number or address will ever be shown what you ask for. We keep only"
        " a fingerprint of it. You can write several."
    ),
    "until_done": _("You see this until it's done or you let it go. Please keep it to yourself."),
    "looks_are_logged": _(
        "On each day that you open it, we write down who looked and when. Your neighbour can see that."
    ),
    "you_see_who_looked": _(
        "On each day that someone opens your phone number or your address here, we write down who and when."
        " You can see that on your private page."
    ),
    "hidden_until_the_end": _("What others say stays hidden until the end, from coordinators too."),
    "reasons_without_names": _(
        "Once it is decided, those who have a say can read it, without your name. What only you can know"
        " tells who you are."
    ),
    "said_beside": _(
        "Tell us what you think. Your answer is shown beside those of our members. It isn't counted, as we"
        " can't know who holds this link."
    ),
    "beside_not_counted": _("It is shown beside the answers of our members, and not counted."),
    "hidden_again": _(
        "From then on they can no longer open your phone number and address here. We can't"
        " take back what they have already read."
    ),
    "partners_asked_without_you": _(
        "They learn what you need, in which area and by when, and not who you are. If someone there can"
        " help, we ask you first."
    ),
    "partners_told_at_first": _(
        "We asked about what you need, the area, how soon, good times and languages. We didn't"
        " say who you are."
    ),
    "partners_never_asked": _(
        "We ask no other group about private kinds of help, or if someone must not find out."
    ),
    "partners_learn_after_your_yes": _(
        "They don't know who you are. They only learn it if you say yes."
    ),
    "partners_after_your_yes": _(
        "A neighbouring group sees your name and how to reach you only after you say yes to that group."
    ),
    "calls_tell_how_many": _("They only learn how many of us come, and no names."),
    "link_is_a_key": _(
        "Anyone with this link can see this page. Share it only with someone you trust."
    ),
    "not_behind_the_link": _(
        "Names, numbers and addresses aren't shown on this page, in case someone else has your link."
    ),
    "never_shown": _("Never shown here."),
    "kept_and_not_shown": _("We have it. We don't show it here."),
    "empty_stays": _("We don't show what we have now. Leave it empty, and it stays as it is."),
    "never_behind_the_link": _(
        "Never shown here, in case others have your link. Our coordinators can tell you."
    ),
    "encrypted": _(
        "We encrypt the names, phones, e-mails, addresses and words of people who ask before"
        " we store them. The name and e-mail of an account aren't encrypted, because you sign"
        " in with them. Nor are areas and kinds of help."
    ),
    "no_position": _("We never store where you are, only the area you choose."),
    "nobody_is_rated": _("No one has to prove a need. No one is rated."),
    "reports_read_by_coordinators": _(
        "Only our coordinators read this. Please write about the place, not about a person."
    ),
    "money_looks_are_logged": _(
        "Only people who say yes to money read this, and we write down each look."
    ),
    "pixels_alone": _("We keep only the picture, and nothing of where and when you took it."),
    "pledge_is_yours": _("Only you see your amount. From five people on, all see the sum."),
    "break_is_private": _(
        "Only you get this message. No one else is told that we asked, or what you answer."
    ),
    "gifts_are_private": _("Only you see this."),
    "money_of_many": _(
        "A sum is shown if at least five people got some, and no one got over half."
    ),
    "hours_are_private": _(
        "Only you see this. No one is helped sooner or later because of it. There is nothing to pay back."
    ),
    "hours_invite_no_one": _(
        "Who is invited and helped doesn't depend on hours. Our software can't see them when it looks for"
        " people."
    ),
    "push_names_nothing": _(
        "One short line that names no one and nothing. The maker of your browser passes it on"
        " and can't read it."
    ),
    "record_names_no_one": _("Our record names no one."),
    "record_read_by_members": _("You need an account to read what is written in it."),
    "record_change_shows": _("If anyone changes it later, the head that you kept shows it."),
}


def who_sees(field: Field) -> str:
    """Say who sees `field` and until when: "anyone", or "whoever says yes, until …; our coordinators"."""
    return gettext("; ").join(str(viewer.label) for viewer in WHO_SEES[field])


HEAD = (_("What"), _("Who sees it"))
"""The head of the table that `rows` fills."""


def rows() -> list[tuple[list[str], str]]:
    """Return the table for a page: labels of fields in a row that the same people see, and who they are."""
    rows_of_same = groupby(WHO_SEES, key=WHO_SEES.__getitem__)
    fields = [list(same) for _viewers, same in rows_of_same]
    return [([str(field.label) for field in same], who_sees(same[0])) for same in fields]


def _sentence(field: Field) -> str:
    return gettext("Who sees this: %(who)s.") % {"who": who_sees(field)}


who_sees_this = lazy(_sentence, str)
"""The sentence beside a question about a field, put together in the reader's language."""
