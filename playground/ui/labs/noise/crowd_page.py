"""What the two pages of crowds share: the controls of noise and steps, and the way through the steps."""

from collections.abc import Sequence
from typing import ClassVar

import numpy as np

from playground.engine.optimizers import OPTIMIZERS
from playground.labs.escape import NEVER, ROWS, Crowd, Descent, Flags, Floats, Ground, Noise
from playground.ui.figures import short
from playground.ui.labs.context import LabContext
from playground.ui.labs.page import LabPage
from playground.ui.labs.transport import Transport
from playground.ui.theme.fonts import body_font
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import (
    Choice,
    Item,
    LabelledSlider,
    NumberChoice,
    SeedLine,
    format_number,
    keep_font,
    role_label,
)
from playground.ui.widgets.segments import Segments

KINDS = (
    Item("gaussian", "Gaussian", "Adds a normal number of standard deviation σ to the slope in each weight."),
    Item(
        "batches",
        "Mini-batches",
        f"Takes the gradient of B of {ROWS} rows, each row once an epoch. The rows pull to their own sides "
        "with strength σ, and their mean is exactly this landscape.",
    ),
)
BATCHES = [2**power for power in range(ROWS.bit_length())]
RUNS = [10, 20, 50, 100, 200]
RATES = (0.001, 0.003, 0.01, 0.03, 0.05, 0.1, 0.3)
USUAL = {"sgd": 0.05, "momentum": 0.01, "adam": 0.05}
"""The rates of the lecture's table; the other optimizers begin with `ELSE`."""
ELSE = 0.01
LARGEST_RATE = 1e9


