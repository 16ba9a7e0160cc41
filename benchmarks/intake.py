"""A thousand mails through the whole line: SMTP, commit, reading, case, agent, clock, acknowledgement, queue row.

`ventanilla mail` and `ventanilla worker` run as they would in production, each in its process; this one only sends. Timed from
the first byte until the last case stands in the worklist with its acknowledgement queued.
"""

import json
import os
import smtplib
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.installation import installation, program, wait_for_port
from benchmarks.letters import letters

MESSAGES = 1_000
CONNECTIONS = 8
TIMEOUT_SECONDS = 180


def main() -> dict[str, float]:
    with installation() as home:
        from ventanilla.demo.stage import build_stage
        from ventanilla.flow.accept import accept
        from ventanilla.flow.receiving import drain
        from ventanilla.intake.models import InboundDelivery

        stage = build_stage()
        to = stage.account.address
        figures: dict[str, float] = {}

        warm = letters(200, to, first=10_000)
        for content in warm:
            accept(stage.account, content, {"mail_from": "x@correo.example", "rcpt_to": [to]})
        drain(stage.body.pk)

        batch = letters(MESSAGES, to, first=20_000)
        begun = time.perf_counter()
        for content in batch:
            accept(stage.account, content, {"mail_from": "x@correo.example", "rcpt_to": [to]})
        figures["accept_one_client_per_second"] = MESSAGES / (time.perf_counter() - begun)
        begun = time.perf_counter()
        drain(stage.body.pk)
        figures["receive_alone_per_second"] = MESSAGES / (time.perf_counter() - begun)

        port = int(os.environ["VENTANILLA_MAIL_PORT"])
        with program("mail", home=home), program("worker", home=home):
            wait_for_port(port)
            time.sleep(4)
            _send(letters(100, to, first=30_000), to, port)
            _wait(InboundDelivery)
            batch = letters(MESSAGES, to, first=40_000)
            begun = time.perf_counter()
            _send(batch, to, port)
            figures["accepted_by_smtp_per_second"] = MESSAGES / (time.perf_counter() - begun)
            _wait(InboundDelivery)
            figures["whole_line_per_second"] = MESSAGES / (time.perf_counter() - begun)
        _check(stage.body.pk)
        return figures


def _send(batch: list[bytes], to: str, port: int) -> None:
    def client(share: list[bytes]) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for content in share:
                server.sendmail("x@correo.example", [to], content)

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(client, [batch[number::CONNECTIONS] for number in range(CONNECTIONS)]))


def _wait(deliveries: Any) -> None:
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while deliveries.unscoped.filter(state="stored").exists():
        if time.monotonic() > deadline:
            raise TimeoutError("deliveries still wait")
        time.sleep(0.02)


def _check(body_id: int) -> None:
    """The figures count only if every message became what it should."""
    from ventanilla.cases.models import Case, Entry
    from ventanilla.delivery.models import OutboxMessage
    from ventanilla.organisation.scoping import scope
    from ventanilla.worklist.models import Row

    with scope({body_id}):
        messages = Entry.objects.filter(direction="in").count()
        assert messages == 200 + MESSAGES + 100 + MESSAGES, messages
        assert Case.objects.count() == Row.objects.count() == OutboxMessage.objects.filter(is_automatic=True).count()


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
