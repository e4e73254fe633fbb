"""Entry of the Pulumi program: load the stack, build it, export what people need."""

import sys
import warnings

import pulumi

from infra.program import build
from stacks.load import load

try:
    for name, value in build(load(), pulumi.get_stack()).items():
        pulumi.export(name, value)
except pulumi.RunError as error:
    pulumi.log.error(str(error))
    warnings.simplefilter("ignore", RuntimeWarning)  # of the registrations that are left undone
    sys.exit(32)  # the language host's code for "said already": no second error, no traceback
