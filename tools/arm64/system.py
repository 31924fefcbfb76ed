"""An arm64 system without root: Debian's packages unpacked, and camdigits' wheel beside them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
PROCESSORS = {
    "cortex-a53": ("Pi 3", "0xd03"),
    "cortex-a72": ("Pi 4", "0xd08"),
    "cortex-a76": ("Pi 5", "0xd0b"),
}
"""The board that has each, and its part number (`CPU part` in /proc/cpuinfo)."""
CPUINFO = """\
processor\t: {number}
Features\t: fp asimd evtstrm crc32 cpuid
CPU implementer\t: 0x41
CPU architecture: 8
CPU variant\t: 0x0
CPU part\t: {part}
CPU revision\t: 0

"""
SUITE = "trixie"
PACKAGES = ("python3", "libgl1", "libglib2.0-0t64")
"""Python, and the libraries that OpenCV's wheel expects on the system."""
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
PLATFORMS = tuple(f"manylinux_2_{minor}_aarch64" for minor in range(41, 16, -1))
"""Wheels that Debian 13, whose glibc is 2.41, can load; pip takes the first that there is."""


def make_system(folder: Path, mirror: str | None) -> Path:
    """Return the folder that Debian's packages are unpacked in; they are fetched once."""
    root, done = folder / "root", folder / "root.done"
    if done.exists():
        return root
    print(f"unpacking Debian {SUITE} for arm64 in {root}", flush=True)
    shutil.rmtree(root, ignore_errors=True)
    for name in ("bin", "lib", "sbin"):
        (root / "usr" / name).mkdir(parents=True)
        (root / name).symlink_to(f"usr/{name}")
    for package in _fetch(folder / "apt", mirror or _mirror()):
        content = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
        # What only root may make, such as owners, is not needed to run a program.
        subprocess.run(
            ["tar", "-x", "-C", root, "--keep-directory-symlink", "--no-same-owner"],
            stdin=content.stdout,
            check=True,
        )
        if content.wait():
            sys.exit(f"{package} is damaged; delete {folder} and start again")
    done.touch()
    return root


def _fetch(apt: Path, mirror: str) -> list[Path]:
    """Fetch the packages and what they need with an apt of their own; return their files."""
    for name in ("lists/partial", "archives/partial"):
        (apt / name).mkdir(parents=True, exist_ok=True)
    (apt / "status").touch()
    (apt / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")
    settings = {
        "Dir::State::lists": apt / "lists",
        "Dir::State::status": apt / "status",
        "Dir::Cache": apt,
        "Dir::Cache::archives": apt / "archives",
        "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "APT::Architecture": "arm64",
        "APT::Architectures": "arm64",
        "APT::Install-Recommends": "false",
        "APT::Sandbox::User": "",
        "Acquire::Languages": "none",
        "Debug::NoLocking": "true",
    }
    (apt / "apt.conf").write_text("".join(f'{key} "{value}";\n' for key, value in settings.items()))
    command = ["apt-get", "-q", "-y", "-o", "Acquire::Retries=3"]
    environment = os.environ | {"APT_CONFIG": str(apt / "apt.conf")}
    for action in (["update"], ["install", "--download-only", *PACKAGES]):
        subprocess.run([*command, *action], env=environment, stdout=subprocess.DEVNULL, check=True)
    return sorted((apt / "archives").glob("*.deb"))


def _mirror() -> str:
    """Return the address of the Debian mirror that this system's own apt is set to."""
    asked = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()
    mirrors = [address for address in found if re.search(r"/debian/?$", address)]
    if not mirrors:
        sys.exit("apt here knows no Debian mirror; name one with --mirror")
    return mirrors[0]


def describe(root: Path, cpu: str) -> None:
    """Write what /proc/cpuinfo says on a machine that has this processor.

    QEMU 7.2 shows this machine's own, for which LiteRT finds no processor and crashes; it chooses
    its code by the part number.
    """
    (root / "proc").mkdir(exist_ok=True)
    cores = (CPUINFO.format(number=n, part=PROCESSORS[cpu][1]) for n in range(os.cpu_count() or 1))
    (root / "proc/cpuinfo").write_text("".join(cores))


def install(folder: Path, root: Path) -> tuple[Path, Path]:
    """Install the wheel here, and there with what it needs; return both folders."""
    print("installing the wheel and its packages", flush=True)
    wheels, here, there = (folder / name for name in ("wheels", "here", "there"))
    for old in (wheels, here, there):
        shutil.rmtree(old, ignore_errors=True)
    versions = {item.name: item.version for item in metadata.distributions()}
    constraints = folder / "constraints.txt"
    constraints.write_text("".join(f"{name}=={versions[name]}\n" for name in sorted(versions)))
    # Of imutils there is no wheel to be fetched; it is Python alone.
    _pip("wheel", "--no-deps", "-w", wheels, REPOSITORY, f"imutils=={versions['imutils']}")
    wheel = next(wheels.glob("camdigits-*.whl"))
    _pip("install", "--no-deps", "--target", here, wheel)
    version = (root / "usr/bin/python3").readlink().name.removeprefix("python")
    target = ["--python-version", version, "--implementation", "cp", "--only-binary", ":all:"]
    target += [word for platform in PLATFORMS for word in ("--platform", platform)]
    _pip("install", "--target", there, "--find-links", wheels, "-c", constraints, *target, wheel)
    return here, there


def _pip(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "pip", "-q", *map(str, arguments)], check=True)
