"""How much memory the computer has to spare."""


def free_memory() -> int:
    """Return how many bytes a program can have without anything else being pushed out to the disk."""
    import psutil  # here, as nothing but the start of a run asks for it

    return int(psutil.virtual_memory().available)
