"""The errors of the command line, each with its exit code."""

OK, FAILED, BAD_INPUT, STOPPED_BY_GATE = 0, 1, 2, 3


class CommandFailure(Exception):
    """Something did not work; the message names the cause and the mend. Exit code 1."""

    exit_code = FAILED


class BadInput(CommandFailure):
    """What was asked for cannot be used. Exit code 2."""

    exit_code = BAD_INPUT
