"""Folders that students can write to: nothing is followed, waited for, or taken for a module that is not one."""

import os
import socket
from pathlib import Path

import pytest

from autograder.submissions import SubmissionsError, discover, load_one, on_disk, selection
from autograder.submissions.submission import RefusedError

MODULES = ["optimizers"]
CODE = b"def adam_step():\n    return 1\n"


@pytest.fixture
def secret(tmp_path) -> Path:
    path = tmp_path / "solutions" / "optimizers.py"
    path.parent.mkdir()
    path.write_bytes(b"the solution")
    return path


@pytest.fixture
def ada(tmp_path) -> Path:
    path = tmp_path / "class" / "ada"
    path.mkdir(parents=True)
    return path


def test_a_module_that_is_a_link_is_refused_and_not_followed(ada, secret):
    (ada / "optimizers.py").symlink_to(secret)
    taken = load_one(ada, MODULES)
    assert taken.refused == "optimizers.py is a link: put the file itself into the hand-in."
    assert taken.files == {}


def test_a_link_beside_the_modules_is_refused(ada, secret):
    (ada / "optimizers.py").write_bytes(CODE)
    (ada / "data").symlink_to(secret.parent)
    assert load_one(ada, MODULES).refused.startswith("data is a link")


def test_a_folder_that_is_a_link_is_refused_and_not_followed(ada, secret):
    (ada / "hw3").symlink_to(secret.parent)
    assert load_one(ada, MODULES).refused.startswith("hw3 is a link")


def test_a_link_one_folder_deep_is_refused(ada, secret):
    (ada / "hw3").mkdir()
    (ada / "hw3" / "optimizers.py").symlink_to(secret)
    assert load_one(ada, MODULES).refused.startswith("optimizers.py is a link")


def test_a_student_who_is_a_link_is_refused_and_not_followed(ada, secret):
    (ada / "optimizers.py").write_bytes(CODE)
    (ada.parent / "bob").symlink_to(secret.parent)
    (ada.parent / "cyd.zip").symlink_to(secret)
    found = {item.id: item for item in discover(ada.parent, MODULES)}
    assert found["ada"].files == {"optimizers.py": CODE}
    assert found["bob"].refused == "bob is a link, not a hand-in."
    assert found["cyd"].refused == "cyd.zip is a link, not a hand-in."


def test_a_students_single_module_that_is_a_link_is_refused(ada, secret):
    (ada.parent / "bob_optimizers.py").symlink_to(secret)
    bob = next(item for item in discover(ada.parent, MODULES) if item.id == "bob")
    assert bob.refused.startswith("optimizers.py is a link")


@pytest.mark.parametrize("target", ["solutions", "solutions/optimizers.py"])
def test_a_path_to_grade_that_is_a_link_is_refused_because_a_loop_over_a_class_may_have_met_it(
    tmp_path, secret, target
):
    (tmp_path / "eve").symlink_to(tmp_path / target)
    assert load_one(tmp_path / "eve", MODULES).refused == "eve is a link, not a hand-in."


def test_the_folder_of_a_class_may_itself_be_a_link(tmp_path, ada):
    (ada / "optimizers.py").write_bytes(CODE)
    (tmp_path / "this-year").symlink_to(ada.parent)
    assert [item.files for item in discover(tmp_path / "this-year", MODULES)] == [{"optimizers.py": CODE}]


def test_a_folder_exchanged_for_a_link_after_it_was_listed_is_refused(ada, secret):
    (ada / "hw3").mkdir()
    (ada / "hw3" / "optimizers.py").write_bytes(CODE)
    entries = on_disk.DiskFolder(ada).entries(10)
    (ada / "hw3" / "optimizers.py").unlink()
    (ada / "hw3").rmdir()
    (ada / "hw3").symlink_to(secret.parent)
    with pytest.raises(RefusedError):
        entries[0].open().entries(10)


def test_a_module_exchanged_for_a_link_after_it_was_listed_is_refused(ada, secret):
    (ada / "optimizers.py").write_bytes(CODE)
    entries = on_disk.DiskFolder(ada).entries(10)
    (ada / "optimizers.py").unlink()
    (ada / "optimizers.py").symlink_to(secret)
    with pytest.raises(RefusedError, match="is a link"):
        entries[0].read(100)


def test_a_module_exchanged_for_a_pipe_after_it_was_listed_is_refused_without_waiting(ada):
    (ada / "optimizers.py").write_bytes(CODE)
    entries = on_disk.DiskFolder(ada).entries(10)
    (ada / "optimizers.py").unlink()
    os.mkfifo(ada / "optimizers.py")
    with pytest.raises(RefusedError, match="no ordinary file"):
        entries[0].read(100)


def test_a_pipe_called_like_a_module_is_refused_without_waiting(ada):
    os.mkfifo(ada / "optimizers.py")
    assert load_one(ada, MODULES).refused == "optimizers.py is no ordinary file (a pipe, a device or the like)."


def test_a_socket_beside_the_modules_is_refused(ada, monkeypatch):
    (ada / "optimizers.py").write_bytes(CODE)
    monkeypatch.chdir(ada)  # the path of a socket must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
    assert load_one(ada, MODULES).refused.startswith("s is no ordinary file")


