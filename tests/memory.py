"""Where the tests keep their files: in memory where there is enough of it, else where the system says.

On a disk much of the work of a run is the file system's: PostgreSQL makes and drops some 300 files for each
database, and ext4 takes the longer to find room for a new file the more were dropped the moment before.
"""

import os
import shutil
import tempfile
from pathlib import Path

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  folders with random names are made in it
ENOUGH = 4 * 2**30


def keep_files_in_memory() -> None:
    """Let temporary files of this process, and of those that it starts, be in memory; a chosen TMPDIR is kept."""
    if "TMPDIR" not in os.environ and _has_room(SHARED_MEMORY):
        os.environ["TMPDIR"] = tempfile.tempdir = str(SHARED_MEMORY)


def _has_room(folder: Path) -> bool:
    """Whether it is there, programs may be started in it, and databases fit into it."""
    if not os.access(folder, os.W_OK | os.X_OK) or os.statvfs(folder).f_flag & os.ST_NOEXEC:
        return False
    return shutil.disk_usage(folder).free >= ENOUGH
