"""Code that looks for what it must not see: hidden files, the environment, other processes, the network."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from autograder.sandbox.runtime import installed_packages

COURSE = Path(__file__).resolve().parents[2]
HIDDEN = [
    *COURSE.glob("solutions/*.py"),
    *COURSE.glob("assignments/*/*.py"),
    *COURSE.glob("assignments/*/right_styles/*/*.py"),
]


def test_no_visible_file_is_a_solution_or_a_check(walled):
    """Every file that can be opened is weighed; those as long as a hidden one are read."""
    sizes = {path.stat().st_size for path in HIDDEN}
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in HIDDEN}
    result = walled.call(
        """
        import hashlib, os, sys
        def attack(sizes):
            # Level `user` shows no list of "/", so the folders that can be known are tried one by one.
            left = ["/", "/usr/lib", "/tmp", os.getcwd(), sys.prefix, *sys.path, *map(os.path.dirname, sys.path)]
            known, found, seen = set(), [], 0
            while left:
                folder = os.path.realpath(left.pop())
                if folder in known:
                    continue
                known.add(folder)
                try:
                    entries = list(os.scandir(folder))
                except OSError:
                    continue
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        left.append(entry.path)
                    seen += 1
                    try:
                        if entry.is_file() and entry.stat().st_size in sizes:
                            with open(entry.path, "rb") as file:
                                found.append(hashlib.sha256(file.read()).hexdigest())
                    except OSError:
                        pass
            return seen, found
        """,
        sorted(sizes),
    )
    seen, found = result.value
    assert seen > 500  # Python's own library at least
    assert not hashes & set(found)


def test_no_path_names_the_course(walled):
    """Level `user` shares the machine's names; what they name cannot be opened (the next test)."""
    result = walled.call(
        """
        import os
        def attack():
            return [
                os.path.join(folder, name)
                for folder, folders, names in os.walk("/")
                for name in [*folders, *names]
                if name in ("solutions", "assignments", "checking", "grading", "oracles.py", "test_hidden.py")
                or name.startswith(("optimizers.", "losses."))
            ]
        """
    )
    own = [path for path in result.value if "/lib/python" not in path]
    assert own == []


def test_hidden_files_cannot_be_opened_by_their_own_paths(walled):
    paths = [str(path) for path in [*HIDDEN, COURSE / "pyproject.toml", COURSE / "autograder" / "results.py"]]
    paths += [
        "/etc/passwd",
        "/etc/shadow",
        "/proc/1/environ",
        "/proc/self/environ",
        "/proc/self/mem",
        "/proc/1/cmdline",
    ]
    paths += [f"/proc/{os.getpid()}/environ", f"/proc/{os.getpid()}/cmdline", "/sys/kernel", "/dev/mem", "/dev/ptmx"]
    result = walled.call(
        """
        import os
        def attack(paths):
            opened = []
            for path in paths:
                for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
                    try:
                        fd = os.open(path, flags)
                        os.read(fd, 1)
                        opened.append(path)
                    except OSError:
                        pass
            return opened
        """,
        paths,
    )
    assert result.value == []


def test_a_path_through_a_descriptor_or_a_link_leads_no_further(walled):
    result = walled.call(
        """
        import os
        def attack(target):
            opened = []
            os.symlink(target, "link")
            up = "../" * 20 + target
            for path in ("link", "/proc/self/root" + target, "/proc/self/cwd/" + up, up):
                try:
                    open(path).read()
                    opened.append(path)
                except OSError:
                    pass
            try:
                fd = os.open(target, os.O_PATH)
                os.open(f"/proc/self/fd/{fd}", os.O_RDONLY)
                opened.append("descriptor")
            except OSError:
                pass
            return opened
        """,
        str(HIDDEN[0]),
    )
    assert result.value == []


def test_the_environment_is_the_hand_ins_own(walled):
    """Also the block of memory that the program was started with."""
    os.environ["AUTOGRADER_TEST_SECRET"] = "of the grading process"
    try:
        result = walled.call(
            """
            import ctypes, os
            def attack():
                block = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
                started_with, place = [], 0
                while block[place]:
                    started_with.append(block[place].decode())
                    place += 1
                return sorted(os.environ), started_with
            """
        )
    finally:
        del os.environ["AUTOGRADER_TEST_SECRET"]
    names, started_with = result.value
    assert names == ["HOME", "PYTHONHASHSEED", "TMPDIR"]
    assert not any("SECRET" in entry or "PATH" in entry for entry in started_with)


def test_the_only_descriptors_are_the_connection_and_its_bell(walled):
    result = walled.call(
        """
        import os, stat
        def attack():
            kinds = {}
            for fd in range(256):
                try:
                    mode = os.fstat(fd).st_mode
                except OSError:
                    continue
                known = {stat.S_IFSOCK: "socket", stat.S_IFCHR: "device", 0: "bell"}  # an eventfd is no kind of file
                kinds[fd] = known.get(stat.S_IFMT(mode), "other")
            return kinds
        """
    )
    kinds = list(result.value.values())
    assert kinds[:3] == ["device"] * 3
    assert kinds[3:] == ["socket", "bell"]


def test_nothing_of_the_grader_is_loaded_or_held_in_memory(walled):
    result = walled.call(
        """
        import gc, sys
        def attack():
            loaded = [name for name in sys.modules if name.startswith(("autograder", "pytest", "_pytest", "solutions"))]
            texts = [text for text in gc.get_objects() if isinstance(text, str)]
            return loaded, any("test_hidden" in one for one in texts if "attack" not in one), sys.argv
        """
    )
    loaded, knows_checks, words = result.value
    assert {name.split(".")[1] for name in loaded if "." in name} <= {"sandbox"}
    assert not knows_checks
    assert not any(str(COURSE / "solutions") in word for word in words)


