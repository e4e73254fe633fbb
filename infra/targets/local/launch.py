"""Become one supervised program: ``python -I -m infra.targets.local.launch <plan.json>``.

The supervisor's own configuration and the process list then hold no environment and no secret: both come from the
plan, a file that only its owner may read. The process id stays the same, so the supervisor watches the server itself.
"""

import json
import os
import pwd
import sys
from pathlib import Path

from infra.targets.local import identity, loopback


def main(path: str) -> None:
    """Read the plan at ``path`` and execute its command. Never returns.

    Plan: {"command": [str], "environment": {str: str}, "directory": str, "pids": str, "user": str | null,
    "confine": bool}.
    """
    with open(path, encoding="utf-8") as stream:
        plan = json.load(stream)
    os.umask(0o077)
    identity.record(Path(plan["pids"]))
    if plan["confine"]:
        try:
            loopback.confine()
        except loopback.LoopbackUnavailable as error:
            sys.exit(
                f"{plan['command'][0]} would listen on every interface and this kernel cannot prevent it ({error}). "
                "Run the local target on Linux 5.5 or later, outside a sandbox that forbids seccomp filters."
            )
    if plan["user"] is not None:
        _become(plan["user"])
    os.chdir(plan["directory"])
    command = plan["command"]
    try:
        os.execve(command[0], command, plan["environment"])
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


def _become(name: str) -> None:
    account = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


if __name__ == "__main__":
    main(sys.argv[1])
