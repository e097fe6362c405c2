"""Loss weights for imbalanced classes, and when to stop.

``advise`` says which weights ``n_c ** -gamma`` a data set asks for, from class counts alone or from features, and when its directions are learned; ``learning_times``, ``window`` and ``simulate`` are the model that rests on (arXiv:2601.12011 and beyond).
Whatever is not allowed raises ``ValueError`` with a message that says what is.

>>> import ufm
>>> advice = ufm.advise(counts={"cat": 900, "lynx": 9})
>>> advice.gamma
1.0
>>> {name: round(weight, 3) for name, weight in advice.class_weight.items()}
{'cat': 0.505, 'lynx': 50.5}
"""

from __future__ import annotations

import json
import operator
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import _native

__all__ = ["Advice", "Simulation", "advise", "learning_times", "simulate", "window"]


@dataclass(frozen=True)
class Advice:
    """Which weights, and when to stop.

    ``classes`` are the labels as they were given, sorted as NumPy sorts them; ``weights`` belong to them in that order and have mean 1 over
    the *samples*, ``class_mean_weights`` mean 1 over the *classes*. ``test_factors`` (``nan`` where unknown) say by what factor a linear
    model's margin on fresh samples of a class falls short of that on training samples, whatever the weights. ``details`` is everything that
    ``ufm advise --json`` prints, with learning times under several exponents, notes and assumptions.
    """

    gamma: float
    classes: list[Any]
    counts: np.ndarray
    weights: np.ndarray
    class_mean_weights: np.ndarray
    test_factors: np.ndarray
    details: dict[str, Any] = field(repr=False)

    @property
    def equalising_exponent(self) -> float | None:
        """The exponent at which the features' directions are learned at the most equal rates; ``None`` without features, or if all do as well."""
        given = self.details["given"]
        return None if given is None else given["equalising_exponent"]

    @property
    def class_weight(self) -> dict[Any, float]:
        """For ``class_weight=`` of scikit-learn and Keras: from labels to weights of mean 1 over the samples."""
        return dict(zip(self.classes, self.weights.tolist(), strict=True))

    def sample_weight(self, y: Any) -> np.ndarray:
        """The weight of each sample of ``y``, for ``sample_weight=``."""
        weights = self.class_weight
        labels = np.asarray(y).ravel().tolist()
        try:
            return np.array([weights[label] for label in labels])
        except KeyError as error:
            raise ValueError(f"there is no class {error.args[0]!r}; the classes are {self.classes}") from None

    @property
    def notes(self) -> list[str]:
        """What to stop on, and what weights do besides."""
        return list(self.details["recommended"]["notes"])

    @property
    def assumptions(self) -> list[str]:
        """What the advice takes for granted, and what it does not cover."""
        return list(self.details["assumptions"])


@dataclass(frozen=True)
class Simulation:
    """Gradient flow, recorded.

    ``times`` (``T``) are gradient-flow time; ``fractions`` (``T × (k − 1)``) the amplitude of each singular direction of the labels over its
    final value; ``accuracies`` (``T × k``) those of the classes on the training samples; ``losses`` (``T``) the weighted training loss;
    ``half_times`` (``k − 1``) when each direction first has half its amplitude, ``nan`` if never. ``end`` is the last time, ``window`` how much
    later the last direction has half its amplitude than the first, relative to that (``None`` if none has), ``solver`` how it was found.
    """

    times: np.ndarray
    fractions: np.ndarray
    accuracies: np.ndarray | None
    losses: np.ndarray
    half_times: np.ndarray
    end: float
    window: float | None
    solver: str


def _count(value: Any) -> int:
    try:
        count = operator.index(value)
    except TypeError:
        count = -1
    if not 0 < count < 2**32:
        raise ValueError(f"count {value!r} is not allowed: counts are whole numbers from 1 to {2**32 - 1}")
    return count


def _counts(counts: Sequence[int]) -> list[int]:
    return [_count(n) for n in np.asarray(counts).tolist()] if not isinstance(counts, list | tuple) else [_count(n) for n in counts]


def _position(label: Any, classes: list[Any]) -> str:
    if label not in classes:
        raise ValueError(f"majority class {label!r} is none of the classes {classes}")
    return str(classes.index(label))


