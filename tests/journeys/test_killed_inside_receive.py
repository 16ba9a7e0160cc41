"""The receiver dies without warning, many times and at every step: each mail is handled, and once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from typing import IO

from django.db.models import Count
from tests.journeys.wire import database_url

from ventanilla.cases.models import Case, CaseState, Entry, EntryFile
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.post import case_of, deliver, letter
from ventanilla.demo.stage import Stage
from ventanilla.flow import desk
from ventanilla.flow.accept import accept
from ventanilla.flow.close import close
from ventanilla.flow.receiving import drain
from ventanilla.flow.reply import reply
from ventanilla.intake.models import InboundDelivery
from ventanilla.journal.actors import staff
from ventanilla.journal.models import Fact
from ventanilla.kit import storage
from ventanilla.sla.models import Clock
from ventanilla.worklist.models import Row

MAILS = 150
BATCH = 6
DICE = random.Random(20261124)

# Each line on its input forks a receiver: a process of its own, begun in a moment. It stands still before (-) or after
# (+) that call of a step and says so; where none is given it says so after a batch, and goes on.
RECEIVERS = """
import os, sys, time
import django
django.setup()
from django.db import connection
from ventanilla.flow import filing, receive
# One mail to begin with: what a first one loads, all of them have.
receive.receive(int(sys.argv[1]), 1)
connection.close()
connection.close_pool()
STEPS = {
    "store files": (receive.cases, "store_files"),
    "file": (receive, "_file"),
    "transaction": (receive, "file_readings"),
    "open or continue": (filing.cases, "open_or_continue"),
    "acknowledge": (filing, "acknowledge"),
    "mark handled": (filing.intake, "mark_handled"),
}

def stand_still(step, is_after, count):
    room, name = STEPS[step]
    done = getattr(room, name)
    calls = iter(range(1, 1_000))

    def do(*arguments, **named):
        is_now = next(calls) == count
        if is_now and not is_after:
            wait()
        result = done(*arguments, **named)
        if is_now:
            wait()
        return result

    setattr(room, name, do)

def wait():
    print("here", flush=True)
    time.sleep(60)

for line in sys.stdin:
    body_id, batch, step, side, count = line.strip().split(",")
    child = os.fork()
    if not child:
        if step:
            stand_still(step, side == "+", int(count))
        else:
            receive.receive(int(body_id), int(batch))
            print("here", flush=True)
        while receive.receive(int(body_id), int(batch)):
            pass
        os._exit(0)
    print(child, flush=True)
    _pid, status = os.waitpid(child, 0)
    print(status, flush=True)
