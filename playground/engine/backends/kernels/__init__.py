"""The compiled training: all of it imports numba, and `backends.compiled` alone imports it, late."""
