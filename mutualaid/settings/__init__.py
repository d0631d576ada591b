"""How the site runs. The environment decides; what it leaves open is safe and needs no server.

How a group works (who is invited how often, when what is erased) is a row of the database: `policy/`.
"""

import sys
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from environs import validate
from kombu import Queue

from mutualaid.demo.only_here import check_only_here
from mutualaid.encryption.key_file import load_or_make
from mutualaid.encryption.strength import refuse_weak_keys
from mutualaid.settings import schedule
from mutualaid.settings.database import database
from mutualaid.settings.environment import LOG_LEVELS, Environment
from mutualaid.settings.first_keys import refuse_new_keys
from mutualaid.settings.installed import INSTALLED_APPS, MIDDLEWARE  # noqa: F401  Django reads them here
from mutualaid.settings.logging import logging
from mutualaid.settings.release import release
from mutualaid.standalone.file_modes import tighten, write_for_ourselves
from mutualaid.standalone.paths import broker_socket

django_stubs_ext.monkeypatch()
write_for_ourselves()
env = Environment()
AT_LEAST_0, AT_LEAST_1 = validate.Range(min=0), validate.Range(min=1)

BASE_DIR = Path(__file__).resolve().parent.parent.parent
DEMO = env.bool("DEMO", False)
# The demo has a folder of its own: what is made up must not stand among what is real.
DATA_DIR = Path(env.str("DATA_DIR", "") or BASE_DIR / "var" / ("demo" if DEMO else "")).resolve()
DEBUG = env.bool("DEBUG", False)
TESTING = "pytest" in sys.modules
RELEASE = release(BASE_DIR)

# The group that runs this site. Its name and how to reach it are first values: coordinators write both.
GROUP_NAME = env.str("GROUP_NAME", "Mutual Aid")
HELP_CONTACT = env.str("HELP_CONTACT", "")
LAST_GROUP_FILE = DATA_DIR / "group.json"  # for pages while the database is away
AWAY_PAGE = env.str("AWAY_PAGE", "")  # a file, kept as the group says it: the page of a proxy
EXIT_URL = env.web_address("EXIT_URL", "https://www.wikipedia.org/")
SOURCE_URL = env.str("SOURCE_URL", "")
SITE_URL = env.web_address("SITE_URL", "http://localhost:8000").rstrip("/")
# Whom to tell of a hole in the site: an e-mail, or the address of a page; else the page with HELP_CONTACT.
SECURITY_CONTACT = env.str("SECURITY_CONTACT", "") or f"{SITE_URL}/about/"
if "@" in SECURITY_CONTACT and ":" not in SECURITY_CONTACT:
    SECURITY_CONTACT = f"mailto:{SECURITY_CONTACT}"

DATABASES = {"default": database(env, DATA_DIR, testing=TESTING)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# An index has more columns on PostgreSQL than SQLite keeps.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

# Keys: given, or made once and kept beside the data; never new ones for a database that was used with others.
_may_make_keys = partial(refuse_new_keys, DATABASES["default"])
SECRET_KEY = env.str("SECRET_KEY", "") or load_or_make(DATA_DIR, _may_make_keys)["secret_key"]
CONTACT_KEYS = (
    env.list("CONTACT_KEYS", []) or load_or_make(DATA_DIR, _may_make_keys)["contact_keys"]
)
refuse_weak_keys(SECRET_KEY, CONTACT_KEYS)

FILE_UPLOAD_HANDLERS = ["mutualaid.boundary.incoming.RefuseUploads"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000  # bytes, so that what is too long is told beside its field

ROOT_URLCONF = "mutualaid.urls"
WSGI_APPLICATION = "mutualaid.wsgi.application"
FORM_RENDERER = "mutualaid.forms.renderer.Renderer"
_AS_SAVED = [  # for who works on them; elsewhere a template is read once
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": not DEBUG,
        "OPTIONS": {
            **({"loaders": _AS_SAVED} if DEBUG else {}),
            "builtins": ["mutualaid.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mutualaid.i18n.context.translation",
                "mutualaid.views.site",
            ],
        },
    },
]

# In the database, so that a dead Redis never breaks a sign-in.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Counted tries stand here; above 300 rows Django would drop some by default.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# The broker only makes the queue in the database fast: bounded waits, nothing is lost without it.
REDIS_URL = env.str("REDIS_URL", "")
BROKER_SOCKET = None if REDIS_URL else broker_socket(DATA_DIR)
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{BROKER_SOCKET}"
# Two sites may have one server: each has queues of its own there.
_keyprefix = f"mutualaid-{sha256(SITE_URL.encode()).hexdigest()[:12]}:" if REDIS_URL else ""
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 0}
CELERY_WORKER_POOL = "threads"  # prefork can take half a minute to end
CELERY_WORKER_CONCURRENCY = env.int(
    "WORKER_THREADS", 8, validate=AT_LEAST_1
)  # they wait for mail servers, mostly
# With 1, late acknowledgement and threads a worker sleeps a second after every few tasks.
CELERY_WORKER_PREFETCH_MULTIPLIER = 16
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 1,
    "visibility_timeout": 120,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "global_keyprefix": _keyprefix,
}
CELERY_IMPORTS = ["mutualaid.matching.backlog.tasks"]
CELERY_TASK_QUEUES = [Queue(name) for name in schedule.QUEUES]
CELERY_TASK_ROUTES = {"mutualaid.matching.tasks.match_most_urgent": {"queue": "matching"}}
CELERY_BEAT_SCHEDULE = schedule.JOBS
CELERY_BEAT_SCHEDULER = "mutualaid.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = (
    5  # seconds; a beat in its turn says so far more often than its turn lasts
)
CELERY_RESULT_EXPIRES = None  # there are none to clear away