def test_a_device_is_no_file_and_is_not_read():
    devices = on_disk.DiskFolder(Path("/dev"))
    (zero,) = [entry for entry in devices.entries(10_000) if entry.name == "zero"]
    assert zero.kind == "special"
    with pytest.raises(RefusedError, match="no ordinary file"):
        devices.file("zero").read(100)


def test_an_unreadable_module_is_refused_for_that_student_only(ada, monkeypatch):
    (ada / "optimizers.py").write_bytes(CODE)
    (ada.parent / "bob").mkdir()
    (ada.parent / "bob" / "optimizers.py").write_bytes(b"locked")
    really_open = os.open

    def open_unless_locked(path, flags, *args, **kwargs):
        handle = really_open(path, flags, *args, **kwargs)
        if path == "optimizers.py" and os.fstat(handle).st_size == len(b"locked"):
            os.close(handle)
            raise PermissionError(13, "Permission denied")
        return handle

    monkeypatch.setattr(on_disk.os, "open", open_unless_locked)
    first, second = discover(ada.parent, MODULES)
    assert first.files == {"optimizers.py": CODE}
    assert second.refused == "optimizers.py could not be read (Permission denied)."


def test_an_unreadable_folder_is_refused_for_that_student_only(ada, monkeypatch):
    (ada / "optimizers.py").write_bytes(CODE)
    (ada.parent / "bob").mkdir()
    really_open = os.open

    def open_unless_bob(path, *args, **kwargs):
        if path == "bob":
            raise PermissionError(13, "Permission denied")
        return really_open(path, *args, **kwargs)

    monkeypatch.setattr(on_disk.os, "open", open_unless_bob)
    first, second = discover(ada.parent, MODULES)
    assert first.files
    assert second.refused == "bob could not be read (Permission denied)."


def test_a_hand_in_that_vanishes_before_it_is_read_is_refused(ada):
    from autograder.submissions import roll_call

    (ada / "optimizers.py").write_bytes(CODE)
    known = roll_call(ada.parent, MODULES)
    (ada / "optimizers.py").unlink()
    ada.rmdir()
    assert known[0].load().refused == "ada could not be read (No such file or directory)."


def test_a_folder_flooded_with_files_is_refused(ada, monkeypatch):
    monkeypatch.setattr(selection, "FOLDER_ENTRIES", 20)
    (ada / "optimizers.py").write_bytes(CODE)
    for number in range(19):
        (ada / f"{number}").touch()
    assert load_one(ada, MODULES).refused == ""
    (ada / "one too many").touch()
    assert load_one(ada, MODULES).refused.startswith("There are more than 20 files in one folder")


def test_a_huge_module_is_refused_without_reading_it_all(ada):
    with (ada / "optimizers.py").open("wb") as file:
        file.truncate(1 << 40)
    assert load_one(ada, MODULES).refused.startswith("optimizers.py is larger than 1 MB")


def test_no_descriptor_is_left_open(ada, secret):
    (ada / "optimizers.py").write_bytes(CODE)
    (ada.parent / "bob").mkdir()
    (ada.parent / "bob" / "optimizers.py").symlink_to(secret)
    before = sorted(os.listdir("/proc/self/fd"))
    list(discover(ada.parent, MODULES))
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_class_whose_folder_cannot_be_read_is_the_instructors_error(ada, monkeypatch):
    monkeypatch.setattr(
        on_disk.os, "scandir", lambda _: (_ for _ in ()).throw(PermissionError(13, "Permission denied"))
    )
    with pytest.raises(SubmissionsError, match=r"class could not be read \(Permission denied\)"):
        list(discover(ada.parent, MODULES))


@pytest.mark.parametrize("way_in", [load_one, lambda path, modules: list(discover(path, modules))])
def test_a_path_that_is_not_there_is_the_instructors_error(tmp_path, way_in):
    with pytest.raises(SubmissionsError, match="nowhere: it is not there"):
        way_in(tmp_path / "nowhere", MODULES)


def test_a_path_that_is_a_pipe_is_the_instructors_error(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SubmissionsError, match="neither a file nor a folder"):
        load_one(tmp_path / "pipe", MODULES)


@pytest.fixture
def elsewhere(monkeypatch):
    """A system without openat and O_NOFOLLOW, such as Windows."""
    monkeypatch.setattr(on_disk, "_RELATIVE", False)


def test_where_folders_have_no_descriptors_the_modules_are_read_too(ada, elsewhere):
    (ada / "hw3").mkdir()
    (ada / "hw3" / "optimizers.py").write_bytes(CODE)
    assert load_one(ada, MODULES).files == {"optimizers.py": CODE}


def test_where_folders_have_no_descriptors_a_link_is_refused_too(ada, secret, elsewhere):
    (ada / "optimizers.py").write_bytes(CODE)
    entries = on_disk.DiskFolder(ada).entries(10)
    (ada / "optimizers.py").unlink()
    (ada / "optimizers.py").symlink_to(secret)
    with pytest.raises(RefusedError, match="no ordinary file"):
        entries[0].read(100)
