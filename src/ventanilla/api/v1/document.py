"""Version 1 as a whole, and its OpenAPI document."""

from typing import Any

from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema

from ventanilla.api import problems
from ventanilla.api.authentication import BearerToken, in_callers_scope
from ventanilla.api.parsing import StrictParser
from ventanilla.api.v1 import assignments, cases, closings, deliveries, entries, notes, quarantine, replies, requests

DESCRIPTION = """
Todo lo que un programa puede hacer con Ventanilla. Ve y puede lo mismo que el usuario del token.

- Cualquiera puede hacer una solicitud (`POST /requests`); para todo lo demás hace falta un token.
- Un token se obtiene con `ventanilla token USUARIO` y se manda como `Authorization: Bearer …`.
- Las listas son páginas: `items` y `next`, que se manda como `cursor` para pedir la siguiente.
- Todo error es un documento `application/problem+json` (RFC 9457).
"""


class DocumentedAPI(NinjaAPI):
    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**options)
        definition = problems.ProblemOut.model_json_schema(
            ref_template="#/components/schemas/{model}", schema_generator=NinjaGenerateJsonSchema, mode="serialization"
        )
        schema["components"]["schemas"].update(definition.pop("$defs", {}))
        schema["components"]["schemas"]["ProblemOut"] = definition
        return schema


api = DocumentedAPI(
    title="Ventanilla",
    version="1",
    description=DESCRIPTION,
    urls_namespace="api-1",
    auth=BearerToken(),
    parser=StrictParser(),
    docs_decorator=require_safe,
)
api.add_decorator(in_callers_scope)
problems.install(api)
for resource in (requests, cases, entries, replies, notes, assignments, closings, deliveries, quarantine):
    api.add_router("", resource.router)
