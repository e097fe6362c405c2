"""Steps a second of PyTorch on the networks of steps.rs: MNIST's size, batch 64, SGD, weighted cross-entropy, on the processor.

`pip install torch`, then `python crates/burn/benches/steps.py`; with words behind it, only networks whose name holds one of them. `--once NAME THREADS`
is one measurement, which this program starts for itself.
"""

import subprocess
import sys
import time

BATCH, SIDE, CLASSES = 64, 28, 10
LASTS, ROUNDS = 3.0, 3


def networks():
    """The six networks, each by a function that makes it."""
    import torch
    from torch import nn

    def convolution(inputs, outputs):
        return nn.Conv2d(inputs, outputs, 3, padding=1)

    class Pair(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.first, self.second = convolution(channels, channels), convolution(channels, channels)

        def forward(self, x):
            return torch.relu(x + self.second(torch.relu(self.first(x))))

    class Block(nn.Module):
        def __init__(self, width, heads=4):
            super().__init__()
            self.before, self.behind = nn.LayerNorm(width), nn.LayerNorm(width)
            self.attention = nn.MultiheadAttention(width, heads, batch_first=True)
            self.perceptron = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

        def forward(self, x):
            read = self.before(x)
            x = x + self.attention(read, read, read, need_weights=False)[0]
            return x + self.perceptron(self.behind(x))

    class Transformer(nn.Module):
        def __init__(self, width=64):
            super().__init__()
            self.embedding = nn.Conv2d(1, width, 4, stride=4)
            self.positions = nn.Parameter(0.1 * torch.randn((SIDE // 4) ** 2, width))
            self.blocks = nn.Sequential(Block(width), Block(width))
            self.last, self.head = nn.LayerNorm(width), nn.Linear(width, CLASSES)

        def forward(self, x):
            x = self.embedding(x).flatten(2).transpose(1, 2) + self.positions
            return self.head(self.last(self.blocks(x)).mean(1))

    relu, half = nn.ReLU, lambda: nn.MaxPool2d(2)
    return {
        "linear": lambda: nn.Sequential(nn.Flatten(), nn.Linear(SIDE**2, CLASSES)),
        "mlp": lambda: nn.Sequential(nn.Flatten(), nn.Linear(SIDE**2, 128), relu(), nn.Linear(128, 128), relu(), nn.Linear(128, CLASSES)),
        "small-cnn": lambda: nn.Sequential(
            convolution(1, 16), relu(), half(), convolution(16, 32), relu(), nn.Flatten(), nn.Linear(32 * 14**2, CLASSES)
        ),
        "cnn": lambda: nn.Sequential(
            convolution(1, 16), relu(), half(), convolution(16, 32), relu(), half(), convolution(32, 64), relu(),
            nn.Flatten(), nn.Linear(64 * 7**2, CLASSES),
        ),  # fmt: skip
        "residual": lambda: nn.Sequential(
            convolution(1, 16), relu(), Pair(16), Pair(16), nn.AvgPool2d(2), nn.Conv2d(16, 32, 1), relu(), Pair(32), Pair(32),
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, CLASSES),
        ),  # fmt: skip
        "vision-transformer": Transformer,
    }


def once(name, threads):
    """Steps a second of one network in so many threads."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    model = networks()[name]()
    images = torch.rand(BATCH, 1, SIDE, SIDE)
    labels = torch.arange(BATCH) % CLASSES
    loss = torch.nn.CrossEntropyLoss(weight=torch.arange(1.0, CLASSES + 1))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01)

    def step():
        optimiser.zero_grad()
        loss(model(images), labels).backward()
        optimiser.step()

    for _ in range(3):
        step()
    begin, steps = time.perf_counter(), 0
    while time.perf_counter() - begin < LASTS:
        step()
        steps += 1
    return steps / (time.perf_counter() - begin)


def measured(name, threads, runs):
    """Steps a second of several runs together, each a process of its own."""
    command = [sys.executable, __file__, "--once", name, str(threads)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(runs)]
    rates = []
    for process in started:
        out, _ = process.communicate()
        if process.returncode != 0:
            sys.exit(process.returncode)
        rates.append(float(out))
    return sum(rates)


def main(words):
    if words[:1] == ["--once"]:
        print(once(words[1], int(words[2])))
        return
    print("network, PyTorch: steps a second")
    for name in networks():
        if words and not any(word in name for word in words):
            continue
        for what, threads, runs in [("one thread", 1, 1), ("two threads", 2, 1), ("two runs at once", 1, 2)]:
            best = max(measured(name, threads, runs) for _ in range(ROUNDS))
            print(f"{name}, PyTorch, {what}: {best:.1f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
