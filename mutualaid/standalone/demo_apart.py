"""Keep what is made up and what is real in databases of their own."""

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from mutualaid.people.models import User
from mutualaid.standalone.errors import CannotStart


def check_demo_apart() -> None:
    """Check that the database holds no demo if this is a real site, and nothing real if it is a demo.

    Raises `CannotStart` where it does: made-up needs would be asked of people, or anyone could sign in as a
    coordinator of real ones. A database without tables is fine for both.
    """
    if User._meta.db_table not in connection.introspection.table_names():
        return
    others = User._base_manager.filter(of_demo=not settings.DEMO)
    if not others.exists():
        return
    if settings.DEMO:
        reason = _("This database belongs to a real site, and the demo must not be added to it.")
    else:
        reason = _("This database holds the demo: people and needs that are made up.")
    advice = _("Start with an empty folder in DATA_DIR, or with an empty database in DATABASE_URL.")
    raise CannotStart(f"{reason} {advice}")
