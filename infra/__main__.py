"""Entry of the Pulumi program: load the stack, build it, export what people need."""

import pulumi

from infra.program import build
from stacks.load import load

for name, value in build(load(), pulumi.get_stack()).items():
    pulumi.export(name, value)
