#!/usr/bin/env python
import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from environs.exceptions import EnvError

from mutualaid.hosting.env_file import BadFile
from mutualaid.hosting.start import take_environment
from mutualaid.singleton.reading import read_once

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mutualaid.settings")
    try:
        words = take_environment(sys.argv, os.environ)
        with read_once():
            execute_from_command_line(words)
    except (BadFile, EnvError, ImproperlyConfigured) as wrong:
        sys.exit(str(wrong))