class CrowdPage(LabPage):
    """Many runs over one landscape. Subclasses say which in class variables, and draw in `_draw`."""

    ground: ClassVar[Ground]
    sigmas: ClassVar[Sequence[float]]
    usual_sigma: ClassVar[float]
    usual_runs: ClassVar[int]
    most: ClassVar[int]
    """Steps after which a run is over."""
    speed: ClassVar[int]
    decay: ClassVar[float] = 1.0

    def __init__(self, context: LabContext, intro: str) -> None:
        super().__init__(context, intro)
        self.at = 0
        self._seed = 0
        self._make_noise()
        self._make_steps()
        self.seed = SeedLine(
            "New noise",
            "Throw other noise, by the next seed.",
            "Seed of the noise",
            "The same seed throws the same noise.",
        )
        self.seed.show_seed(self._seed)
        self.seed.next_asked.connect(lambda: self._choose_seed(self._seed + 1))
        self.seed.chosen.connect(self._choose_seed)
        self.seed.refused.connect(self._refuse)
        self.column.addWidget(self.seed)
        self.column.addStretch(1)
        self.steps = Transport(speed=self.speed)
        self.steps.asked.connect(self._go)
        self.steps.back_asked.connect(lambda: self._show(max(0, self.at - 1)))
        self.steps.rewind_asked.connect(lambda: self._show(0))
        self.use(self.steps)
        self.crowd = self._crowd()
        self._show_noise()

    # Making ---------------------------------------------------------------------------------------------

    def _make_noise(self) -> None:
        self.section("Noise")
        self.kind = Segments("Kind of noise", KINDS)
        self.sigma = LabelledSlider("σ", "How large the noise is in each weight; 0 is none.", self.sigmas)
        self.sigma.set_value(self.usual_sigma)
        self.batch = LabelledSlider(
            "Batch size B",
            f"How many of the {ROWS} rows each step takes: the fewer, the noisier; all have no noise.",
            BATCHES,
        )
        self.batch.set_value(1)
        self.felt = role_label("", "muted")
        self.felt.setWordWrap(True)
        for widget in (self.kind, self.sigma, self.batch, self.felt):
            self.column.addWidget(widget)
        self.kind.chosen.connect(self._begin)
        for slider in (self.sigma, self.batch):
            slider.edited.connect(self._begin)
            slider.refused.connect(self._refuse)

    def _make_steps(self) -> None:
        self.optimizer = Choice("Optimizer", "How the noisy gradient becomes a step.")
        self.optimizer.set_items([kind for kind in OPTIMIZERS if not kind.full_batch])
        self.rate = NumberChoice("Learning rate", "How long the steps are.", RATES, 0.0, LARGEST_RATE)
        self.rate.set_value(USUAL["sgd"])
        self.runs = LabelledSlider("Runs", "How many start at the same place, each with other noise.", RUNS)
        self.runs.set_value(self.usual_runs)
        for widget in (self.optimizer, self.rate, self.runs):
            self.column.addWidget(widget)
        self.optimizer.chosen.connect(self._choose_optimizer)
        self.rate.chosen.connect(self._begin)
        self.rate.refused.connect(self._refuse)
        self.runs.edited.connect(self._begin)
        self.runs.refused.connect(self._refuse)

    # What is chosen -------------------------------------------------------------------------------------

    @property
    def noise(self) -> Noise:
        """The noise that is chosen."""
        return Noise(self.kind.key, int(self.batch.value))

    @property
    def descent(self) -> Descent:
        """The steps that are chosen."""
        return Descent(self.optimizer.key, self.rate.value, self.decay)

    @property
    def loudness(self) -> float:
        """The standard deviation of the noise that a step feels in each weight."""
        return self.sigma.value * self.noise.spread

    def _sizes(self) -> Sequence[float]:
        """Return the sizes of noise that are shown."""
        return (self.sigma.value,)

    def _crowd(self) -> Crowd:
        return Crowd(
            self.ground, self.descent, self.noise, self._sizes(), int(self.runs.value), self._seed, keep=True
        )

    def _show_noise(self) -> None:
        """Offer a batch size where there are batches, and say how much noise they are."""
        batches = self.kind.key == "batches"
        self.batch.setVisible(batches)
        self.felt.setVisible(batches)
        if batches:
            self.felt.setText(
                f"B = {format_number(self.batch.value)} of {ROWS} rows: each step feels noise of "
                f"{short(self.noise.spread)} σ = {short(self.loudness)}. Over an epoch it adds up to 0, so "
                "it carries less far than Gaussian noise of that size."
            )

    def _choose_optimizer(self, key: str) -> None:
        self.rate.set_value(USUAL.get(key, ELSE))
        self._begin()

    def _choose_seed(self, seed: int) -> None:
        self._seed = seed
        self.seed.show_seed(seed)
        self._begin()

    def _refuse(self, why: str) -> None:
        self.say(why, warning=True)

    # Going on -------------------------------------------------------------------------------------------

    def _begin(self, *_what: object) -> None:
        """Start anew with what is chosen; playing goes on."""
        self.crowd = self._crowd()
        self._show_noise()
        self._show(0)

    def _go(self, steps: int) -> None:
        """Make so many steps, or show those that have been made before."""
        goal = min(self.at + steps, self.most)
        if goal > self.crowd.step:
            self.crowd.advance(goal - self.crowd.step)
        self._show(goal)
        if goal == self.most:
            self.steps.set_playing(False)

    def _show(self, step: int) -> None:
        self.at = step
        self._draw()

    def _places(self, side: int) -> Floats:
        """Return where the runs of one size are at the step that is shown, (m, d)."""
        places: Floats = self.crowd.path[self.at][side]
        return places

    def _arrived(self, side: int) -> Flags:
        """Return which runs of one size have been out of the trap by the step that is shown, (m,)."""
        arrivals = self.crowd.arrivals[side]
        return np.asarray((arrivals != NEVER) & (arrivals <= self.at))

    def _draw(self) -> None:
        """Draw the step that is shown, and say what is seen."""
        raise NotImplementedError

    def apply_theme(self, theme: Theme) -> None:
        """Draw in another theme."""
        super().apply_theme(theme)
        keep_font(self.felt, body_font(theme, theme.size_small))
        self._draw()
