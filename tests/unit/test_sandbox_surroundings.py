"""What stands around a sandbox: folders and user ids, control groups, what of the machine is visible, the doctor."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.cli import main
from autograder.sandbox import bubblewrap, doctor, memory_group, room, runtime, syscall_filter, user_level
from autograder.sandbox.connection import describe_end

# Folders


def test_a_folder_is_removed_however_deep_and_closed(tmp_path: Path) -> None:
    folder = tmp_path / "room"
    folder.mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    here = os.open(folder, os.O_RDONLY)
    try:
        for _ in range(1_200):  # deeper than Python may recurse, and than a path may be long
            os.mkdir("deep" * 20, dir_fd=here)
            inner = os.open("deep" * 20, os.O_RDONLY, dir_fd=here)
            os.symlink(outside, "link", dir_fd=here)
            os.close(here)
            here = inner
    finally:
        os.close(here)
    (folder / "file.txt").write_text("x")
    folder.chmod(0)
    room.remove(folder)
    assert not folder.exists()
    assert (outside / "kept.txt").read_text() == "kept"


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    room.remove(tmp_path / "absent")


def test_a_folder_with_too_much_in_it_is_noticed_wherever_it_lies(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(bytes(100_000))
    os.symlink("/usr", tmp_path / "link")  # what it points at does not count
    assert not room._is_overfull(tmp_path, 4, 1_000_000)
    assert room._is_overfull(tmp_path, 3, 1_000_000)
    assert room._is_overfull(tmp_path, 100, 50_000)
    assert not room._is_overfull(tmp_path / "absent", 0, 0)


def test_a_nest_too_deep_to_be_looked_through_is_too_much(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(60):
        os.mkdir("deep" * 20, dir_fd=here)
        inner = os.open("deep" * 20, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    assert room._is_overfull(tmp_path, 1_000, 1 << 30)
    room.remove(tmp_path / ("deep" * 20))


def test_two_gradings_use_different_user_ids() -> None:
    first, claim = room._claim_users()
    second, other = room._claim_users()
    assert abs(first - second) >= 64
    claim.close()
    other.close()
    third, claim = room._claim_users()
    claim.close()
    assert third == first


# What is visible


def tree(folder: Path, *files: str) -> None:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")


def test_what_is_hidden_is_cut_out_of_what_is_visible(tmp_path: Path) -> None:
    tree(tmp_path, "lib/a/x.py", "lib/site/secret.py", "lib/b.py", "other/y.py")
    (tmp_path / "link").symlink_to(tmp_path / "lib")
    visible, listable = runtime.without(
        [tmp_path / "lib", tmp_path / "link", tmp_path / "other"], [tmp_path / "lib" / "site"]
    )
    assert set(visible) == {tmp_path / "lib" / "a", tmp_path / "lib" / "b.py", tmp_path / "other"}
    assert listable == [tmp_path / "lib"]


def test_what_is_hidden_inside_the_runtime_is_masked_at_every_place_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(tmp_path, "real/lib/packages/x.py", "real/lib/course/solutions/s.py")
    (tmp_path / "alias").symlink_to(tmp_path / "real")
    seen = tmp_path / "alias" / "lib"
    monkeypatch.setattr(bubblewrap, "runtime_paths", lambda: [seen])
    monkeypatch.setattr(bubblewrap, "installed_packages", lambda: [seen / "packages"])
    masked = bubblewrap._masked([tmp_path / "real" / "lib" / "course", tmp_path / "real" / "elsewhere"])
    assert set(masked) == {seen / "packages", seen / "course"}


def test_masks_and_root_are_read_only() -> None:
    command = bubblewrap.command(3, ["numpy"], [])
    for place, word in enumerate(command):
        if word == "--tmpfs" and command[place + 1] != "/tmp":
            assert command[place + 2 : place + 4] == ["--remount-ro", command[place + 1]]
    assert "--clearenv" in command
    assert "--unshare-net" in command


# Ends


@pytest.mark.parametrize("number", range(1, 65))
def test_every_signal_that_ends_a_process_can_be_described(number: int) -> None:
    assert describe_end(number).startswith("your process")


# The system call filter


@pytest.mark.parametrize(("column", "architecture"), list(syscall_filter._ARCHITECTURES.values()))
def test_every_jump_of_the_filter_stays_inside_it(column: int, architecture: int) -> None:
    program = syscall_filter._program(column, architecture)
    for place, (code, if_true, if_false, _) in enumerate(program):
        if code not in (syscall_filter._RETURN, syscall_filter._LOAD_WORD):
            assert place + 1 + max(if_true, if_false) < len(program)
    assert program[-1][0] == syscall_filter._RETURN


# Control groups


def machine(folder: Path, cgroup: str, mounts: str) -> Path:
    processes = folder / "proc"
    processes.mkdir()
    (processes / "cgroup").write_text(cgroup)
    (processes / "mounts").write_text(mounts)
    return processes


def test_version_1_gives_a_group_below_our_own(tmp_path: Path) -> None:
    (tmp_path / "memory" / "session").mkdir(parents=True)
    processes = machine(
        tmp_path,
        "9:name=systemd:/\n4:memory:/session\n0::/\n",
        f"proc /proc proc rw 0 0\ncgroup {tmp_path}/memory cgroup rw,memory 0 0\n",
    )
    assert memory_group.find(processes) == memory_group.Place(tmp_path / "memory" / "session", 1)


def test_in_a_container_the_mount_itself_is_our_group(tmp_path: Path) -> None:
    (tmp_path / "memory").mkdir()
    processes = machine(tmp_path, "4:cpu,memory:/docker/abc\n", f"c {tmp_path}/memory cgroup rw,memory 0 0\n")
    assert memory_group.find(processes) == memory_group.Place(tmp_path / "memory", 1)


def test_version_2_gives_a_group_where_the_memory_controller_is_handed_down(tmp_path: Path) -> None:
    own = tmp_path / "user" / "session"
    own.mkdir(parents=True)
    for folder, handed_down in ((own, ""), (own.parent, "cpu memory pids\n"), (tmp_path, "memory\n")):
        (folder / "cgroup.subtree_control").write_text(handed_down)
        (folder / "cgroup.procs").write_text("")
    processes = machine(tmp_path, "0::/user/session\n", f"cgroup2 {tmp_path} cgroup2 rw 0 0\n")
    assert memory_group.find(processes) == memory_group.Place(tmp_path / "user", 2)


@pytest.mark.parametrize(
    ("cgroup", "mounts"),
    [("0::/\n", ""), ("", ""), ("4:memory:/x\n", ""), ("0::/absent\n", "cgroup2 {} cgroup2 rw 0 0\n")],
)
def test_without_a_memory_controller_there_is_no_group(tmp_path: Path, cgroup: str, mounts: str) -> None:
    assert memory_group.find(machine(tmp_path, cgroup, mounts.format(tmp_path))) is None


def test_without_control_groups_at_all_there_is_no_group(tmp_path: Path) -> None:
    assert memory_group.find(tmp_path) is None


def test_groups_of_gradings_that_were_killed_are_removed(tmp_path: Path) -> None:
    for name in ("autograder-999999999-0", f"autograder-{os.getpid()}-0", "somebody-elses"):
        (tmp_path / name).mkdir()
    memory_group._sweep(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"autograder-{os.getpid()}-0", "somebody-elses"]


def test_a_group_bounds_and_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = memory_group.MemoryGroup(memory_group.Place(tmp_path, 2))
    group.bound(1 << 20)
    assert (group.folder / "memory.max").read_text() == str(1 << 20)
    assert group.command(["/bin/true"])[-2:] == [f"{group.folder}/cgroup.procs", "/bin/true"]
    for file in group.folder.iterdir():
        file.unlink()  # the kernel's own files do not keep a group from being removed
    group.remove()
    assert not group.folder.exists()


# The doctor


def test_the_doctor_finds_the_default_level_at_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "bubblewrap (default)  yes" in said
    assert "no network, no files but its own" in said
    assert "cores: " in said


def test_without_bubblewrap_the_doctor_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "bubblewrap (default)  no" in said
    assert "apt-get install bubblewrap" in said.splitlines()[-4] + said.splitlines()[-3]


def test_a_level_that_lets_the_network_or_files_through_does_not_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "launcher", lambda level, *rest: _launcher("none", *rest))
    finding = doctor.try_level("bubblewrap")
    assert not finding.works
    assert "files outside can be reached from inside" in finding.why or "the network and files outside" in finding.why


_launcher = doctor.launcher


@pytest.mark.parametrize(
    ("setting", "value", "command"),
    [
        ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "kernel.apparmor_restrict_unprivileged_userns=0"),
        ("user/max_user_namespaces", "0", "user.max_user_namespaces=15000"),
    ],
)
def test_a_setting_that_shuts_namespaces_off_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, command: str
) -> None:
    monkeypatch.setattr("shutil.which", lambda tool: f"/usr/bin/{tool}")
    (tmp_path / setting).parent.mkdir()
    (tmp_path / setting).write_text(f"{value}\n")
    assert command in doctor.remedy("bubblewrap", tmp_path)
    (tmp_path / setting).write_text("1\n" if value == "0" else "0\n")
    assert command not in doctor.remedy("bubblewrap", tmp_path)


def test_level_user_is_refused_to_others_than_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "needs root" in user_level.unavailable()
    assert doctor.remedy("user").startswith("run as root")
