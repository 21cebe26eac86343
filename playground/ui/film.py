"""Makes a film of a training: a run of its own, from the start, of which every so many epochs are drawn.

The run has a thread of its own, as the window's has; drawing takes the window's thread for a moment a frame.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from playground.experiment.model import Experiment
from playground.experiment.prepare import Prepared
from playground.export.film import FilmFormat, FilmWriter
from playground.settings import FLAT_OUT
from playground.training.messages import Failure, Look, Snapshot
from playground.ui.bridge import TrainingBridge
from playground.ui.document import Document
from playground.ui.keeper import Keeper
from playground.ui.pictures import PlotSheet, as_image, plot_title, widget_drawing
from playground.ui.plots import Plot, PlotView
from playground.ui.theme.tokens import Theme

if TYPE_CHECKING:
    from playground.ui.main_window import MainWindow

TICK_MS = 15
HELD_SECONDS = 1.5
"""How long the last frame stays before a film begins again."""


@dataclass(frozen=True, slots=True)
class Script:
    """What a film consists of: frames after the first, epochs between two, how fast, how large."""

    frames: int
    epochs: int
    per_second: float
    scale: float

    @property
    def seconds(self) -> float:
        """How long the film is."""
        return (self.frames + 1) / self.per_second + HELD_SECONDS


class Stage(Protocol):
    """Has a run, and draws it."""

    bridge: TrainingBridge

    def has_all(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot has what is to be drawn."""
        ...

    def image(self, snapshot: Snapshot, scale: float) -> QImage:
        """Return the frame of a snapshot."""
        ...

    def close(self) -> None:
        """End the run and let go of everything."""
        ...