# People and sign-in.
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "mutualaid.people.roles.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "mutualaid.people.passwords.SimilarityValidator"},
    {"NAME": "mutualaid.people.passwords.LengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "mutualaid.people.passwords.CommonValidator"},
    {"NAME": "mutualaid.people.passwords.OwnWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "me"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "mutualaid.notify.accounts.mail.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "mutualaid.people.forms.LoginForm",
    "signup": "mutualaid.people.forms.SignupForm",
    "confirm_login_code": "mutualaid.people.forms.LoginCodeForm",
    "confirm_email_verification_code": "mutualaid.people.forms.EmailCodeForm",
    "add_email": "mutualaid.people.password_forms.AddEmailForm",
    "change_password": "mutualaid.people.password_forms.ChangePasswordForm",
    "set_password": "mutualaid.people.password_forms.SetPasswordForm",
    "reset_password": "mutualaid.people.password_forms.ResetPasswordForm",
    "reset_password_from_key": "mutualaid.people.password_forms.ResetPasswordKeyForm",
    "reauthenticate": "mutualaid.people.password_forms.ReauthenticateForm",
}
# What sends a code or looks at one is limited by people/ratelimit.py; passwords are by allauth.
ACCOUNT_RATE_LIMITS = {
    **dict.fromkeys(("login", "signup", "request_login_code", "reset_password", "confirm_email")),
    "second_factor": "20/d/key",  # wrong codes; right ones begin it anew
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "mutualaid.people.models.display_name"
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # mail can be slow
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0, validate=AT_LEAST_0)

# The second factor. Staff need one; the demo on one's own machine does without.
IS_LOOPBACK = urlsplit(SITE_URL).hostname in {"localhost", "127.0.0.1", "::1"}
SECOND_FACTOR_REQUIRED = not (DEMO and IS_LOOPBACK)
MFA_ADAPTER = "mutualaid.people.sign_in.mfa.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "mutualaid.people.sign_in.forms.AuthenticateForm",
    "reauthenticate": "mutualaid.people.sign_in.forms.ReauthenticateForm",
    "activate_totp": "mutualaid.people.sign_in.forms.ActivateTOTPForm",
    "authenticate_webauthn": "mutualaid.people.sign_in.forms.AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": "mutualaid.people.sign_in.forms.ReauthenticateWebAuthnForm",
    "login_webauthn": "mutualaid.people.sign_in.forms.LoginWebAuthnForm",
    "add_webauthn": "mutualaid.people.sign_in.forms.AddWebAuthnForm",
    "edit_webauthn": "mutualaid.people.sign_in.forms.EditWebAuthnForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # a step of 30 seconds: clocks of phones differ (RFC 6238, 5.2)
MFA_ALLOW_UNVERIFIED_EMAIL = True  # no one gets in before one is verified; a second may still wait

# Mail. The demo keeps it in files, to be read at /demo/mail/.
MAIL_DIR = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("FROM_EMAIL", f"{GROUP_NAME} <mutualaid@localhost>")
_mail = env.mail_server("EMAIL_URL", "smtp://localhost:25")
EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"], _mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail["EMAIL_USE_TLS"], _mail["EMAIL_USE_SSL"]
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
if DEMO and not env.str("EMAIL_URL", ""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = MAIL_DIR

# Text messages: twilio://ACCOUNT:TOKEN@api.twilio.com/+15550100 or android://NAME:PASSWORD@HOST/PATH?key=KEY
# (mutualaid/notify/channels/); empty for none. PHONE_REGION reads numbers without a country; where it
# changes, people who are blocked or excluded are no longer recognised by such a number.
SMS_URL = env.str("SMS_URL", "sink://" if DEMO else "")
PHONE_REGION = env.str("PHONE_REGION", "US")
# Who takes notices for browsers; a browser of another maker is not added.
PUSH_HOSTS: list[str] = env.list(
    "PUSH_HOSTS",
    ["fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com"],
)
# Where coordinators talk, as addresses of Apprise: https://appriseit.com/services/
TEAM_CHAT_URLS: list[str] = env.list("TEAM_CHAT_URLS", [])
# Whom a text message tells that the site stands still, beside the team chat; what opens /metrics.
ALARM_PHONE, METRICS_TOKEN = env.str("ALARM_PHONE", ""), env.str("METRICS_TOKEN", "")

# For tests alone: neighbouring groups on this machine, without TLS.
PARTNERS_ON_LOOPBACK = env.bool("PARTNERS_ON_LOOPBACK", False)

# Languages and times.
KNOWN_LANGUAGES = [
    ("en", "English"),
    ("es", "Español"),
    ("zh-hans", "简体中文"),
    ("ar", "العربية"),
    ("fr", "Français"),
    ("vi", "Tiếng Việt"),
    ("ru", "Русский"),
    ("ht", "Kreyòl ayisyen"),
]
# Offered are those whose public words are all there; `manage.py translations check` holds it.
_OFFERED = ("en", "es", "zh-hans", "ar", "fr", "vi", "ru", "ht")
LANGUAGES = [(code, name) for code, name in KNOWN_LANGUAGES if code in _OFFERED]
LANG_INFO |= {  # Django does not know it
    "ht": {"bidi": False, "code": "ht", "name": "Haitian Creole", "name_local": "Kreyòl ayisyen"}
}
LANGUAGE_CODE = env.choice("LANGUAGE_CODE", "en", tuple(code for code, _name in LANGUAGES))
# English is American in the US, with miles, and British elsewhere, with kilometres (ADR 71).
AMERICAN = PHONE_REGION.strip().upper() == "US"
LOCALE_PATHS = [
    BASE_DIR / "mutualaid" / "locale",
    BASE_DIR / "mutualaid" / "locale_django",  # what Django lacks in a language
    BASE_DIR / "mutualaid" / "locale_english" / ("american" if AMERICAN else "british"),
]
FORMAT_MODULE_PATH = ["mutualaid.i18n.formats"] + ([] if AMERICAN else ["mutualaid.i18n.british"])
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "mutualaid" / "static"]
FILE_UPLOAD_PERMISSIONS = 0o600  # of static files too
STORAGES = {
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "mutualaid.boundary.static_files.StaticFiles"
    },
}
WHITENOISE_ALLOW_ALL_ORIGINS = False  # no other site needs them
# Looked for when asked for: a scan of them all would cost each test client more than its request.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG

