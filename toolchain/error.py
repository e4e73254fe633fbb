"""The one error this package raises for people to read."""


class ToolchainError(Exception):
    """A binary could not be had, or the toolchain is in a state only a person can mend.

    The message is complete: it names the binary, what was tried, why each attempt failed and what to do.
    """


class SourceRefusedError(Exception):
    """One source cannot give one binary; the message is the reason, a fragment without a full stop.

    Raised and caught inside this package: the reasons of all sources become one `ToolchainError`.
    """
