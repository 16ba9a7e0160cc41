"""The ASGI application: pages and API by Django, sockets by Channels."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ventanilla.config.settings")

import django

django.setup(set_prefix=False)

# Django must be set up before anything that touches models is imported.
from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware  # noqa: E402

from ventanilla.config.body_limit import BodyLimit  # noqa: E402
from ventanilla.config.pages import PagesHandler  # noqa: E402
from ventanilla.web.desk.sockets import routes  # noqa: E402

# What a proxy says of the client is believed here, for any server, when the operator names the proxy.
application = ProxyHeadersMiddleware(
    ProtocolTypeRouter(
        {
            "http": BodyLimit(PagesHandler(), settings.ENVIRONMENT.mail_max_bytes),
            "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(routes))),
        }
    ),
    trusted_hosts=settings.TRUSTED_PROXIES,
)
