"""Where people find the house from outside."""

from django.conf import settings


def public_url(path: str = "/") -> str:
    """What to put in a mail or a QR code: VENTANILLA_PUBLIC_URL, else this machine's address, then `path`."""
    base: str = settings.PUBLIC_URL
    return base.rstrip("/") + path
