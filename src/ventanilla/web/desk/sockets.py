"""Live events for the desk: what moves in the queues, what is new in the open case, and who else has it open.

From the browser: `{"case": CODE, "state": "viewing" | "writing"}` when a case is opened or written in, `{"case": ""}`
when none is; `{"active": true}`, at most once a minute, while she types or points. To the browser, as look's script
hears it: `{"event", "key", "facts"}`; `case` of the queues, `case` and `entry` with the code of the open case,
`presence` with `{user_id, name, state}`, `people` when her own presence changed, and `notices` when she got
one.

Who is present is nowhere stored: each socket says it again every `ANNOUNCE_SECONDS`, and browsers forget whoever was
silent for more than twice that. Nothing has to be cleaned up after a crash.
"""

import asyncio
import json
import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.urls import path

from ventanilla.accounts import queries as accounts
from ventanilla.accounts import sessions
from ventanilla.accounts.rules import Right
from ventanilla.accounts.staff_security import lacks_second_factor
from ventanilla.cases import queries as cases
from ventanilla.flow.presence import was_seen
from ventanilla.flow.sight import Standing, seen_codes, sees, standing_now
from ventanilla.kit import live
from ventanilla.organisation.scoping import scope

ANNOUNCE_SECONDS = 20
GATHER_SECONDS = 1.5
"""Queues that move many times in this long are told once: a page that is refreshed ten times a second helps nobody."""
LOOK_AGAIN_SECONDS = 60
"""How long whoever lost a role may still hear that something moved; no page shows it to her."""
ACTIVE_SECONDS = 45
"""Less than the minute of the page's script: two clocks never agree."""
STATES = ("viewing", "writing")
MESSAGE_LIMIT = 500
"""Characters; ours are shorter than a hundred."""
NOT_ALLOWED = 4403


