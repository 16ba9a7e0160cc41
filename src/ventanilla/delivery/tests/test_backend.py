"""Libraries' mail goes through the outbox."""

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.core.mail.backends.base import BaseEmailBackend

from ventanilla.delivery.models import OutboxMessage
from ventanilla.delivery.tests.conftest import Desk
from ventanilla.intake.models import ChannelAccount


@pytest.fixture
def backend() -> BaseEmailBackend:
    return get_connection("ventanilla.delivery.backend.OutboxEmailBackend")


def test_a_reset_mail_is_queued_without_a_case(desk: Desk, backend: BaseEmailBackend) -> None:
    mail = EmailMultiAlternatives("Clave", "Entrá en https://x", "no@x", ["Ana <Ana@x.uy>"], connection=backend)
    mail.attach_alternative("<p>Entrá</p>", "text/html")
    assert mail.send() == 1
    message = OutboxMessage.objects.get()
    assert message.recipients == [{"kind": "email", "value": "ana@x.uy", "name": "Ana"}]
    assert (message.account, message.case, message.entry, message.is_automatic) == (desk.account, None, None, True)
    assert (message.subject, message.text, message.html) == ("Clave", "Entrá en https://x", "<p>Entrá</p>")


def test_without_an_account_it_is_said_without_saying_what(
    desk: Desk, backend: BaseEmailBackend, caplog: pytest.LogCaptureFixture
) -> None:
    ChannelAccount.objects.update(is_active=False)
    assert send_mail("Clave", "secreto", "no@x", ["ana@x.uy"], connection=backend) == 0
    assert "no active e-mail account" in caplog.text
    assert "secreto" not in caplog.text
    assert "ana@" not in caplog.text