def advise(
    X: Any = None,
    y: Any = None,
    *,
    counts: Mapping[Hashable, int] | Sequence[int] | None = None,
    features: str = "raw",
    majority: Sequence[Any] = (),
) -> Advice:
    """Which loss weights a data set asks for.

    Give ``counts``, a mapping from classes to numbers of samples or a sequence of them; or labels ``y``, alone or with features ``X``,
    samples × features. ``float32`` and ``float64`` arrays are read where they lie, other types are converted. ``features`` says how they reach
    the model: ``"raw"``, ``"centred"`` or ``"standardised"``; use what training uses. ``majority`` names the larger classes, which adds
    learning times of groups to ``details``.

    The exponent is 1 with counts or labels alone. With features it is the one that brings the growth rates of all directions, singular values of
    ``Z Ω Xᵀ``, closest together, ``equalising_exponent``, but no less than 1: held against training, less was not better on held-out samples.

    >>> import numpy as np, ufm
    >>> y = np.repeat(["a", "b", "c"], [40, 10, 2])
    >>> round(ufm.advise(np.eye(52), y).equalising_exponent, 6)               # every sample has a feature of its own
    0.5
    >>> round(ufm.advise((y[:, None] == ["a", "b", "c"]) * 1.0, y).equalising_exponent, 6)  # a class shares one
    1.0
    """
    if counts is not None:
        if X is not None or y is not None:
            raise ValueError("give counts, or X and y, not both")
        if isinstance(counts, Mapping):
            classes, numbers = list(counts.keys()), [_count(n) for n in counts.values()]
        else:
            numbers = _counts(counts)
            classes = list(range(len(numbers)))
        named = [str(i) for i in range(len(classes))]
        text = _native.advise_counts(named, numbers, [_position(c, classes) for c in majority])
        return _advice(text, classes)
    if y is None:
        raise ValueError("give counts, or y, or X and y")
    labels = np.asarray(y)
    if labels.ndim == 2 and 1 in labels.shape:
        labels = labels.ravel()
    if labels.ndim != 1:
        raise ValueError(f"y has shape {labels.shape}: labels are one for each sample")
    if labels.dtype.kind == "O":
        labels = np.asarray(labels.tolist())
    if labels.dtype.kind not in "iubUS":
        raise ValueError(f"y holds {labels.dtype}: labels are integers, bool or strings")
    found, index = np.unique(labels, return_inverse=True)
    classes = found.tolist()
    chosen = [_position(c, classes) for c in majority]
    named = [str(i) for i in range(len(classes))]
    if X is None:
        return _advice(_native.advise_counts(named, np.bincount(index).tolist(), chosen), classes)
    array = np.asarray(X)
    if array.ndim != 2:
        raise ValueError(f"X has shape {array.shape}: expected samples × features")
    if array.dtype.kind not in "fiub":
        raise ValueError(f"X holds {array.dtype}: features are real numbers")
    if array.dtype == np.float16:
        array = array.astype(np.float32)
    if array.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
        array = array.astype(np.float64)
    labels = index.astype(np.uint32)
    return _advice(_native.advise_features(array, labels, named, features, chosen), classes)


def _advice(text: str, classes: list[Any]) -> Advice:
    details = json.loads(text)
    # Native names are positions: names in words are for people, these keep their type.
    rows = details["classes"]
    for times in details["free"]["times"] + (details["given"] or {"times": []})["times"]:
        times["last_classes"] = [classes[int(name)] for name in times["last_classes"]]
    if details["groups"] is not None:
        details["groups"]["majority"] = [classes[int(name)] for name in details["groups"]["majority"]]
    for row in rows:
        row["name"] = classes[int(row["name"])]
    return Advice(
        gamma=details["recommended"]["gamma"],
        classes=[row["name"] for row in rows],
        counts=np.array([row["samples"] for row in rows]),
        weights=np.array([row["weights"]["recommended"] for row in rows]),
        class_mean_weights=np.array([row["weights"]["recommended_class_mean"] for row in rows]),
        test_factors=np.array(
            [np.nan if row["test_factor"] is None else row["test_factor"] for row in rows]
        ),
        details=details,
    )


def learning_times(counts: Sequence[int], gamma: float = 0.0) -> np.ndarray:
    """When each of the ``k − 1`` directions of the labels is learned under weights ``n ** -gamma`` of mean 1 over the samples, increasing.

    Times are ``1/rate`` of the exact flow of free features, the limit of small starts, in units of the first without weights.

    >>> import ufm
    >>> ufm.learning_times([900, 900, 9, 9]).round(3).tolist()
    [1.0, 1.407, 10.0]
    """
    return _native.learning_times(_counts(counts), float(gamma))


def window(ratio: float, gamma: float = 0.5, *, majority: int = 2, minority: int = 2) -> float:
    """The relative learning window, last learning time over first minus 1, of ``majority`` classes ``ratio`` times as large as the ``minority``
    others: the paper's flow, projected on the row space of the labels, from a vanishing start.

    >>> import ufm
    >>> round(ufm.window(100.0, 0.0), 9)             # vanilla: √R − 1
    9.0
    >>> ufm.window(1e12) < 2**0.5 - 1                # γ = ½: below √2 − 1 whatever R
    True
    """
    return _native.window(float(ratio), float(gamma), _count(majority), _count(minority))


def simulate(
    counts: Sequence[int],
    gamma: float = 0.0,
    *,
    loss: str = "squared",
    smoothing: float = 0.0,
    start: str = "gaussian",
    delta: float = 5.0,
    seed: int = 0,
    dimension: int | None = None,
    until: float | None = None,
    intervals: int = 100,
) -> Simulation:
    """Gradient flow of the unconstrained-features model ``W H``, for any counts, weights ``(n / n_min) ** -gamma``, either loss, any start.

    ``start`` is ``"gaussian"``, ``"balanced"``, ``"plain"`` or ``"scaled"``, of size ``e ** -delta``; ``dimension`` that of the features,
    ``k − 1`` unless given. Without ``until`` it runs until every direction has half its amplitude. ``intervals + 1`` moments are recorded.

    >>> import ufm
    >>> run = ufm.simulate([40, 16, 6, 2], gamma=0.7, dimension=16, seed=42, intervals=10)
    >>> run.fractions.shape, run.accuracies.shape
    ((11, 3), (11, 4))
    """
    seed = operator.index(seed)
    if not 0 <= seed < 2**64:
        raise ValueError(f"seed {seed} is not allowed: seeds are whole numbers from 0 to 2⁶⁴ − 1")
    if loss != "cross-entropy" and smoothing != 0.0:
        raise ValueError("smoothing is of the cross-entropy alone")
    recorded = _native.simulate(
        _counts(counts),
        float(gamma),
        loss,
        float(smoothing),
        start,
        float(delta),
        seed,
        None if dimension is None else _count(dimension),
        None if until is None else float(until),
        _count(intervals),
    )
    return Simulation(**recorded)
