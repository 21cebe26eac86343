"""The diagram's scene: follows the experiment by difference, shows snapshots, lights what is pointed at."""

from collections.abc import Mapping
from itertools import pairwise
from time import perf_counter

import numpy as np
from PySide6.QtCore import QEasingCurve, QObject, QPointF, QRectF, QVariantAnimation
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from playground.experiment.hold_edits import is_frozen, links_off, neurons_off, sources_off
from playground.experiment.model import INPUTS_ID, OUTPUT_ID, Experiment
from playground.experiment.plan import Plan, feature_labels, output_units
from playground.experiment.prepare import Prepared
from playground.training.messages import FloatArray, Snapshot
from playground.training.numbers import NumberRef, value_at
from playground.ui.diagram import outline
from playground.ui.diagram.answers import input_pictures, output_pictures
from playground.ui.diagram.cards import ColumnItem
from playground.ui.diagram.chrome import POSED_LABEL
from playground.ui.diagram.health import Note
from playground.ui.diagram.hits import CANVAS, Hit, hit_card
from playground.ui.diagram.layout import Column, DiagramLayout, arrange
from playground.ui.diagram.links import LinkBundle, LinkRef
from playground.ui.diagram.look import look_of, text_width
from playground.ui.diagram.marks import GapItem
from playground.ui.diagram.numbers import GradientLinks, NumbersItem
from playground.ui.diagram.slim import SlimItem
from playground.ui.diagram.threads import ArcItem, Threads
from playground.ui.selection import LayerNumbers, NeuronRef
from playground.ui.theme.colour import qcolor
from playground.ui.theme.tokens import Theme

Pair = tuple[str, str]

MOVE_MS = 150
LINK_BUDGET = 0.0012  # seconds a frame for redrawing links while training runs
LONGEST_LABEL = 130.0
HELD_SHARE = 0.6  # of the view's height a card in the hand may take
HELD_OPACITY, HELD_LINKS = 0.7, 0.1


