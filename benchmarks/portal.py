"""The portal: what each page costs the server, a crowd that files at once, and programs that send requests.

`ventanilla web` and `ventanilla worker` run as they would in production, each in its processes; this one only asks.
"""

import json
import os
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.installation import free_port, installation, percentile, program, wait_for_port
from benchmarks.people import Person, requests, send_all

PAGES = (
    "/",
    "/canales/",
    "/privacidad/",
    "/accesibilidad/",
    "/seguimiento/",
    "/seguimiento/perdi-mi-codigo/",
    "/solicitudes/nueva/",
)
REPEATS = 200
FILED_WITHIN_SECONDS = 60
CROWD = 200
REQUESTS = 2_000
CLIENTS = 4
REQUESTS_OF_AN_ADDRESS = 100
"""On one connection; the next one comes from another address, since an address may send 120 a minute."""


def main() -> dict[str, float]:
    os.environ["VENTANILLA_PORT"] = str(free_port())
    with installation() as home:
        from django.conf import settings
        from django.core.cache import cache

        from ventanilla.demo.stage import build_stage

        settings.ALLOWED_HOSTS = ["*"]
        stage = build_stage()
        figures = pages(stage)
        cache.clear()
        port = int(os.environ["VENTANILLA_PORT"])
        with program("web", home=home, **_variables()), program("worker", home=home, **_variables()):
            wait_for_port(port)
            time.sleep(2)
            figures |= programs(port)
            figures |= crowd(port)
            _wait_until_filed()
        _check(stage.body.pk)
        return figures


def _variables() -> dict[str, str]:
    return {"VENTANILLA_PORT": os.environ["VENTANILLA_PORT"]}


def pages(stage: Any) -> dict[str, float]:
    """Milliseconds of the whole request, as benchmarks.pages takes them."""
    from django.test import Client

    from ventanilla.flow import keys, portal
    from ventanilla.organisation.scoping import scope

    with scope({stage.body.pk}):
        filed = portal.file_request(
            stage.body,
            portal.Request(portal.new_request_id(), "claim", "No hay luz.", name="Rosa", email="rosa@example.org"),
            {"door": "portal"},
        )
        assert filed.case is not None
        link = keys.case_link(stage.body, filed.case, filed.key)
    client = Client()
    assert client.get("/" + link.partition("//")[2].partition("/")[2], follow=True).status_code == 200
    figures, all_of_them = {}, []
    for address in (*PAGES, f"/solicitudes/{filed.case.code}/"):
        client.get(address)
        took = []
        for _time in range(REPEATS):
            begun = time.perf_counter()
            answer = client.get(address)
            took.append((time.perf_counter() - begun) * 1_000)
            assert answer.status_code == 200, (answer.status_code, address)
        name = "case" if filed.case.code in address else address.strip("/").replace("/", "_").replace("-", "_")
        figures[f"page_{name or 'home'}_p95_ms"] = percentile(took, 0.95)
        all_of_them += took
    return {**figures, "pages_p95_ms": percentile(all_of_them, 0.95), "worst_page_p95_ms": max(figures.values())}


def programs(port: int) -> dict[str, float]:
    _send(port, CLIENTS * 50, first=100_000, network="127.0.2")
    begun = time.perf_counter()
    found = _send(port, REQUESTS, first=200_000, network="127.0.3")
    answered = time.perf_counter() - begun
    assert found == {201: REQUESTS}, found
    _wait_until_filed()
    filed = time.perf_counter() - begun
    return {"requests_per_second": REQUESTS / answered, "requests_filed_per_second": REQUESTS / filed}


def _wait_until_filed() -> None:
    """A code is told before its case is filed: the figure counts only if filing follows."""
    from ventanilla.intake.models import InboundDelivery

    deadline = time.monotonic() + FILED_WITHIN_SECONDS
    while InboundDelivery.unscoped.filter(state="stored").exists():
        if time.monotonic() > deadline:
            raise TimeoutError("requests still wait to be filed")
        time.sleep(0.02)


def _send(port: int, count: int, *, first: int, network: str) -> Counter[int]:
    calls = list(requests(count, port, first))
    lines = [calls[at : at + REQUESTS_OF_AN_ADDRESS] for at in range(0, count, REQUESTS_OF_AN_ADDRESS)]
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = pool.map(lambda line: send_all(line[1], port, f"{network}.{line[0] + 1}"), enumerate(lines))
        return Counter(status for statuses in answers for status in statuses)


def crowd(port: int) -> dict[str, float]:
    people = [Person(number, port) for number in range(CROWD)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CROWD) as pool:
        list(pool.map(Person.walk, people))
    elapsed = time.perf_counter() - begun
    took = [value for person in people for value in person.took_ms]
    return {
        "crowd_seconds": elapsed,
        "crowd_answers_per_second": len(took) / elapsed,
        "crowd_p95_ms": percentile(took, 0.95),
    }


def _check(body_id: int) -> None:
    """The figures count only if every request became a case with its acknowledgement."""
    from ventanilla.cases.models import Case
    from ventanilla.delivery.models import OutboxMessage
    from ventanilla.organisation.scoping import scope
    from ventanilla.privacy.models import Consent

    with scope({body_id}):
        made = REQUESTS + CLIENTS * 50 + CROWD
        assert Consent.objects.count() == made, Consent.objects.count()
        assert Case.objects.count() == OutboxMessage.objects.filter(is_automatic=True).count() == made + 1


if __name__ == "__main__":
    json.dump(main(), sys.stdout)
