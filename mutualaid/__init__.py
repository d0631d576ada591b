"""Mutual Aid: a site that a group runs for its own neighbourhood."""

from mutualaid.celery import app as celery_app

__all__ = ["celery_app"]
