"""Reading a message off the wire, however its bytes fall into packets."""

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from ventanilla.mail.session import Content, Gate

END = b".\r\n"
AWKWARD = st.lists(st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"a", b"..", b"\x00", b"\xf1"]), max_size=40).map(
    b"".join
)


def stuffed(content: bytes) -> bytes:
    """As a client sends it: a line that begins with a dot gets another, and the lone dot ends it all."""
    lines = content.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + END


def feed(packets: list[bytes], max_bytes: int = 1_000_000, gate: Gate | None = None) -> tuple[Content, bytes]:
    async def run() -> tuple[Content, bytes]:
        content = Content(gate or Gate(10, 10_000_000), max_bytes)
        rest = b""
        for packet in packets:
            rest = rest + packet if content.is_complete else content.add(packet)
        return content, rest

    return asyncio.run(run())


@settings(max_examples=300, deadline=None)
@given(
    content=AWKWARD, cuts=st.lists(st.integers(1, 7), max_size=60), behind=st.sampled_from([b"", b"QUIT\r\n", b".\r\n"])
)
def test_every_byte_comes_through(content: bytes, cuts: list[int], behind: bytes) -> None:
    whole = content + b"\r\n" if content else b""
    wire = stuffed(whole) + behind
    packets, position = [], 0
    for cut in cuts:
        packets.append(wire[position : position + cut])
        position += cut
    packets.append(wire[position:])
    read, rest = feed([packet for packet in packets if packet])
    assert read.is_complete
    assert rest == behind
    assert read.take() == whole


def test_a_lone_line_feed_does_not_end_the_message() -> None:
    """SMTP smuggling: what other servers take for the end is content here."""
    for almost in (b"\n.\n", b"\r\n.\n", b"\n.\r\n", b"\r.\r"):
        read, _rest = feed([b"a" + almost + b"MAIL FROM:<x@y>\r\n"])
        assert not read.is_complete


def test_past_the_limit_the_rest_is_read_and_dropped() -> None:
    gate = Gate(10, 10_000_000)
    read, rest = feed([b"a" * 600, b"b" * 600, b"c" * 5_000, b"\r\n.", b"\r\nQUIT\r\n"], 1_000, gate)
    assert read.is_complete
    assert read.refusal.startswith("552 5.3.4")
    assert rest == b"QUIT\r\n"
    assert gate.bytes_in_memory == 0


def test_memory_is_shared_and_given_back() -> None:
    gate = Gate(10, 1_500)
    first, _rest = feed([b"a" * 1_000], gate=gate)
    second, _rest = feed([b"b" * 1_000, b"\r\n.\r\n"], gate=gate)
    assert second.refusal.startswith("452 4.3.1")
    assert gate.bytes_in_memory == 1_000
    first.forget()
    first.forget()
    assert gate.bytes_in_memory == 0
