"""Fetching over HTTP: one address in, bytes out, within bounds of time, size, redirects and reach.

An address the user typed may be anywhere, his own machine included. An address found in a feed, or given by a redirect
to another host, must be public: else a hostile page could make this program read what only this machine can reach. The
name is resolved once and the connection goes to the address that was checked.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

from index.errors import LoadError
from index.load_decode import transcode
from index.load_faults import mapped
from index.settings import IndexSettings

if TYPE_CHECKING:
    import httpx

MAX_REDIRECTS = 5
AGENT = "conflict-reporting-assistant/0.1"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an address answered: `url` is where it was found after redirects; text is in UTF-8."""

    url: str
    content: bytes


def download(url: str, settings: IndexSettings, *, typed: bool, first: int | None = None) -> Reply:
    """Fetch `url`; with `first`, only about that many bytes of it. `typed`: by the user, not found in a feed.

    Raises LoadError when it cannot be reached, answers an error, or exceeds time, size, redirects or reach.
    """
    deadline = time.monotonic() + settings.fetch_timeout
    with mapped("web"):
        import httpx

        address = httpx.URL(url)
        own_host = address.host if typed else None
        with httpx.Client(timeout=settings.fetch_timeout, follow_redirects=False) as client:
            for _ in range(MAX_REDIRECTS + 1):
                if address.scheme not in {"http", "https"} or not address.host:
                    raise LoadError(f"{str(address)[:200]!r} is no web address: only http and https are fetched")
                with _answer(client, address, anywhere=address.host == own_host) as response:
                    if response.is_redirect:
                        address = address.join(response.headers["location"])
                        continue
                    if response.is_error:
                        said = f"{response.status_code} {response.reason_phrase}".strip()
                        raise LoadError(f"cannot be fetched: the server answers {said!r}")
                    content = _content(response, settings.max_file_bytes, deadline, first)
                    charset = re.search(r"charset=\"?([\w:.-]{2,40})", response.headers.get("content-type", ""))
                    return Reply(url=str(address), content=transcode(content, charset[1]) if charset else content)
    raise LoadError(f"cannot be fetched: more than {MAX_REDIRECTS} redirects; give the final address")


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, seen through IPv6's ways of wrapping IPv4 ones."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if inner is None and parsed in _NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast and not parsed.is_reserved


@contextmanager
def _answer(client: httpx.Client, address: httpx.URL, *, anywhere: bool) -> Iterator[httpx.Response]:
    headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip, deflate"}
    extensions: dict[str, str] = {}
    if not anywhere:
        checked = _public_address(address)
        if not (getproxies().get(address.scheme) and not proxy_bypass(address.host)):  # a proxy resolves by itself
            headers["Host"] = address.netloc.decode("ascii")
            extensions["sni_hostname"] = address.host
            address = address.copy_with(host=checked)
    with client.stream("GET", address, headers=headers, extensions=extensions) as response:
        yield response


def _public_address(address: httpx.URL) -> str:
    """One address of the host, all of which are public. Raises LoadError, or OSError when it has none."""
    port = address.port or (443 if address.scheme == "https" else 80)
    found = [str(info[4][0]) for info in socket.getaddrinfo(address.host, port, type=socket.SOCK_STREAM)]
    if not found or not all(map(is_public, found)):
        raise LoadError(
            f"{address.host!r} is not a public host: an address from a feed or redirect must be; open it once"
        )
    return found[0]


def _content(response: httpx.Response, limit: int, deadline: float, first: int | None) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit and first is None:
        raise LoadError(f"is {int(announced):,} bytes, over the limit of {limit:,}: save the article alone")
    if (coding := response.headers.get("content-encoding", "identity").lower()) not in {"gzip", "deflate", "identity"}:
        raise LoadError(f"is sent in the coding {coding!r}, which was not asked for: save it as a file")
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        parts.append(part)
        size += len(part)
        if first is not None and size >= first:
            break
        if size > limit:
            raise LoadError(f"is over the limit of {limit:,} bytes: save the article alone")
        if time.monotonic() > deadline:
            raise LoadError("cannot be fetched: the server sends too slowly; try again later")
    return b"".join(parts)
