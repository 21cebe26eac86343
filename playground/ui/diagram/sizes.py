"""How crowded the diagram may get, and what surrounds the neurons of a column, step by step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Density:
    """One degree of crowding: the largest tile, widths of columns, range of the gaps.

    `thread` is the gap before a slim card, in which values run straight.
    """

    key: str
    tile: float
    card: float
    bare: float
    gap: float
    widest_gap: float
    slim: float
    thread: float


DENSITIES = (
    Density("spacious", tile=46, card=96, bare=76, gap=96, widest_gap=190, slim=32, thread=34),
    Density("roomy", tile=40, card=84, bare=64, gap=64, widest_gap=150, slim=30, thread=30),
    Density("compact", tile=36, card=70, bare=52, gap=40, widest_gap=90, slim=28, thread=26),
    Density("tight", tile=30, card=50, bare=42, gap=27, widest_gap=60, slim=25, thread=20),
    Density("tiny", tile=22, card=36, bare=32, gap=16, widest_gap=40, slim=22, thread=14),
)


@dataclass(frozen=True, slots=True)
class Dress:
    """What surrounds the neurons of a column, from top to bottom; a part of no height is left out."""

    top: float
    title: float
    activation: float
    head: float
    spacing: float  # between two tiles, as a share of a tile
    bottom: float
    footer: float

    @property
    def height(self) -> float:
        """Return the height of everything but the neurons."""
        return self.top + self.title + self.activation + self.head + self.bottom + self.footer


SPACING = 0.3125  # 10 of 32 pixels
DRESSES = (
    Dress(top=6, title=19, activation=17, head=5, spacing=SPACING, bottom=14, footer=24),
    Dress(top=3, title=18, activation=15, head=3, spacing=0.15, bottom=9, footer=22),
    Dress(top=3, title=18, activation=15, head=2, spacing=0.12, bottom=9, footer=0),
    Dress(top=2, title=18, activation=0, head=2, spacing=0.08, bottom=8, footer=0),
)
