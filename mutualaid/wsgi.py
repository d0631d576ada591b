import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
django.setup(set_prefix=False)

from mutualaid.incoming import RequestHandler  # noqa: E402  needs the settings

application = RequestHandler()
