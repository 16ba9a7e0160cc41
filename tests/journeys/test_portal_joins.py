"""Agents join and part what came by the portal; whoever has only the link of her page still finds everything there."""

from django.test import Client

from ventanilla.accounts.actions import issue_token
from ventanilla.cases import queries as cases
from ventanilla.cases.models import Case
from ventanilla.demo.stage import Stage
from ventanilla.flow import portal, viewing
from ventanilla.flow.desk import merge, split
from ventanilla.flow.portal import Request, file_request
from ventanilla.flow.reply import reply
from ventanilla.journal.actors import staff
from ventanilla.organisation.actions import change_body


def filed(stage: Stage, text: str, name: str = "") -> tuple[Case, str]:
    """Without a mailbox: her page is the only place where she is answered."""
    change_body(stage.body, allows_anonymous=True)
    done = file_request(stage.body, Request(portal.new_request_id(), "claim", text, name=name), {})
    assert done.case is not None
    return Case.objects.get(pk=done.case.pk), done.key


def page(client: Client, case: Case, key: str = "") -> str:
    path = f"/solicitudes/{case.code}/" + (f"?clave={key}" if key else "")
    return client.get(path, follow=True).content.decode()


def test_her_old_link_leads_to_the_case_that_goes_on(stage: Stage) -> None:
    kept, _key = filed(stage, "La luz de Rivera está apagada.", name="Eva")
    case, key = filed(stage, "Sigue sin luz en Rivera.", name="Rosa")
    actor = staff(stage.agent_user.pk)
    merge(actor, kept.pk, case.pk)
    reply(actor, kept.pk, "La cambiamos hoy.")
    shown = page(Client(), case, key)
    assert "Sigue sin luz en Rivera." in shown
    assert "La cambiamos hoy." in shown
    assert kept.code in shown
    assert "La luz de Rivera está apagada." not in shown


def test_a_page_that_was_open_before_the_join_goes_on_too(stage: Stage) -> None:
    kept, _key = filed(stage, "La luz de Rivera está apagada.", name="Eva")
    case, key = filed(stage, "Sigue sin luz en Rivera.", name="Rosa")
    hers = Client()
    assert "Sigue sin luz" in page(hers, case, key)
    merge(staff(stage.agent_user.pk), kept.pk, case.pk)
    assert "Sigue sin luz" in page(hers, case)
    assert "Sigue sin luz" not in page(Client(), case)


def test_her_page_leads_to_what_was_split_off(stage: Stage) -> None:
    case, key = filed(stage, "La luz está apagada.", name="Rosa")
    opened = viewing.with_key(case, key)
    assert opened is not None
    portal.add_message(opened[0], "Y además hay un pozo.", (), portal.new_request_id(), {})
    fresh = split(staff(stage.agent_user.pk), case.pk, [cases.messages(case.pk)[-1].pk], "Pozo en la calle")
    hers = Client()
    shown = page(hers, case, key)
    assert "Pozo en la calle" in shown
    address = shown.split(f'href="/solicitudes/{fresh.code}/')[1].split('"')[0]
    assert "Y además hay un pozo." in page(hers, fresh, address.removeprefix("?clave="))


def test_programs_see_no_number_of_a_page(stage: Stage) -> None:
    case, _key = filed(stage, "La luz está apagada.")
    (address,) = cases.participants(case.pk)
    bearer = {"Authorization": f"Bearer {issue_token(stage.supervisor)}"}
    for path in ("/api/v1/cases", f"/api/v1/cases/{case.code}", f"/api/v1/cases/{case.code}/entries"):
        answered = Client().get(path, headers=bearer)
        assert answered.status_code == 200
        assert address.value not in answered.content.decode()
