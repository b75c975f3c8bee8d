"""Wiring only: settings, URLs, servers, tasks, checks. Imported by nobody."""

from tonglianggov.celery import app as celery_app

__all__ = ["celery_app"]
