import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from environs.exceptions import EnvError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
os.environ["PROCESS"] = "web"  # pages wait for less than tasks do
try:
    django.setup(set_prefix=False)
except (EnvError, ImproperlyConfigured) as wrong:
    sys.exit(str(wrong))

from mutualaid.boundary.incoming import RequestHandler

application = RequestHandler()
