"""The model: closed forms against each other and against integration."""

import numpy as np
import pytest
import ufm


def test_learning_times_are_singular_values_of_the_labels():
    counts = [50, 20, 7, 7, 1]
    y = np.repeat(np.arange(5), counts)
    Z = (y == np.arange(5)[:, None]) - 1 / 5
    sigma = np.linalg.svd(Z, compute_uv=False)[:4]
    assert ufm.learning_times(counts) == pytest.approx(sigma[0] / sigma, rel=1e-12)
    flat = ufm.learning_times(counts, 0.5)
    assert flat == pytest.approx(np.full(4, flat[0]), rel=1e-14)


@pytest.mark.parametrize("ratio", [1.0, 10.0, 1e4])
def test_windows(ratio):
    root = ratio**0.5
    assert ufm.window(ratio, 0.0) == pytest.approx(root - 1)
    assert ufm.window(ratio) == pytest.approx((2 * (ratio + 1)) ** 0.5 / (root + 1) - 1)


def test_a_spectral_start_follows_the_logistic_law():
    counts, delta = [8, 8, 2, 2], 3.0
    run = ufm.simulate(counts, start="plain", delta=delta, intervals=20)
    sigma = np.sqrt([8.0, 5.0, 2.0])
    start = np.exp(-2 * delta)
    decay = np.exp(-2 * np.outer(run.times, sigma))
    expected = 1 / (1 + (sigma / start - 1) * decay)
    assert run.fractions == pytest.approx(expected, abs=1e-6)
    assert run.half_times == pytest.approx(np.log(sigma / start - 1) / (2 * sigma), rel=1e-6)
    assert run.times[-1] == run.end
    assert run.solver == "Logistic"
    assert run.window == pytest.approx(run.half_times.max() / run.half_times.min() - 1)


@pytest.mark.parametrize("loss", ["squared", "cross-entropy"])
def test_either_loss_from_a_random_start_learns_every_class(loss):
    run = ufm.simulate([12, 5, 2], 0.7, loss=loss, seed=42, dimension=16, intervals=8)
    assert run.accuracies[-1].tolist() == [1.0, 1.0, 1.0]
    assert np.isfinite(run.half_times).all() and run.losses[-1] < run.losses[0]
    again = ufm.simulate([12, 5, 2], 0.7, loss=loss, seed=42, dimension=16, intervals=8)
    assert np.array_equal(run.fractions, again.fractions)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ufm.simulate([5, 1], delta=-1.0), "delta = -1"),
        (lambda: ufm.simulate([5, 1], loss="hinge"), "cross-entropy"),
        (lambda: ufm.simulate([5, 1], start="zero"), "plain"),
        (lambda: ufm.simulate([5, 1], smoothing=0.1), "smoothing"),
        (lambda: ufm.simulate([5, 1], loss="cross-entropy", smoothing=2.0), "smoothing 2"),
        (lambda: ufm.simulate([5, 3, 1], dimension=1), "at least k - 1"),
        (lambda: ufm.simulate([5, 1], until=-1.0), "final time"),
        (lambda: ufm.learning_times([5, 1], np.nan), "gamma"),
        (lambda: ufm.window(0.5), "R = 0.5"),
        (lambda: ufm.learning_times([5]), "at least 2"),
    ],
)
def test_what_is_not_allowed_says_what_is(call, message):
    with pytest.raises(ValueError, match=message):
        call()