# Safety.
_https = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [urlsplit(SITE_URL).hostname or "localhost"])
if DEMO:
    check_only_here(SITE_URL, ALLOWED_HOSTS)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
# No other site of the same domain can set a cookie with this prefix. Without an age a cookie ends with
# the browser; whoever signs in is remembered (ACCOUNT_SESSION_REMEMBER).
_prefix = "__Host-" if _https else ""
SESSION_ENGINE = "mutualaid.sessions"
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_prefix}session", f"{_prefix}csrf"
LANGUAGE_COOKIE_NAME = f"{_prefix}language"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Not in a cookie, where they could be read: they name needs.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = _https and env.bool("SSL_REDIRECT", True)
# Machines call them: http.tls_only, and load balancers, health.views.answer_probes.
SECURE_REDIRECT_EXEMPT = [
    r"^texts/$", r"^calendar/", r"^(healthz|readyz)$", r"^partners/inbox/$"
]  # fmt: skip
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ALLAUTH_TRUSTED_PROXY_COUNT else None
)
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "mutualaid.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # Where the quick exit leads: browsers apply this to the redirect after a form as well.
        "form-action": [SELF, "{0.scheme}://{0.netloc}".format(urlsplit(EXIT_URL))],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

LOGGING = logging(env.choice("LOG_LEVEL", "WARNING", LOG_LEVELS), release=RELEASE)
SENTRY_DSN = env.str("SENTRY_DSN", "")  # where faults go, without a person in them; "" for nowhere

# Backups: where they are written, and for whose keys of age they are sealed. `manage.py backup`
BACKUP_DIR = Path(env.str("BACKUP_DIR", "") or DATA_DIR / "backups")
BACKUP_RECIPIENTS: list[str] = env.list("BACKUP_RECIPIENTS", [])

ERASURE_LEDGER = Path(env.str("ERASURE_LEDGER", str(DATA_DIR / "erasures.csv")))
"""Ids of what was erased, to erase it again after a restore. Keep it beside the backups, not in them."""
_database = DATABASES["default"]
_files = [DATA_DIR, MAIL_DIR, ERASURE_LEDGER]
if _database["ENGINE"].endswith("sqlite3"):
    _files += [Path(f"{_database['NAME']}{end}") for end in ("", "-wal", "-shm", "-journal")]
tighten(_files)
