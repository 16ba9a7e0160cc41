"""Addresses of the desk. A code comes before everything that hangs from a case; the fixed words cannot be codes."""

from django.urls import path, register_converter

from ventanilla.messages import codes
from ventanilla.web.desk.views import (
    assignment,
    compose,
    conversation,
    files,
    lifecycle,
    new_mail,
    people,
    queue,
    relations,
    troubles,
)


class CodeConverter:
    """A tracking code as addresses carry it: with or without its hyphen, in any case."""

    regex = rf"(?i:[{codes.ALPHABET}]{{4}}-?[{codes.ALPHABET}]{{4}})"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value


register_converter(CodeConverter, "code")

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="queue"),
    path("lista/", queue.listing, name="listing"),
    path("presencia/", assignment.presence, name="presence"),
    path("nuevo/", new_mail.begin, name="new_mail"),
    path("en-revision/", troubles.quarantine, name="quarantine"),
    path("en-revision/<int:delivery_id>/reintentar/", troubles.retry, name="retry_delivery"),
    path("en-revision/<int:delivery_id>/descartar/", troubles.discard, name="discard_delivery"),
    path("no-enviados/", troubles.failed, name="failed"),
    path("no-enviados/<int:message_id>/reintentar/", troubles.retry_message, name="retry_message"),
    path("archivos/<int:file_id>/", files.attachment, name="file"),
    path("originales/<int:delivery_id>/", files.original, name="original"),
    path("formatos/<int:entry_id>/", files.formatted, name="formatted"),
    path("personas/<int:contact_id>/unir/", people.merge, name="merge_contacts"),
    path("personas/uniones/<int:merge_id>/deshacer/", people.undo, name="undo_contact_merge"),
    path("vinculos/<int:link_id>/revisado/", relations.review, name="review_link"),
    path("<code:code>/", conversation.conversation, name="conversation"),
    path("<code:code>/entradas/", conversation.entries, name="entries"),
    path("<code:code>/encabezado/", conversation.head, name="head"),
    path("<code:code>/persona/", conversation.person, name="person"),
    path("<code:code>/leida/", conversation.read, name="read"),
    path("<code:code>/responder/", compose.reply, name="reply"),
    path("<code:code>/nota/", compose.note, name="note"),
    path("<code:code>/reenviar/", compose.forward, name="forward"),
    path("<code:code>/borrador/<str:kind>/", compose.draft, name="draft"),
    path("<code:code>/tomar/", assignment.take, name="take"),
    path("<code:code>/devolver/", assignment.give_back, name="return"),
    path("<code:code>/asignar/", assignment.assign, name="assign"),
    path("<code:code>/cerrar/", lifecycle.close, name="close"),
    path("<code:code>/reabrir/", lifecycle.reopen, name="reopen"),
    path("<code:code>/cambiar/", lifecycle.change, name="change"),
    path("<code:code>/espera/", lifecycle.waiting, name="waiting"),
    path("<code:code>/prorroga/", lifecycle.complexity, name="complexity"),
    path("<code:code>/unir/", relations.merge, name="merge"),
    path("<code:code>/separar/", relations.split, name="split"),
    path("<code:code>/vincular/", relations.link, name="link"),
]