def test_only_allowed_packages_can_be_imported(walled):
    error = walled.call("import torch\ndef attack():\n    pass").error
    assert error.types[0] == "ModuleNotFoundError"
    assert "this assignment allows numpy only" in error.message


def test_packages_cannot_be_had_by_going_around_the_import_system(walled):
    """Neither those of the grader nor those that happen to be installed for this Python or for the system's."""
    folders = [*installed_packages(), Path(pytest.__file__).parents[1]]
    names = {path.parent.name for folder in folders for path in folder.glob("*/__init__.py")} - {"numpy", "msgspec"}
    result = walled.call(
        """
        import importlib, sys
        def attack(names, folders):
            sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "AllowedImports"]
            sys.path += folders
            importlib.invalidate_caches()
            had = []
            for name in names:
                try:
                    module = importlib.import_module(name)
                    if module.__spec__.origin:  # else an empty namespace, made of a folder's name
                        had.append(name)
                except Exception:
                    pass
            return had
        """,
        sorted({*names, "torch", "sklearn", "pytest", "autograder.checking", "autograder.results", "solutions"}),
        [str(COURSE), *map(str, folders)],
    )
    assert [name for name in result.value if name != "autograder"] == []


def test_the_network_is_out_of_reach(walled):
    result = walled.call(
        """
        import socket, urllib.request
        def attack():
            reached = []
            for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK, socket.AF_PACKET):
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW):
                    try:
                        socket.socket(family, kind)
                        reached.append((int(family), int(kind)))
                    except OSError:
                        pass
            for attempt in (
                lambda: socket.getaddrinfo("example.org", 80),
                lambda: socket.create_connection(("127.0.0.1", 22), 1),
                lambda: urllib.request.urlopen("http://127.0.0.1/", timeout=1),
                socket.socketpair,
            ):
                try:
                    reached.append(str(attempt()))
                except OSError:
                    pass
            return reached
        """
    )
    assert result.value == []


FORBIDDEN_CALLS = {
    # name: (number on x86_64, number on aarch64, arguments)
    "add_key": (248, 217, "b'user', b'left', b'x', 1, -5"),
    "keyctl": (250, 219, "0, -5, 1"),
    "shmget": (29, 194, "4242, 4096, 0o1666"),
    "msgget": (68, 186, "4242, 0o1666"),
    "semget": (64, 190, "4242, 1, 0o1666"),
    "mq_open": (240, 180, "b'left', 0o102, 0o666, 0"),
    "memfd_create": (319, 279, "b'left', 0"),
    "ptrace": (101, 117, "16, 1, 0, 0"),
    "process_vm_readv": (310, 270, "1, 0, 0, 0, 0, 0"),
    "unshare": (272, 97, "0x10000000"),
    "clone into namespaces": (56, 220, "0x10000011, 0, 0, 0, 0"),
    "setns": (308, 268, "0, 0"),
    "mount": (165, 40, "b'none', b'/tmp', b'tmpfs', 0, 0"),
    "umount2": (166, 39, "b'/proc', 2"),
    "chroot": (161, 51, "b'/tmp'"),
    "bpf": (321, 280, "0, 0, 0"),
    "perf_event_open": (298, 241, "0, 0, -1, -1, 0"),
    "io_uring_setup": (425, 425, "1, 0"),
    "syslog": (103, 116, "3, 0, 0"),
    "setuid": (105, 146, "0"),
}


def test_calls_into_the_kernel_that_cross_the_wall_are_refused(walled):
    calls = {name: (numbers, arguments) for name, (*numbers, arguments) in FORBIDDEN_CALLS.items()}
    result = walled.call(
        """
        import ctypes, platform
        def attack(calls):
            column = {"x86_64": 0, "aarch64": 1}[platform.machine()]
            libc = ctypes.CDLL(None, use_errno=True)
            allowed = []
            for name, (numbers, arguments) in calls.items():
                ctypes.set_errno(0)
                result = libc.syscall(numbers[column], *eval(f"({arguments},)"))
                if result >= 0 or ctypes.get_errno() not in ((1, 22) if name == "setuid" else (1,)):
                    allowed.append((name, result, ctypes.get_errno()))
            return allowed
        """,
        calls,
    )
    assert result.value == []


def test_the_call_that_hides_its_flags_is_not_there(walled):
    result = walled.call(
        """
        import ctypes
        def attack():
            libc = ctypes.CDLL(None, use_errno=True)
            return libc.syscall(435, 0, 0), ctypes.get_errno()
        """
    )
    assert result.value == (-1, 38)


def test_nothing_outside_its_own_folder_can_be_written(walled):
    result = walled.call(
        """
        import os
        def attack(others):
            written, home = [], os.getcwd()
            for folder in [*others, *(folder for folder, _, _ in os.walk("/"))]:
                if folder == home or folder.startswith(home + "/"):
                    continue
                try:
                    with open(os.path.join(folder, "left-behind"), "w"):
                        written.append(folder)
                except OSError:
                    pass
            return written
        """,
        [str(COURSE), str(Path.home()), "/tmp", "/var/tmp", "/dev/shm", "/run"],
    )
    assert result.value == []
