"""The one error of the provider: a sentence for the person at the terminal."""


class Failure(Exception):
    """What went wrong, with the cause and the mend; shown by the engine as it is."""
