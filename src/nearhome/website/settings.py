"""Settings of the site. Every NEARHOME_… variable is explained in docs/operations.md."""

import os
from pathlib import Path

from nearhome.website import installation

HERE = Path(__file__).resolve().parent
DATA = installation.data_folder()
DEBUG = os.environ.get("NEARHOME_DEBUG") == "1"
NEARHOME_DEMO = os.environ.get("NEARHOME_DEMO") == "1"
NEARHOME_DATA = DATA
NEARHOME_IDENTITY_KEYS = installation.identity_keys()
SECRET_KEY = installation.secret_key()
NEARHOME_TRAVEL_URL = os.environ.get("NEARHOME_TRAVEL_URL", "")

ALLOWED_HOSTS = os.environ.get("NEARHOME_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("NEARHOME_ORIGINS", "").split(",") if origin]
DATABASES = installation.databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STAGES = [
    "nearhome.people",
    "nearhome.partnership",
    "nearhome.needs",
    "nearhome.market",
    "nearhome.sufficiency",
    "nearhome.procurement",
    "nearhome.tendering",
    "nearhome.referrals",
    "nearhome.matching",
    "nearhome.placements",
    "nearhome.settlement",
]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "nearhome.privacy",
    "nearhome.audit",
    "nearhome.design",
    *STAGES,
    "nearhome.website",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "nearhome.website.headers.security_headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "nearhome.website.kept_answers.kept_answers",
    "nearhome.website.session_limits.session_limits",
    "nearhome.website.acting.one_transaction_for_one_person",
]
ROOT_URLCONF = "nearhome.website.urls"
WSGI_APPLICATION = "nearhome.website.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "jinja2"],
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "nearhome.design.jinja_environment.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "nearhome.website.context.page_frame",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "nearhome.website.sign_in.ClosedDoorAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_TEMPLATE_EXTENSION = "html"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Five wrong passwords for one address within five minutes close the door for that address; ten a minute for a machine.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "login": "30/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Nearhome"

SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
NEARHOME_IDLE_MINUTES = 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "nearhome.website.errors.form_too_old"
# Secure cookies and HTTPS when the site stands behind its own name; a laptop has neither.
_PUBLIC = os.environ.get("NEARHOME_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _PUBLIC
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _PUBLIC else None
# Only a demonstration on somebody's own machine does without a second factor.
NEARHOME_SECOND_FACTOR = _PUBLIC or not NEARHOME_DEMO
SECURE_HSTS_SECONDS = 31_536_000 if _PUBLIC else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "website_cache",
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static-collected"
# Fetched by design.assets, always beside the project's own lock file.
FETCHED_ASSETS = HERE.parents[2] / ".nearhome" / "static"
for _folder in (STATIC_ROOT, FETCHED_ASSETS):
    _folder.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [FETCHED_ASSETS]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Work on a timer is in each stage's jobs.py.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("NEARHOME_FROM", "nearhome@localhost")

# Logs say what broke and where, never what a child's record holds: no request bodies, no query parameters.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["terminal"], "level": "WARNING"},
}
