"""What a vector is, everywhere in the index: float32, of length 1, so that a dot product is a cosine."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]  # [dimensions]
Vectors = NDArray[np.float32]  # [texts, dimensions], every row of length 1