class DiagramScene(QGraphicsScene):
    """Columns, links and gaps of one experiment; `posed` is for a picture of it, with nothing to click."""

    def __init__(
        self, experiment: Experiment, theme: Theme, parent: QObject | None = None, posed: bool = False
    ) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)  # few items, all of them visible
        self.motion = not posed
        self._posed = posed
        self.columns: dict[str, ColumnItem] = {}
        self.bundles: dict[Pair, LinkBundle] = {}
        self.threads: dict[Pair, Threads] = {}
        self.arcs: dict[str, ArcItem] = {}
        self.gaps: list[GapItem] = []
        self._experiment = experiment
        self._theme = theme
        self._room = (640.0, 420.0)
        self._prepared: Prepared | None = None
        self._layout = self._arrange()
        self._snapshot: Snapshot | None = None
        self._badges: dict[str, str] = {}
        self._numbers: LayerNumbers | None = None
        self.numbers = NumbersItem(theme)
        self.gradients = GradientLinks(theme)
        self.gradients.setVisible(False)
        for item in (self.gradients, self.numbers):
            self.addItem(item)
        self._queue: list[Pair] = []
        self._hot = CANVAS
        self._scale = self._ratio = 1.0
        self._moves: dict[str, QPointF] = {}
        self._animation = QVariantAnimation(self, startValue=1.0, endValue=0.0, duration=MOVE_MS)
        self._animation.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._animation.valueChanged.connect(self._put_moving)
        self._follow()

    # Following the document -----------------------------------------------------------------------------

    @property
    def layout(self) -> DiagramLayout:
        """Where everything is."""
        return self._layout

    @property
    def plan(self) -> Plan | None:
        """The plan of the run that is shown."""
        return None if self._prepared is None else self._prepared.plan

    @property
    def experiment(self) -> Experiment:
        """The experiment that is shown."""
        return self._experiment

    def set_experiment(self, experiment: Experiment) -> None:
        """Show another experiment; what stays keeps its item and moves."""
        if experiment.data.features != self._experiment.data.features:
            self.columns[INPUTS_ID].forget_answers()
        self._experiment = experiment
        self.relayout()

    def set_room(self, width: float, height: float) -> None:
        """Fit the diagram into a room of this many pixels."""
        if (width, height) != self._room:
            self._room = (width, height)
            self.relayout(animated=False)

    def relayout(self, animated: bool = True) -> None:
        """Place everything again: remove, move, add, then draw once."""
        before = {layer: item.column.card.center() for layer, item in self.columns.items()}
        self._layout = self._arrange()
        self._follow()
        self._set_off(before if animated and self.motion else {})
        self._show_answers()
        self.redraw_links()
        self.show_numbers(self._numbers)

    def _arrange(self) -> DiagramLayout:
        look = look_of(self._theme)
        specs = outline.column_specs(self._experiment)
        labels = feature_labels(self._experiment)
        longest = (POSED_LABEL if self._posed else LONGEST_LABEL) * self._theme.scale
        left = min(max(text_width(look.label, label) for label in labels), longest) + self._theme.px(12)
        names = self._class_names()
        right = max((text_width(look.small, name) + self._theme.px(12) for name in names), default=0.0)
        return arrange(specs, *self._room, self._theme.scale, left, min(right, longest))

    def _class_names(self) -> tuple[str, ...]:
        count = output_units(self._experiment)
        prepared = self._prepared
        if count < 2:
            return ()
        names = prepared.plan.class_names if prepared is not None else ()
        return names if len(names) == count else tuple(f"class {k + 1}" for k in range(count))

    def _follow(self) -> None:
        """Make the items agree with the layout."""
        columns = self._layout.columns
        ids = [column.spec.id for column in columns]
        pairs = list(pairwise(ids))
        for layer in [layer for layer in self.columns if layer not in ids]:
            self.removeItem(self.columns.pop(layer))
        for ways in (self.bundles, self.threads):
            for pair in [pair for pair in ways if pair not in pairs]:
                self.removeItem(ways.pop(pair))
        while len(self.gaps) > len(pairs):
            self.removeItem(self.gaps.pop())
        for column in columns:
            if column.spec.id not in self.columns:
                kind = SlimItem if column.spec.kind == "slim" else ColumnItem
                self.columns[column.spec.id] = kind(column, self._theme)
                self.columns[column.spec.id].show_face(posed=self._posed)
                self.addItem(self.columns[column.spec.id])
            self.columns[column.spec.id].place(column)
        for pair, left, right in zip(pairs, columns, columns[1:], strict=False):
            self._connect(pair, left, right)
        self.bundles = {pair: self.bundles[pair] for pair in pairs if pair in self.bundles}
        self.columns = {layer: self.columns[layer] for layer in ids}
        for gap in self._layout.gaps[len(self.gaps) :]:
            self.gaps.append(GapItem(gap, self._theme))
            self.addItem(self.gaps[-1])
        for item, gap in zip(self.gaps, self._layout.gaps, strict=True):
            item.place(gap, inviting=len(pairs) == 1)
            item.setVisible(not self._posed)
        self._follow_arcs()
        self._write_labels()

    def _connect(self, pair: Pair, left: Column, right: Column) -> None:
        """Run threads into a slim card and links into any other."""
        if right.spec.kind == "slim":
            if pair not in self.threads:
                self.threads[pair] = Threads(self._theme)
                self.addItem(self.threads[pair])
            self.threads[pair].place(left, right, self._theme)
            return
        if pair not in self.bundles:
            self.bundles[pair] = LinkBundle(self._theme, sharp=self._posed)
            self.bundles[pair].set_scale(self._scale, self._ratio)
            self.addItem(self.bundles[pair])
        self.bundles[pair].place(left, right, self._theme)
        layer, experiment = right.spec.id, self._experiment
        self.bundles[pair].set_off(links_off(experiment, layer), sources_off(experiment, layer))

    def _follow_arcs(self) -> None:
        arcs = {arc.layer: arc for arc in self._layout.arcs}
        for layer in [layer for layer in self.arcs if layer not in arcs]:
            self.removeItem(self.arcs.pop(layer))
        for layer, arc in arcs.items():
            if layer not in self.arcs:
                self.arcs[layer] = ArcItem(arc, self._theme)
                self.addItem(self.arcs[layer])
            self.arcs[layer].place(arc, self._theme)

    def _ways(self) -> list[LinkBundle | Threads | ArcItem]:
        """Return everything between the columns that values go along."""
        return [*self.bundles.values(), *self.threads.values(), *self.arcs.values()]

    def _write_labels(self) -> None:
        look, experiment = look_of(self._theme), self._experiment
        hidden = [c for c in self._layout.columns if c.spec.kind == "hidden"]
        long = all(text_width(look.title, outline.title_forms(c.spec)[0]) <= c.card.width() for c in hidden)
        for column in self._layout.columns:
            item = self.columns[column.spec.id]
            forms = outline.title_forms(column.spec)
            fits = (form for form in forms if text_width(look.title, form) <= column.title.width())
            key = outline.activation_of(experiment, column.spec.id)
            item.show_face(
                title=forms[0 if long else 1] if column.spec.kind == "hidden" else next(fits, forms[-1]),
                activation=outline.activation_label(key) if key else "",
                badge=self._badges.get(column.spec.id, ""),
                frozen=is_frozen(experiment, column.spec.id),
            )
            item.switch_off(neurons_off(experiment, column.spec.id))
        self.columns[INPUTS_ID].show_face(labels=feature_labels(experiment))
        self.columns[OUTPUT_ID].show_face(labels=self._class_names())

    # Motion ---------------------------------------------------------------------------------------------

    def _set_off(self, before: Mapping[str, QPointF]) -> None:
        """Let the columns that have moved glide from where they were."""
        self._animation.stop()
        self._moves = {
            layer: before[layer] - item.column.card.center()
            for layer, item in self.columns.items()
            if layer in before and before[layer] != item.column.card.center()
        }
        self._put_moving(1.0 if self._moves else 0.0)
        if self._moves:
            self._animation.start()

    def _put_moving(self, left: float) -> None:
        for layer, item in self.columns.items():
            item.setPos(self._moves.get(layer, QPointF()) * left)
        for way in self._ways():
            way.setOpacity(1.0 - left)

    def lift(self, layer: str, grabbed: QPointF, point: QPointF, room: QRectF) -> None:
        """Let a column that was grabbed at a point follow the pointer to another, all of it within `room`.

        A tall one gets smaller in the hand; it is translucent, so that the gap below it can be seen.
        """
        item = self.columns.get(layer)
        if item is None:
            return
        box = item.chrome.boundingRect()
        scale = min(1.0, HELD_SHARE * room.height() / box.height())
        corner = point + (box.topLeft() - grabbed) * scale
        held = QRectF(corner, box.size() * scale)
        held.moveLeft(max(min(held.left(), room.right() - held.width()), room.left()))
        held.moveTop(max(min(held.top(), room.bottom() - held.height()), room.top()))
        item.setScale(scale)
        item.setPos(held.topLeft() - box.topLeft() * scale)
        item.setZValue(5)
        item.setOpacity(HELD_OPACITY)
        for pair, way in (*self.bundles.items(), *self.threads.items()):
            way.setOpacity(HELD_LINKS if layer in pair else 1.0)
        if layer in self.arcs:
            self.arcs[layer].setOpacity(HELD_LINKS)

    def put_down(self, layer: str) -> None:
        """Put a lifted column back."""
        item = self.columns.get(layer)
        if item is not None:
            item.setScale(1.0)
            item.setPos(QPointF())
            item.setZValue(0)
            item.setOpacity(1.0)
        for way in self._ways():
            way.setOpacity(1.0)

    # Showing a run --------------------------------------------------------------------------------------

    def start_run(self, prepared: Prepared) -> None:
        """Show the inputs of a new run; what its neurons answer comes with its snapshots."""
        self._prepared = prepared
        self._snapshot = None
        self.columns[INPUTS_ID].forget_answers()
        self.relayout()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show the answers and weights of a snapshot; links a few at a time while training runs."""
        self._snapshot = snapshot
        self._show_answers()
        self.redraw_links(everything=snapshot.state != "playing")

    def _show_answers(self) -> None:
        prepared, snapshot = self._prepared, self._snapshot
        if prepared is None:
            return
        inputs = self.columns[INPUTS_ID]
        if prepared.plan.feature_keys == self._experiment.data.features and not inputs.has_answers:
            inputs.show_answers(input_pictures(prepared))
        if snapshot is None:
            return
        ids = (INPUTS_ID, *prepared.plan.layer_ids)
        links, full = _links_of(snapshot)
        for number, layer in enumerate(prepared.plan.layer_ids):
            item, bundle = self.columns.get(layer), self.bundles.get((ids[number], layer))
            if bundle is not None:
                bundle.set_weights(links[number], full)
            if item is None:
                continue
            item.show_parameters(snapshot.weights[number], snapshot.biases[number])
            if layer == OUTPUT_ID:
                output_pictures(item, prepared.plan, snapshot.picture.layers[number])
            else:
                item.show_answers(snapshot.picture.layers[number])

    def redraw_links(self, everything: bool = True) -> None:
        """Redraw all bundles, or in turn as many as fit a frame's budget."""
        if everything:
            self._queue = []
            for bundle in self.bundles.values():
                bundle.redraw()
            return
        self._queue = [pair for pair in self._queue if pair in self.bundles]
        self._queue += [pair for pair in self.bundles if pair not in self._queue]
        end = perf_counter() + LINK_BUDGET
        for pair in list(self._queue):
            self._queue.append(self._queue.pop(0))
            self.bundles[pair].redraw()
            if perf_counter() > end:
                return

    def set_scale(self, scale: float, ratio: float) -> None:
        """Draw links for `scale` device pixels per scene unit, `ratio` of them to a screen pixel."""
        self._scale, self._ratio = scale, ratio
        for bundle in (*self.bundles.values(), self.gradients):
            bundle.set_scale(scale, ratio)
        self.redraw_links()
        self.show_numbers(self._numbers)

    def apply_theme(self, theme: Theme) -> None:
        """Show the same in another look."""
        self._theme = theme
        self.setBackgroundBrush(qcolor(theme.canvas))
        for column in self.columns.values():
            column.apply_theme(theme)
        for way in self._ways():
            way.apply_theme(theme)
        for gap in self.gaps:
            gap.apply_theme(theme)
        self.relayout(animated=False)

    # Pointing -------------------------------------------------------------------------------------------

    def hit(self, point: QPointF) -> Hit:
        """Return what is at `point`: parts of cards first, then gaps, then links."""
        for layer, item in self.columns.items():
            if item.face.badge and item.chrome.badge_box().contains(point):
                return Hit("badge", layer)
            if item.face.health is not None and item.chrome.health_box().contains(point):
                return Hit("health", layer)
        found = hit_card(self._layout, point, look_of(self._theme).bias_side)
        if found.part in ("canvas", "card"):
            for mark in self.gaps:
                if mark.invites_at(point):
                    return Hit("gap", index=mark.gap.index)
            for (_, layer), bundle in self.bundles.items():
                link = bundle.link_at(point)
                if link is not None:
                    return Hit("link", layer, link.unit, link.source)
        return found

    def show_hot(self, hit: Hit) -> None:
        """Light the part under the pointer."""
        if hit == self._hot:
            return
        old, self._hot = self._hot, hit
        for layer in {old.layer, hit.layer} - {None}:
            item = self.columns.get(str(layer))
            if item is not None:
                item.show_face(hot=hit if hit.layer == layer and hit.part != "link" else None)
        self._brighten_arcs()
        for mark in self.gaps:
            mark.show_state(hit.part == "gap" and hit.index == mark.gap.index, False)

    def light_number(self, ref: NumberRef | None) -> None:
        """Make a link or a bias stand out; None for nothing."""
        for (_, layer), bundle in self.bundles.items():
            link = None
            if ref is not None and ref.layer == layer and ref.source is not None:
                link = LinkRef(ref.unit, ref.source)
            bundle.light(link)
        for layer, item in self.columns.items():
            is_bias = ref is not None and ref.layer == layer and ref.source is None
            item.light_bias(ref.unit if ref is not None and is_bias else -1)

    def place_of(self, ref: NumberRef) -> QPointF | None:
        """Return where a link or a bias is: the middle of its curve, or its neuron's."""
        column = self._layout.column(ref.layer)
        if column is None or ref.unit >= column.spec.units:
            return None
        bundle = next((bundle for (_, layer), bundle in self.bundles.items() if layer == ref.layer), None)
        if bundle is not None and ref.source is not None and bundle.connects(LinkRef(ref.unit, ref.source)):
            return bundle.curve(LinkRef(ref.unit, ref.source)).pointAtPercent(0.5)
        return QPointF(column.stack.left(), column.centre_of(ref.unit))

    @property
    def looks_back(self) -> bool:
        """Whether an earlier state of the run is shown."""
        return self._snapshot is not None and self._snapshot.back is not None

    def value_of(self, ref: NumberRef) -> float | None:
        """Return the value of a weight or a bias in the run that is shown, None when it is not known."""
        if self._prepared is None or self._snapshot is None:
            return None
        return value_at(self._prepared.plan, self._snapshot.weights, self._snapshot.biases, ref)

    def light_gap(self, index: int | None) -> None:
        """Show that a drop would land in gap `index`; None for nowhere."""
        for item in self.gaps:
            item.show_state(False, item.gap.index == index)

    def light_layer(self, layer: str | None) -> None:
        """Show that a drop would land on a layer; None for nowhere."""
        for name, item in self.columns.items():
            item.show_face(lit=name == layer)

    def show_selection(self, layer: str | None, pinned: NeuronRef | None, hovered: NeuronRef | None) -> None:
        """Outline the selected layer, the pinned and the hovered neuron."""
        for name, item in self.columns.items():
            item.show_face(selected=name == layer)
            item.mark(
                pinned.index if pinned is not None and pinned.layer == name else -1,
                hovered.index if hovered is not None and hovered.layer == name else -1,
            )
        self._brighten_arcs()

    def _brighten_arcs(self) -> None:
        for layer, arc in self.arcs.items():
            face = self.columns[layer].face
            arc.set_bright(face.selected or face.hot is not None)

    def show_numbers(self, numbers: LayerNumbers | None) -> None:
        """Write numbers at the neurons of a layer, and draw gradients at its links; None for none."""
        self._numbers = numbers
        if numbers is None and not self.numbers.isVisible():
            return
        layer = "" if numbers is None else numbers.layer
        self.numbers.show_numbers(numbers, self._layout.column(layer), self._theme)
        pair = next((pair for pair in self.bundles if pair[1] == layer), None)
        ends = [self._layout.column(end) for end in pair or ()]
        drawn = numbers is not None and self.numbers.isVisible() and len(ends) == 2
        if numbers is not None and drawn and ends[0] is not None and ends[1] is not None:
            drawn = self.gradients.show_gradients(numbers, ends[0], ends[1], self._theme)
        self.gradients.setVisible(drawn)
        for other, bundle in self.bundles.items():
            bundle.setVisible(not (drawn and other == pair))

    def set_badges(self, badges: Mapping[str, str]) -> None:
        """Show a warning mark on the layers named; the text is its tooltip. Other names are not for here."""
        self._badges = dict(badges)
        for name, item in self.columns.items():
            item.show_face(badge=self._badges.get(name, ""))

    def set_health(self, notes: Mapping[str, Note]) -> None:
        """Say on the layers named how many of their units no longer learn, and on no others."""
        for name, item in self.columns.items():
            item.show_face(health=notes.get(name))

    def preview_width(self, layer: str, height: float | None) -> None:
        """Draw the outline of a card `height` taller; None ends it."""
        item = self.columns.get(layer)
        if item is not None:
            item.show_face(preview=height)

    def sharpen(self) -> None:
        """Draw text and lines from now on where copies of pixels are kept."""
        for item in self.items():
            item.setCacheMode(QGraphicsItem.CacheMode.NoCache)

    def content(self) -> QRectF:
        """Return the box round everything."""
        return QRectF(self._layout.bounds)


def _links_of(snapshot: Snapshot) -> tuple[tuple[FloatArray, ...], float | None]:
    """Return what the links show, weights or their changes, and the size of the thickest."""
    if snapshot.changes is None:
        return snapshot.weights, None
    changes = [change[np.isfinite(change)] for change in snapshot.changes.weights]
    largest = max((float(np.abs(change).max(initial=0.0)) for change in changes), default=0.0)
    return snapshot.changes.weights, largest or 1.0