class DeskSocket(AsyncWebsocketConsumer):  # type: ignore[misc] # channels has no types
    """One open page of one member of staff."""

    async def connect(self) -> None:
        self.user = await database_sync_to_async(_resolved)(self.scope.get("user"))
        self.standing = await database_sync_to_async(_standing)(self.user)
        self.body_ids = self.standing.body_ids_with(Right.SEE_CASES)
        self.case_id: int | None = None
        self.case_code = ""
        self.state = "viewing"
        self.names: dict[int, str] = {}
        self.gathered: set[str] = set()
        self.tasks: set[asyncio.Task[None]] = set()
        self.is_gathering = False
        self.active_at = float("-inf")
        if not self.body_ids:
            await self.close(code=NOT_ALLOWED)
            return
        for body_id in self.body_ids:
            await self.channel_layer.group_add(live.body_group(body_id), self.channel_name)
        await self.accept()
        self._begin(self._announce_often())
        self._begin(self._look_again_often())

    async def disconnect(self, code: int) -> None:
        for task in list(getattr(self, "tasks", ())):
            task.cancel()
        await self._leave_case()
        for body_id in getattr(self, "body_ids", ()):
            await self.channel_layer.group_discard(live.body_group(body_id), self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """What the page says; anything else than our two short sentences is not heard."""
        try:
            said = json.loads(text_data or "") if len(text_data or "") <= MESSAGE_LIMIT else None
        except ValueError:
            return
        if not isinstance(said, dict):
            return
        if said.get("active") is True:
            await self._was_active()
            return
        code, state = said.get("case"), said.get("state", "viewing")
        if not isinstance(code, str) or state not in STATES:
            return
        if code != self.case_code:
            await self._leave_case()
            await self._enter_case(code)
            self.state = state
            await self._announce(is_new=True)
        elif state != self.state:
            self.state = state
            await self._announce()

    async def live_event(self, message: dict[str, Any]) -> None:
        """Something that flow published, or that another socket said."""
        event, facts = message["event"], message["facts"]
        if event == "presence":
            await self._hear_presence(facts)
        elif event in ("people", "notices"):
            if facts["user_id"] == self.user.pk:
                await self._tell(event, {})
        elif event == "case" and "codes" in facts:
            self.gathered.update(facts["codes"])
            if not self.is_gathering:
                self.is_gathering = True
                self._begin(self._tell_gathered())
        elif "code" not in facts or await self._seen({facts["code"]}):
            await self._tell(event, facts, key=str(facts.get("code", "")))

    async def _was_active(self) -> None:
        """A sign of life; whatever a page says, it is looked at once in `ACTIVE_SECONDS`."""
        now = time.monotonic()
        if now - self.active_at >= ACTIVE_SECONDS:
            self.active_at = now
            await database_sync_to_async(was_seen)(self.user.pk)

    async def _hear_presence(self, facts: dict[str, Any]) -> None:
        if facts["user_id"] == self.user.pk:
            return
        if facts["user_id"] not in self.names:
            self.names[facts["user_id"]] = await database_sync_to_async(_name)(facts["user_id"])
        detail = {"user_id": facts["user_id"], "name": self.names[facts["user_id"]], "state": facts["state"]}
        await self._tell("presence", detail, key=self.case_code)
        if facts.get("is_new"):
            await self._announce()

    async def _tell_gathered(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        gathered, self.gathered, self.is_gathering = self.gathered, set(), False
        codes = await self._seen(gathered)
        if codes:
            await self._tell("case", {"codes": codes})

    async def _seen(self, codes: set[str]) -> list[str]:
        """Those of cases in sight: what she does not see does not move on her screen."""
        if not self.standing.sight.limits:
            return sorted(codes)
        seen: list[str] = await database_sync_to_async(_seen_codes)(self.standing, codes)
        return seen

    async def _tell(self, event: str, facts: dict[str, Any], key: str = "") -> None:
        await self.send(text_data=json.dumps({"event": event, "key": key, "facts": facts}))

    async def _enter_case(self, code: str) -> None:
        found = await database_sync_to_async(_case_id)(self.user.pk, code) if code else None
        if found is not None:
            self.case_id, self.case_code = found, code
            await self.channel_layer.group_add(live.case_group(found), self.channel_name)

    async def _leave_case(self) -> None:
        case_id: int | None = getattr(self, "case_id", None)
        if case_id is None:
            return
        self.state = "left"
        await self._announce()
        await self.channel_layer.group_discard(live.case_group(case_id), self.channel_name)
        self.case_id, self.case_code, self.state = None, "", "viewing"

    async def _announce(self, *, is_new: bool = False) -> None:
        """Say who is here and doing what; `is_new` asks the others to say it too."""
        if self.case_id is None:
            return
        facts = {"user_id": self.user.pk, "state": self.state, "is_new": is_new}
        await self.channel_layer.group_send(
            live.case_group(self.case_id), {"type": "live.event", "event": "presence", "facts": facts}
        )

    async def _announce_often(self) -> None:
        while True:
            await asyncio.sleep(ANNOUNCE_SECONDS)
            await self._announce()

    async def _look_again_often(self) -> None:
        """A role is taken, a contract ends, while the page stays open."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            await self._look_again()

    async def _look_again(self) -> None:
        session = self.scope.get("session")
        is_alive = session is None or await database_sync_to_async(sessions.is_alive)(session.session_key, self.user.pk)
        self.standing = await database_sync_to_async(standing_now)(self.user.pk) if is_alive else Standing(0)
        lost = self.body_ids - self.standing.body_ids_with(Right.SEE_CASES)
        for body_id in lost:
            await self.channel_layer.group_discard(live.body_group(body_id), self.channel_name)
        self.body_ids -= lost
        if not self.body_ids:
            await self.close(code=NOT_ALLOWED)
        elif self.case_id is not None and not await database_sync_to_async(_case_id)(self.user.pk, self.case_code):
            await self._leave_case()

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _resolved(user: Any) -> Any:
    """Channels gives a lazy object; rooms ask for the user itself."""
    return getattr(user, "_wrapped", user) if user is not None and user.is_authenticated else None


def _standing(user: Any) -> Standing:
    """Asked anew: the user of the connection may be older. Nothing moves before a demanded second factor is set up."""
    return standing_now(user.pk) if user is not None and not lacks_second_factor(user) else Standing(0)


def _case_id(user_id: int, code: str) -> int | None:
    """The case, if this person sees it now."""
    who = standing_now(user_id)
    with scope(who.body_ids_with(Right.SEE_CASES)):
        case = cases.by_code(code)
        return case.pk if case is not None and sees(who, case) else None


def _seen_codes(who: Standing, codes: set[str]) -> list[str]:
    with scope(who.body_ids_with(Right.SEE_CASES)):
        return seen_codes(who, codes)


def _name(user_id: int) -> str:
    found = accounts.users_by_id({user_id})
    return found[user_id].display_name if user_id in found else ""


routes: list[Any] = [path("mostrador/vivo/", DeskSocket.as_asgi())]
