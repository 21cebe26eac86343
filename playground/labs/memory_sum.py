"""Why a data set is not taken at once: what fits into the memory of a graphics card, in plain sums.

The lecture's figures are 14 million images, 300 GB, against 11 GB of a GeForce RTX 2080 Ti. Those of the
network are ResNet-50's at 224 x 224 pixels in single precision: 25.6 million weights, and about 300 MB for an
image's way forward and back (286.56 MiB as the package torchsummary counts). GB and MB are powers of ten.
"""

import math
from dataclasses import dataclass

GIGABYTE = 1e9
MEGABYTE = 1e6
NUMBER = 4
"""Bytes of a number in single precision."""
COPIES_OF_WEIGHTS = 3
"""The weights, their gradients, and the memory of an optimizer such as momentum."""


class SumRefused(ValueError):  # noqa: N818 - a refusal, not an error of the program
    """Figures that make no sense together; the message is a sentence that says which."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the sum is made of.

    `images` in the data set of `data_gb` gigabytes, a card with `card_gb`, a network of `weights` numbers
    that keeps `image_mb` megabytes for each image of a batch, and trains on `images_per_second`.
    """

    images: float = 14e6
    data_gb: float = 300.0
    card_gb: float = 11.0
    weights: float = 25.6e6
    image_mb: float = 300.0
    images_per_second: float = 300.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What follows from the figures.

    Attributes:
        bytes_per_image: of the data as they lie on the disk.
        share: of the data that the card's memory would hold, 1 at most.
        images_at_once: how many that is.
        loads: how often the card's memory is filled to see all images once.
        weights_bytes: weights, gradients and an optimizer's memory.
        full_batch_bytes: what the network would need for all images in one batch.
        largest_batch: images in the largest batch that fits beside the weights; 0 where not even one does.
        iterations: of an epoch with that batch; 0 where there is none.
        epoch_seconds: how long an epoch takes.
    """

    bytes_per_image: float
    share: float
    images_at_once: int
    loads: float
    weights_bytes: float
    full_batch_bytes: float
    largest_batch: int
    iterations: int
    epoch_seconds: float


def work_out(figures: Figures) -> Answer:
    """Return what follows from the figures; SumRefused when one of them is not a number above 0."""
    names = ("images", "data", "card memory", "weights", "memory per image", "images per second")
    values = (
        figures.images,
        figures.data_gb,
        figures.card_gb,
        figures.weights,
        figures.image_mb,
        figures.images_per_second,
    )
    for name, value in zip(names, values, strict=True):
        if not (math.isfinite(value) and value > 0.0):
            raise SumRefused(f"The sum needs a number above 0 for {name}; it is {value:g}.")
    data, card = figures.data_gb * GIGABYTE, figures.card_gb * GIGABYTE
    share = min(1.0, card / data)
    weights = figures.weights * NUMBER * COPIES_OF_WEIGHTS
    each = figures.image_mb * MEGABYTE
    largest = int(min(max(0.0, (card - weights) // each), figures.images))
    return Answer(
        bytes_per_image=data / figures.images,
        share=share,
        images_at_once=int(figures.images * share),
        loads=data / card,
        weights_bytes=weights,
        full_batch_bytes=weights + each * figures.images,
        largest_batch=largest,
        iterations=math.ceil(figures.images / largest) if largest else 0,
        epoch_seconds=figures.images / figures.images_per_second,
    )


def batch_bytes(figures: Figures, batch: float) -> float:
    """Return the memory that a batch of so many images needs, the weights included: linear in the batch."""
    return figures.weights * NUMBER * COPIES_OF_WEIGHTS + batch * figures.image_mb * MEGABYTE
