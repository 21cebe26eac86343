"""The arithmetic of neural networks: arrays in, arrays out.

Knows no document, no thread and no clock, and imports NumPy alone (CuPy, numba and SciPy where they are
needed and not before). What can be chosen stands in ordered tables of records (`ACTIVATIONS`, `LOSSES`,
`LAYERS`, `INITIALIZERS`, `REGULARIZERS`, `OPTIMIZERS`, `SCHEDULES`, `CLIPPINGS`, `BACKENDS`), which menus,
files and tests read.
"""
