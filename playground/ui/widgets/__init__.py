"""Small controls that know no document: they show a value, and say what the person asked for.

A control changes what it shows when the person uses it. Who refuses the change calls the setter again.
"""

from playground.ui.widgets.base import Described, Item, describe, keep_font, role_label, theme_descendants
from playground.ui.widgets.chips import ChipRow
from playground.ui.widgets.choice import Captioned, Choice, FlatCombo, NumberChoice
from playground.ui.widgets.disclosure import Disclosure
from playground.ui.widgets.elided import ElidedLabel
from playground.ui.widgets.flow import FlowLayout
from playground.ui.widgets.formula_edit import FormulaEdit
from playground.ui.widgets.gallery import Gallery, Tile
from playground.ui.widgets.metric import Metric
from playground.ui.widgets.numbers import NumberEdit, format_number, parse_number
from playground.ui.widgets.seed_line import SeedLine
from playground.ui.widgets.slider import JumpSlider, LabelledSlider

__all__ = [
    "Captioned",
    "ChipRow",
    "Choice",
    "Described",
    "Disclosure",
    "ElidedLabel",
    "FlatCombo",
    "FlowLayout",
    "FormulaEdit",
    "Gallery",
    "Item",
    "JumpSlider",
    "LabelledSlider",
    "Metric",
    "NumberChoice",
    "NumberEdit",
    "SeedLine",
    "Tile",
    "describe",
    "format_number",
    "keep_font",
    "parse_number",
    "role_label",
    "theme_descendants",
]
