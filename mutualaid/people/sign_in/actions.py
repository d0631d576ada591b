"""Ways back for whoever has lost their second factor and their recovery codes."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from mutualaid.admin.history import write_history
from mutualaid.people.decisions import NeedsTwoPeople
from mutualaid.people.models import User
from mutualaid.people.sessions import end_sessions
from mutualaid.people.signals import ways_to_sign_in_changed


@transaction.atomic
def remove_second_factor(user: User, *, by: User, agreed_by: User) -> None:
    """Remove every factor of `user`, so that they set up a new one; proposed and agreed by two people.

    They are signed out everywhere and told by mail. Raises `NeedsTwoPeople` unless both are staff, not the
    same and not `user`; and about who runs the site unless both run it too.
    """
    deciding = {by.pk, agreed_by.pk}
    may_decide = by.is_staff and agreed_by.is_staff and by.is_active and agreed_by.is_active
    of_site_keeper = user.is_superuser and not (by.is_superuser and agreed_by.is_superuser)
    if len(deciding) < 2 or user.pk in deciding or not may_decide or of_site_keeper:
        raise NeedsTwoPeople
    _remove(user)
    write_history(user, by=by, words="second factor removed: proposed")
    write_history(user, by=agreed_by, words="second factor removed: agreed")


@transaction.atomic
def remove_second_factor_by_site_keeper(user: User) -> int:
    """Remove every factor of `user`, on the machine of the site; return how many there were.

    Where there was none, nothing happens.
    """
    removed = _remove(user)
    if removed:
        write_history(user, by=user, words="second factor removed by whoever runs the site")
    return removed


def _remove(user: User) -> int:
    removed = int(Authenticator.objects.filter(user=user).delete()[0])
    if not removed:
        return 0
    end_sessions([user])
    ways_to_sign_in_changed.send(sender=User, user=user)
    return removed
