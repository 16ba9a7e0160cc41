"""A sender dies without warning between claim and record: everything goes out, and a repetition can be recognised."""

import email
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.journeys.wire import database_url

from ventanilla.delivery.actions import NewOutgoing, queue
from ventanilla.delivery.models import OutboxMessage
from ventanilla.demo.stage import build_stage
from ventanilla.messages.contract import Address

MAILS = 50
KILLS = 3
DICE = random.Random(7)

SEND = """
import django
django.setup()
from ventanilla.delivery.actions import send_due
print("ready", flush=True)
send_due(1000)
"""


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


def test_everything_goes_out_and_at_most_one_repeats_for_each_death(
    transactional_db: None, tmp_path: Path, sink: Any
) -> None:
    stage = build_stage()
    rosa = Address("email", "rosa@example.org")
    queued = queue(
        [NewOutgoing(stage.account, None, None, [rosa], f"Asunto {number}", "Hola") for number in range(MAILS)]
    )
    sink.pause_seconds = 0.005
    for _death in range(KILLS):
        sender = start_sender(tmp_path, sink.port)
        before = len(sink.mails)
        deadline = time.monotonic() + 20
        while len(sink.mails) == before and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(DICE.uniform(0, 0.1))
        sender.send_signal(signal.SIGKILL)
        sender.communicate()
        _let_leases_run_out()
    last = start_sender(tmp_path, sink.port)
    last.communicate(timeout=30)
    assert list(OutboxMessage.unscoped.values_list("state", flat=True).distinct()) == ["sent"]
    times = Counter(str(email.message_from_bytes(content)["Message-ID"]) for content in sink.mails)
    assert set(times) == {f"<{message.external_id}>" for message in queued}
    assert sum(times.values()) - MAILS <= KILLS


def _let_leases_run_out() -> None:
    """Ten minutes pass."""
    OutboxMessage.unscoped.filter(state="queued").update(claimed_until=None)
