"""The tokens of the look: every colour, size and marker, named by what it means. No Qt in here.

A widget never asks whether it is dark: it takes the token that means what it draws. `scaled` turns a base
theme into the one for a projector, so that no other file multiplies a size.
"""

from dataclasses import dataclass, replace

GRID = 8  # pixels: spacing is a multiple (or a half) of this
PROJECTOR_SCALE = 1.5
PROJECTOR_STROKE = 2.0


@dataclass(frozen=True, slots=True)
class Theme:
    """One complete look. Colours are `#rrggbb`; font sizes are pixels with `scale` already applied."""

    name: str
    dark: bool

    window: str  # behind and between the panels, and the status bar
    surface: str  # panels
    canvas: str  # behind the diagram
    raised: str  # fields, chips and flat buttons
    raised_hover: str
    hairline: str  # separators, and tracks of sliders
    text: str
    muted: str  # captions and units: still read, so still 4.5 : 1
    disabled: str
    accent: str  # the one accent: selection, focus, the main action
    accent_strong: str  # accent as text on `raised` or `accent_soft`
    accent_text: str  # text on an accent fill
    accent_soft: str  # a tint of the accent for fills

    negative: str
    positive: str
    neutral: str  # zero of the heat map
    heat_strength: float  # how much of the full colour a large heat map shows, so that points stand out
    outline: str  # rim of points and links: readable on canvas and on any heat colour
    rim: str  # the opposite of `outline`: rim of training points
    grid: str
    warning: str
    danger: str
    success: str
    curve_train: str
    curve_test: str

    classes: tuple[str, ...]
    class_markers: tuple[str, ...]

    family: str = "Inter"
    scale: float = 1.0
    stroke: float = 1.0
    size_small: int = 11
    size_body: int = 13
    size_title: int = 15
    size_number: int = 20

    def px(self, n: float) -> int:
        """Return `n` design pixels as pixels of this theme."""
        return round(n * self.scale)


# A square and a circle for the two classes everyone meets; the rest differ in outline, not in size alone.
MARKERS = ("s", "o", "t1", "d", "star", "p", "t", "x", "+", "t2")

LIGHT = Theme(
    name="light",
    dark=False,
    window="#f7f9fb",
    surface="#ffffff",
    canvas="#f7f9fb",
    raised="#eff2f5",
    raised_hover="#e4e9ee",
    hairline="#dfe4e9",
    text="#1b1f24",
    muted="#5b6672",
    disabled="#a6b0ba",
    accent="#0877bd",
    accent_strong="#0a6aa8",
    accent_text="#ffffff",
    accent_soft="#deedf6",
    negative="#f59322",
    positive="#0877bd",
    neutral="#f0f2f4",
    heat_strength=0.66,
    outline="#2b333b",
    rim="#ffffff",
    grid="#dfe4e9",
    warning="#a85400",
    danger="#b3261e",
    success="#1e7a3c",
    curve_train="#5b6672",
    curve_test="#0877bd",
    # Okabe-Ito, the first two in the shades everyone knows from TensorFlow Playground; the others moved a
    # little in lightness, which raises the smallest distance under simulated colour blindness.
    classes=(
        "#f59322",
        "#0877bd",
        "#00a878",
        "#d07bb0",
        "#7cc8f5",
        "#f0e442",
        "#b23c00",
        "#3c4248",
        "#8a2be2",
        "#5a0f0f",
    ),
    class_markers=MARKERS,
)

DARK = replace(
    LIGHT,
    name="dark",
    dark=True,
    window="#16191d",
    surface="#1d2126",
    canvas="#16191d",
    raised="#262b31",
    raised_hover="#30363d",
    hairline="#2e343b",
    text="#e8eaed",
    muted="#9aa5b1",
    disabled="#59636e",
    accent="#4aa8e0",
    accent_strong="#5bb2e7",
    accent_text="#10161b",
    accent_soft="#1f3545",
    neutral="#272d33",
    outline="#f2f4f6",
    rim="#14171a",
    grid="#2e343b",
    warning="#ffb74d",
    danger="#ff8a80",
    success="#5fce83",
    curve_train="#a9b3bd",
    curve_test="#4aa8e0",
    classes=(*LIGHT.classes[:7], "#e0e4e8", *LIGHT.classes[8:]),
)


def scaled(theme: Theme, projector: bool) -> Theme:
    """Return `theme` with type and lines for a projector, or for a desk when `projector` is False."""
    scale = PROJECTOR_SCALE if projector else 1.0
    base = LIGHT
    return replace(
        theme,
        scale=scale,
        stroke=PROJECTOR_STROKE if projector else 1.0,
        size_small=round(base.size_small * scale),
        size_body=round(base.size_body * scale),
        size_title=round(base.size_title * scale),
        size_number=round(base.size_number * scale),
    )
