"""The folder of one local stack: where its secrets, plans, logs and data are."""

import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

_UNIX_SOCKET_LIMIT = 100  # sun_path holds 108 bytes; the supervisor adds a temporary suffix
_SERVER_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Home:
    """Paths below the stack's folder; nothing is created by asking for one."""

    root: Path

    @property
    def secrets(self) -> Path:
        """One file a generated secret, mode 0600: they outlive a destroy, as the data does."""
        return self.root / "secrets"

    @property
    def programs(self) -> Path:
        """The supervisor's program files and the plans of the launcher."""
        return self.root / "programs"

    @property
    def pids(self) -> Path:
        """One note a launched process; see ``identity``."""
        return self.root / "pids"

    @property
    def logs(self) -> Path:
        """One log a program, rotated by the supervisor."""
        return self.root / "logs"

    @property
    def data(self) -> Path:
        """One folder a store."""
        return self.root / "data"

    @property
    def supervisor_configuration(self) -> Path:
        """The supervisor's own configuration file."""
        return self.root / "supervisord.conf"

    @property
    def supervisor_socket(self) -> Path:
        """The supervisor's XML-RPC socket; under /tmp where the folder's own path is too long for a socket."""
        inside = self.root / "supervisor.sock"
        if len(os.fsencode(inside)) <= _UNIX_SOCKET_LIMIT:
            return inside
        return Path("/tmp") / f"andamio-{os.getuid()}-{self.digest}" / "supervisor.sock"  # noqa: S108 - private folder

    @property
    def digest(self) -> str:
        """Twelve hexadecimal digits that tell this folder from any other."""
        return hashlib.sha256(os.fsencode(self.root)).hexdigest()[:12]


def server_account() -> str | None:
    """The unprivileged account for servers that refuse to run as root; None where we are not root.

    Raises LookupError when root has none of the known accounts.
    """
    if os.geteuid() != 0:
        return None
    known = {account.pw_name for account in pwd.getpwall()}
    for name in _SERVER_ACCOUNTS:
        if name in known:
            return name
    raise LookupError(f"PostgreSQL refuses to run as root and none of {', '.join(_SERVER_ACCOUNTS)} is an account here")


def account_data(home: Home) -> Path:
    """Where the servers of ``server_account`` keep their data.

    Root's checkout is often closed to other accounts, so their data is outside it, in a folder of this stack's own.
    """
    if os.geteuid() != 0:
        return home.data
    return Path("/var/lib/andamio") / home.digest
