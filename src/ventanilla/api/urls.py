"""Addresses of this door. Whatever happens behind /api/, the answer to an error is a problem document."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from ventanilla.accounts.doors import public
from ventanilla.api.problems import Problem, respond, unforeseen
from ventanilla.api.v1.document import api

View = Callable[..., HttpResponseBase]


def _with_problems(view: View) -> View:
    """Turn the framework's own refusals around an operation into problem documents."""

    @wraps(view)
    def answer(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        try:
            response = view(request, *arguments, **named)
        except Http404:
            return respond(request, Problem(404))
        except Exception as error:
            return unforeseen(request, error)
        if isinstance(response, HttpResponseNotAllowed):
            return respond(request, Problem(405, headers={"Allow": response["Allow"]}))
        return response

    return answer


@public("says that there is nothing")
@csrf_exempt
def not_found(request: HttpRequest, **_rest: Any) -> HttpResponseBase:
    return respond(request, Problem(404))


def _guarded() -> Any:
    patterns, application, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _with_problems(pattern.callback)
    return patterns, application, namespace


urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include(_guarded()[:2], namespace=api.urls_namespace)),
    re_path(r"", not_found),
]
