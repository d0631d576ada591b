"""What two people decide about a third, in one step."""

from mutualaid.people import decisions
from mutualaid.people.models import User


def decided(kind: str, about: User, by: User, agreed_by: User) -> list[str]:
    """One proposes it and another agrees. Returns what has ended with it."""
    return decisions.agree(decisions.propose(kind, about, by=by), by=agreed_by)


def fresh(user: User) -> User:
    """The person as the database has them now."""
    return User.objects.get(pk=user.pk)
