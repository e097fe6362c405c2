"""Advice: the same from every door, and errors that say what is allowed."""

import doctest

import numpy as np
import pytest
import ufm


def mixing(counts, alpha):
    """Features with a shared part, alpha of the squared norm, and an orthogonal part of each sample's own."""
    labels = np.repeat(np.arange(len(counts)), counts)
    n = len(labels)
    X = np.zeros((n, len(counts) + n))
    X[np.arange(n), labels] = alpha**0.5
    X[np.arange(n), len(counts) + np.arange(n)] = (1 - alpha) ** 0.5
    return X, labels


def test_docstrings():
    assert doctest.testmod(ufm).failed == 0


def test_the_exponent_of_the_mixing_family_is_the_closed_form():
    alpha, m, ratio = 0.2, 3, 8
    X, y = mixing([m * ratio, m * ratio, m, m], alpha)
    gain = lambda n: alpha * n + 1 - alpha
    expected = 0.5 + np.log(gain(m * ratio) / gain(m)) / (2 * np.log(ratio))
    advice = ufm.advise(X, y)
    assert advice.equalising_exponent == pytest.approx(expected, abs=1e-6)
    assert advice.gamma == 1.0
    n = advice.counts
    assert advice.test_factors == pytest.approx(alpha * n / (alpha * n + 1 - alpha), rel=1e-12)
    assert np.dot(n, advice.weights) == pytest.approx(n.sum(), rel=1e-12)
    assert advice.class_mean_weights.mean() == pytest.approx(1, rel=1e-12)
    assert advice.weights == pytest.approx(n**-advice.gamma / (n @ n**-advice.gamma) * n.sum())


def test_rates_are_the_singular_values_that_numpy_finds():
    rng = np.random.default_rng(0)
    y = np.repeat(np.arange(5), [60, 40, 20, 9, 4])
    X = rng.normal(size=(len(y), 12)) + 2 * rng.normal(size=(5, 12))[y]
    Xc = X - X.mean(axis=0)
    Z = (y == np.arange(5)[:, None]) - 1 / 5
    n = np.bincount(y)
    times = ufm.advise(X, y, features="centred").details["given"]["times"]
    unit = None
    for row in times:
        w = n ** -row["gamma"]
        w *= n.sum() / (n @ w)
        rates = np.linalg.svd((Z * w[y]) @ Xc, compute_uv=False)[:4]
        unit = rates[0] if row["gamma"] == 0 else unit
        assert row["learned"] == pytest.approx(unit / rates, rel=1e-9)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.int8, np.uint16, np.int64])
def test_every_type_and_layout_gives_the_same(dtype):
    rng = np.random.default_rng(1)
    y = np.repeat(np.arange(3), [20, 9, 4])
    X = (rng.integers(0, 9, (33, 6)) + 3 * y[:, None]).astype(dtype)
    expected = ufm.advise(X.astype(float), y)
    padded = np.zeros((66, 12), dtype)
    padded[::2, ::2] = X
    for layout in [X, np.asfortranarray(X), padded[::2, ::2]]:
        assert ufm.advise(layout, y).weights == pytest.approx(expected.weights, rel=1e-5)


def test_labels_keep_their_type_and_order():
    words = ufm.advise(y=["b", "a", "a", "a"])
    assert words.class_weight.keys() == {"a", "b"} and words.classes == ["a", "b"]
    assert words.weights[1] / words.weights[0] == pytest.approx(3)
    assert ufm.advise(y=np.array([10, 9, 9, 9])).class_weight.keys() == {9, 10}
    assert ufm.advise(counts={10: 1, 9: 3}).classes == [10, 9]
    assert list(ufm.advise(y=[True, False, False]).class_weight) == [False, True]
    many = ufm.advise(y=np.repeat(np.arange(100, 112), np.arange(1, 13)))
    assert many.classes == list(range(100, 112)) and many.counts.tolist() == list(range(1, 13))
    weights = words.sample_weight(["a", "b"])
    assert weights.tolist() == [words.class_weight["a"], words.class_weight["b"]]
    assert ufm.advise(counts=[9, 9, 1], majority=[0, 1]).details["groups"]["majority"] == [0, 1]
    with pytest.raises(ValueError, match="no class 'c'"):
        words.sample_weight(["c"])


def test_notes_say_what_to_stop_on_and_what_is_not_covered():
    advice = ufm.advise(counts=[5, 1])
    assert any("balanced or worst-class" in note for note in advice.notes)
    assert any("detectors" in text for text in advice.assumptions)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "give counts"),
        ({"counts": [5, 1], "y": [0, 1]}, "not both"),
        ({"counts": [5]}, "at least 2"),
        ({"counts": [5, 0]}, "count 0"),
        ({"counts": [5, 1.5]}, "count 1.5"),
        ({"counts": [5, 1], "majority": [2]}, "majority class 2"),
        ({"counts": [5, 1], "majority": [1]}, "name the larger ones"),
        ({"y": [0.5, 1.0]}, "float64: labels are integers"),
        ({"y": [0, 0]}, "at least 2"),
        ({"X": [[1.0], [2.0]], "y": [0, 1, 1]}, "X has 2 samples and y 3 labels"),
        ({"X": [[1.0], [np.nan]], "y": [0, 1]}, r"sample 1 \(counted from 0\): feature 0 is not a finite"),
        ({"X": [[1.0], [1.0]], "y": [0, 1]}, "constant"),
        ({"X": [1.0, 2.0], "y": [0, 1]}, "samples × features"),
        ({"X": [["a"], ["b"]], "y": [0, 1]}, "real numbers"),
        ({"X": np.zeros((0, 3)), "y": np.zeros(0, int)}, "no samples"),
        ({"X": [[1.0], [2.0]], "y": [0, 1], "features": "scaled"}, "standardised"),
    ],
)
def test_what_is_not_allowed_says_what_is(arguments, message):
    with pytest.raises(ValueError, match=message):
        ufm.advise(**arguments)
