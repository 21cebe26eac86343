"""One gap's links: what is drawn, when it is drawn again, and which link is under the pointer."""

import numpy as np
import pytest
from diagram_bench import specs
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem

from playground.ui.diagram.layout import Column, arrange
from playground.ui.diagram.links import LinkBundle, LinkRef, strongest_of
from playground.ui.theme.colour import contrast, qcolor
from playground.ui.theme.tokens import DARK, LIGHT


@pytest.fixture
def ends() -> tuple[Column, Column]:
    columns = arrange(specs(2, 4), 900, 600).columns
    return columns[0], columns[1]


@pytest.fixture
def bundle(qapp: object, ends: tuple[Column, Column]) -> LinkBundle:
    made = LinkBundle(LIGHT)
    made.place(*ends, LIGHT)
    made.set_weights(np.linspace(-1.0, 1.0, 8).reshape(4, 2))
    made.redraw()
    return made


def test_that_every_link_is_found_somewhere_on_its_curve(bundle: LinkBundle) -> None:
    for link in (LinkRef(unit, source) for unit in range(4) for source in range(2)):
        curve = bundle.curve(link)
        assert link in [bundle.link_at(curve.pointAtPercent(share / 20)) for share in range(1, 20)]


def test_that_a_link_is_found_along_its_own_curve(bundle: LinkBundle) -> None:
    outermost = bundle.curve(LinkRef(0, 0))
    for share in (0.3, 0.5, 0.7):
        assert bundle.link_at(outermost.pointAtPercent(share)) == LinkRef(0, 0)


def test_that_no_link_is_found_beside_the_curves(bundle: LinkBundle) -> None:
    box = bundle.boundingRect()
    assert bundle.link_at(QPointF(box.left() + 2, box.top() + 1)) is None
    assert bundle.link_at(QPointF(box.right() + 5, 0.0)) is None


def test_that_weights_that_look_the_same_are_not_drawn_again(bundle: LinkBundle) -> None:
    assert bundle.weights is not None
    bundle.set_weights(bundle.weights + 0.001)
    assert not bundle.redraw()
    bundle.set_weights(bundle.weights + 0.2)
    assert bundle.redraw()


def test_that_another_theme_draws_again(bundle: LinkBundle) -> None:
    bundle.apply_theme(DARK)
    assert bundle.redraw()


def test_that_weights_of_another_shape_are_not_shown(bundle: LinkBundle) -> None:
    bundle.set_weights(np.ones((3, 2)))
    assert bundle.weights is None
    assert bundle.redraw()


def test_that_weights_out_of_hand_are_drawn_without_complaint(bundle: LinkBundle) -> None:
    bundle.set_weights(np.array([[np.nan, np.inf], [-np.inf, 0.0], [1.0, 2.0], [1e30, -1e30]]))
    assert bundle.redraw()


def test_that_the_strongest_of_many_are_chosen() -> None:
    weights = np.zeros((30, 20))
    weights[7, 3], weights[29, 19] = -5.0, 4.0
    assert strongest_of(weights, 2).tolist() == [7 * 20 + 3, 29 * 20 + 19]


def test_that_a_sample_of_very_many_weights_covers_all_columns() -> None:
    places = strongest_of(np.random.default_rng(0).normal(size=(1024, 1024)), 200)
    assert len(np.unique(places % 1024)) > 100
    assert places.max() < 1024 * 1024


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_that_the_weakest_link_can_be_seen_in_the_dark(ends: tuple[Column, Column], sign: float) -> None:
    assert shades(ends, [0.0, sign * 1e-4])[1] >= 1.5 - 0.1  # between two pixels it is a little softer


def test_that_stronger_links_stand_out_more_in_the_dark(ends: tuple[Column, Column]) -> None:
    found = shades(ends, [0.0, 0.1, 0.3, 0.6])
    assert found == sorted(found)


def shades(ends: tuple[Column, Column], weights: list[float]) -> list[float]:
    """Return the largest contrast of each link with the canvas in the dark theme, drawn one at a time."""
    found = []
    for weight in weights:
        made = LinkBundle(DARK)
        made.place(*ends, DARK)
        alone = np.full((4, 2), 1e-6)
        alone[0, 0] = weight
        made.set_weights(alone)
        made.redraw()
        picture = QImage(1, round(made.boundingRect().height()), QImage.Format.Format_RGB32)
        picture.fill(qcolor(DARK.canvas))
        painter = QPainter(picture)
        box = made.boundingRect()
        painter.translate(-round(box.left() + 0.3 * box.width()), -box.top())
        made.paint(painter, QStyleOptionGraphicsItem())
        painter.end()
        column = [picture.pixelColor(0, y).name() for y in range(picture.height())]
        found.append(max(contrast(colour, DARK.canvas) for colour in column))
    return found
