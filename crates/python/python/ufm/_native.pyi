from typing import Any

import numpy as np
from numpy.typing import NDArray

def advise_counts(names: list[str], counts: list[int], majority: list[str]) -> str: ...
def advise_features(
    features: NDArray[np.float32] | NDArray[np.float64],
    labels: NDArray[np.uint32],
    names: list[str],
    scaling: str,
    majority: list[str],
) -> str: ...
def learning_times(counts: list[int], gamma: float) -> NDArray[np.float64]: ...
def window(ratio: float, gamma: float, majority: int, minority: int) -> float: ...
def simulate(
    counts: list[int],
    gamma: float,
    loss: str,
    smoothing: float,
    start: str,
    delta: float,
    seed: int,
    dimension: int | None,
    until: float | None,
    intervals: int,
) -> dict[str, Any]: ...
