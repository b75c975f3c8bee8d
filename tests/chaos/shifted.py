"""Run a part of the stack with a clock that is wrong.

Usage: python -m tests.chaos.shifted SECONDS celery … | python manage.py …
Whatever asks Django for the time in that process, or in one that it forks, is told a wrong one.
"""

import os
import runpy
import sys
from datetime import timedelta

from django.utils import timezone


def main() -> None:
    seconds, program, *rest = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglianggov.settings")
    right, wrong = timezone.now, timedelta(seconds=float(seconds))
    timezone.now = lambda: right() + wrong
    sys.path.insert(0, os.getcwd())
    if program == "celery":
        sys.argv = [program, *rest]
        runpy.run_module("celery", run_name="__main__")
    else:
        sys.argv = rest
        runpy.run_path(rest[0], run_name="__main__")


if __name__ == "__main__":
    main()
