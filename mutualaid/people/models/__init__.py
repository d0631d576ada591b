from mutualaid.people.models.oversight import (
    AccountAccessLogEntry,
    StaffLogEntry,
    TwoPersonDecision,
)
from mutualaid.people.models.person import (
    STAFF,
    AccountContactPoint,
    BlockedContactPoint,
    Introduction,
    Membership,
    Role,
    User,
    UserManager,
    display_name,
)
from mutualaid.people.models.short_lived import KeptForm, RateLimitWindow

__all__ = [
    "STAFF",
    "AccountAccessLogEntry",
    "AccountContactPoint",
    "BlockedContactPoint",
    "Introduction",
    "KeptForm",
    "Membership",
    "RateLimitWindow",
    "Role",
    "StaffLogEntry",
    "TwoPersonDecision",
    "User",
    "UserManager",
    "display_name",
]
