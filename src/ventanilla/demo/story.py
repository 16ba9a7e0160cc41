"""Five weeks of the demo body's life, told through the line itself: people write, agents answer, cases close.

Deterministic: the same day of loading gives the same story. Each step runs with the clock stopped at its own moment.
"""

from datetime import datetime, time, timedelta
from random import Random

from ventanilla.cases import queries as cases
from ventanilla.cases.models import Entry
from ventanilla.demo import doubts, requests
from ventanilla.demo.body import DemoBody
from ventanilla.demo.mails import Writer, answer_text, bounce, mail
from ventanilla.demo.sayings import CLARIFICATIONS, DOMAINS, FIRST_NAMES, FOLLOW_UPS, LAST_NAMES, NOTES, SAYINGS, Saying
from ventanilla.demo.telling import Story, finish
from ventanilla.flow import desk
from ventanilla.flow.outgoing import send_due
from ventanilla.flow.reply import note, reply
from ventanilla.kit import clock

DAYS = 35
MAILS = 106
SECOND_ANSWER = "Sí, así es. Cualquier otra duda, estamos a las órdenes."


def tell(made: DemoBody) -> None:
    """Let five weeks pass, up to now; what we sent is sent."""
    story = Story(made)
    writers = _writers(story.dice)
    first_day = story.now - timedelta(days=DAYS)
    for _number in range(MAILS):
        _plan_case(story, _arrival(story, first_day), story.dice.choice(writers), story.dice.choice(SAYINGS))
    for hours in (1, 2, 3, 5, 8, 20, 22, 26, 30, 50, 75):
        # Something fresh, something about to be late and something late at every hour of loading.
        _plan_case(
            story,
            story.now - timedelta(hours=hours, minutes=7),
            story.dice.choice(writers),
            story.dice.choice(SAYINGS),
            is_fresh=True,
        )
    requests.plan(story, writers, lambda: _arrival(story, first_day))
    _plan_oddities(story)
    story.at(story.now - timedelta(hours=9), lambda: doubts.arrive(made))
    for day in range(0, DAYS, 3):
        story.at(first_day + timedelta(days=day), send_what_waits)
    story.run()
    send_due()


def send_what_waits() -> None:
    send_due()


def _writers(dice: Random) -> list[Writer]:
    found = []
    for number in range(150):
        first, last = dice.choice(FIRST_NAMES), dice.choice(LAST_NAMES)
        local = f"{_plain(first)}.{_plain(last)}{number}"
        found.append(Writer(f"{first} {last}", f"{local}@{dice.choice(DOMAINS)}"))
    return found


def _plain(name: str) -> str:
    return name.lower().translate(str.maketrans("áéíóúñü ", "aeiounu-"))


def _arrival(story: Story, first_day: datetime) -> datetime:
    """Mostly by day, sometimes at night; fewer at weekends."""
    while True:
        day = first_day + timedelta(days=story.dice.random() * DAYS)
        hour = story.dice.choices((8, 10, 12, 15, 18, 22, 2), weights=(10, 22, 14, 20, 14, 12, 3))[0]
        moment = datetime.combine(day.date(), time(hour), tzinfo=story.office.zone) + timedelta(
            minutes=story.dice.randrange(120)
        )
        if moment < story.now and (moment.weekday() < 5 or story.dice.random() < 0.35):
            return moment


def _plan_case(story: Story, at: datetime, writer: Writer, saying: Saying, *, is_fresh: bool = False) -> None:
    dice = story.dice
    message_id = story.message_id("correo.example")
    has_picture = saying.service in ("arbolado", "limpieza", "multas") and dice.random() < 0.5
    content = mail(
        writer,
        story.made.account.address,
        saying.subject,
        f"{saying.text}\n\nSaludos,\n{writer.name}",
        at,
        message_id,
        html=f"<p>{saying.text}</p><p>Saludos,<br><b>{writer.name}</b></p>" if dice.random() < 0.4 else "",
        picture_name="foto.png" if has_picture else "",
    )
    delay = dice.choices((15, 45, 120, 300, 500), weights=(20, 30, 25, 15, 5))[0] + dice.randrange(30)
    ending = dice.random()
    dice_of_case = Random(dice.random())

    def arrive() -> None:
        codes = story.arrives(content, writer.address)
        if codes and not is_fresh:
            answered_at = story.working_moment(at, delay)
            story.at(answered_at, lambda: _answer(story, codes[0], writer, saying, message_id, ending, dice_of_case))

    story.at(at, arrive)


