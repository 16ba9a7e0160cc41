"""A sender dies without warning between claim and record: everything goes out, and a repetition can be recognised."""

import asyncio
import email
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from aiosmtpd.smtp import SMTP
from django.db import connection

from ventanilla.delivery.actions import NewOutgoing, queue
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import build_stage
from ventanilla.messages.contract import Address

MAILS = 60
KILLS = 4
DICE = random.Random(7)

SEND = """
import django
django.setup()
from ventanilla.delivery.actions import send_due
print("ready", flush=True)
send_due(1000)
"""


class Sink:
    """Keeps the ids of what it accepts, and takes its time."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 # aiosmtpd's name
        self.ids.append(str(email.message_from_bytes(envelope.original_content)["Message-ID"]))
        await asyncio.sleep(0.005)
        return "250 OK"


@contextmanager
def running(sink: Sink) -> Iterator[int]:
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: SMTP(sink, hostname="sink", loop=loop), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def end() -> None:
        server.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def database_url() -> str:
    given = connection.settings_dict
    password = f":{quote(given['PASSWORD'], safe='')}" if given["PASSWORD"] else ""
    port = f"&port={given['PORT']}" if given["PORT"] else ""
    return f"postgresql://{quote(given['USER'])}{password}@/{given['NAME']}?host={quote(given['HOST'], safe='')}{port}"


def start_sender(home: Path, port: int) -> "subprocess.Popen[bytes]":
    environment = os.environ | {  # noqa: TID251 # a child gets what we have
        "DATABASE_URL": database_url(),
        "VENTANILLA_HOME": str(home),
        "VENTANILLA_SMTP_URL": f"smtp://127.0.0.1:{port}",
    }
    sender = subprocess.Popen([sys.executable, "-c", SEND], env=environment, stdout=subprocess.PIPE)
    assert sender.stdout is not None
    assert sender.stdout.readline() == b"ready\n"
    return sender


def test_everything_goes_out_and_at_most_one_repeats_for_each_death(transactional_db: None, tmp_path: Path) -> None:
    stage = build_stage()
    rosa = Address("email", "rosa@example.org")
    queued = queue(
        [NewOutgoing(stage.account, None, None, [rosa], f"Asunto {number}", "Hola") for number in range(MAILS)]
    )
    sink = Sink()
    with running(sink) as port:
        for _death in range(KILLS):
            sender = start_sender(tmp_path, port)
            before = len(sink.ids)
            deadline = time.monotonic() + 10
            while len(sink.ids) == before and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(DICE.uniform(0, 0.1))
            sender.send_signal(signal.SIGKILL)
            sender.communicate()
            _let_leases_run_out()
        last = start_sender(tmp_path, port)
        last.communicate(timeout=15)
    assert list(OutboxMessage.unscoped.values_list("state", flat=True).distinct()) == ["sent"]
    times = Counter(sink.ids)
    assert set(times) == {f"<{message.external_id}>" for message in queued}
    assert max(times.values()) <= 2
    assert sum(times.values()) - MAILS <= KILLS


def _let_leases_run_out() -> None:
    """Ten minutes pass."""
    OutboxMessage.unscoped.filter(state="queued").update(claimed_until=None)
