"""The build of the Ollama server for tests never fails a run: it says in one line why there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import ollama_server
import pytest


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder that is the whole PATH, and an empty place to build in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("OLLAMA_TEST_PREFIX", str(tmp_path / "prefix"))
    return folder


def tool(folder: Path, name: str, script: str = "exit 0") -> None:
    (folder / name).write_text(f"#!{shutil.which('sh', path='/bin:/usr/bin')}\n{script}\n", encoding="utf-8")
    (folder / name).chmod(0o755)


def test_without_the_tools_one_line_says_so(tools: Path) -> None:
    tool(tools, "cmake")
    why = "there is no go and no g++: no Ollama server can be built"
    assert ollama_server.install() == f"{why}; the tests marked `ollama` are skipped"
    assert ollama_server.missing() == why


def test_sources_that_cannot_be_had_are_one_line_too(tools: Path) -> None:
    for name in ("g++", "cmake"):
        tool(tools, name)
    tool(tools, "go", "echo begun; echo 'dial tcp: lookup example.invalid: no such host' >&2; exit 1")
    line = ollama_server.install()
    assert "`go install` fails (dial tcp: lookup example.invalid: no such host)" in line
    assert line.endswith("the tests marked `ollama` are skipped")
    assert "\n" not in line
    assert ollama_server.missing() in line
    assert "begun" in (ollama_server.prefix() / "build.log").read_text(encoding="utf-8")


def test_a_step_that_hangs_is_given_up(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ollama_server, "BUILD_SECONDS", 0.2)
    for name in ("g++", "cmake"):
        tool(tools, name)
    tool(tools, "go", "exec /bin/sleep 20")
    assert "`go install` hangs" in ollama_server.install()


def test_nothing_tried_names_the_command(tools: Path) -> None:
    assert ollama_server.missing() == "no Ollama server is built: run `make ollama`"
