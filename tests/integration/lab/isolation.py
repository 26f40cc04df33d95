"""Runs the tests in namespaces of their own: no packet leaves loopback, no name is asked of DNS,
and nothing outlives the run, not even one that is killed."""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile

from .process import LabError

_INSIDE = "GATEPOST_LAB_ISOLATED"
_UNSHARE = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8913, 0x8914, 1

_FILES = {
    "nsswitch.conf": "hosts: files\npasswd: files\ngroup: files\nshadow: files\nservices: files\n",
    "resolv.conf": "nameserver 127.0.0.1\n",
    "hosts": "127.0.0.1 localhost mx.example.test\n"
             + "".join(f"127.0.0.{n} client{n}.example.test\n" for n in range(2, 255)),
}


def enter() -> None:
    """Starts this program again inside namespaces; returns there. Where the kernel refuses them
    (a container without CAP_SYS_ADMIN) says so and returns in the same process."""
    if os.geteuid() != 0:
        raise LabError("the integration tests start a private Postfix, which needs root: "
                       "run them as root or with sudo")
    if isolated():
        _furnish()
        return
    if subprocess.run(_UNSHARE + ["true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
        os.environ[_INSIDE] = "yes"
        os.execvp("unshare", _UNSHARE + [sys.executable] + sys.argv)
    if postfix_root() != "/":
        raise LabError("GATEPOST_POSTFIX_ROOT needs mount namespaces, which this kernel refuses")
    print("note: no namespaces here; running beside everything else on loopback", file=sys.stderr)


def isolated() -> bool:
    """Whether this process is inside namespaces of its own."""
    return os.environ.get(_INSIDE) == "yes"


def postfix_root() -> str:
    """Where Postfix' files are: `/`, or a folder into which its package was unpacked."""
    return os.path.realpath(os.environ.get("GATEPOST_POSTFIX_ROOT") or "/")


def mount_for_sendmail(folder: str, place: str) -> None:
    """Makes `folder` appear at `place`, an existing folder, and /dev writable and without a log
    socket. Only this namespace sees it."""
    if not isolated():
        raise LabError("the lab's Sendmail needs mount namespaces, which this kernel refuses")
    subprocess.run(["mount", "--bind", folder, place], check=True)
    layer = tempfile.mkdtemp(prefix="gpdev")
    try:
        subprocess.run(["mount", "-t", "tmpfs", "lab", layer], check=True)
        os.mkdir(layer + "/upper", 0o755)
        os.mkdir(layer + "/work")
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                        f"lowerdir=/dev,upperdir={layer}/upper,workdir={layer}/work", "/dev"],
                       check=True)
    finally:
        subprocess.run(["umount", "--lazy", layer], check=False)
        shutil.rmtree(layer, ignore_errors=True)
    if os.path.lexists("/dev/log"):
        os.unlink("/dev/log")


def unmount_for_sendmail(place: str) -> None:
    """Undoes mount_for_sendmail."""
    for mounted in ("/dev", place):
        subprocess.run(["umount", "--lazy", mounted], check=False)


def _furnish() -> None:
    _loopback_up()
    folder = tempfile.mkdtemp(prefix="gpns")
    try:
        # Only this namespace sees it, and it goes with the namespace.
        subprocess.run(["mount", "-t", "tmpfs", "lab", folder], check=True)
        for name, text in _FILES.items():
            _replace("/etc/" + name, text, folder)
        _add_mail_users(folder)
        if postfix_root() != "/":
            _overlay(postfix_root())
    finally:
        subprocess.run(["umount", "--lazy", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _loopback_up() -> None:
    with socket.socket() as any_socket:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))


def _replace(path: str, text: str, folder: str) -> None:
    if not os.path.exists(path):
        return
    stand_in = os.path.join(folder, os.path.basename(path))
    with open(stand_in, "w", encoding="utf-8") as output:
        output.write(text)
    os.chmod(stand_in, 0o644)
    subprocess.run(["mount", "--bind", stand_in, path], check=True)


# An unpacked Postfix has no users of its own yet.
def _add_mail_users(folder: str) -> None:
    with open("/etc/passwd", encoding="utf-8") as users, open("/etc/group", encoding="utf-8") as groups:
        passwd, group = users.read(), groups.read()
    if "\npostfix:" in passwd and "\npostdrop:" in group:
        return
    _replace("/etc/passwd", passwd + "postfix:x:64101:64101::/nonexistent:/usr/sbin/nologin\n", folder)
    _replace("/etc/group", group + "postfix:x:64101:\npostdrop:x:64102:\n", folder)


# Postfix' programs, libraries and scripts name each other by absolute paths.
def _overlay(root: str) -> None:
    for place in ("/usr/sbin", "/usr/lib"):
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                        f"lowerdir={root}{place}:{place}", place], check=True)
