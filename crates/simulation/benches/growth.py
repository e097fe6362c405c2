"""Prints what `cargo bench` has kept in target/criterion as a table: the median time of each benchmark, and how it grows with its parameter.

The exponent is the slope of the logarithm of the time over that of the parameter, by least squares over the upper half of the parameters
(at least two), where the part that does not grow no longer counts.
"""

import json
import math
import sys
from collections import defaultdict
from pathlib import Path


def shown(nanoseconds: float) -> str:
    for unit, scale in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= scale:
            return f"{nanoseconds / scale:.3g} {unit}"
    return f"{nanoseconds:.3g} ns"


def slope(points: list[tuple[float, float]]) -> float:
    xs, ys = zip(*((math.log(x), math.log(y)) for x, y in points))
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


def main(folder: Path) -> None:
    times = defaultdict(list)
    for file in folder.glob("**/new/benchmark.json"):
        said = json.loads(file.read_text())
        median = json.loads(file.with_name("estimates.json").read_text())["median"]["point_estimate"]
        name = ": ".join(part for part in (said["group_id"], said["function_id"]) if part)
        times[name].append((float(said["value_str"] or "nan"), median))
    print("| benchmark | parameters | median times | exponent |\n|---|---|---|---|")
    for name, points in sorted(times.items()):
        points.sort()
        upper = points[-max(2, (len(points) + 1) // 2) :]
        exponent = f"{slope(upper):.2f}" if len(points) > 1 else "–"
        parameters = ", ".join("–" if math.isnan(x) else f"{x:g}" for x, _ in points)
        print(f"| {name} | {parameters} | {', '.join(shown(y) for _, y in points)} | {exponent} |")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "target/criterion"))
