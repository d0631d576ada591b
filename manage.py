#!/usr/bin/env python
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs.exceptions import EnvError

from mutualaid.singleton.reading import read_once

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
    try:
        with read_once():
            execute_from_command_line(sys.argv)
    except (EnvError, ImproperlyConfigured) as wrong:
        sys.exit(str(wrong))
