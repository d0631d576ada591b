import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from environs.exceptions import EnvError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
try:
    django.setup(set_prefix=False)
except (EnvError, ImproperlyConfigured) as wrong:
    sys.exit(str(wrong))

from django.conf import settings

from mutualaid.backups.identity import refuse_to_start
from mutualaid.boundary.incoming import RequestHandler
from mutualaid.health.alarm import watch_after_requests

if not settings.TESTING:
    refuse_to_start()

watch_after_requests()
application = RequestHandler()
