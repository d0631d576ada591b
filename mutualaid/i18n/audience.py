"""Who reads a string: everyone, or only coordinators. Decided by the file in which it stands."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from mutualaid.i18n.extract import SourceString

FOR_COORDINATORS = (
    "templates/admin/*",
    "templates/notify/coordinator_*",
    "templates/notify/decision_*",
    "templates/notify/team_chat_*",
    "*/admin/*",
    "*/admin.py",
    "*/admin_*.py",
    "*/apps.py",
    "*/management/*",
    "*/models.py",
    "*/models/*",
    "*/notifications/coordinators.py",
    "*/notifications/team_chat.py",
    "*/policy_preview.py",
    "mutualaid/desk/*",
    "mutualaid/group/*",
    "mutualaid/health/*",
    "mutualaid/importing/*",
    "mutualaid/matching/attention.py",
    "mutualaid/matching/outreach/*",
    "mutualaid/notify/accounts/decisions.py",
    "mutualaid/notify/channels/*",
    "mutualaid/notify/rendering/samples.py",
    "mutualaid/policy/*",
    "mutualaid/resources/hsds/*",
    "mutualaid/simulation/*",
    "mutualaid/trials/*",
    "mutualaid/standalone/*",
    "requests_app/newcomers.py",
)
"""Patterns of `fnmatch`, in which a star takes in folders."""
FOR_EVERYONE_ALL_THE_SAME = (
    "mutualaid/catalog/models/category.py",
    "mutualaid/catalog/models/language.py",
    "mutualaid/catalog/models/locality.py",
    "mutualaid/decisions/models/answers.py",
    "mutualaid/decisions/models/decision.py",
    "mutualaid/group/texts.py",
    "mutualaid/importing/kinds/ask_volunteers.py",
    "mutualaid/notify/accounts/decisions.py",
    "mutualaid/notify/models/attempt.py",
    "mutualaid/notify/models/notification.py",
    "mutualaid/notify/models/preferences.py",
    "mutualaid/people/models/person.py",
    "mutualaid/resources/models.py",
    "offers_app/models.py",
    "requests_app/models/ask.py",
    "requests_app/models/how_soon.py",
    "templates/notify/decision_about_you.txt",
)
"""Files whose defaults, choices, refusals and messages are read by everyone, too."""
SHOWN_TO_EVERYONE = frozenset(
    {
        "%(day)s at %(time)s",
        "%(weekday)s, %(date)s",
        "Notice on your devices",
        "Phone call by a coordinator",
        "Text message",
    }
)
"""Of what stands in other modules: the day that was agreed, and names of channels."""


def is_public(uses: Iterable[SourceString]) -> bool:
    """Return whether a string with these uses is read on a public page, in a mail or a text message."""
    return any(is_public_file(use.file) or use.text in SHOWN_TO_EVERYONE for use in uses)


def is_public_file(name: str) -> bool:
    if name in FOR_EVERYONE_ALL_THE_SAME:
        return True
    return not any(fnmatchcase(name, pattern) for pattern in FOR_COORDINATORS)
