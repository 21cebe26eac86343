"""The page "Noisy gradients": what a batch's gradient has to do with that of all rows."""

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from PySide6.QtWidgets import QHBoxLayout

from playground.data.base import FloatArray
from playground.labs.batch_gradients import Measured, Noise, cloud_rows
from playground.labs.batch_learner import Descent, Learner, neuron, of_run
from playground.labs.batch_plane import Plane, arrows, noise_at, sweep
from playground.labs.batches import BatchRefused, Cancelled, IntArray, Tell, require
from playground.training.landscape import flat
from playground.ui.background import Background
from playground.ui.figures import figures, percent, short
from playground.ui.labs.batches.epochs_page import WORDS_SECONDS
from playground.ui.labs.batches.gradient_controls import GradientControls
from playground.ui.labs.batches.gradient_views import GradientViews, Sight
from playground.ui.labs.context import LabContext
from playground.ui.labs.page import LabPage
from playground.ui.labs.plot_choice import PlotChoice
from playground.ui.labs.transport import Transport
from playground.ui.theme.tokens import Theme
from playground.ui.widgets import Item

ARROWS = 150
DRAWS = 400
GRID = 41
START = (-2.0, 3.5)
FRAME_SECONDS = 0.004
"""How long steps may take in a frame while it plays."""
END_SECONDS = 1.0
VIEWS = (
    Item("cloud", "Cloud of gradients", "The gradients of batches round that of all rows."),
    Item("contour", "Loss with the path", "The loss over the weights, and descent with batches on it."),
    Item("noise", "Noise over B", "The noise by theory and as measured, over the batch size."),
)


@dataclass(frozen=True, eq=False, slots=True)
class Scene:
    """What stays the same from step to step: a learner, its first weights, a plane, the noise there."""

    learner: Learner
    start: FloatArray
    plane: Plane
    noise: Noise

    @classmethod
    def of(cls, learner: Learner, start: FloatArray) -> "Scene":
        """Return the scene of a learner."""
        noise = noise_at(learner, start)
        return cls(learner, start, Plane.of(start, noise), noise)


