"""Secrets cannot be read in the database, nor under another key."""

import pytest

from ventanilla.intake import actions, queries, secrets
from ventanilla.intake.models import ChannelAccount
from ventanilla.organisation.actions import create_body
from ventanilla.organisation.scoping import scope

PASSWORD = "clave-de-prueba"


@pytest.mark.django_db
def test_a_row_shows_no_secret_and_the_channel_gets_it() -> None:
    body = create_body("una", "Una")
    with scope({body.pk}):
        account = actions.create_account(body, "email", " Consultas@Una.uy ", "Una", secrets={"password": PASSWORD})
        stored = bytes(ChannelAccount.objects.get().secrets_encrypted)
        assert PASSWORD.encode() not in stored
        assert secrets.decrypt(stored) == {"password": PASSWORD}
        assert account.address == "consultas@una.uy"
    for address in ("CONSULTAS@una.uy", "<consultas+x@una.uy>"):
        assert queries.account_for_address(address) == account
    assert queries.account_for_address("otra@una.uy") is None


def test_another_key_opens_nothing(settings: pytest.FixtureRequest) -> None:
    stored = secrets.encrypt({"password": PASSWORD})
    settings.SECRET_KEY = "otra"  # type: ignore[attr-defined] # pytest-django's fixture has no type
    with pytest.raises(secrets.SecretsUnreadable):
        secrets.decrypt(stored)


def test_no_secrets_are_no_bytes() -> None:
    assert secrets.encrypt({}) == b""
    assert secrets.decrypt(b"") == {}
