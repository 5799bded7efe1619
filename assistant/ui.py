"""The chat page as a server on this machine: `launch` serves it, `build` only makes it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.ui_account import Account
from assistant.ui_gradio import gr
from assistant.ui_guard import LOOPBACK, Guard
from assistant.ui_kept import Kept
from assistant.ui_page import lay_out
from assistant.ui_talk import MOST_WAITING, Talk
from index.errors import SettingsError

if TYPE_CHECKING:
    from assistant import Assistant

HERE = Path(__file__).parent
SYSTEM_FONT = tuple(map(gr.themes.Font, ("system-ui", "Segoe UI", "Roboto", "Noto Sans", "sans-serif")))
SYSTEM_MONO = tuple(map(gr.themes.Font, ("ui-monospace", "DejaVu Sans Mono", "monospace")))


def launch(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    account: Account | None = None,
    mcp: bool = False,
) -> None:
    """Serve the chat page until Ctrl-C, with `mcp` its three functions as MCP tools, too.

    With an `account` nobody gets in who does not sign in. Raises SettingsError for a port that is taken, or a host that
    is not local without an account.
    """
    _check_access(host, account, mcp)
    settings = assistant.settings
    kept = Kept(settings.conversations_file(), str(Path(settings.index).resolve()))
    talk = Talk(assistant, kept, addresses=host in LOOPBACK)
    page = None
    try:
        page = serve(talk, host=host, port=port, open_browser=open_browser, account=account, mcp=mcp)
        print(f"The chat is at http://{host}:{port} (Ctrl-C ends it)", flush=True)
        if mcp:
            print(f"MCP tools are at http://{host}:{port}/gradio_api/mcp/", flush=True)
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("ending", flush=True)
    finally:
        if page is not None:
            page.close(verbose=False)
        talk.close()


def build(assistant: Assistant) -> gr.Blocks:
    """The page, without a server."""
    return lay_out(Talk(assistant))


def serve(
    talk: Talk,
    *,
    host: str,
    port: int,
    open_browser: bool = False,
    account: Account | None = None,
    mcp: bool = False,
) -> gr.Blocks:
    """Start the server in a thread of its own. Raises SettingsError as `launch`."""
    _check_access(host, account, mcp)
    page = lay_out(talk)
    try:
        page.launch(
            server_name=host,
            server_port=port,
            inbrowser=open_browser,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            mcp_server=mcp,
            auth=account.fits if account else None,
            pwa=False,
            run_history=False,
            enable_monitoring=False,
            max_threads=2 * MOST_WAITING,  # a waiting question holds one
            max_file_size=talk.assistant.index_settings.max_file_bytes,
            footer_links=[],
            theme=gr.themes.Base(
                primary_hue="slate", neutral_hue="stone", radius_size="md", font=SYSTEM_FONT, font_mono=SYSTEM_MONO
            ),
            css_paths=HERE / "ui.css",
            app_kwargs={"middleware": [(Guard, (), {"anywhere": host not in LOOPBACK})]},  # class, arguments, keywords
        )
    except OSError as error:
        raise SettingsError(
            f"port {port} on {host} cannot be used ({error.strerror or 'it is taken'}): try --port {port + 1}"
        ) from error
    return page


def _check_access(host: str, account: Account | None, mcp: bool) -> None:
    if account is not None and mcp:
        raise SettingsError(
            "gradio asks nobody who calls an MCP tool to sign in: use --mcp without --auth, on 127.0.0.1"
        )
    if host not in LOOPBACK and account is None:
        raise SettingsError(
            f"host {host!r} would show the page to other machines: use --host 127.0.0.1, or --auth USER:PASSWORD-FILE"
        )
