"""What a local stack needs of this machine before anything is started."""

import shutil

from andamio.failure import CommandFailure
from andamio.project import NamedStack

_GIB = 1024**3


def require_room(named: NamedStack) -> None:
    """Raise CommandFailure when the disk has less free than the stack's reserve."""
    local = named.local
    folder = next(folder for folder in (named.home, *named.home.parents) if folder.exists())
    free, reserve = shutil.disk_usage(folder).free / _GIB, local.disk_reserve_gib
    if free < reserve:
        raise CommandFailure(
            f"the disk of {folder} has {free:.1f} GiB free and target.disk_reserve_gib keeps {reserve} GiB: "
            "free space, move target.state_dir to another disk, or lower the reserve"
        )
