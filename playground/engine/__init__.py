"""The arithmetic of neural networks: arrays in, arrays out.

Knows no document, no file, no thread and no clock, and imports NumPy alone (CuPy in one file of `backends`,
inside functions). What can be chosen stands in ordered tables of records (`ACTIVATIONS`, `LOSSES`,
`INITIALIZERS`, `REGULARIZERS`, `OPTIMIZERS`, `BACKENDS`), which menus, files and tests read.
"""
