"""A supervisor gives cases from the board, sees who can help and reads why a case is where it is."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client

from ventanilla.accounts import actions as accounts
from ventanilla.accounts.models import Role
from ventanilla.cases.models import Case
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import TRAINED_SINCE, Stage, build_stage
from ventanilla.flow import desk, referrals
from ventanilla.flow.reply import reply
from ventanilla.journal.actors import staff
from ventanilla.kit import clock
from ventanilla.organisation.scoping import scope
from ventanilla.routing import queries as routing
from ventanilla.web.supervisor.board import Chosen, build_board
from ventanilla.web.supervisor.people import Person
from ventanilla.workforce import actions as workforce
from ventanilla.workforce.models import Agent


@pytest.fixture
def stage(db: None) -> Stage:
    cache.clear()
    return build_stage()


@pytest.fixture
def supervisor(stage: Stage, client: Client) -> Client:
    client.force_login(stage.supervisor)
    return client


def late_mail(stage: Stage, subject: str = "Vieja", days: int = 20) -> Case:
    with scope({stage.body.pk}), clock.frozen(clock.now() - timedelta(days=days)):
        return case_of(deliver(stage, letter("lucia@example.org", subject, "Hola")))


def newcomer(stage: Stage, name: str, channels: tuple[str, ...] = ("email",), presence: str = "available") -> Agent:
    with scope({stage.body.pk}):
        user = accounts.create_staff(name.lower(), name, "Prueba")
        accounts.give_role(user, stage.body, Role.AGENT)
        agent = workforce.create_agent(user, [stage.team], presence=presence)
        for channel in channels:
            workforce.certify(agent, channel, TRAINED_SINCE)
    return agent


def page_of(client: Client, address: str = "/supervision/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode())


def give(client: Client, case: Case, whom: str, query: str = "") -> str:
    """What the board says after."""
    answer = client.post(f"/supervision/solicitudes/{case.code}/asignar/{query}", {"whom": whom})
    assert answer.status_code == 302
    assert answer["Location"] == f"/supervision/{query}#apuran"
    return page_of(client, answer["Location"].partition("#")[0])


def holder(stage: Stage, case: Case) -> tuple[int | None, int | None]:
    with scope({stage.body.pk}):
        now = routing.assignment_of(case.pk)
    assert now is not None
    return now.team_id, now.agent_id


def test_a_late_case_is_given_from_the_board(stage: Stage, supervisor: Client) -> None:
    case, helper = late_mail(stage), newcomer(stage, "Carla")
    page = page_of(supervisor)
    assert f'action="/supervision/solicitudes/{case.code}/asignar/"' in page
    assert f'<option value="agent:{helper.pk}">Carla Prueba · 0 de 40</option>' in page
    said = give(supervisor, case, f"agent:{helper.pk}")
    assert f"{case.code} ahora es de Carla Prueba." in said
    assert holder(stage, case) == (stage.team.pk, helper.pk)


def test_it_is_moved_to_a_team_and_the_board_stays_narrowed(stage: Stage, supervisor: Client) -> None:
    case = late_mail(stage)
    said = give(supervisor, case, f"team:{stage.other_team.pk}", f"?equipo={stage.team.pk}&canal=email")
    assert f"{case.code} pasó a la cola de Tránsito." in said
    assert holder(stage, case) == (stage.other_team.pk, None)


@pytest.mark.parametrize("whom", ["", "agent:", "agent:x", "agent:99999999", "agent:" + "9" * 40, "caso:1", "team:²"])
def test_nonsense_changes_nothing_and_is_said(stage: Stage, supervisor: Client, whom: str) -> None:
    case = late_mail(stage)
    before = holder(stage, case)
    assert re.search("Elegí (a quién|un ejecutivo)", give(supervisor, case, whom))
    assert holder(stage, case) == before


def test_whoever_was_not_trained_is_not_offered_and_is_refused_in_words(stage: Stage, supervisor: Client) -> None:
    case, untrained = late_mail(stage), newcomer(stage, "Delia", channels=("portal",))
    before = holder(stage, case)
    assert f'value="agent:{untrained.pk}"' not in page_of(supervisor)
    said = give(supervisor, case, f"agent:{untrained.pk}")
    assert f"{case.code} no cambió de manos." in said
    assert "no tiene certificado" in said
    assert holder(stage, case) == before


def test_those_who_are_not_there_come_after_and_say_why(stage: Stage, supervisor: Client) -> None:
    late_mail(stage)
    helper = newcomer(stage, "Carla")
    page = page_of(supervisor)
    now, later = page.index(f'value="agent:{helper.pk}"'), page.index(f'value="agent:{stage.colleague.pk}"')
    assert page.index("Pueden ahora") < now < page.index("Con certificado, no ahora") < later
    assert "Bruno Díaz · 0 de 40 · ausente" in page


def test_only_whoever_assigns_in_that_body_does(stage: Stage, client: Client) -> None:
    case = late_mail(stage)
    other = build_stage("otro", "otro.gub.uy", prefix="otro-")
    quality = accounts.create_staff("calidad", "Quimey", "Costa")
    accounts.give_role(quality, stage.body, Role.QUALITY)
    address = f"/supervision/solicitudes/{case.code}/asignar/"
    why = f"/supervision/solicitudes/{case.code}/porque/"
    for user, assigns, reads in (
        (stage.agent_user, 403, 403),
        (quality, 403, 200),
        (other.supervisor, 404, 404),
        (stage.supervisor, 302, 200),
    ):
        client.force_login(user)
        assert client.get(why).status_code == reads, user
        assert client.post(address, {"whom": f"team:{stage.other_team.pk}"}).status_code == assigns, user
    client.force_login(quality)
    page = page_of(client)
    assert case.code in page
    assert "/asignar/" not in page


def test_the_board_says_in_words_that_nobody_can_take_a_channel(stage: Stage, supervisor: Client) -> None:
    """Bruno could, and is paused: he can be called back."""
    with scope({stage.body.pk}):
        workforce.set_presence(stage.agent, "gone")
        workforce.set_presence(stage.colleague, "paused", "rest")
    for number in range(3):
        late_mail(stage, f"Espera {number}", days=number + 1)
    page = page_of(supervisor)
    assert 'data-uncovered="email"' in page
    assert "Nadie disponible con certificado de Correo: 3 esperan." in page
    assert "En pausa, con certificado: Bruno Díaz (descanso)." in " ".join(page.split())
    assert 'href="/supervision/capacitacion/"' in page
    assert "nadie para Correo" in page
    with scope({stage.body.pk}):
        workforce.set_presence(stage.colleague, "available")
    assert "data-uncovered" not in page_of(supervisor)


def test_a_full_helper_is_no_helper(stage: Stage, supervisor: Client) -> None:
    with scope({stage.body.pk}):
        workforce.change_agent(stage.agent, max_open_cases=1)
    late_mail(stage, "Primera")
    late_mail(stage, "Segunda", days=10)
    with scope({stage.body.pk}):
        board = build_board()
        (mail,) = [line for line in board["channels"] if line.channel == "email"]
        (ana,) = [one for one in board["people"] if one.agent_id == stage.agent.pk]
    assert (mail.unassigned.value, mail.helpers, ana.is_full, ana.can_help) == (1, [], True, False)
    assert mail.oldest_at is not None
    assert "Quienes tienen certificado de Correo llegaron a su máximo: 1 espera." in page_of(supervisor)


def test_whoever_can_help_stands_first(stage: Stage) -> None:
    late_mail(stage)
    busy = stage.agent
    free, paused, gone = (
        newcomer(stage, "Zoe"),
        newcomer(stage, "Abril", presence="paused"),
        newcomer(stage, "Alba", presence="gone"),
    )
    untrained = newcomer(stage, "Ada", channels=())
    with scope({stage.body.pk}):
        people: list[Person] = build_board()["people"]
    order = [one.agent_id for one in people]
    expected = [free.pk, busy.pk, untrained.pk, paused.pk, stage.colleague.pk, gone.pk]
    assert order == expected, [one.name for one in people]
    assert [one.can_help for one in people] == [True, True, False, False, False, False]


def test_the_lists_are_narrowed_by_team_and_channel_and_the_figures_are_not(stage: Stage, supervisor: Client) -> None:
    case = late_mail(stage)
    with scope({stage.body.pk}):
        whole = build_board()
        narrowed = build_board(chosen=Chosen(team_id=stage.other_team.pk))
        portal = build_board(chosen=Chosen(channel="portal"))
    assert [one.row.code for one in whole["pressing"]] == [case.code]
    assert (narrowed["pressing"], narrowed["people"], portal["pressing"]) == ([], [], [])
    assert len(portal["people"]) == 2
    assert [one.value for one in narrowed["waiting"]] == [one.value for one in whole["waiting"]]
    assert "Con ese filtro, ninguna apura" in page_of(supervisor, "/supervision/?canal=portal")
    assert "solo Tránsito" in page_of(supervisor, f"/supervision/?equipo={stage.other_team.pk}")
    assert case.code in page_of(supervisor, "/supervision/?equipo=x&canal=")


def test_of_a_centre_of_hundreds_the_first_are_shown_and_the_others_counted(
    stage: Stage, supervisor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ventanilla.web.supervisor.board.PEOPLE_SHOWN", 1)
    page = page_of(supervisor)
    assert f'id="persona-{stage.agent.pk}"' in page
    assert f'id="persona-{stage.colleague.pk}"' not in page
    assert "Y 1 persona más: elegí un equipo o un canal para verla." in page


def test_a_case_on_time_that_somebody_attends_presses_nobody(stage: Stage) -> None:
    with scope({stage.body.pk}):
        deliver(stage, letter("lucia@example.org", "Nueva", "Hola"))
        assert build_board()["pressing"] == []


def test_a_supervisor_reads_why_a_case_went_where_it_did(stage: Stage, supervisor: Client) -> None:
    """By itself to Ana; she gives it back; the supervisor gives it to Carla, who hands it to a team."""
    case, helper = late_mail(stage), newcomer(stage, "Carla")
    why = f"/supervision/solicitudes/{case.code}/porque/"
    first = page_of(supervisor, why + "?parte=1")
    assert "<html" not in first
    assert "Era la única persona presente con certificado en el canal y con lugar." in first
    with scope({stage.body.pk}):
        desk.return_to_queue(staff(stage.agent_user.pk), case.pk)
        desk.assign(staff(stage.supervisor.pk), case.pk, agent_id=helper.pk, team_id=None)
        reply(staff(helper.user_id), case.pk, "Lo estoy viendo.")
        desk.assign(staff(helper.user_id), case.pk, agent_id=None, team_id=stage.other_team.pk)
    page = page_of(supervisor, why)
    story = [
        "Carla Prueba la pasó a la cola de Tránsito.",
        "Sara Vidal la pasó a Carla Prueba.",
        "Ana Sosa la devolvió a la cola de Primer nivel.",
        "Se le dio a Ana Sosa (Primer nivel).",
        "Era la única persona presente con certificado en el canal y con lugar.",
    ]
    places = [page.index(sentence, page.index("Quién la tuvo")) for sentence in story]
    assert places == sorted(places), "the newest first"
    assert "Espera en la cola de Tránsito." in page
    assert story[0] in page_of(supervisor, why + "?parte=1"), "a person decided it, and is named"


def test_the_second_level_is_in_the_story(stage: Stage, supervisor: Client) -> None:
    case = late_mail(stage)
    why = f"/supervision/solicitudes/{case.code}/porque/"
    with scope({stage.body.pk}):
        transit = stage.service.unit
        assert transit is not None
        workforce.change_team(stage.other_team, unit=transit)
        referral = referrals.refer(staff(stage.agent_user.pk), case.pk, "¿Qué calle?", unit_id=transit.pk)
        referrals.withdraw(staff(stage.agent_user.pk), referral.pk)
    page = page_of(supervisor, why)
    told = ["Ana Sosa retiró la derivación a Dirección de Tránsito.", "Ana Sosa la derivó a Dirección de Tránsito."]
    places = [page.index(sentence) for sentence in told]
    assert places == sorted(places)
    assert "Era la única persona presente" in page_of(supervisor, why + "?parte=1"), "it is where it was"


def test_a_case_out_of_sight_has_no_why(stage: Stage, supervisor: Client) -> None:
    other = build_stage("otro", "otro.gub.uy", prefix="otro-")
    case = late_mail(other)
    assert supervisor.get(f"/supervision/solicitudes/{case.code}/porque/").status_code == 404
    assert case.code not in page_of(supervisor)


def test_the_supervisor_of_a_unit_gives_only_what_she_sees(stage: Stage, client: Client) -> None:
    case = late_mail(stage)
    boss = accounts.create_staff("jefa-de-transito", "Julia", "Roca")
    with scope({stage.body.pk}):
        accounts.give_role(boss, stage.body, Role.SUPERVISOR, unit=stage.service.unit)
    client.force_login(boss)
    assert case.code not in page_of(client)
    before = holder(stage, case)
    address = f"/supervision/solicitudes/{case.code}/asignar/"
    assert client.post(address, {"whom": f"team:{stage.other_team.pk}"}).status_code == 404
    assert holder(stage, case) == before
