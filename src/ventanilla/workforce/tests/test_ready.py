"""The one statement of `ready` against the questions that it puts together."""

import random
from datetime import timedelta

import pytest

from ventanilla.accounts.actions import create_staff
from ventanilla.catalogue.actions import create_service
from ventanilla.intake.actions import create_account
from ventanilla.organisation.actions import create_body
from ventanilla.organisation.scoping import scope
from ventanilla.workforce import actions, queries
from ventanilla.workforce.models import Agent, DemandedOf

DICE = random.Random(7)
CHANNELS = ("email", "portal", "chat")


@pytest.mark.django_db
def test_it_says_what_available_and_certified_say() -> None:
    bodies = [create_body(f"cuerpo-{number}", f"Cuerpo {number}") for number in range(2)]
    day = queries.today()
    with scope({body.pk for body in bodies}):
        teams = []
        accounts = []
        for body in bodies:
            accounts += [
                create_account(body, "email", f"{place}@{body.slug}.example", "Consultas") for place in range(2)
            ]
            for number in range(5):
                provider = None
                if DICE.random() < 0.6:
                    begins = day + timedelta(days=DICE.choice([-9, -1, 0, 1]))
                    ends = DICE.choice([None, begins, begins + timedelta(days=1), begins + timedelta(days=9)])
                    covered = DICE.sample(CHANNELS, DICE.randrange(3))
                    name = f"Proveedor {number}"
                    provider = actions.create_provider(
                        body, name=name, contract_from_on=begins, contract_until_on=ends, channels=covered
                    )
                attended = DICE.sample([one for one in accounts if one.public_body_id == body.pk], DICE.randrange(3))
                teams.append(
                    actions.create_team(body, f"equipo-{number}", f"Equipo {number}", attended, provider=provider)
                )
        actions.change_team(teams[1], is_active=False)
        services = [create_service(bodies[0], f"servicio-{number}", f"Servicio {number}") for number in range(3)]
        actions.write_statement(bodies[0], "Reserva", DemandedOf.PROVIDERS)
        statement = actions.write_statement(bodies[1], "Reserva", DemandedOf.EVERYBODY)
        agents = []
        for number in range(40):
            user = create_staff(f"persona-{number}", "Persona", str(number), password_hash="!")
            presence = DICE.choice(["available", "available", "paused"])
            agent = actions.create_agent(
                user,
                DICE.sample(teams, DICE.randrange(4)),
                presence=presence,
                languages=DICE.choice([("es",), ("es", "pt"), ("ugy",)]),
                services=DICE.sample(services, DICE.randrange(3)),
            )
            for channel in DICE.sample(CHANNELS, DICE.randrange(3)):
                begins = day + timedelta(days=DICE.choice([-9, 0, 1]))
                ends = DICE.choice([None, begins, begins + timedelta(days=9)])
                actions.certify(agent, channel, begins, ends)
            if DICE.random() < 0.5:
                actions.sign(agent, statement)
            agents.append(agent)
        user.is_active = False
        user.save()

        team_ids = [team.pk for team in teams]
        for asked in (team_ids, team_ids[:3], []):
            ready = queries.ready(asked)
            pairs = sorted((team_id, one.agent_id) for one in ready for team_id in one.team_ids)
            assert pairs == sorted(queries.available(asked))
            certified = queries.certified([agent.pk for agent in agents], day)
            assert {one.agent_id: set(one.channels) for one in ready} == {
                one.agent_id: certified.get(one.agent_id, set()) for one in ready
            }
            agents_by_id = Agent.objects.in_bulk([one.agent_id for one in ready])
            for one in ready:
                agent = agents_by_id[one.agent_id]
                assert one.languages == set(agent.languages)
                assert one.services == set(agent.services.values_list("pk", flat=True))
                assert one.max_open_cases == agent.max_open_cases
        assert queries.ready(team_ids)
        for body in bodies:
            with scope({body.pk}):
                assert sorted((team, r.agent_id) for r in queries.ready(team_ids) for team in r.team_ids) == sorted(
                    queries.available(team_ids)
                )
