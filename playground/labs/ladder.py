"""The ladder of parameter counts, from small networks to those in the news, each against its rows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rung:
    """One network: how many numbers it learns, from how many rows, what a row is, and who made it."""

    key: str
    label: str
    parameters: int
    rows: int
    row: str
    help: str

    @property
    def gauge(self) -> float:
        """Parameters for each training row; infinite without rows."""
        return self.parameters / self.rows if self.rows else float("inf")

    @property
    def is_over(self) -> bool:
        """Whether there are more parameters than training rows: over-parameterised."""
        return self.gauge > 1


LADDER: tuple[Rung, ...] = (
    Rung(
        "keras", "Keras demo 1-16-16-1", 321, 900, "points", "The course's first network, for a noisy curve."
    ),
    Rung(
        "fish",
        "Fish lab 5-32-32-32-1",
        2_337,
        111,
        "fish",
        "The course's lab: the weight of a fish in grams.",
    ),
    Rung(
        "lenet",
        "LeNet-5",
        61_706,
        60_000,
        "digits",
        "Handwritten digits (LeCun et al. 1998), as it is usually written today; trained on MNIST.",
    ),
    Rung("resnet18", "ResNet-18", 11_689_512, 1_281_167, "pictures", "He et al. 2015, on ImageNet."),
    Rung("resnet50", "ResNet-50", 25_557_032, 1_281_167, "pictures", "He et al. 2015, on ImageNet."),
    Rung("resnet152", "ResNet-152", 60_192_808, 1_281_167, "pictures", "He et al. 2015, on ImageNet."),
    Rung(
        "gpt3",
        "GPT-3",
        175_000_000_000,
        146_484_375,
        "texts",
        "Brown et al. 2020: 300 billion tokens in texts of 2,048. Counted by tokens the gauge would be 0.58.",
    ),
)
"""Networks to compare with, by size. ResNets have 10 to 60 million parameters."""


def with_own(label: str, parameters: int, rows: int, row: str = "rows") -> tuple[Rung, ...]:
    """Return the ladder with a network of one's own among the others, by size."""
    own = Rung("own", label, parameters, rows, row, "The network that is open in the window.")
    return tuple(sorted((own, *LADDER), key=lambda rung: rung.parameters))
