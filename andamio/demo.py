"""`andamio demo`: placeholder until the runtime answers."""


def demo() -> None:
    """Demo."""
