"""Advice on the digits of scikit-learn, made imbalanced, and what it gives: a linear model, and, where PyTorch is at hand, a small network.

    python crates/python/examples/digits.py
"""

import numpy as np
import ufm
from sklearn.datasets import load_digits
from sklearn.linear_model import SGDClassifier
from sklearn.metrics import balanced_accuracy_score, recall_score
from sklearn.model_selection import train_test_split

# 1. Digits 5 to 9 are rare in training, and as frequent as all others in validation and test.
X, y = load_digits(return_X_y=True)
X = X / 16
X, X_rest, y, y_rest = train_test_split(X, y, train_size=0.6, stratify=y, random_state=0)
X_val, X_test, y_val, y_test = train_test_split(X_rest, y_rest, train_size=0.5, stratify=y_rest, random_state=0)
rng = np.random.default_rng(0)
keep = np.concatenate([rng.permutation(np.flatnonzero(y == c))[: 100 if c < 5 else 5] for c in range(10)])
X, y = X[keep], y[keep]
mean = X.mean(axis=0)
X, X_val, X_test = X - mean, X_val - mean, X_test - mean

# 2. What the features ask for.
advice = ufm.advise(X, y)
print(f"gamma = {advice.gamma:.2f}; weights {advice.weights.round(2).tolist()}")
for note in advice.notes:
    print("note:", note)


def report(name, predicted):
    worst = recall_score(y_test, predicted, average=None).min()
    print(f"{name:32} balanced {balanced_accuracy_score(y_test, predicted):.3f}  worst class {worst:.3f}")


# 3. A linear model, stopped where balanced accuracy on validation samples is highest.
for name, class_weight in [("no weights", None), ("advised", advice.class_weight)]:
    model = SGDClassifier(loss="log_loss", alpha=0, learning_rate="constant", eta0=0.02, random_state=0)
    samples = np.ones(len(y)) if class_weight is None else advice.sample_weight(y)
    best = (-1.0, None)
    for _ in range(30):
        model.partial_fit(X, y, classes=np.arange(10), sample_weight=samples)
        score = balanced_accuracy_score(y_val, model.predict(X_val))
        if score > best[0]:
            best = (score, model.predict(X_test))
    report(f"linear, {name}", best[1])

# 4. The same with PyTorch.
try:
    import torch
except ImportError:
    print("PyTorch is not installed: the network is left out")
else:
    tensors = [torch.tensor(a, dtype=torch.float32) for a in (X, X_val, X_test)]
    labels = torch.tensor(y)
    for name, weight in [("no weights", np.ones(10)), ("advised", advice.weights)]:
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
        # Divides by the number of samples; with reduction="mean" PyTorch divides by the sum of their weights.
        loss = torch.nn.CrossEntropyLoss(weight=torch.tensor(weight, dtype=torch.float32), reduction="none")
        optimiser = torch.optim.SGD(model.parameters(), lr=0.2)
        best = (-1.0, None)
        for _ in range(300):
            optimiser.zero_grad()
            loss(model(tensors[0]), labels).mean().backward()
            optimiser.step()
            with torch.no_grad():
                score = balanced_accuracy_score(y_val, model(tensors[1]).argmax(1).numpy())
                if score > best[0]:
                    best = (score, model(tensors[2]).argmax(1).numpy())
        report(f"network, {name}", best[1])
