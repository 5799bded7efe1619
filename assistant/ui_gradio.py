"""gradio, with its analytics switched off before it is imported: the pages of this project get it from here.

With that (and without sharing, server-side rendering and run history, see ui.py) neither page nor process asks anybody
else for anything. The model hub is left as it is set: fetching a model's weights is another matter.
"""

from __future__ import annotations

import os

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from gradio.events import api

__all__ = ["api", "gr"]