class GradientsPage(LabPage):
    """Draws batches' gradients at the weights, walks with them, and measures their noise."""

    def __init__(self, context: LabContext) -> None:
        super().__init__(
            context,
            "A batch's gradient is that of all rows plus noise ε: the smaller the batch, the wider the cloud "
            "and the more crooked the way down.",
        )
        self.scene: Scene | None = None
        self.noise: Noise | None = None
        self.measured: Measured | None = None
        self.descent: Descent | None = None
        self._note = ""
        self._spoken = 0.0
        self._full: Descent | None = None
        self._paths: tuple[list[FloatArray], list[FloatArray]] = ([], [])
        self._rows: IntArray = np.empty((0, 0), np.int64)
        self._work = {
            name: Background(self, f"playground-batches-{name}", (BatchRefused,))
            for name in ("scene", "field", "noise", "sweep")
        }
        self.controls = GradientControls()
        self._lay_out()
        self._connect()
        self.apply_theme(context.theme())
        self.renew()

    def _lay_out(self) -> None:
        self.controls.fill(self)
        self.views = GradientViews(self.context.theme())
        top = QHBoxLayout()
        top.addWidget(self.views.cloud, 1)
        top.addWidget(self.views.contour, 1)
        self.stage.addLayout(top, 3)
        self.stage.addWidget(self.views.noise, 2)
        kinds = zip(VIEWS, self.views.plots, strict=True)
        self.column.addWidget(PlotChoice(self, list(kinds)))
        self.column.addStretch(1)
        self.steps = Transport("step", speed=20)
        self.use(self.steps)

    def _connect(self) -> None:
        controls = self.controls
        controls.data_changed.connect(self.renew)
        controls.batch_changed.connect(self._change_batch)
        controls.rate_changed.connect(self._change_rate)
        controls.refused.connect(lambda words: self.say(words, warning=True))
        self.steps.asked.connect(self._go)
        self.steps.back_asked.connect(self._back)
        self.steps.rewind_asked.connect(self._rewind)
        self.steps.playing_changed.connect(lambda playing: None if playing else self._look())
        self.views.contour.moved.connect(lambda _key, x, y: self.start_at(x, y, settle=False))
        self.views.contour.dropped.connect(lambda _key: self._measure())
        self.views.contour.clicked.connect(lambda x, y: self.start_at(x, y))
        self._work["scene"].done.connect(self._take_scene)
        self._work["field"].done.connect(self._take_field)
        self._work["noise"].done.connect(self._take_noise)
        self._work["sweep"].done.connect(self._take_sweep)
        for work in self._work.values():
            work.refused.connect(self._refuse)

    # What is looked at ----------------------------------------------------------------------------------

    def renew(self) -> None:
        """Begin with the network and the rows that are chosen."""
        self.steps.set_playing(False)
        self.scene = self.noise = self.measured = self.descent = self._full = None
        for work in self._work.values():
            work.cancel()
        self.views.clear()
        try:
            if self.controls.is_open:
                self._open()
            else:
                learner = neuron(
                    self.controls.rows, self.controls.spread, self.controls.seed, self.controls.kind
                )
                self._take_scene(Scene.of(learner, np.array(START)))
        except BatchRefused as refusal:
            self._refuse(str(refusal))

    def _open(self) -> None:
        """Have the open network's gradients computed on a thread."""
        seen = self.context.seen()
        if seen is None:
            raise BatchRefused("There is no run in the network window. Open one, or look at a neuron.")
        prepared, weights = seen.prepared, flat(seen.snapshot.weights, seen.snapshot.biases).astype(float)

        def work(_tell: Tell, _cancelled: Cancelled) -> Scene:
            return Scene.of(of_run(prepared), weights)

        self.say("The gradient of every row is being computed.")
        self._work["scene"].start(work)

    def _take_scene(self, scene: object) -> None:
        assert isinstance(scene, Scene)
        self.scene, self.noise = scene, scene.noise
        self._note = self.controls.show_rows(scene.learner.rows)
        if scene.learner.size == 2:
            self.views.name_axes(("slope by the bias w₀", "slope by the weight w₁"), ("bias w₀", "weight w₁"))
        else:
            shown = percent(scene.noise.share(scene.plane.directions))
            across = f"across it ({shown} of the noise)"
            self.views.name_axes(
                ("along the full gradient", across), ("along the full gradient", "across it")
            )
        self._begin(scene.start)

        def work(tell: Tell, cancelled: Cancelled) -> object:
            return scene.plane.losses(scene.learner, GRID, tell, cancelled)

        self._work["field"].start(work)

    def _take_field(self, losses: object) -> None:
        if isinstance(losses, np.ndarray) and self.scene is not None:
            self.views.show_field(self.scene.plane, losses)

    def _take_noise(self, noise: object) -> None:
        assert isinstance(noise, Noise)
        self.noise = noise
        self._show()
        self._measure()

    def _take_sweep(self, measured: object) -> None:
        if isinstance(measured, Measured):
            self.measured = measured
            self._show()

    def _refuse(self, words: str) -> None:
        able = self.scene is not None
        self.steps.set_able(able, "" if able else words)
        self.say(words, warning=True)

    # Descent --------------------------------------------------------------------------------------------

    def start_at(self, x: float, y: float, settle: bool = True) -> None:
        """Begin anew at a place of the plane; with `settle` the noise there is measured at once."""
        if self.scene is not None and np.isfinite((x, y)).all():
            self.steps.set_playing(False)
            self._begin(self.scene.plane.weights(x, y), settle)

    def _begin(self, start: FloatArray, settle: bool = True) -> None:
        assert self.scene is not None
        learner, controls = self.scene.learner, self.controls
        require(learner.rows, controls.batch)
        self._rows = cloud_rows(learner.rows, controls.batch, controls.seed, ARROWS)
        self.descent = Descent(learner, start, controls.batch, controls.rate, controls.seed)
        self._full = Descent(learner, start, learner.rows, controls.rate, controls.seed)
        self._paths = ([self._at(self.descent)], [self._at(self._full)])
        self.steps.set_able(True)
        self._look(settle)

    def _at(self, descent: Descent) -> FloatArray:
        assert self.scene is not None
        return self.scene.plane.place(descent.here)

    def _go(self, steps: int) -> None:
        if self.descent is None or self._full is None:
            return
        self._note = ""
        until = perf_counter() + FRAME_SECONDS
        for _ in range(steps):
            for descent, path in zip((self.descent, self._full), self._paths, strict=True):
                before = descent.steps
                descent.step()
                path += [self._at(descent)] * (descent.steps - before)
            if self.steps.is_playing and perf_counter() > until:
                break
        if self.descent.diverged or self.descent.is_full:
            self.steps.set_playing(False)
        self._look()

    def _back(self) -> None:
        if self.descent is not None and self._full is not None and self.descent.steps:
            for descent, path in zip((self.descent, self._full), self._paths, strict=True):
                if descent.steps >= self.descent.steps:
                    descent.back()
                    path.pop()
            self._look()

    def _rewind(self) -> None:
        if self.descent is not None:
            self._begin(self.descent.places[0])

    def _change_batch(self) -> None:
        self._note = ""
        if self.descent is not None:
            self._begin(self.descent.places[0])

    def _change_rate(self) -> None:
        for descent in (self.descent, self._full):
            if descent is not None:
                descent.set_rate(self.controls.rate)
        self._show()

    # Looking --------------------------------------------------------------------------------------------

    def _look(self, settle: bool = True) -> None:
        """Look at the gradients where descent stands: at once for two weights, else on a thread."""
        if self.scene is None or self.descent is None:
            return
        learner, here = self.scene.learner, self.descent.here
        self.measured = None
        if not self.descent.diverged and learner.size == 2:
            self.noise = noise_at(learner, here)
            if settle and not self.steps.is_playing:
                self._measure()
        elif not self.descent.diverged and settle and not self.steps.is_playing:
            self._work["noise"].start(lambda _tell, _cancelled: noise_at(learner, here))
        self._show()

    def _measure(self) -> None:
        noise, batch, seed = self.noise, self.controls.batch, self.controls.seed
        if noise is not None:
            self._work["sweep"].start(
                lambda tell, cancelled: sweep(noise, batch, DRAWS, seed, tell, cancelled)
            )

    def _show(self) -> None:
        sight = self.sight()
        if sight is None:
            return
        start = self._paths[0][0]
        playing = self.steps.is_playing
        self.views.show(sight, (float(start[0]), float(start[1])), self.measured, not playing)
        if not playing or perf_counter() > self._spoken + WORDS_SECONDS:
            self._spoken = perf_counter()
            self._speak(sight)

    def sight(self) -> Sight | None:
        """Return what the plots draw; None before there is anything."""
        if self.scene is None or self.noise is None or self.descent is None:
            return None
        full, cloud = arrows(self.noise, self.scene.plane, self._rows)
        here, controls = self._paths[0][-1], self.controls
        path, full_path = (np.array(path) for path in self._paths)
        return Sight(
            self.scene.plane, self.noise, here, full, cloud, path, full_path, controls.batch, controls.rate
        )

    def _speak(self, sight: Sight) -> None:
        assert self.descent is not None
        if self.descent.diverged:
            self.say(
                f"The weights ran away after {self.descent.steps:,} steps: a rate of {short(sight.rate)} "
                f"is too large for batches of {sight.batch:,}. Press R, then lower the rate or raise B.",
                warning=True,
            )
            return
        words = noise_words(sight, self.measured)
        self.say(f"{self._note} {words}" if self._note else words, warning=bool(self._note))

    # The window's ---------------------------------------------------------------------------------------

    def end(self) -> None:
        """Call off what is computed beside the window."""
        super().end()
        for work in self._work.values():
            work.end(END_SECONDS)

    def apply_theme(self, theme: Theme) -> None:
        """Draw everything in another theme."""
        super().apply_theme(theme)
        self.views.apply_theme(theme)
        self._show()


def noise_words(sight: Sight, measured: Measured | None) -> str:
    """Return in words how large the noise is, by theory and as measured, beside the gradient itself."""
    rows, batch = sight.noise.rows, sight.batch
    length, theory = float(np.linalg.norm(sight.noise.full)), sight.noise.predicted(batch)
    if batch == rows:
        return (
            f"B = N = {rows:,}: every batch holds all rows, so ε = 0 and all arrows are one. Make B smaller, "
            "and see the cloud open."
        )
    said = f"B = {batch:,} of N = {rows:,}: E‖ε‖² is {short(theory)} by theory"
    if measured is not None and batch in measured.sizes:
        at = measured.sizes.index(batch)
        said += f", {short(float(measured.means[at]))} ± {figures(float(measured.errors[at]), 2)} measured"
    noise = theory**0.5
    if noise > length:
        return f"{said}. The noise ({short(noise)}) is longer than the gradient ({short(length)}): double B."
    return (
        f"{said}. The gradient is {short(length)} long, the noise {short(noise)}: double B, and it shrinks."
    )
