"""Installs the CNI plugin on a node, and keeps it in the chain: `install.py BIN CONFIGURATIONS NAMESPACES`.

BIN is the node's folder of CNI plugins, CONFIGURATIONS the one of their configurations, NAMESPACES a file with a
namespace a line. A node may have neither Python nor nft, so both are taken along, with the libraries that they need and
the loader that finds them; the node has to have a shell. Another plugin's agent may write the chain anew at any time:
it is looked at every few seconds. At the end the plugin stays in it: pods that start while this one is replaced are
held too. `install.py --remove BIN CONFIGURATIONS` takes it away. This must not touch what is another plugin's.
"""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAME = "grille-cni"
SECONDS = 5.0
DONE = Path("/tmp/installed")
WRAPPER = """#!/bin/sh
here=${{0%/*}}/{folder}
exec "$here/ld.so" --library-path "$here/lib" "$here/bin/python3" -I "$here/grille_cni.py"
"""
UNNEEDED = shutil.ignore_patterns("__pycache__", "test", "idlelib", "tkinter", "ensurepip", "site-packages", "config-*")


def bundle(target: Path) -> None:
    """Python, nft, their libraries, and the plugin with its rules."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    standard = Path(sysconfig.get_path("stdlib"))
    shutil.copytree(standard, target / "lib" / version, ignore=UNNEEDED)
    (target / "bin").mkdir()
    programs = [Path(sys.executable).resolve(), Path(shutil.which("nft") or "/usr/sbin/nft")]
    for program, name in zip(programs, ("python3", "nft"), strict=True):
        shutil.copy(program, target / "bin" / name)
    for library in libraries([*programs, *(standard / "lib-dynload").glob("*.so")]):
        name = "ld.so" if library.name.startswith("ld-") else f"lib/{library.name}"
        shutil.copy(library, target / name)
    for file in (HERE / "grille_cni.py", HERE.parent / "nft" / "sidecar.nft"):
        shutil.copy(file, target)


def libraries(programs: list[Path]) -> set[Path]:
    listed = subprocess.run(["ldd", *programs], capture_output=True, text=True, check=False).stdout
    words = [word for line in listed.splitlines() for word in line.split()]
    return {Path(word) for word in words if word.startswith("/") and not word.endswith(":")}


def install(binaries: Path) -> None:
    """In a folder named after its content, and then the wrapper in one step: a call meets the old one or the new."""
    sources = (Path(sys.executable), HERE / "grille_cni.py", HERE.parent / "nft" / "sidecar.nft", Path(__file__))
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()[:12]
    folder = binaries / f"{NAME}.d-{digest}"
    if not folder.exists():
        fresh = binaries / f"{NAME}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        bundle(fresh)
        fresh.rename(folder)
    replace(binaries / NAME, WRAPPER.format(folder=folder.name), 0o755)
    for old in binaries.glob(f"{NAME}.d-*"):
        if old != folder:
            shutil.rmtree(old)


def replace(file: Path, text: str, mode: int) -> None:
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(text, "utf-8")
    fresh.chmod(mode)
    fresh.replace(file)


def chain(configurations: Path, entry: dict | None) -> bool:
    """Make `entry` the last of the chain that the runtime uses, or take ours out of it; whether there is a chain."""
    for file in sorted(configurations.glob("*.conflist"))[:1]:
        try:
            written = json.loads(file.read_text("utf-8"))
            plugins = [each for each in written["plugins"] if each.get("type") != NAME]
        except (ValueError, KeyError, OSError):
            return False  # it is being written: the next look sees it whole
        wanted = plugins + ([entry] if entry else [])
        if written["plugins"] != wanted:
            replace(file, json.dumps(written | {"plugins": wanted}, indent=2) + "\n", file.stat().st_mode & 0o777)
            print(f"{NAME} is {'in' if entry else 'out of'} {file.name}", flush=True)
        return True
    return False


def keep(binaries: Path, configurations: Path, namespaces: Path) -> None:
    """Until SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    install(binaries)
    while not ended.is_set():
        held = namespaces.read_text("utf-8").split()
        if chain(configurations, {"type": NAME, "namespaces": held, "uid": 10001, "port": 15001}):
            DONE.touch()
        else:
            DONE.unlink(missing_ok=True)
        ended.wait(SECONDS)


def remove(binaries: Path, configurations: Path) -> None:
    chain(configurations, None)
    (binaries / NAME).unlink(missing_ok=True)
    for folder in binaries.glob(f"{NAME}.d-*"):
        shutil.rmtree(folder)


if __name__ == "__main__":
    os.umask(0o022)
    match sys.argv[1:]:
        case ["--remove", binaries, configurations]:
            remove(Path(binaries), Path(configurations))
        case [binaries, configurations, namespaces]:
            keep(Path(binaries), Path(configurations), Path(namespaces))
        case _:
            sys.exit(__doc__)