class PlotStage:
    """A plot with a run of its own, drawn below its heading."""

    def __init__(
        self, experiment: Experiment, device: str, plot: Plot, theme: Theme, like: PlotView | None
    ) -> None:
        self._plot, self._like = plot, like
        self._document = Document(experiment)
        self.bridge = TrainingBridge(self._document, device, self._document)
        self._keeper = Keeper(self._document, self.bridge, self._document)
        self._view = plot.make(theme)
        self._sheet = PlotSheet(self._view, theme)
        self._laid_out = False
        self.bridge.run_started.connect(self._begin)

    def _begin(self, prepared: Prepared, _continues: bool) -> None:
        self._view.start_run(prepared)
        if self._like is not None:
            self._view.resemble(self._like)
            self._view.show_neuron(None)  # that of the other run would not change
        self._view.pose()
        self.bridge.look(self._view.look)

    def has_all(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot has what the plot asks for."""
        look: Look = self._view.look
        has_slice = look.slice is None or snapshot.picture.slice is not None
        return has_slice and (len(snapshot.predictions) > 0 or not look.predictions)

    def image(self, snapshot: Snapshot, scale: float) -> QImage:
        """Return the plot of a snapshot, with all of its curves so far."""
        seen = self._keeper.seen
        assert seen is not None  # the snapshot has just come
        whole = replace(snapshot, history=replace(seen.history, restart=True))
        shown = replace(seen, snapshot=whole)
        title, line = plot_title(self._plot, self._view, shown)
        if self._laid_out:
            self._sheet.say(title, line)
        else:
            self._sheet.write(title, line)
            self._laid_out = True
        self._view.show_snapshot(whole)
        self._sheet.sharpen()
        return as_image(self._sheet.drawing(self._plot.label), scale)

    def close(self) -> None:
        """End the run and let go of the plot."""
        self.bridge.close()
        self._sheet.hide()
        self._sheet.deleteLater()
        self._document.deleteLater()


class WindowStage:
    """A whole window that nobody sees, with a document and a run of its own."""

    def __init__(self, experiment: Experiment, device: str, like: "MainWindow") -> None:
        # It is the window that opens films, so it is not there yet when this file is read.
        from playground.ui.main_window import MainWindow

        document = Document(experiment)
        self.bridge = TrainingBridge(document, device)
        own = replace(like.settings, speed=FLAT_OUT, motion=False)
        self._window = MainWindow(document, self.bridge, like.themes, own)
        for child in (document, self.bridge):
            child.setParent(self._window)
        self._window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
        self._window.resize(like.size())
        self._window.show()
        self._window.restoreState(like.saveState())

    def has_all(self, snapshot: Snapshot) -> bool:
        """Return whether a snapshot has what the view in the window asks for."""
        look = self._window.output_panel.look
        has_slice = look.slice is None or snapshot.picture.slice is not None
        return has_slice and (len(snapshot.predictions) > 0 or not look.predictions)

    def image(self, _snapshot: Snapshot, scale: float) -> QImage:
        """Return the window as it is now."""
        return as_image(widget_drawing(self._window, "Window"), scale)

    def close(self) -> None:
        """End the run and close the window."""
        self.bridge.close()
        self._window.close()
        self._window.deleteLater()


class Film(QObject):
    """Trains from frame to frame, and gives each to the encoder.

    Signals:
        framed(QImage, float): a frame was made; the share of the film that is done.
        done(Path, int): the film is written, with so many frames.
        failed(str): there will be no film; the sentence says why.
    """

    framed = Signal(object, float)
    done = Signal(object, int)
    failed = Signal(str)

    def __init__(self, stage: Stage, script: Script, path: Path, film: FilmFormat, parent: QObject) -> None:
        super().__init__(parent)
        self._stage: Stage | None = stage
        self._script, self._path, self._film = script, path, film
        self._writer: FilmWriter | None = None
        self._waiting: Snapshot | None = None
        self._made = 0
        self._rest: Iterator[bytes] = iter(())
        self._ending = False
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        stage.bridge.snapshot_arrived.connect(self._take)
        stage.bridge.cannot_train.connect(self._fail)
        stage.bridge.failed.connect(lambda failure: self._fail(_words_of(failure)))

    @property
    def is_running(self) -> bool:
        """Whether the film is being made."""
        return self._stage is not None or self._writer is not None

    def start(self) -> None:
        """Begin with the first frame, before any training."""
        assert self._stage is not None  # a film is made once
        self._timer.start()
        if isinstance(self._stage, PlotStage):
            self._stage.bridge.start()  # a window starts its own

    def cancel(self) -> None:
        """Stop; nothing is written."""
        self._timer.stop()
        self._leave_stage()
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None

    def _leave_stage(self) -> None:
        if self._stage is not None:
            self._stage.close()
            self._stage = None

    def _fail(self, why: str) -> None:
        self.cancel()
        self.failed.emit(why)

    def _take(self, snapshot: Snapshot) -> None:
        """Keep the snapshot that the next frame is of."""
        stage = self._stage
        if stage is None or snapshot.state != "paused" or not stage.has_all(snapshot):
            return
        if snapshot.epoch >= self._made * self._script.epochs or snapshot.stopped or snapshot.problem:
            self._waiting = snapshot

    def _tick(self) -> None:
        writer = self._writer
        if writer is not None and writer.is_done:
            self._end(writer)
        elif self._ending and writer is not None:
            self._give_rest(writer)
        elif self._waiting is not None and (writer is None or writer.has_room):
            snapshot, self._waiting = self._waiting, None
            self._make_frame(snapshot)

    def _make_frame(self, snapshot: Snapshot) -> None:
        stage, script = self._stage, self._script
        assert stage is not None  # it is there until the last frame
        image = stage.image(snapshot, script.scale)
        pixels = pixels_of(image)
        if self._writer is None:
            size = (image.width(), image.height())
            self._writer = FilmWriter(self._path, self._film, size, script.per_second)
        self._writer.put(pixels)
        self.framed.emit(image, self._made / max(script.frames, 1))
        self._made += 1
        if self._made > script.frames or snapshot.stopped or snapshot.problem:
            self._ending = True
            self._rest = iter([pixels] * round(HELD_SECONDS * script.per_second))
            self._leave_stage()
        else:
            stage.bridge.play_until(self._made * script.epochs)

    def _give_rest(self, writer: FilmWriter) -> None:
        """Hold the last frame for a while, then end the film."""
        while self._ending and writer.has_room:
            pixels = next(self._rest, None)
            if pixels is None:
                writer.finish()
                self._ending = False
            else:
                writer.put(pixels)

    def _end(self, writer: FilmWriter) -> None:
        self._writer = None
        self.cancel()
        if writer.error:
            self.failed.emit(writer.error)
        else:
            self.done.emit(writer.path, self._made)


def _words_of(failure: Failure) -> str:
    return failure.message


def pixels_of(image: QImage) -> bytes:
    """Return the pixels of an image as red, green and blue, row after row without gaps."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    raw, width = bytes(plain.constBits()), 3 * plain.width()
    step = plain.bytesPerLine()
    if step == width:
        return raw
    return b"".join(raw[row * step : row * step + width] for row in range(plain.height()))
