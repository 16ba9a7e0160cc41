"""Live events: who may listen, what they hear, and who else has the case open."""

import asyncio
import json
from typing import Any

import asgiref.testing
import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.contrib.auth.models import AnonymousUser

from ventanilla.accounts.actions import create_staff, give_role, take_role
from ventanilla.catalogue.actions import create_service
from ventanilla.flow.desk import change
from ventanilla.journal.actors import staff
from ventanilla.kit import live
from ventanilla.organisation.actions import create_unit
from ventanilla.organisation.scoping import scope
from ventanilla.web.desk import sockets
from ventanilla.web.desk.tests.conftest import World, mail

PATIENCE_SECONDS = 3


class Page:
    """An open page's end of the socket, in ASGI's own words (channels.testing asks for another server)."""

    def __init__(self, user: Any) -> None:
        scope = {"type": "websocket", "path": "/mostrador/vivo/", "user": user, "headers": [], "query_string": b""}
        communicator: Any = asgiref.testing.ApplicationCommunicator
        self._line = communicator(sockets.DeskSocket.as_asgi(), scope)

    async def connect(self) -> dict[str, Any]:
        """How the house answered: accepted, or closed with a code."""
        await self._line.send_input({"type": "websocket.connect"})
        answer: dict[str, Any] = await self._line.receive_output(PATIENCE_SECONDS)
        return answer

    async def say(self, words: Any = None, *, text: str | None = None, raw: bytes | None = None) -> None:
        said = json.dumps(words) if text is None and raw is None else text
        await self._line.send_input({"type": "websocket.receive", "text": said, "bytes": raw})

    async def hear(self, event: str) -> dict[str, Any]:
        """The next sentence about that event."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                said: dict[str, Any] = json.loads((await self._line.receive_output(PATIENCE_SECONDS))["text"])
                if said["event"] == event:
                    return said

    async def hears_nothing(self, seconds: float = 0.3) -> bool:
        silent: bool = await self._line.receive_nothing(seconds)
        return silent

    async def is_closed(self) -> int:
        """The code that the house closed it with."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                said = await self._line.receive_output(PATIENCE_SECONDS)
                if said["type"] == "websocket.close":
                    return int(said["code"])

    async def leave(self) -> None:
        await self._line.send_input({"type": "websocket.disconnect", "code": 1001})
        await self._line.wait(PATIENCE_SECONDS)


async def opened(user: Any, case: Any = None) -> Page:
    page = Page(user)
    assert (await page.connect())["type"] == "websocket.accept"
    if case is not None:
        await page.say({"case": case.code, "state": "viewing"})
    return page


async def publish(group: str, event: str, **facts: Any) -> None:
    await get_channel_layer().group_send(group, {"type": "live.event", "event": event, "facts": facts})


def referent_of_transit(world: World) -> tuple[Any, Any]:
    """Somebody who sees the unit's cases alone, and such a case."""
    with scope({world.body.pk}):
        unit = create_unit(world.body, "transito", "Tránsito")
        service = create_service(world.body, "multas", "Multas", unit=unit)
        user = create_staff("referente", "Raúl", "Bentancor")
        give_role(user, world.body, "referent", unit)
        hers = world.receive(mail("Una multa", subject="Multa", sender="a@example.com"))
        change(staff(world.supervisor.user.pk), hers.pk, service_id=service.pk)
    return user, hers


@pytest.mark.django_db(transaction=True)
def test_what_is_out_of_sight_does_not_move(world: World) -> None:
    other = world.receive(mail("Otra cosa", sender="b@example.com"))
    user, hers = referent_of_transit(world)
    group = live.body_group(world.body.pk)

    async def story() -> None:
        page = await opened(user, other)
        await publish(group, "case", codes=[other.code])
        await publish(group, "assigned", code=other.code, agent_id=1)
        await publish(live.case_group(other.pk), "entry", code=other.code)
        assert await page.hears_nothing()
        await publish(group, "case", codes=[other.code, hers.code])
        assert (await page.hear("case"))["facts"] == {"codes": [hers.code]}
        await page.leave()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_a_role_that_is_taken_closes_the_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "LOOK_AGAIN_SECONDS", 0.05)

    async def story() -> None:
        page = await opened(world.agent.user)
        await sync_to_async(lambda: take_role(world.agent.user.memberships.get()))()
        assert await page.is_closed() == sockets.NOT_ALLOWED

    asyncio.run(story())


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "GATHER_SECONDS", 0.05)


@pytest.mark.django_db(transaction=True)
def test_a_colleague_is_seen_writes_and_leaves(world: World) -> None:
    case = world.receive(mail("Uno"))

    async def story() -> None:
        ana = await opened(world.agent.user, case)
        rodrigo = await opened(world.colleague.user, case)
        seen = await ana.hear("presence")
        assert seen["facts"] == {"user_id": world.colleague.user.pk, "name": "Rodrigo Sosa", "state": "viewing"}
        assert seen["key"] == case.code
        # Whoever comes later learns at once who was there before.
        assert (await rodrigo.hear("presence"))["facts"]["name"] == "Ana Pereira"
        await rodrigo.say({"case": case.code, "state": "writing"})
        assert (await ana.hear("presence"))["facts"]["state"] == "writing"
        await rodrigo.leave()
        assert (await ana.hear("presence"))["facts"]["state"] == "left"
        await ana.leave()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_queues_hear_once_of_many_moves_and_cases_at_once(world: World) -> None:
    case = world.receive(mail("Uno"))

    async def story() -> None:
        ana = await opened(world.agent.user, case)
        await asyncio.sleep(0.2)
        for code in ("A", "B", "A"):
            await publish(live.body_group(world.body.pk), "case", codes=[code])
        said = await ana.hear("case")
        assert said["facts"] == {"codes": ["A", "B"]}
        await publish(live.case_group(case.pk), "entry", code=case.code)
        assert (await ana.hear("entry"))["key"] == case.code
        await ana.say({"case": ""})
        await asyncio.sleep(0.2)
        await publish(live.case_group(case.pk), "entry", code=case.code)
        assert await ana.hears_nothing()
        await ana.leave()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
def test_strangers_hear_nothing(world: World) -> None:
    case = world.receive(mail("Uno"))

    async def story() -> None:
        for user in (None, AnonymousUser()):
            answer = await Page(user).connect()
            assert (answer["type"], answer["code"]) == ("websocket.close", sockets.NOT_ALLOWED)
        stranger = await opened(world.stranger.user, case)
        await asyncio.sleep(0.2)
        await publish(live.case_group(case.pk), "entry", code=case.code)
        await publish(live.body_group(world.body.pk), "case", codes=[case.code])
        assert await stranger.hears_nothing()
        await stranger.leave()

    asyncio.run(story())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[]",
        '{"case": 1}',
        '{"case": "x", "state": "dancing"}',
        '{"case": "' + "x" * 600 + '"}',
        '{"case": "no es un código"}',
    ],
)
def test_rubbish_is_not_heard(world: World, said: str) -> None:
    async def story() -> None:
        ana = await opened(world.agent.user)
        await ana.say(text=said)
        await ana.say(raw=b"\x00")
        assert await ana.hears_nothing()
        await ana.leave()

    asyncio.run(story())