"""

# Between each two steps; in the second batch, so that every receiver gets on by one.
POINTS = [
    ("store files", "-", BATCH + 2),
    ("store files", "+", BATCH + 4),
    ("file", "-", 2),
    ("transaction", "-", 2),
    ("open or continue", "-", 2),
    ("open or continue", "+", 2),
    ("acknowledge", "-", 2),
    ("acknowledge", "+", 2),
    ("mark handled", "-", 2),
    ("mark handled", "+", 2),
    ("transaction", "+", 2),
    ("file", "+", 1),
]
ANYWHERE = 10


@dataclass(slots=True)
class Receivers:
    body_id: int
    said: IO[str]
    heard: IO[str]

    def kill(self, step: str = "", side: str = "", count: int = 0) -> None:
        """One more receiver, killed at that point, or anywhere once it has handled something."""
        self.said.write(f"{self.body_id},{BATCH if step else 2},{step},{side},{count}\n")
        self.said.flush()
        receiver = int(self.heard.readline())
        assert self.heard.readline() == "here\n"
        if not step:
            time.sleep(DICE.uniform(0, 0.06))
        os.kill(receiver, signal.SIGKILL)
        assert int(self.heard.readline()) == signal.SIGKILL, "it ended before it was killed"


@contextmanager
def receivers(body_id: int) -> Iterator[Receivers]:
    environment = os.environ | {"DATABASE_URL": database_url()}  # noqa: TID251 # a child gets what we have
    command = [sys.executable, "-c", RECEIVERS, str(body_id)]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Receivers(body_id, process.stdin, process.stdout)
    finally:
        # With the receiver that may still stand still.
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def mail(number: int, waiting: Case, closed: Case) -> bytes:
    """Of ten mails six are new matters, one answers a case that waits for it, one a closed one, and two the mail
    before them."""
    message = EmailMessage()
    sender = number
    if number % 10 == 0:
        sender, message["In-Reply-To"] = -1, "<waiting@example.org>"
    elif number % 10 == 5:
        sender, message["Subject"] = -2, f"Otra vez [{closed.code}]"
    elif number % 5 == 2:
        sender, message["In-Reply-To"] = number - 1, f"<{number - 1}@example.org>"
    message["From"] = f"Vecina <vecina{sender}@example.org>"
    message["To"] = "consultas@ejemplo.gub.uy"
    message["Message-ID"] = f"<{number}@example.org>"
    if "Subject" not in message:
        message["Subject"] = f"Asunto {number}"
    message.set_content(f"Mensaje {number}")
    if number % 7 == 0:
        message.add_attachment(attached(number), maintype="application", subtype="pdf", filename=f"{number}.pdf")
    return message.as_bytes()


def attached(number: int) -> bytes:
    """The larger ones make a mail that stands in storage."""
    return b"%PDF-" + str(number).encode() * (200_000 if number % 21 == 0 else 100)


def case_before(stage: Stage, sender: str, message_id: str) -> Case:
    return case_of(deliver(stage, letter(f"vecina{sender}@example.org", "Antes", "Buen día", message_id=message_id)))


def test_each_mail_is_handled_once_whenever_the_receiver_dies(committed_stage: Stage) -> None:
    stage, agent = committed_stage, staff(committed_stage.agent_user.pk)
    waiting = case_before(stage, "-1", "waiting@example.org")
    closed = case_before(stage, "-2", "closed@example.org")
    desk.set_waiting(agent, waiting.pk, True)
    reply(agent, closed.pk, "Listo")
    close(agent, closed.pk, type="information", service_id=None)
    before = Counter(Fact.objects.values_list("kind", flat=True))
    for number in range(MAILS):
        accept(stage.account, mail(number, waiting, closed), {"mail_from": f"vecina{number}@example.org"})

    deaths = [*POINTS, *[("", "", 0)] * ANYWHERE]
    DICE.shuffle(deaths)
    with receivers(stage.body.pk) as under_way:
        for step, side, count in deaths:
            under_way.kill(step, side, count)
    left = InboundDelivery.objects.filter(state="stored").count()
    assert 0 < left < MAILS - 2 * BATCH, "they died too early or too late to show anything"
    assert drain(stage.body.pk) == left

    assert set(InboundDelivery.objects.values_list("state", "attempts")) == {("handled", 0)}
    where = dict(Entry.objects.filter(delivery__isnull=False).values_list("external_id", "case_id"))
    assert len(where) == Entry.objects.filter(delivery__isnull=False).count() == MAILS + 2
    of_number = [where[f"{number}@example.org"] for number in range(MAILS)]
    opened = [case_id for number, case_id in enumerate(of_number) if number % 5 in (1, 3, 4)]
    assert {of_number[number] for number in range(0, MAILS, 10)} == {waiting.pk}
    assert {of_number[number] for number in range(5, MAILS, 10)} == {closed.pk}
    assert all(of_number[number] == of_number[number - 1] for number in range(2, MAILS, 5))
    assert len(set(opened)) == len(opened) == 90
    assert set(Case.objects.values_list("pk", flat=True)) == {*opened, waiting.pk, closed.pk}
    assert set(Case.objects.values_list("state", flat=True)) == {CaseState.OPEN}

    acknowledged = OutboxMessage.objects.filter(is_automatic=True).values_list("case_id", flat=True)
    assert sorted(acknowledged) == sorted([*opened, waiting.pk, closed.pk])
    started = Counter(Clock.objects.values_list("case_id", flat=True))
    assert started == Counter([*opened, waiting.pk, closed.pk, closed.pk])  # reopened, so promised again

    told = Counter(Fact.objects.values_list("kind", flat=True)) - before
    assert told["routing.assigned"] + told["routing.queued"] == 90
    assert {kind: count for kind, count in told.items() if kind.startswith("cases.")} == {
        "cases.opened": 90,
        "cases.continued": 15 + 14 + 30,
        "cases.resumed": 1,
        "cases.reopened": 1,
    }
    lines = Entry.objects.filter(kind="event", event__in=["cases.resumed", "cases.reopened"])
    assert sorted(lines.values_list("event", "case_id")) == [
        ("cases.reopened", closed.pk),
        ("cases.resumed", waiting.pk),
    ]

    files = {file.name: storage.load(file.storage_name) for file in EntryFile.objects.all()}
    assert len(files) == EntryFile.objects.count()
    assert files == {f"{number}.pdf": attached(number) for number in range(0, MAILS, 7)}
    counted = Entry.objects.filter(kind="message").values("case_id").annotate(count=Count("pk"))
    assert dict(Row.objects.values_list("case_id", "message_count")) == {
        row["case_id"]: row["count"] for row in counted
    }
