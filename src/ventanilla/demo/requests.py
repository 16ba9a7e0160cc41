"""What people of the demo file on the web: with a mailbox, with their page alone, with nobody's name, or signed in."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from ventanilla.cases import queries as cases
from ventanilla.demo.mails import Writer, picture
from ventanilla.demo.sayings import CLARIFICATIONS, PORTAL_SAYINGS, SAYINGS, Saying
from ventanilla.demo.telling import SEED, Story, finish
from ventanilla.flow import keys, portal, viewing
from ventanilla.flow.outgoing import send_due
from ventanilla.flow.reply import reply
from ventanilla.flow.viewing import Viewer
from ventanilla.kit import clock
from ventanilla.messages.contract import Address, Attachment
from ventanilla.messages.documents import cedula_check_digit
from ventanilla.messages.keys import Purpose

REQUESTS = 40
FRESH = {0: 2, 1: 6, 2: 21, 3: 25}
"""Hours ago that some were filed; nobody has answered these yet."""
SIGNED = 1
"""The fresh one of somebody who speaks with her hands."""
REOPENED = 7
"""The one that its person opened again of late."""
WAYS = ("mail", "page", "nobody", "signed_in")
ENDINGS = ("answered", "asked", "withdrawn", "reopened", "new_key")
"""What happens after it was filed; "asked" waits for the person, who adds what was asked for. The first of each are
there whatever the dice say."""
UNSETTLED = timedelta(days=7)
"""What is older was settled, one way or another."""
ASSISTANCE = ("Atención preferencial", "Lengua de señas uruguaya", "Letra grande")


def plan(story: Story, writers: Sequence[Writer], arrival: Callable[[], datetime]) -> None:
    """Spread the requests over the story's weeks, a few of them over its last hours."""
    dice = Random(SEED + 1)
    for number in range(REQUESTS):
        hours = FRESH.get(number)
        at = arrival() if hours is None else story.now - timedelta(hours=hours, minutes=12)
        at = story.now - timedelta(days=6) if number == REOPENED else at
        way = WAYS[number % 4] if number < 8 else dice.choices(WAYS, weights=(50, 20, 10, 20))[0]
        ending = ENDINGS[(number - 4) % 5] if 4 <= number < 14 else dice.choices(ENDINGS[:2], weights=(80, 20))[0]
        saying = dice.choice(PORTAL_SAYINGS + PORTAL_SAYINGS + SAYINGS)
        asked = _request(dice, dice.choice(writers), way, saying)
        if number == SIGNED:
            asked = replace(asked, facts={"assistance": ASSISTANCE[1]})
        _plan(story, at, asked, saying, "" if hours is not None else ending, Random(dice.random()))


def _request(dice: Random, writer: Writer, way: str, saying: Saying) -> portal.Request:
    number = str(dice.randrange(1_200_000, 5_600_000))
    has_file = saying.service in ("arbolado", "limpieza", "multas", "alumbrado-publico") and dice.random() < 0.7
    identity = f"uy-ci-{number}{cedula_check_digit(number)}"
    return portal.Request(
        request_id=f"{dice.getrandbits(128):032x}",
        type=saying.type,
        subject=saying.subject,
        text=saying.text,
        service=saying.service if dice.random() < 0.8 else "",
        name="" if way == "nobody" else writer.name,
        email=writer.address if way in ("mail", "signed_in") else "",
        phone=f"09{dice.randrange(1, 10)} {dice.randrange(100, 1000)} {dice.randrange(100, 1000)}"
        if way != "nobody" and dice.random() < 0.5
        else "",
        document=identity.rpartition("-")[2] if way in ("mail", "page") and dice.random() < 0.3 else "",
        files=[Attachment("foto.png", "image/png", picture())] if has_file else (),
        proven=[Address("gubuy", identity)] if way == "signed_in" else (),
        facts={"assistance": dice.choice(ASSISTANCE)} if way != "nobody" and dice.random() < 0.12 else {},
    )


