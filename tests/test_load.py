"""Finding, fetching and reading: what is found once, what is refused and named; and that no bytes bring it down."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LoadError
from index.load import Item, discover, fetch, read
from index.load_find import KINDS
from index.records import Article, Failure
from index.settings import IndexSettings

SETTINGS = IndexSettings()
SMALL = IndexSettings(max_file_bytes=1_000)
STORY = (
    "The two sides released 307 people each on the second day of the exchange, officials of the ministry said. " * 20
)
TEXT = "Both sides released 307 people on Saturday, officials said."


def found(*paths: str | Path, config: IndexSettings = SETTINGS) -> tuple[list[str], list[Failure]]:
    """Locations of the items, and the failures."""
    each = list(discover(paths, config))
    return [i.location for i in each if isinstance(i, Item)], [f for f in each if isinstance(f, Failure)]


def one_failure(*paths: str | Path) -> Failure:
    items, failures = found(*paths)
    assert items == []
    (failure,) = failures
    assert "\n" not in failure.reason
    failure.location.encode()  # it can be stored
    return failure


# -- discover --


def test_folders_are_walked_in_order_and_only_readable_kinds_are_taken(tmp_path: Path) -> None:
    for name in (
        "b.md",
        "a/c.TXT",
        "a/B.html",
        ".hidden.txt",
        ".git/x.txt",
        "z.exe",
        "no_suffix",
        "README.md",
        "f.xml",
    ):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(TEXT)
    items, failures = found(tmp_path)
    assert items == [(tmp_path / name).as_posix() for name in ("a/B.html", "a/c.TXT", "b.md")]
    assert failures == []


def test_what_is_named_outright_is_read_or_is_a_failure(tmp_path: Path) -> None:
    for name in (".hidden.txt", "README.md"):
        (tmp_path / name).write_text(TEXT)
        assert found(tmp_path / name)[0] == [(tmp_path / name).as_posix()]
    (tmp_path / "z.exe").write_text(TEXT)
    assert "'.exe'" in one_failure(tmp_path / "z.exe").reason


def test_a_file_is_found_once_whatever_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.txt").write_text(TEXT)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "y.txt").symlink_to(tmp_path / "a" / "x.txt")
    monkeypatch.chdir(tmp_path)
    items, failures = found("a/x.txt", tmp_path, str(tmp_path / "a" / "loop"), "y.txt", "./a/../a/x.txt")
    assert items == [(tmp_path / "a" / "x.txt").as_posix()]
    assert failures == []


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "dead.txt").symlink_to(tmp_path / "gone.txt")
    assert "is not there" in one_failure(tmp_path / "none").reason
    assert one_failure(tmp_path / "none").location == str(tmp_path / "none")
    assert "is not there" in one_failure(tmp_path).reason
    assert one_failure(str(tmp_path / "nul\0.txt")).reason
    assert one_failure(str(tmp_path / ("long" * 100))).reason


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "pipe" in one_failure(tmp_path / "pipe.txt").reason
    assert "pipe" in one_failure(tmp_path).reason  # and nobody waits for a writer
    assert "device" in one_failure("/dev/null").reason
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s.md"))
        assert "socket" in one_failure(tmp_path / "s.md").reason


def test_a_folder_without_read_rights_is_named_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("closed", "open"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(TEXT)
    listed = os.listdir

    def listdir(path: str) -> list[str]:  # tests may run as root, whom no mode stops
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "listdir", listdir)
    items, failures = found(tmp_path)
    assert items == [(tmp_path / "open" / "x.txt").as_posix()]
    assert [f.location for f in failures] == [str(tmp_path / "closed")]
    assert "may not be read" in failures[0].reason


def test_a_name_that_is_not_utf8_is_named(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text(TEXT)
    assert one_failure(tmp_path).location.endswith("caf\\udce9.txt")
    assert "rename" in one_failure(tmp_path).reason


def test_folders_nested_deeper_than_pythons_calls_are_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    depth = 0
    try:
        for _ in range(1_050):
            Path("d").mkdir()
            os.chdir("d")
            depth += 1
        Path("x.txt").write_text(TEXT)
        items, failures = found(tmp_path)
    finally:  # pytest cannot remove such a folder
        Path("x.txt").unlink(missing_ok=True)
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()
    assert len(items) == 1
    assert failures == []


@pytest.mark.parametrize(
    "address", ["ftp://x.example/a.txt", "file:///etc/passwd", "http://", "https://[", "http://x\udce9/"]
)
def test_what_is_no_web_address_is_named(address: str) -> None:
    one_failure(address)


# -- fetch --


def test_a_file_over_the_limit_is_named_without_being_read(tmp_path: Path) -> None:
    big = tmp_path / "big.txt"
    with big.open("wb") as file:
        file.truncate(200_000_000)  # sparse: takes no space
    (item,) = discover([big], SETTINGS)
    assert isinstance(item, Item)
    start = time.perf_counter()
    with pytest.raises(LoadError, match="200,000,000 bytes, over the limit of 20,000,000"):
        fetch(item, SETTINGS)
    assert time.perf_counter() - start < 0.1


def test_a_file_of_just_the_limit_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"x" * 1_000)
    (item,) = discover([tmp_path], SMALL)
    assert isinstance(item, Item)
    assert len(fetch(item, SMALL)) == 1_000


def test_a_file_that_went_or_changed_after_it_was_found(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(TEXT)
    (item,) = discover([file], SETTINGS)
    assert isinstance(item, Item)
    file.unlink()
    with pytest.raises(LoadError, match="is not there"):
        fetch(item, SETTINGS)
    os.mkfifo(file)
    with pytest.raises(LoadError, match="pipe"):
        fetch(item, SETTINGS)


# -- read --


def load(path: Path) -> list[Article | Failure]:
    (item,) = discover([path], SETTINGS)
    assert isinstance(item, Item)
    return list(read(item, fetch(item, SETTINGS), SETTINGS))


def test_the_id_lasts_over_edits_and_the_hash_does_not(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(TEXT)
    (first,) = load(file)
    os.utime(file, (0, 0))
    (touched,) = load(file)
    file.write_text(TEXT + " More.")
    (edited,) = load(file)
    file.rename(tmp_path / "b.txt")
    (moved,) = load(tmp_path / "b.txt")
    assert isinstance(first, Article) and isinstance(edited, Article) and isinstance(moved, Article)
    assert touched == first
    assert (len(first.id), len(first.content_hash)) == (16, 64)
    assert edited.id == first.id != moved.id
    assert first.content_hash != edited.content_hash == moved.content_hash


def test_the_hash_covers_every_field_of_the_source(tmp_path: Path) -> None:
    row = {
        "text": TEXT,
        "title": "a",
        "outlet": "b",
        "author": "c",
        "url": "https://d.e",
        "date": "2025-05-24",
        "lang": "en",
    }
    changes = {"title": "z", "outlet": "z", "author": "z", "url": "https://z.z", "date": "2025-05-25", "lang": "fr"}
    file = tmp_path / "a.json"
    hashes = set()
    for name in (None, *changes):
        file.write_text(json.dumps(row if name is None else {**row, name: changes[name]}))
        (found_one,) = load(file)
        assert isinstance(found_one, Article)
        hashes.add(found_one.content_hash)
    assert len(hashes) == 7


def test_nothing_is_guessed_for_a_raw_text(tmp_path: Path) -> None:
    file = tmp_path / "raw.txt"
    file.write_text(
        "Both sides released 307 people Saturday, just a day after each released 390.\n"
        "“Today is the second day,” the president posted on X Saturday. "
        "The first talks since 2022 were earlier this month.\n"
        "With wires"
    )
    os.utime(file, (1_700_000_000, 1_700_000_000))
    (article,) = load(file)
    assert isinstance(article, Article)
    assert article.source.published is None
    assert article.source.title == "Both sides released 307 people Saturday, just a day after each released 390."


def test_a_thousand_small_files_are_read_in_a_moment(tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f"{number}.md").write_text(f"---\ntitle: Nr. {number}\ndate: 2025-05-24\n---\n{STORY}")
    start = time.process_time()
    articles = [a for item in discover([tmp_path], SETTINGS) if isinstance(item, Item) for a in load_item(item)]
    assert time.process_time() - start < 2  # of the processor: others may use it, too
    assert {a.source.published for a in articles} == {date(2025, 5, 24)}
    assert len({a.id for a in articles}) == 1_000


def load_item(item: Item) -> Iterator[Article]:
    for each in read(item, fetch(item, SETTINGS), SETTINGS):
        assert isinstance(each, Article)
        yield each


# -- any bytes at all --

STARTS = [
    *(b"%PDF-1.7\n", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0"),
    *(b"---\n", b"---\ntitle: ", b"<html>", b"<!DOCTYPE html><p>", b"<?xml version='1.0'?>", b'{"text": ', b"[", b'"'),
    *(b"text\n", b"title,text\n", b"text\ttitle\n", b'text\n"', b"24 May 2025\n", b"# ", b"%PDF-1.4\n1 0 obj\n<<"),
]
PIECES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(max_size=60).map(lambda text: text.encode("utf-16", "surrogatepass")),
    st.sampled_from([b"endobj\n", b"stream\n", b"trailer<</Root 1 0 R>>", b"</p>", b"<time datetime=", b"\n---\n"]),
    st.recursive(st.none() | st.integers() | st.text(max_size=9), lambda inner: st.lists(inner) | st.dictionaries(
        st.sampled_from(["text", "title", "date", "id", "url", "source", "articles"]), inner), max_leaves=9,
    ).map(lambda value: json.dumps(value).encode()),
)  # fmt: skip
CONTENTS = st.tuples(st.sampled_from([b"", *STARTS]), st.lists(PIECES, max_size=4).map(b"".join)).map(b"".join)


@pytest.mark.parametrize("suffix", [*KINDS, None])
@settings(max_examples=40, deadline=None, derandomize=True)
@given(content=CONTENTS)
def test_any_bytes_are_articles_or_failures(suffix: str | None, content: bytes) -> None:
    path = Path(f"/news/x{suffix}") if suffix else None
    url = None if path else "https://news.example/x"
    item = Item(location=str(path or url), path=path, url=url)
    for each in read(item, content, SETTINGS):
        assert isinstance(each, Article | Failure)
        if isinstance(each, Failure):
            assert each.reason and "\n" not in each.reason
            each.reason.encode()
        else:
            assert each.text.strip() == each.text != ""
            assert 0 < len(each.source.title) <= 500 and "\n" not in each.source.title
            "".join((each.text, *(str(field) for field in (each.source.title, each.source.author)))).encode()


@settings(max_examples=50, deadline=None, derandomize=True)
@given(path=st.text(max_size=40))
def test_any_path_is_found_or_a_failure(path: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    if path.lower().startswith(("http:", "https:")):
        return
    folder = tmp_path_factory.mktemp("any")
    with contextlib.chdir(folder):
        for each in discover([f"./{path}"], SETTINGS):
            assert isinstance(each, Item | Failure)
