"""What the body says of itself and of its attention."""

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ventanilla.web.citizen.page import page, portal

if TYPE_CHECKING:
    from ventanilla.organisation.models import PublicBody


@portal("the portal's first page tells what anybody may know")
@require_safe
def home(request: HttpRequest, body: "PublicBody") -> HttpResponse:
    return page(request, body, "citizen/home.html")
