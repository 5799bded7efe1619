"""Addresses and feeds, against a server on this machine: bounds of size, time, redirects and reach."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from index.errors import LoadError
from index.load import Item, discover, fetch, read
from index.load_feeds import is_feed, read_feed
from index.load_web import download, is_public
from index.records import Article, Failure
from index.settings import IndexSettings

SETTINGS = IndexSettings(fetch_timeout=5.0)
STORY = (
    "Russia and Ukraine exchanged 307 prisoners each on Saturday, in the second stage of their largest exchange of the "
    "war, a few hours after heavy night attacks on Kyiv, officials of both countries said. "
)
PAGE = (
    f"<html lang=en><head><title>307 freed</title></head><body><article><p>{STORY * 2}</p></article></body></html>"
).encode()


@dataclass
class Site:
    """What the server answers: path -> (status, headers, body). `asked` records the paths."""

    address: str = ""
    pages: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slow: set[str] = field(default_factory=set)

    def put(self, path: str, body: bytes, status: int = 200, **headers: str) -> str:
        self.pages[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
        return self.address + path


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    what = Site()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            what.asked.append(self.path)
            status, headers, body = what.pages.get(self.path, (404, {}, b"no"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for start in range(0, len(body), 4_096):
                    self.wfile.write(body[start : start + 4_096])
                    if self.path in what.slow:
                        time.sleep(0.1)
            except OSError:
                return  # the client had enough

        def log_message(self, format: str, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    what.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield what
    server.shutdown()
    thread.join()
    server.server_close()


def load(address: str, settings: IndexSettings = SETTINGS) -> list[Article | Failure]:
    out: list[Article | Failure] = []
    for each in discover([address], settings):
        if isinstance(each, Failure):
            out.append(each)
            continue
        try:
            out += read(each, fetch(each, settings), settings)
        except LoadError as error:
            out.append(Failure(location=each.location, reason=str(error)))
    return out


def test_an_address_the_user_typed_is_read_even_on_this_machine(site: Site) -> None:
    address = site.put("/swap?id=1", PAGE, Content_Type="text/html")
    (article,) = load(address + "#comments")
    assert isinstance(article, Article)
    assert article.source.title == "307 freed"
    assert (article.source.url, article.source.path, article.source.outlet) == (address, None, "127.0.0.1")
    assert article.source.published is None  # no header of the server, no clock


@pytest.mark.parametrize(
    ("path", "body", "title"),
    [
        ("/a.json", b'{"title": "A", "text": "One."}', "A"),
        ("/a.jsonl", b'{"title": "A", "text": "One."}', "A"),
        ("/a.csv", b"title,text\nA,One.", "A"),
        ("/a.md", b"---\ntitle: A\n---\nOne.", "A"),
        ("/api/articles", b'[{"title": "A", "text": "One."}]', "A"),
        ("/plain", b"One.", "One."),
        ("/a.pdf", PAGE, "307 freed"),  # a page in place of the file: a notice, a login
    ],
)
def test_the_kind_is_seen_from_the_content(site: Site, path: str, body: bytes, title: str) -> None:
    (article,) = load(site.put(path, body))
    assert isinstance(article, Article), article
    assert article.source.title == title


def test_the_encoding_a_server_names_is_used(site: Site) -> None:
    text = "Россия и Украина обменялись 307 пленными в субботу, сообщило министерство обороны. " * 3
    body = f"<html><body><article><p>{text}</p></article></body></html>".encode("koi8-r")
    (article,) = load(site.put("/ru", body, Content_Type="text/html; charset=koi8-r"))
    assert isinstance(article, Article)
    assert article.text == text.strip()


def test_errors_of_servers_and_networks_are_named(site: Site) -> None:
    (failure,) = load(site.address + "/gone")
    assert isinstance(failure, Failure)
    assert (failure.location, failure.reason) == (
        site.address + "/gone",
        "cannot be fetched: the server answers '404 Not Found'",
    )
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        (failure,) = load(address)
    assert isinstance(failure, Failure)
    assert failure.reason.startswith("cannot be fetched (")
    (failure,) = load("http://127.0.0.1:99999/")
    assert isinstance(failure, Failure)


def test_an_empty_page_is_a_failure(site: Site) -> None:
    (failure,) = load(site.put("/empty", b""))
    assert isinstance(failure, Failure)
    assert failure.reason == "is empty"


def test_size_is_bounded_announced_or_not(site: Site) -> None:
    small = IndexSettings(max_file_bytes=10_000)
    announced = site.put("/announced", b"x" * 20_000, Content_Length="20000")
    with pytest.raises(LoadError, match="20,000 bytes, over the limit of 10,000"):
        download(announced, small, typed=True)
    with pytest.raises(LoadError, match="over the limit of 10,000"):
        download(site.put("/streamed", b"x" * 20_000), small, typed=True)
    bomb = site.put("/bomb", gzip.compress(b"x" * 1_000_000), Content_Encoding="gzip")
    with pytest.raises(LoadError, match="over the limit of 10,000"):
        download(bomb, small, typed=True)
    with pytest.raises(LoadError, match="'br'"):
        download(site.put("/br", b"x", Content_Encoding="br"), small, typed=True)


def test_time_is_bounded_even_when_something_always_comes(site: Site) -> None:
    site.slow.add("/slow")
    address = site.put("/slow", b"x" * 400_000)
    start = time.perf_counter()
    with pytest.raises(LoadError, match="too slowly"):
        download(address, IndexSettings(fetch_timeout=0.5), typed=True)
    assert time.perf_counter() - start < 3


def test_redirects_are_followed_within_bounds(site: Site) -> None:
    final = site.put("/final", PAGE)
    site.put("/moved", b"", 301, Location="/final")
    assert download(site.address + "/moved", SETTINGS, typed=True).url == final
    site.put("/round", b"", 302, Location="/round")
    with pytest.raises(LoadError, match="more than 5 redirects"):
        download(site.address + "/round", SETTINGS, typed=True)
    for number, target in enumerate(
        ("file:///etc/passwd", "ftp://x.example/", "javascript:1", "http:///x", "http://[")
    ):
        site.put(f"/bad{number}", b"", 302, Location=target)
        with pytest.raises(LoadError):
            download(f"{site.address}/bad{number}", SETTINGS, typed=True)


def test_a_redirect_to_another_private_host_is_refused(site: Site) -> None:
    port = site.address.rpartition(":")[2]
    site.put("/secret", PAGE)
    site.put("/lure", b"", 302, Location=f"http://127.0.0.2:{port}/secret")
    with pytest.raises(LoadError, match="not a public host"):
        download(site.address + "/lure", SETTINGS, typed=True)
    assert site.asked == ["/lure"]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
)
def test_an_address_from_a_feed_must_be_public_however_it_is_spelled(site: Site, host: str) -> None:
    port = site.address.rpartition(":")[2]
    site.put("/secret", PAGE)
    with pytest.raises(LoadError):
        download(f"http://{host}:{port}/secret", SETTINGS, typed=False)
    assert site.asked == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        *((address, False) for address in (
            "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
            "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
            "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a9fe:a9fe", "localhost", "",
        )),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


# -- feeds --


def rss(*items: str, head: str = "") -> bytes:
    inner = "".join(f"<item>{each}</item>" for each in items)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<channel><title>Seed corpus</title><language>en</language>{inner}</channel></rss>"
    ).encode()


FULL = f"<content:encoded><![CDATA[<p>{STORY * 4}</p>]]></content:encoded>"
STAMP = "<pubDate>Sat, 24 May 2025 01:00:00 +0300</pubDate>"


def test_a_feed_yields_its_entries_and_says_what_the_pages_do_not(site: Site) -> None:
    feed = rss(
        f"<title>One</title><link>https://news.example/1</link><dc:creator>Jane Doe</dc:creator>{STAMP}",
        "<title>Two</title><link>https://news.example/2#top</link>",
        "<title>Again</title><link>https://news.example/1</link>",
        "<title>Bad</title><link>javascript:alert(1)</link>",
        "<title>None</title>",
    )
    each = list(discover([site.put("/feed", feed)], SETTINGS))
    items = [item for item in each if isinstance(item, Item)]
    assert [(item.location, item.url, item.path) for item in items] == [
        ("https://news.example/1", "https://news.example/1", None),
        ("https://news.example/2", "https://news.example/2", None),
    ]
    assert sum(isinstance(item, Failure) for item in each) == 1
    (article,) = read(items[0], PAGE, SETTINGS)
    assert isinstance(article, Article)
    source = article.source
    assert (source.title, source.outlet, source.author) == ("307 freed", "Seed corpus", "Jane Doe")
    assert source.published == date(2025, 5, 24)  # the day as printed


def test_an_entry_that_cannot_be_fetched_is_read_from_the_feed_if_that_is_whole(site: Site) -> None:
    teaser = f"<title>Teaser</title><link>{site.address}/secret2</link><description>{STORY}</description>{STAMP}"
    whole = f"<title>Whole</title><link>{site.address}/secret</link>{FULL}{STAMP}"
    article, failure = load(site.put("/feed", rss(whole, teaser)))
    assert isinstance(article, Article)
    assert article.text == (STORY * 4).strip()
    assert (article.source.title, article.source.url) == ("Whole", site.address + "/secret")
    assert (article.source.outlet, article.source.published) == ("Seed corpus", date(2025, 5, 24))
    assert isinstance(failure, Failure)
    assert "not a public host" in failure.reason
    assert site.asked == ["/feed", "/feed"]  # once to see that it is a feed; its entries are on this machine


def test_a_page_without_text_is_read_from_the_feed_if_that_is_whole(site: Site) -> None:
    feed = rss(f"<title>Whole</title><link>https://news.example/1</link>{FULL}")
    (item,) = discover([site.put("/feed", feed)], SETTINGS)
    assert isinstance(item, Item)
    (article,) = read(item, b"<html><body><script>1</script></body></html>", SETTINGS)
    assert isinstance(article, Article)
    assert article.text == (STORY * 4).strip()


def test_atom_dates_of_changes_are_not_dates_of_publication() -> None:
    def atom(stamps: str) -> bytes:
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>Seed corpus</title><entry><title>A</title>'
            f'<link href="/a"/><id>1</id>{stamps}</entry></feed>'
        ).encode()

    changed = "<updated>2025-06-01T10:00:00Z</updated>"
    (entry,) = read_feed(atom(f"{changed}<published>2025-05-24T10:00:00Z</published>"), "https://news.example/feed")
    assert (entry.url, entry.published) == ("https://news.example/a", date(2025, 5, 24))
    (entry,) = read_feed(atom(changed), "https://news.example/feed")
    assert entry.published is None


def test_a_feed_in_an_old_encoding() -> None:
    feed = rss("<title>Обмен пленными</title><link>https://news.example/1</link>").decode()
    (entry,) = read_feed(feed.replace("UTF-8", "windows-1251").encode("cp1251"), "https://news.example/feed")
    assert entry.title == "Обмен пленными"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_in_a_feed_is_refused(encoding: str) -> None:
    bomb = rss(
        "<title>&b;</title><link>https://x.example</link>", head='<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    )
    with pytest.raises(LoadError, match="entities"):
        read_feed(bomb.decode().encode(encoding), "https://news.example/feed")


def test_what_is_a_feed() -> None:
    assert is_feed(rss())
    assert is_feed(b"<!-- x --><rdf:RDF xmlns:rdf='x'>")
    assert is_feed(rss().decode().encode("utf-16"))
    assert not is_feed(PAGE)
    assert not is_feed(b"\x00\x01\x02" * 50)
    with pytest.raises(LoadError, match="without articles"):
        read_feed(rss(), "https://news.example/feed")
    with pytest.raises(LoadError, match="without articles"):
        read_feed(b"<rss><<<", "https://news.example/feed")


def test_a_feed_saved_as_a_file_is_read_when_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("feed")
    (folder / "a.rss").write_bytes(rss("<title>One</title><link>https://news.example/1</link>"))
    (item,) = discover([folder / "a.rss"], SETTINGS)
    assert isinstance(item, Item)
    assert item.location == "https://news.example/1"
    assert list(discover([folder], SETTINGS)) == []