def _answer(
    story: Story, code: str, writer: Writer, saying: Saying, message_id: str, ending: float, dice: Random
) -> None:
    case = cases.by_code(code)
    if case is None or case.state == "closed":
        return
    actor = story.responsible(case)
    service = story.made.services.get(saying.service)
    if ending < 0.30 or ending >= 0.97:
        # Whoever closes at once says type and service then.
        desk.change(actor, case.pk, type=saying.type, service_id=service.pk if service else None)
    if dice.random() < 0.15:
        note(actor, case.pk, dice.choice(NOTES))
    if ending < 0.12:
        asked = reply(actor, case.pk, dice.choice(CLARIFICATIONS), wait_for_citizen=True)
        if ending < 0.08:
            told_at = clock.now() + timedelta(hours=dice.randrange(5, 60))
            story.at(
                told_at,
                lambda: _write_back(story, case.pk, writer, "Sí, perdón: es lo del padrón 4521.", asked, message_id),
            )
            _answer_andfinish(story, case.pk, writer, saying, story.working_moment(told_at, dice.randrange(40, 500)))
        return
    answer = reply(actor, case.pk, f"Hola, {writer.name.split()[0]}:\n\n{saying.answer}")
    now = clock.now()
    if ending < 0.30:
        back_at = now + timedelta(hours=dice.randrange(1, 30))
        story.at(back_at, lambda: _write_back(story, case.pk, writer, dice.choice(FOLLOW_UPS), answer, message_id))
        _answer_andfinish(story, case.pk, writer, saying, story.working_moment(back_at, dice.randrange(30, 420)))
    elif ending < 0.97:
        story.at(story.working_moment(now, dice.randrange(2, 400)), lambda: finish(story, case.pk, saying))


def _answer_andfinish(story: Story, case_id: int, writer: Writer, saying: Saying, at: datetime) -> None:
    """What the person added is answered too, and then the case closes."""

    def act() -> None:
        case = cases.by_id(case_id)
        if case is not None and case.state != "closed":
            reply(story.responsible(case), case_id, f"Hola, {writer.name.split()[0]}:\n\n{SECOND_ANSWER}")
            finish(story, case_id, saying)

    story.at(at, act)


def _write_back(story: Story, case_id: int, writer: Writer, text: str, answered: Entry, first_id: str) -> None:
    case = cases.by_id(case_id)
    if case is None:
        return
    now = clock.now()
    content = mail(
        writer,
        story.made.account.address,
        f"Re: [{case.code}] {case.subject}",
        answer_text(text, answered.text, now - timedelta(hours=1), story.made.account.name),
        now,
        story.message_id("correo.example"),
        answers=answered.external_id,
        references=[first_id],
    )
    story.arrives(content, writer.address)


def _plan_oddities(story: Story) -> None:
    """What every mailbox meets: a bounce, an out-of-office note, rubbish, a stranger who quotes a code, a person
    with two addresses."""
    to = story.made.account.address
    day = story.now - timedelta(days=3)
    lost = Writer("Óscar Techera", "oscar.techera@correo.example")

    def write_and_bounce() -> None:
        codes = story.arrives(
            mail(
                lost,
                to,
                "Corte de calle",
                "¿Hasta cuándo está cortada la calle Yaguarón?",
                clock.now(),
                story.message_id("correo.example"),
            ),
            lost.address,
        )
        case = cases.by_code(codes[0])
        if case is None:
            return
        answer = reply(story.responsible(case), case.pk, "El corte de Yaguarón termina el viernes a las 18.")
        send_due()
        notice = bounce(
            to, answer.external_id, lost.address, answer.subject, clock.now(), story.message_id("correo.example")
        )
        story.at(clock.now() + timedelta(minutes=3), lambda: _ignore(story.arrives(notice, "")))

    story.at(day, write_and_bounce)

    away = Writer("Estudio Píriz", "estudio@piriz.example")
    story.at(
        day + timedelta(hours=2),
        lambda: _ignore(
            story.arrives(
                mail(
                    away,
                    to,
                    "Respuesta automática: fuera de la oficina",
                    "Estoy de licencia hasta el lunes. Por urgencias, 099 000 000.",
                    clock.now(),
                    story.message_id("piriz.example"),
                    headers=[("Auto-Submitted", "auto-replied")],
                ),
                away.address,
            )
        ),
    )
    story.at(
        day + timedelta(hours=3), lambda: _ignore(story.arrives(b"\x00\xff\xfe esto no es un correo \x00" * 40, ""))
    )

    home = Writer("Silvia Bentancor", "silvia.bentancor@vera.example")
    work = Writer("Silvia Bentancor", "silvia.bentancor@estudio.example")

    def two_addresses() -> None:
        story.arrives(
            mail(
                home,
                to,
                "Permiso para mudanza",
                "Me mudo el sábado. ¿Hace falta permiso para ocupar la calle con el camión?",
                clock.now(),
                story.message_id("vera.example"),
            ),
            home.address,
        )
        codes = story.arrives(
            mail(
                work,
                to,
                "Mudanza del sábado",
                "Les escribí desde casa, agrego el recorrido: de Rivera a Bulevar España.",
                clock.now(),
                story.message_id("estudio.example"),
            ),
            work.address,
        )
        stranger = Writer("M. Anónimo", "quien.sabe@mail.example")
        story.arrives(
            mail(
                stranger,
                to,
                f"Re: [{codes[0]}]",
                "Mándenme a esta dirección todo lo que tengan de esta solicitud.",
                clock.now(),
                story.message_id("mail.example"),
            ),
            stranger.address,
        )

    story.at(story.now - timedelta(hours=6), two_addresses)


def _ignore(_codes: list[str]) -> None:
    """An arrival whose case the story does not follow."""
