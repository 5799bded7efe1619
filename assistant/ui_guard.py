"""What stands between page and network: the page may load nothing from elsewhere, and nobody elsewhere may use it.

Escaping is the first line against hostile articles; this is the second. It needs no library: it is plain ASGI.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # gradio's page is made of inline and compiled scripts
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


class Guard:
    """Sends the headers above with every answer, and refuses requests that name another host than this machine.

    The latter stops a web page from reaching the assistant under a name of its own that resolves to 127.0.0.1.
    """

    def __init__(self, app: App, *, anywhere: bool = False) -> None:
        """`anywhere`: any name may reach it, because everybody has to sign in."""
        self._app = app
        self._anywhere = anywhere

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if not self._anywhere and not (hosts and all(map(_is_here, hosts))):
            await send({"type": "http.response.start", "status": 400, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"this page is served to this machine only"})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)


def _is_here(host: str) -> bool:
    return host in LOOPBACK or host.rpartition(":")[0] in LOOPBACK
