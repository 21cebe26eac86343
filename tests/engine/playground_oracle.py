"""TensorFlow Playground's published rule of training, written out with single numbers and loops.

Shares no line with the engine: what the engine's version is held to.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

GIVES: dict[str, Callable[[float], float]] = {
    "tanh": math.tanh,
    "relu": lambda z: max(0.0, z),
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "linear": lambda z: z,
}
SLOPES: dict[str, Callable[[float], float]] = {
    "tanh": lambda z: 1 - math.tanh(z) * math.tanh(z),
    "relu": lambda z: 0.0 if z <= 0 else 1.0,
    "sigmoid": lambda z: GIVES["sigmoid"](z) * (1 - GIVES["sigmoid"](z)),
    "linear": lambda z: 1.0,
}
PULLS: dict[str, Callable[[float], float]] = {
    "none": lambda w: 0.0,
    "l1": lambda w: -1.0 if w < 0 else (1.0 if w > 0 else 0.0),
    "l2": lambda w: w,
}


@dataclass
class Link:
    """A weight, and what is added up for it."""

    source: "Node"
    target: "Node"
    weight: float
    dead: bool = False
    added: float = 0.0
    count: int = 0


@dataclass
class Node:
    """A neuron, and what is added up for its bias."""

    bias: float
    activation: str
    links: list[Link] = field(default_factory=list)
    leaving: list[Link] = field(default_factory=list)
    total: float = 0.0
    output: float = 0.0
    slope_of_output: float = 0.0
    slope_of_total: float = 0.0
    added: float = 0.0
    count: int = 0


class Oracle:
    """A network of these sizes, inputs first, with one output."""

    def __init__(self, sizes: list[int], hidden: str, output: str, draw: Callable[[], float]) -> None:
        self.layers = [[Node(0.1, "linear") for _ in range(sizes[0])]]
        for place, size in enumerate(sizes[1:], 1):
            before, now = self.layers[-1], []
            for _ in range(size):
                node = Node(0.1, output if place == len(sizes) - 1 else hidden)
                for source in before:
                    link = Link(source, node, draw() - 0.5)
                    source.leaving.append(link)
                    node.links.append(link)
                now.append(node)
            self.layers.append(now)

    def forward(self, row: list[float]) -> float:
        for node, value in zip(self.layers[0], row, strict=True):
            node.output = value
        for layer in self.layers[1:]:
            for node in layer:
                node.total = node.bias
                for link in node.links:
                    node.total += link.weight * link.source.output
                node.output = GIVES[node.activation](node.total)
        return self.layers[-1][0].output

    def backward(self, target: float) -> None:
        last = self.layers[-1][0]
        last.slope_of_output = last.output - target
        for place in range(len(self.layers) - 1, 0, -1):
            for node in self.layers[place]:
                node.slope_of_total = node.slope_of_output * SLOPES[node.activation](node.total)
                node.added += node.slope_of_total
                node.count += 1
                for link in node.links:
                    if not link.dead:
                        link.added += node.slope_of_total * link.source.output
                        link.count += 1
            for node in self.layers[place - 1]:
                node.slope_of_output = 0.0
                for link in node.leaving:
                    node.slope_of_output += link.weight * link.target.slope_of_total

    def update(self, rate: float, penalty: str, price: float) -> None:
        for node in (node for layer in self.layers[1:] for node in layer):
            if node.count:
                node.bias -= rate * node.added / node.count
                node.added, node.count = 0.0, 0
            for link in node.links:
                if link.dead or not link.count:
                    continue
                pull = PULLS[penalty](link.weight)
                link.weight -= rate / link.count * link.added
                pulled = link.weight - rate * price * pull
                link.dead = penalty == "l1" and link.weight * pulled < 0
                link.weight = 0.0 if link.dead else pulled
                link.added, link.count = 0.0, 0

    def epoch(
        self,
        rows: list[list[float]],
        targets: list[float],
        batch: int,
        rate: float,
        penalty: str,
        price: float,
    ) -> None:
        for index, (row, target) in enumerate(zip(rows, targets, strict=True)):
            self.forward(row)
            self.backward(target)
            if (index + 1) % batch == 0:
                self.update(rate, penalty, price)

    def loss(self, rows: list[list[float]], targets: list[float]) -> float:
        total = 0.0
        for row, target in zip(rows, targets, strict=True):
            total += 0.5 * (self.forward(row) - target) ** 2
        return total / len(rows)

    def dead(self) -> int:
        return sum(link.dead for layer in self.layers for node in layer for link in node.links)
