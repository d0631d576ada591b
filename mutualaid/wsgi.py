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
from django.core.signals import request_started

from mutualaid.backups.identity import refuse_to_start
from mutualaid.boundary.incoming import RequestHandler
from mutualaid.health.alarm import watch_after_requests
from mutualaid.settings.database import limit_pages

if not settings.TESTING:
    refuse_to_start()

watch_after_requests()
request_started.connect(limit_pages)
application = RequestHandler()
