"""Settings for each environment, read from the environment and nowhere else.

``ENGAGE_ENV`` chooses ``development``, ``testing`` or ``production``. Unset means production, so
that a server somebody forgot to configure refuses to start instead of starting unsafely.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent

#: What production can't run without, and why, in the words that the operator reads.
REQUIRED_IN_PRODUCTION = {
    "SECRET_KEY": "signs sessions and forms; 32 random bytes or more",
    "DATABASE_URL": "the database, like postgresql://engage@localhost/engage",
    "BASE_URL": "the address that links in messages start with, like https://engage.example.scot",
    "TRUSTED_HOSTS": "the host names that this site answers to, separated by commas",
    "KEY_DIRECTORY": "a folder outside the database and its backups, for the voting keys",
    "ANCHOR_DIRECTORY": "a folder outside the database and its backups, for the record of seals",
}


class SettingsRefused(Exception):
    """The environment doesn't hold what this installation needs; the message lists every gap."""


def settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the Flask configuration for ``environ``.

    Raises SettingsRefused for an unknown ``ENGAGE_ENV`` or, in production, for any missing or
    plainly unsafe setting; all gaps are named at once.
    """
    name = environ.get("ENGAGE_ENV", "production")
    if name not in ("development", "testing", "production"):
        raise SettingsRefused(
            f"ENGAGE_ENV is “{name}”. Set it to development, testing or production."
        )
    chosen = _shared(environ, name)
    if name == "production":
        _refuse_gaps(environ)
        chosen["SESSION_COOKIE_SECURE"] = True
        chosen["REMEMBER_COOKIE_SECURE"] = True
        chosen["PREFERRED_URL_SCHEME"] = "https"
    return chosen


def _shared(environ: Mapping[str, str], name: str) -> dict[str, Any]:
    var = Path(environ.get("ENGAGE_VAR", str(ROOT / "var")))
    hosts = [h.strip() for h in environ.get("TRUSTED_HOSTS", "").split(",") if h.strip()]
    return {
        "ENGAGE_ENV": name,
        "TESTING": name == "testing",
        "DEBUG": False,
        "SECRET_KEY": environ.get("SECRET_KEY", "development only: not a secret"),
        "SQLALCHEMY_DATABASE_URI": environ.get("DATABASE_URL", f"sqlite:///{var / 'engage.db'}"),
        # A statement's values are votes and addresses: no message of an error may quote them.
        "SQLALCHEMY_ENGINE_OPTIONS": {"hide_parameters": True},
        "BASE_URL": environ.get("BASE_URL", "http://localhost:5000").rstrip("/"),
        "TRUSTED_HOSTS": hosts or None,
        "KEY_DIRECTORY": environ.get("KEY_DIRECTORY", str(var / "keys")),
        "ANCHOR_DIRECTORY": environ.get("ANCHOR_DIRECTORY", str(var / "anchors")),
        "MAILER": environ.get("MAILER", "smtp" if name == "production" else "file"),
        "MAIL_DIRECTORY": environ.get("MAIL_DIRECTORY", str(var / "mail")),
        "MAIL_SENDER": environ.get("MAIL_SENDER", "Engage <engage@localhost>"),
        "SMTP_HOST": environ.get("SMTP_HOST", "localhost"),
        "SMTP_PORT": int(environ.get("SMTP_PORT", "25")),
        "SMTP_USER": environ.get("SMTP_USER", ""),
        "SMTP_PASSWORD": environ.get("SMTP_PASSWORD", ""),
        "SMTP_STARTTLS": environ.get("SMTP_STARTTLS", "yes") == "yes",
        "NOTIFY_API_KEY": environ.get("NOTIFY_API_KEY", ""),
        "NOTIFY_TEMPLATE_ID": environ.get("NOTIFY_TEMPLATE_ID", ""),
        # What GOV.UK Notify must know to report what did not arrive; '' takes no reports.
        "NOTIFY_CALLBACK_TOKEN": environ.get("NOTIFY_CALLBACK_TOKEN", ""),
        # Long work runs in a process of its own beside the server; without, whoever asks waits.
        "BACKGROUND": environ.get("BACKGROUND", "no" if name == "testing" else "yes") == "yes",
        # For how long figures that cost much to count may be shown again before they are recounted.
        "FIGURES_KEPT_SECONDS": 0 if name == "testing" else 60,
        # A TrueType font for letters that the PDF viewer's own Helvetica lacks; '' for none.
        "PRINT_FONT": environ.get("PRINT_FONT", ""),
        "PROXIES": int(environ.get("PROXIES", "0")),
        # More voters than this and somebody looks at them: from one block of addresses on one day,
        # and with one postcode in one round. Nobody is kept from voting by it.
        "REVIEW_FROM_ONE_SOURCE": int(environ.get("REVIEW_FROM_ONE_SOURCE", "20")),
        "REVIEW_AT_ONE_POSTCODE": int(environ.get("REVIEW_AT_ONE_POSTCODE", "40")),
        "MAX_CONTENT_LENGTH": int(environ.get("MAX_UPLOAD_BYTES", str(64 * 1024 * 1024))),
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "MAX_FORM_PARTS": 2000,
        "SESSION_COOKIE_NAME": "engage",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": False,
        # A form is good for as long as its session: who needs an hour has an hour (WCAG 2.2.1).
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_I18N_ENABLED": False,  # every message is our own; reading theirs takes time
        "BABEL_DEFAULT_LOCALE": "en_GB",
        "BABEL_DEFAULT_TIMEZONE": "Europe/London",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "LANGUAGES": {"en_GB": "English", "gd": "Gàidhlig"},
        "RATELIMIT_ENABLED": name != "testing",
        "RATELIMIT_STORAGE_URI": environ.get("RATELIMIT_STORAGE_URI", "memory://"),
        "RATELIMIT_HEADERS_ENABLED": True,
    }


def _refuse_gaps(environ: Mapping[str, str]) -> None:
    gaps = [
        f"{setting}: {why}"
        for setting, why in REQUIRED_IN_PRODUCTION.items()
        if not environ.get(setting, "").strip()
    ]
    secret = environ.get("SECRET_KEY", "")
    if secret and len(secret) < 32:
        gaps.append("SECRET_KEY: give at least 32 characters; this one is shorter")
    base = environ.get("BASE_URL", "")
    if base and not base.startswith("https://"):
        gaps.append("BASE_URL: start it with https://")
    if environ.get("MAILER", "smtp") not in ("smtp", "notify"):
        gaps.append("MAILER: only these two send and keep nothing; choose smtp or notify")
    if gaps:
        raise SettingsRefused(
            "Engage can't start in production until these settings stand in the environment:\n  "
            + "\n  ".join(gaps)
        )
