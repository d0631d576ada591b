"""Dates and times as they are written in Britain."""

from django.conf.locale.en_GB.formats import *  # type: ignore[import-untyped]  # noqa: F403
