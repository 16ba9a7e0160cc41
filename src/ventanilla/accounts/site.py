"""The administration's door: who holds the right to configure comes in, and sees the bodies where she holds it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from ventanilla.accounts import queries
from ventanilla.accounts.rules import Right
from ventanilla.organisation.scoping import scope

View = Callable[..., Any]


def may_enter(request: HttpRequest) -> bool:
    return Right.CONFIGURE in queries.rights_anywhere(request.user)


def guard(site: admin.AdminSite) -> None:
    """Let the table decide instead of Django's flags; whoever is an agent in another body configures nothing there."""
    usual = site.admin_view

    def admin_view(view: View, cacheable: bool = False) -> View:
        @wraps(view)
        def in_scope(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
            with scope(queries.body_ids_with(request.user, Right.CONFIGURE)):
                response = view(request, *arguments, **named)
                # A page asks the tables while it is drawn, too.
                return response.render() if hasattr(response, "render") else response

        return usual(in_scope, cacheable)

    site.has_permission = may_enter  # type: ignore[method-assign] # the site is Django's own instance
    site.admin_view = admin_view  # type: ignore[method-assign, assignment] # as above
