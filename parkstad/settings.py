"""All settings; what differs between machines is an environment variable.

DEBUG            1 while developing: everything below gets a default
SECRET_KEY       signs cookies and links; required without DEBUG
ALLOWED_HOSTS    host names, separated by commas; required without DEBUG
DATABASE_URL     postgres://… or sqlite:////path; required without DEBUG
EMAIL_URL        smtp+tls://user:password@host:587; where mail leaves
DATA_DIR         the folder of the stored files (and of SQLite while developing)
PORT             where `make demo` listens
PUBLIC_FIGURES   1 shows the published totals to people who are not signed in
PLAIN_HTTP       1 serves without TLS, only on this machine's own loopback names
TRUSTED_PROXIES  how many proxies of our own stand in front (they set X-Forwarded-*)
MFA_REQUIRED     whether every account needs a second factor; default: yes in production
DEFAULT_FROM_EMAIL, SECURITY_CONTACT   the sender of our mail; who hears about leaks
"""

from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


def required(name: str, meaning: str, while_developing: str) -> str:
    """Read `name` from the environment; without DEBUG it must be there."""
    value = env.str(name, default="")
    if not value and not DEBUG:
        raise ImproperlyConfigured(
            f"Set the environment variable {name}: {meaning}. "
            "Without DEBUG=1 the portal does not start without it."
        )
    return value or while_developing


# --- what the machine says ---------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()
SECRET_KEY = required(
    "SECRET_KEY", "a long random text that only this portal knows", "only-while-developing"
)
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = required(
    "ALLOWED_HOSTS", "the host names of the portal, separated by commas", ",".join(LOOPBACK)
).split(",")
DATABASE_URL = required(
    "DATABASE_URL",
    "where the database is, such as postgres://user:password@host/name",
    f"sqlite:///{DATA_DIR / 'portal.sqlite3'}",
)
PORT = env.int("PORT", default=8000)
PUBLIC_FIGURES = env.bool("PUBLIC_FIGURES", default=False)
PLAIN_HTTP = env.bool("PLAIN_HTTP", default=DEBUG)
if PLAIN_HTTP and not DEBUG and not set(ALLOWED_HOSTS) <= set(LOOPBACK):
    raise ImproperlyConfigured(
        "PLAIN_HTTP=1 is for this machine only: ALLOWED_HOSTS may then name only "
        + ", ".join(LOOPBACK)
    )
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
MFA_REQUIRED = env.bool("MFA_REQUIRED", default=not DEBUG and not PLAIN_HTTP)

# --- applications ------------------------------------------------------------------------

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "parkstad",
    "monitoring",
    "agreements",
    "housing",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "parkstad.middleware.policy_headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "parkstad.middleware.readable_text",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "parkstad.middleware.private_pages",
    "parkstad.middleware.audit_trail",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "parkstad.middleware.session_limits",
    "parkstad.kept.typed_text",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "parkstad.middleware.second_factor",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "parkstad.urls"
WSGI_APPLICATION = "parkstad.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "parkstad.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# --- database, files, cache --------------------------------------------------------------

# The folders exist before anything starts: SQLite and the upload handler do not make them.
for folder in ("files", "processing", "cache"):
    (DATA_DIR / folder).mkdir(mode=0o700, parents=True, exist_ok=True)


def database(url: str) -> dict[str, Any]:
    """The connection that `url` names, with what SQLite or PostgreSQL needs."""
    config: dict[str, Any] = environ.Env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON",
        }
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {"default": database(DATABASE_URL)}
# Shared by all worker processes, so that counting wrong passwords holds over all of them.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}
MEDIA_ROOT = DATA_DIR / "files"
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "parkstad.finders.PlotlyFinder",
]
HASHED_FILES = "whitenoise.storage.CompressedManifestStaticFilesStorage"
PLAIN_FILES = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": PLAIN_FILES if DEBUG else HASHED_FILES,
        "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
    },
}
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# An upload goes to disk while it arrives; it is never held in memory.
FILE_UPLOAD_HANDLERS = ["housing.intake.receiving.LimitedUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "processing"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_NUMBER_FILES = 2

# --- language and mail -------------------------------------------------------------------

LANGUAGE_CODE = "nl"
TIME_ZONE = "Europe/Amsterdam"
USE_I18N = True
USE_TZ = True
vars().update(env.email_url("EMAIL_URL", "consolemail://" if PLAIN_HTTP else "smtp://localhost"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portaal@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SECURITY_CONTACT = env.str("SECURITY_CONTACT", default=f"mailto:{DEFAULT_FROM_EMAIL}")

# --- people ------------------------------------------------------------------------------

AUTH_USER_MODEL = "housing.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{VALIDATION}.UserAttributeSimilarityValidator"},
    {"NAME": f"{VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{VALIDATION}.CommonPasswordValidator"},
    {"NAME": f"{VALIDATION}.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/start/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "parkstad.accounts.ClosedAccounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_FORMS = {
    "login": "parkstad.accounts.SignInForm",
    "reset_password": "parkstad.accounts.ResetForm",
    "reset_password_from_key": "parkstad.accounts.NewForm",
    "change_password": "parkstad.accounts.ChangeForm",
    "reauthenticate": "parkstad.accounts.PasswordAgainForm",
}
# Wrong passwords count per account (key) whatever address they come from, before any hashing.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "20/m/ip,5/10m/key",
    "reset_password": "20/m/ip,3/15m/key",
    # Ours: forms kept of people whose session had ended.
    "keep_typed": "60/h/ip",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "parkstad.accounts.SecondFactor"
MFA_FORMS = {
    "authenticate": "parkstad.accounts.CodeForm",
    "reauthenticate": "parkstad.accounts.CodeAgainForm",
    "activate_totp": "parkstad.accounts.CoupleForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Prestatieafspraken Parkstad"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Addresses are given by whoever makes the account; there is no sign-up to verify.
MFA_ALLOW_UNVERIFIED_EMAIL = True

SESSION_IDLE_SECONDS = 2 * 60 * 60
SESSION_LONGEST_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_LONGEST_SECONDS
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "parkstad.kept.csrf_failure"
if not PLAIN_HTTP:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"

# --- what browsers are told --------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not PLAIN_HTTP
SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_REDIRECT_EXEMPT = [r"^gezondheid/$"]
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not PLAIN_HTTP
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
# Plotly adds one <style> without content; this is the hash of nothing.
EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'", EMPTY_STYLE],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- logs --------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "audit": {"format": "%(asctime)s audit %(message)s"},
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        "audit": {"class": "logging.StreamHandler", "formatter": "audit"},
    },
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # A refused or unknown page is no fault of ours; the audit trail has refusals.
        "django.request": {"level": "ERROR"},
        "audit": {"handlers": ["audit"], "level": "INFO", "propagate": False},
    },
}
