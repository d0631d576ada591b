"""The settings of a site whose English is the pseudo-locale, found in its data folder."""

from mutualaid.settings import *  # noqa: F403
from mutualaid.settings import DATA_DIR, LOCALE_PATHS

LOCALE_PATHS = [DATA_DIR / "pseudo", *LOCALE_PATHS]