def _plan(story: Story, at: datetime, asked: portal.Request, saying: Saying, ending: str, dice: Random) -> None:
    def file() -> None:
        notice = portal.notice_of(story.made.body)
        envelope = {"door": "portal", "seconds_to_fill": dice.randrange(90, 700)}
        filed = portal.file_request(story.made.body, replace(asked, notice_id=notice.pk), envelope)
        if filed.case is None or not ending:
            return
        case_id = filed.case.pk
        if ending == "withdrawn":
            story.at(at + timedelta(minutes=dice.randrange(20, 90)), lambda: _as_person(case_id, asked, portal.close))
            return
        answered_at = story.working_moment(at, dice.choice((15, 45, 120, 300)) + dice.randrange(30))
        story.at(answered_at, lambda: _answer(story, case_id, asked, saying, ending, dice))

    story.at(at, file)


def _answer(story: Story, case_id: int, asked: portal.Request, saying: Saying, ending: str, dice: Random) -> None:
    case = cases.by_id(case_id)
    if case is None or case.state == "closed":
        return
    actor = story.responsible(case, (story.made.agents[0], story.made.agents[2]))
    greeting = _greeting(asked)
    now = clock.now()
    if ending == "asked":
        reply(actor, case_id, f"{greeting}{dice.choice(CLARIFICATIONS)}", wait_for_citizen=True)
        told_at = now + timedelta(hours=dice.randrange(2, 40))
        story.at(told_at, lambda: _as_person(case_id, asked, lambda viewer: _add(viewer, dice)))
        _settle(story, case_id, asked, saying, story.working_moment(told_at, dice.randrange(40, 400)))
        return
    reply(actor, case_id, f"{greeting}{saying.answer}")
    if dice.random() < 0.7:
        story.at(now + timedelta(minutes=dice.randrange(15, 900)), lambda: _as_person(case_id, asked, _look))
    closed_at = story.working_moment(now, dice.randrange(60, 400))
    if ending == "new_key":
        story.at(now + timedelta(hours=3), lambda: _as_person(case_id, asked, portal.new_key))
    if ending != "answered" or now < story.now - UNSETTLED or dice.random() < 0.8:
        story.at(closed_at, lambda: finish(story, case_id, saying))
    if ending == "reopened":
        again_at = closed_at + timedelta(hours=1)
        story.at(again_at, lambda: _as_person(case_id, asked, portal.reopen))
        if again_at < story.now - UNSETTLED:
            _settle(story, case_id, asked, saying, story.working_moment(again_at, 200))


def _settle(story: Story, case_id: int, asked: portal.Request, saying: Saying, at: datetime) -> None:
    """What she added is answered too, and then the case closes."""

    def act() -> None:
        case = cases.by_id(case_id)
        if case is not None and case.state == "open":
            reply(story.responsible(case), case_id, f"{_greeting(asked)}{saying.answer}")
            finish(story, case_id, saying)

    story.at(at, act)


def _greeting(asked: portal.Request) -> str:
    return f"Hola, {asked.name.split()[0]}:\n\n" if asked.name else "Hola:\n\n"


def _as_person(case_id: int, asked: portal.Request, act: Callable[[Viewer], object]) -> None:
    """She opens her page by the link of her mail, or by the one that she kept, and does something there."""
    case = cases.by_id(case_id)
    if case is None:
        return
    sender = Address("email", asked.email) if asked.email else Address("portal", f"p-{asked.request_id}")
    purpose = Purpose.MAILBOX if asked.email else Purpose.FILER
    key = keys.key_of(case, sender, purpose)
    opened = viewing.with_key(case, key)
    if opened is None:
        return
    # What she is about to read was sent long before.
    send_due()
    viewing.note_seen(*opened)
    if act is not portal.close or case.state != "closed":
        act(opened[0])


def _look(viewer: Viewer) -> None:
    """She reads, and says nothing."""


def _add(viewer: Viewer, dice: Random) -> None:
    said = dice.choice(("Es en la esquina de Rivera y Soca.", "El padrón es el 4521.", "Fue el martes a las 15."))
    portal.add_message(viewer, said, (), f"{dice.getrandbits(128):032x}", {"door": "portal"})
