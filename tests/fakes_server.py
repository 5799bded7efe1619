"""A tiny HTTP server on the loopback address that answers by script: it stands in for servers of models."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar


def closed_port() -> str:
    """The address of a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


Reply = Callable[["Handler"], None]


@dataclass
class Script:
    """What the server answers by path, and what it was sent."""

    replies: dict[str, Reply] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    server: ThreadingHTTPServer | None = None

    @property
    def host(self) -> str:
        assert self.server is not None
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self) -> None:
        """Stop listening; a second time does nothing."""
        assert self.server is not None
        self.server.shutdown()
        self.server.server_close()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: ClassVar[Script]

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.reply({})

    def do_POST(self) -> None:
        self.reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def reply(self, request: dict[str, Any]) -> None:
        self.script.requests.append((self.path, request))
        self.script.replies[self.path](self)

    def send(self, body: bytes, status: int = 200, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")  # so that no test leaves a connection open
        self.end_headers()
        self.wfile.write(body)


def body(content: object, status: int = 200) -> Reply:
    return lambda handler: handler.send(json.dumps(content).encode(), status)


def text(content: str, status: int = 200) -> Reply:
    return lambda handler: handler.send(content.encode(), status, "text/html")


def lines(*chunks: object) -> Reply:
    return lambda handler: handler.send(
        "".join(json.dumps(c) + "\n" for c in chunks).encode(), kind="application/x-ndjson"
    )


def cut_off(*chunks: object) -> Reply:
    """Promise more than comes."""

    def reply(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write("".join(json.dumps(c) + "\n" for c in chunks).encode())
        handler.close_connection = True

    return reply


def in_turn(*replies: Reply) -> Reply:
    """One reply after the other; the last one stays."""
    left = list(replies)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def events(*chunks: object, done: bool = True) -> Reply:
    """Server-sent events, as OpenAI's protocol streams them."""
    told = "".join(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks) + ("data: [DONE]\n\n" if done else "")
    return lambda handler: handler.send(told.encode(), kind="text/event-stream")


@contextmanager
def scripted(replies: dict[str, Reply]) -> Iterator[Script]:
    """A server with these replies by path; it stops listening at the end."""
    script = Script(replies=replies)
    script.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (Handler,), {"script": script}))
    thread = threading.Thread(target=script.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield script
    finally:
        script.stop()
        thread.join()
