"""The pictures of the lab "Mini-batches"."""

from shots_labs import LabShot, playing

BATCHES = (
    LabShot("190-lab-batches-epochs", "batches", "epochs", playing(4)),
    LabShot("192-lab-batches-cost", "batches", "cost", lambda page: page.button.click(), wait=4500),
    LabShot("193-lab-batches-memory", "batches", "memory"),
    LabShot("191-lab-batches-gradients", "batches", "gradients", playing(30), wait=1200),
)

BATCHES_SHOTS: tuple[LabShot, ...] = BATCHES
