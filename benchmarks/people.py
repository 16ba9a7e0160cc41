"""People at browsers who walk the portal's whole form, and programs that send requests: clients on 127.0.0.1.

Each person has an address of her own (127.0.1.1, 127.0.1.2, …), as people do: limits count by address.
"""

import json
import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import urlencode

TIMEOUT_SECONDS = 60
READING_SECONDS = 5.0
"""From the first page to the last at least: what is filled in faster waits for a person's eyes (docs/spam.md)."""
HIDDEN = re.compile(r'name="(csrfmiddlewaretoken|borrador|notice)" value="([^"]*)"')
ANSWERS: dict[str, dict[str, str]] = {
    "tipo": {"type": "claim"},
    "servicio": {"service": "licencia-de-conducir"},
    "texto": {"text": "Hace un mes que no hay luz en la esquina.", "subject": "Luminaria apagada"},
    "archivos": {"seguir": "1"},
    "respuesta": {"answer_by": "email"},
    "datos": {"name": "Rosa Silva", "phone": "099 123 456"},
    "revisar": {"accepts": "on"},
}


class WentWrong(Exception):
    """A person met a page that she should not: its status and address."""


@dataclass
class Person:
    """One browser: its cookies, and how long each answer took (milliseconds)."""

    number: int
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    took_ms: list[float] = field(default_factory=list)

    def walk(self) -> None:
        """From the portal's door to the receipt. Raises WentWrong, OSError."""
        self._connection = HTTPConnection(
            "127.0.0.1", self.port, TIMEOUT_SECONDS, (f"127.0.1.{self.number % 250 + 1}", 0)
        )
        begun = time.monotonic()
        _place, page = self._get("/solicitudes/nueva/")
        place, page = self._post("/solicitudes/nueva/", page, {})
        while place != "/solicitudes/recibida/":
            slug = place.rstrip("/").rpartition("/")[2]
            if slug not in ANSWERS:
                raise WentWrong(place)
            answer = dict(ANSWERS[slug])
            if slug == "respuesta":
                answer["email"] = f"persona{self.number}@example.org"
            if slug == "revisar":
                time.sleep(max(0.0, begun + READING_SECONDS - time.monotonic()))
            before = place
            place, page = self._post(place, page, answer)
            if place == before:
                raise WentWrong(f"{place} again")
        if "clave=" not in page and "@" not in page:
            raise WentWrong(place)
        self._connection.close()

    def _get(self, place: str) -> tuple[str, str]:
        return self._ask("GET", place, None)

    def _post(self, place: str, page: str, answer: dict[str, str]) -> tuple[str, str]:
        return self._ask("POST", place, urlencode({**dict(HIDDEN.findall(page)), **answer}))

    def _ask(self, method: str, place: str, body: str | None) -> tuple[str, str]:
        """Where it led, redirects followed, and the page."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self._connection.request(method, place, body, headers)
        answer = self._connection.getresponse()
        page = answer.read().decode()
        self.took_ms.append((time.perf_counter() - begun) * 1_000)
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status in (302, 303):
            return self._ask("GET", answer.headers["Location"], None)
        if answer.status != 200:
            raise WentWrong(f"{answer.status} {method} {place}")
        return place, page


def requests(count: int, port: int, first: int) -> Iterator[bytes]:
    """Distinct calls of POST /api/v1/requests, ready to be sent."""
    for number in range(first, first + count):
        said = {
            "type": "claim",
            "subject": f"Luminaria apagada {number}",
            "text": f"Hace {number} días que no hay luz en Durazno {number}. Gracias.",
            "service": "licencia-de-conducir",
            "contact": {"name": f"Rosa Silva {number}", "email": f"rosa{number}@example.org", "phone": "099 123 456"},
            "accept_privacy": True,
        }
        content = json.dumps(said).encode()
        head = f"POST /api/v1/requests HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        yield f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content


def send_all(calls: list[bytes], port: int, address: str) -> list[int]:
    """One after the other on one connection; the status of each."""
    found = []
    with socket.create_connection(("127.0.0.1", port), TIMEOUT_SECONDS, (address, 0)) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        incoming = line.makefile("rb")
        for call in calls:
            line.sendall(call)
            status = int(incoming.readline().split()[1])
            length = 0
            while (header := incoming.readline()) not in (b"\r\n", b""):
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            incoming.read(length)
            found.append(status)
    return found
