"""HTTP. In production: `gunicorn tonglianggov.wsgi` with few threads."""

import os

from django.core.wsgi import get_wsgi_application

from tonglianggov.settled import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tonglianggov.settings")
application = get_wsgi_application()
settle()
