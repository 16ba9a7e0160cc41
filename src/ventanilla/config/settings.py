"""Django's settings, made from the environment. docs/operations.md explains what an operator may change."""

from datetime import timedelta
from pathlib import Path

from django.templatetags.static import static

from ventanilla.config import database, openid
from ventanilla.config.env import environment, host_of, public_url, secret_key
from ventanilla.config.logs import LOGGING as LOGGING

ENVIRONMENT = environment()
PACKAGE = Path(__file__).resolve().parents[1]

DEBUG = ENVIRONMENT.debug
IS_DEMO = ENVIRONMENT.demo
SECRET_KEY = secret_key()
PUBLIC_URL = public_url(ENVIRONMENT)
IS_PUBLIC_HTTPS = PUBLIC_URL.startswith("https://")
RATE_LIMITS_SCALE = ENVIRONMENT.rate_limits
TRUSTED_PROXIES = [network.strip() for network in ENVIRONMENT.trusted_proxies.split(",") if network.strip()]
CLAMD = ENVIRONMENT.clamd
OPENID_PROVIDER = openid.provider(ENVIRONMENT)
GIVEN_HOSTS = [name.strip() for name in ENVIRONMENT.allowed_hosts.split(",") if name.strip()]
if ENVIRONMENT.public_url:
    GIVEN_HOSTS += [name for name in [host_of(PUBLIC_URL)] if name not in GIVEN_HOSTS]
ALLOWED_HOSTS = GIVEN_HOSTS or ["localhost", "127.0.0.1", "[::1]", ENVIRONMENT.host]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in GIVEN_HOSTS if name != "*"]
if ENVIRONMENT.public_url:
    CSRF_TRUSTED_ORIGINS.append(PUBLIC_URL)

INSTALLED_APPS = [
    "unfold",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "channels",
    "django_htmx",
    "django_cotton",
    "ninja",
    # Before allauth, whose sign-in templates it replaces.
    "ventanilla.web.look",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    # Rooms with tables, commands or templates, top to bottom (design.md section 4).
    "ventanilla.console",
    "ventanilla.demo",
    "ventanilla.web.citizen",
    "ventanilla.web.desk",
    "ventanilla.web.supervisor",
    "ventanilla.worklist",
    "ventanilla.delivery",
    "ventanilla.routing",
    "ventanilla.sla",
    "ventanilla.knowledge",
    "ventanilla.privacy",
    "ventanilla.notices",
    "ventanilla.cases",
    "ventanilla.workforce",
    "ventanilla.contacts",
    "ventanilla.intake",
    "ventanilla.catalogue",
    "ventanilla.accounts",
    "ventanilla.organisation",
    "ventanilla.journal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "ventanilla.config.static_files.StaticFilesMiddleware",
    "ventanilla.config.middleware.PagesGZipMiddleware",
    "ventanilla.config.middleware.SafeHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ventanilla.config.staff.PresenceGate",
    "ventanilla.accounts.gate.SecondFactorGate",
    "django_htmx.middleware.HtmxMiddleware",
    "ventanilla.config.middleware.TooManyMiddleware",
    "ventanilla.config.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "ventanilla.config.urls"
ASGI_APPLICATION = "ventanilla.config.asgi.application"
WSGI_APPLICATION = None

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ventanilla.config.middleware.staff_context",
            ],
        },
    }
]

FORM_RENDERER = "ventanilla.web.look.forms.LookRenderer"

DATABASES = {"default": database.django_settings(database.url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "ventanilla.accounts.backends.RoleBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/mostrador/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/ingresar/"
ACCOUNT_ADAPTER = "ventanilla.config.staff.PresenceAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# A first fence in memory; the count that locks stands in the database, for all machines (accounts/lockout.py).
ACCOUNT_RATE_LIMITS = {"login_failed": "60/m/ip"}
ACCOUNT_PREVENT_ENUMERATION = True
# allauth would point a stranger at the sign-up page, which we do not have; nothing is sent to unknown addresses.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# A cookie that goes with the browser's window: machines of an office are shared.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# Who must have a second factor before anything opens: `administrators`, `everybody` or `nobody`.
SECOND_FACTOR = ENVIRONMENT.second_factor
MFA_ADAPTER = "ventanilla.accounts.second_factor.StaffMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Ventanilla"
# A code of half a minute ago still counts, for slow fingers and clocks; no code counts twice.
MFA_TOTP_TOLERANCE = 1
# Addresses of staff come from whoever configures; nobody confirms them by a link.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "ventanilla.accounts.second_factor.AuthenticateForm",
    "reauthenticate": "ventanilla.accounts.second_factor.ReauthenticateForm",
    "activate_totp": "ventanilla.accounts.second_factor.ActivateTOTPForm",
    "authenticate_webauthn": "ventanilla.accounts.second_factor.AuthenticateWebAuthnForm",
    "login_webauthn": "ventanilla.accounts.second_factor.LoginWebAuthnForm",
    "reauthenticate_webauthn": "ventanilla.accounts.second_factor.ReauthenticateWebAuthnForm",
    "add_webauthn": "ventanilla.accounts.second_factor.AddWebAuthnForm",
    "edit_webauthn": "ventanilla.accounts.second_factor.EditWebAuthnForm",
}

# A session of staff ends when nobody touched it for so long, and at the latest after a working day.
STAFF_SESSION_IDLE = timedelta(minutes=60)
STAFF_SESSION_LONGEST = timedelta(hours=12)
SESSION_ENGINE = "ventanilla.accounts.session_store"
SESSION_COOKIE_NAME = "ventanilla_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = IS_PUBLIC_HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_PUBLIC_HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

EMAIL_BACKEND = "ventanilla.delivery.backend.OutboxEmailBackend"
DEFAULT_FROM_EMAIL = "no-responder@localhost"

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English"), ("pt", "Português")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Montevideo"

STATIC_URL = "/static/"
# WhiteNoise serves static files from where they stand in the packages; there is nothing to collect.
STATIC_ROOT = None
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(ENVIRONMENT.home.absolute() / "files"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "ventanilla.config.static_files.MarkedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

CHANNEL_LAYERS = {
    "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [ENVIRONMENT.redis_url]}}
    if ENVIRONMENT.redis_url
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
PROCRASTINATE_IMPORT_PATHS = [
    f"ventanilla.jobs.{name}"
    for name in (
        "batches",
        "clocks",
        "intake",
        "notices",
        "outgoing",
        "reactions",
        "routing",
        "upkeep",
        "workforce",
    )
]

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENVIRONMENT.redis_url,
        # Without it limits are not counted, and pages go on; but nobody waits for one that does not answer.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
    if ENVIRONMENT.redis_url
    # Counters of limits stand here: with Django's usual 300 places a crowd would push each other's out.
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 200_000}}
}

UNFOLD = {
    "SITE_TITLE": "Ventanilla",
    "SITE_HEADER": "Ventanilla",
    "SITE_URL": "/mostrador/",
    "SHOW_LANGUAGES": False,
    # The look's blue (web/look/theme) instead of unfold's purple, light to dark.
    "COLORS": {
        "primary": {
            "50": "#f0f4fa",
            "100": "#dfe8f4",
            "200": "#c3d4ea",
            "300": "#98b6da",
            "400": "#6691c6",
            "500": "#2f67a8",
            "600": "#174f8f",
            "700": "#134276",
            "800": "#11375f",
            "900": "#102c4a",
            "950": "#0a1c31",
        }
    },
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: static("look/favicon.svg")}],
}
SILENCED_SYSTEM_CHECKS: list[str] = []
