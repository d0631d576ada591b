from mutualaid.people.admin import log  # noqa: F401  it registers itself
from mutualaid.people.admin.account import UserAdmin

__all__ = ["UserAdmin"]
