"""Settings, one file, read from the environment. docs/operations.md lists every variable.

Three modes: development (nothing set), demonstration (DEMONSTRATION=1: accounts that everybody
knows), production (PRODUCTION=1: starts only when everything that it needs is set).
"""

from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tonglianggov import headers, keys, logs, weak
from tonglianggov.environment import Env

ROOT = Path(__file__).resolve().parent.parent
# SECRET_KEY_FILE=/run/secrets/key says the same as SECRET_KEY=…: so for every variable.
env = Env()

# Shown at the foot of every page; the same as in pyproject.toml.
VERSION = "0.1.0"
PRODUCTION = env.bool("PRODUCTION", default=False)
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)
if PRODUCTION and DEMONSTRATION:
    raise ImproperlyConfigured(
        "DEMONSTRATION and PRODUCTION are both set. Demonstration accounts have a public "
        "password: unset DEMONSTRATION."
    )
NEEDED = (*keys.NAMES, "DATABASE_URL", "REDIS_URL", "ALLOWED_HOSTS")
if PRODUCTION and (missing := [name for name in NEEDED if not env(name, default="")]):
    raise ImproperlyConfigured(
        f"PRODUCTION is set but these are not: {', '.join(missing)}. See docs/operations.md."
    )

DATA_DIR = Path(env("DATA_DIR", default=str(ROOT / "var"))).absolute()
_kept = {} if all(env(name, default="") for name in keys.NAMES) else keys.kept_in(DATA_DIR)
SECRET_KEY = env("SECRET_KEY", default=_kept.get("SECRET_KEY"))
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Fernet keys: the first encrypts, all decrypt.
FIELD_KEYS = env.list("FIELD_KEYS", default=[_kept.get("FIELD_KEYS")])
# The first makes new receipts' PINs, all are tried.
RECEIPT_KEYS = env.list("RECEIPT_KEYS", default=[_kept.get("RECEIPT_KEYS")])
# Signs the seals once a day (Ed25519, base64); the public halves of keys that did so before.
SEAL_KEY = env("SEAL_KEY", default=_kept.get("SEAL_KEY"))
SEAL_PUBLIC_KEYS = env.list("SEAL_PUBLIC_KEYS", default=[])
if PRODUCTION and (
    faults := weak.faults(
        {
            "SECRET_KEY": [SECRET_KEY, *SECRET_KEY_FALLBACKS],
            "FIELD_KEYS": FIELD_KEYS,
            "RECEIPT_KEYS": RECEIPT_KEYS,
            "SEAL_KEY": [SEAL_KEY],
        },
        {"DATABASE_URL": env("DATABASE_URL"), "REDIS_URL": env("REDIS_URL")},
    )
):
    raise ImproperlyConfigured(
        f"PRODUCTION is set, but: {' '.join(faults)} deploy/make_secrets.py makes new ones."
    )
# Append-only tables whose rows are sealed: a change made past the platform is found.
SEALED = ("people.AuditEntry", "tickets.TicketEvent")

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Addresses or networks whose X-Forwarded-For is believed; nobody's by default.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])

INSTALLED_APPS = [
    "tonglianggov",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "tonglianggov.admin_site.PlatformAdminConfig",
    "axes",
    "channels",
    "csp",
    "leaflet",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "people",
    "notices",
    "grids",
    "tickets",
    "volunteers",
    "points",
    "video",
    "wall",
]

MIDDLEWARE = [
    "tonglianggov.operations.trace.Traced",
    "django.middleware.security.SecurityMiddleware",
    # Above the static files: a drawing that is opened by itself is bound by the policy too.
    "tonglianggov.headers.StrictHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "people.middleware.Sessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.Messages",
    "people.middleware.SessionRules",
    "people.middleware.ChooseLanguage",
    "people.middleware.SignInRequired",
    "axes.middleware.AxesMiddleware",
    "tonglianggov.errors.FormsOnly",
]

ROOT_URLCONF = "tonglianggov.urls"
ASGI_APPLICATION = "tonglianggov.asgi.application"
WSGI_APPLICATION = "tonglianggov.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "notices.context.unread",
                "tonglianggov.context.page",
            ],
        },
    }
]

# --- The database -----------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/db.sqlite3")}
_database = DATABASES["default"]
# Seconds; by default connections live as long as their thread.
_database["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=None)
_database["CONN_HEALTH_CHECKS"] = True
if _database["ENGINE"].endswith("sqlite3"):
    if PRODUCTION:
        raise ImproperlyConfigured("Production needs PostgreSQL: set DATABASE_URL=postgres://…")
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
            "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY;"
            "PRAGMA journal_size_limit=27103364;"
        ),
    }
    # A file: threads of a test's server do not share a database in memory.
    _database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    # Django's, but its check of a kept connection asks only one that has something to say.
    _database["ENGINE"] = "tonglianggov.postgresql"
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "application_name": "tonglianggov",
        "connect_timeout": 5,
        # No JIT: our statements end at a LIMIT, and compiling them took longer than they run.
        # What is prepared (people/prepared_sql.py) is planned once: that is what it is for.
        "options": "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=30000"
        " -c jit=off -c plan_cache_mode=force_generic_plan",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Redis, channel layer, tasks. Nothing that matters is in Redis. ----------------------------

REDIS_URL = env("REDIS_URL", default="")
# One process does everything: threads for tasks, no broker.
EMBEDDED = not REDIS_URL
if EMBEDDED:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "tonglianggov.layers.EmbeddedChannelLayer",
            "CONFIG": {"capacity": 1000},
        }
    }
    CELERY_BROKER_URL = "memory://embedded"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"polling_interval": 0.05}
    CELERY_WORKER_PREFETCH_MULTIPLIER = 16
else:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {
                # A read may wait for ever: an idle screen is not a broken one.
                "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
                # Redis's publishing does not know its database numbers: two platforms on one
                # server would hear each other.
                "prefix": f"asgi{urlsplit(REDIS_URL).path.strip('/').removeprefix('0')}",
            },
        }
    }
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
    }
    CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: however long Redis is away, the worker is there when it is back.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_TIMEZONE = "Asia/Shanghai"

# --- Notices -----------------------------------------------------------------------------------

# Where links in messages point to, without a slash at the end.
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000")
# Which class serves which channel: notices/senders/base.py says what it must do.
NOTICE_SENDERS = {
    "inbox": "notices.senders.inbox.InboxSender",
    "sms": env("NOTICE_SMS_SENDER", default="notices.senders.console.ConsoleSender"),
    "wechat": env("NOTICE_WECHAT_SENDER", default="notices.senders.console.ConsoleSender"),
    "mail": env("NOTICE_MAIL_SENDER", default="notices.senders.console.ConsoleSender"),
}
# What units, types and areas are called in a reader's language.
NOTICE_NAMES = "tickets.naming.names"
SMS_GATEWAY_URL = env("SMS_GATEWAY_URL", default="")
SMS_GATEWAY_SECRET = env("SMS_GATEWAY_SECRET", default="")
WECHAT_GATEWAY_URL = env("WECHAT_GATEWAY_URL", default="")
WECHAT_GATEWAY_SECRET = env("WECHAT_GATEWAY_SECRET", default="")
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="platform@localhost")

# --- People ------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "people.passwords.KindsOfCharacters"},
]
LOGIN_URL = "people:signin"
LOGIN_REDIRECT_URL = "tickets:list"
LOGOUT_REDIRECT_URL = "people:signin"

# In seconds: without a click; since signing in.
SESSION_IDLE_LIMIT = 30 * 60
SESSION_ABSOLUTE_LIMIT = 10 * 60 * 60
# Whether staff need a second factor; demonstration accounts never do.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=PRODUCTION)
# In seconds: how long a password counts for showing personal data, exporting, giving posts.
STEP_UP_LIMIT = 10 * 60
WALL_DEVICE_COOKIE = "__Host-wall-device" if PRODUCTION else "wall-device"
# How many browsers one person may be signed in with, and how many API keys one may hold.
SESSIONS_EACH = 3
API_TOKENS_EACH = 5
API_TOKEN_DAYS = 30
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_LIMIT
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"

# In the database: a lock-out holds when Redis is down.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_VERBOSE = False
# Half an hour from the failure that locked: trying on does not lengthen it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "people.throttle.client_network"
# What is typed as a name may be a password: only its keyed hash is kept.
AXES_USERNAME_CALLABLE = "people.sign_in.hashed_name"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]
# Our sign-in page says how long it lasts.
AXES_LOCKOUT_CALLABLE = "people.sign_in.keep_our_page"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False

# --- Languages ---------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Files -------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(DATA_DIR / "static"))).absolute()
# Photos: never under a URL of their own, only through their ticket's door.
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "tonglianggov.static.HashedStaticFiles"},
}
# `make run` and production collect once; without that, development serves the sources.
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# A megabyte of Chinese text is nine once a form has encoded it. It shall reach the form, which
# says what is wrong and keeps the words; only beyond this comes the bare page for too much data.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# Too many photos are the form's to refuse: beyond this the bare page comes, and words are lost.
DATA_UPLOAD_MAX_NUMBER_FILES = 100

# --- Headers -----------------------------------------------------------------------------------

# Tiles are off by default: the outlines are the base map and need no network.
TILE_URL = env("TILE_URL", default="")
TILE_ATTRIBUTION = env("TILE_ATTRIBUTION", default="")
_tile_hosts = env.list("TILE_HOSTS", default=[])
CONTENT_SECURITY_POLICY = headers.content_policy(images=_tile_hosts)
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Not no-referrer: Django compares the referrer of secure forms with the host.
SECURE_REFERRER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "tonglianggov.errors.form_expired"
CSRF_COOKIE_SAMESITE = "Lax"
if PRODUCTION:
    vars().update(headers.IN_PRODUCTION)
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LEAFLET_CONFIG = {"TILES": [], "NO_GLOBALS": True}

# --- API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # The token first: without one or the other, 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.api_auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "tickets.api.negotiation.FirstForAnybody",
    "DEFAULT_PARSER_CLASSES": [
        "tickets.api.parsers.Json",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "EXCEPTION_HANDLER": "tickets.api.errors.handle",
}
# How many reports a caller of the API may send in an hour: from one address, and for the staff.
REPORTS_EACH_HOUR = env.int("REPORTS_EACH_HOUR", default=120)
REPORTS_EACH_HOUR_STAFF = env.int("REPORTS_EACH_HOUR_STAFF", default=1200)
# How much one address may upload in a day by the public pages and the API, in megabytes.
UPLOAD_MEGABYTES_EACH_DAY = env.int("UPLOAD_MEGABYTES_EACH_DAY", default=200)
SPECTACULAR_SETTINGS = {
    "TITLE": "Social governance platform",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # The same choices with and without "none": one name.
    "ENUM_NAME_OVERRIDES": {"GradeEnum": "tickets.api.shapes.GRADES"},
    "POSTPROCESSING_HOOKS": ["tickets.api.errors.document"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Watching it -------------------------------------------------------------------------------

LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING = logs.config(level=LOG_LEVEL, json=logs.as_json(env.ENVIRON))
# Statements that take longer are told in the log, without their values; 0: none is.
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", default=500 if PRODUCTION else 0)
# Whoever reads /metrics from another machine says this; without it only this machine may.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
