"""Zips that somebody made on purpose, or with a strange program: refused for that student only, nothing written."""

import io
import os
import stat
import struct
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from autograder.submissions import discover, in_zip, load_one
from autograder.submissions.in_zip import open_zip
from autograder.submissions.submission import RefusedError

MODULES = ["optimizers"]
CODE = b"def adam_step():\n    return 1\n"


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def with_mode(name: str, mode: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = mode << 16
    return member


@pytest.fixture
def load(tmp_path):
    def load(content: bytes):
        path = tmp_path / "class" / "ada.zip"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        before = sorted(tmp_path.rglob("*"))
        taken = load_one(path, MODULES)
        assert sorted(tmp_path.rglob("*")) == before, "something was written"
        return taken

    return load


@pytest.mark.parametrize(
    "name", ["../optimizers.py", "hw/../../optimizers.py", "..\\optimizers.py", "a/..", "hw/../optimizers.py"]
)
def test_a_zip_with_parent_paths_is_refused_and_nothing_is_written(load, name):
    taken = load(packed(("optimizers.py", CODE), (name, CODE)))
    assert "a path that leads out of it" in taken.refused
    assert taken.files == {}


@pytest.mark.parametrize("name", ["/etc/optimizers.py", "\\optimizers.py", "//host/optimizers.py"])
def test_a_zip_with_absolute_paths_is_refused(load, name):
    assert "an absolute path" in load(packed(("optimizers.py", CODE), (name, CODE))).refused


@pytest.mark.parametrize("name", ["C:\\optimizers.py", "c:optimizers.py", "D:/hw/optimizers.py"])
def test_a_zip_with_drive_letters_is_refused(load, name):
    assert "an absolute path" in load(packed(("optimizers.py", CODE), (name, CODE))).refused


@pytest.mark.parametrize("name", ["optimizers.py", "data", "deep/in/the/zip"])
def test_a_link_in_a_zip_is_refused(load, name):
    members = [("hw/schedules.py", CODE), (with_mode(name, stat.S_IFLNK | 0o777), b"/etc/passwd")]
    assert load(packed(*members)).refused.startswith(f"{name} in the zip is a link")


@pytest.mark.parametrize("kind", [stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_a_pipe_or_device_in_a_zip_is_refused(load, kind):
    taken = load(packed((with_mode("optimizers.py", kind | 0o644), b"")))
    assert taken.refused.startswith("optimizers.py in the zip is no ordinary file")


def test_links_inside_an_environment_that_is_not_looked_at_are_no_reason_to_refuse(load):
    link = with_mode("venv/bin/python", stat.S_IFLNK | 0o777)
    assert load(packed(("optimizers.py", CODE), (link, b"/usr/bin/python3"))).files == {"optimizers.py": CODE}


def test_an_encrypted_zip_is_refused(load):
    content = bytearray(packed(("optimizers.py", CODE)))
    content[6] |= 1  # the flag in the member's own header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and in the table of contents
    assert load(bytes(content)).refused == (
        "optimizers.py in the zip is protected by a password: pack the zip without one."
    )


def test_the_same_member_twice_is_refused(load):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = packed(("optimizers.py", CODE), ("optimizers.py", b"x = 2\n"))
    assert "optimizers.py is there 2 times" in load(content).refused


def test_two_spellings_of_one_path_are_the_same_module_twice(load):
    assert "is there 2 times" in load(packed(("optimizers.py", CODE), ("./optimizers.py", b"x = 2\n"))).refused


@pytest.mark.parametrize("cut", [1, 10, 22, 60, 100])
def test_a_truncated_zip_is_refused(load, cut):
    taken = load(packed(("optimizers.py", CODE * 10))[:-cut])
    assert taken.refused == "The zip is damaged, incomplete or no zip at all: pack it again and hand it in anew."


@pytest.mark.parametrize("content", [b"", b"Rar!\x1a\x07\x00", b"<html>log in</html>", CODE, b"PK\x05\x06"])
def test_what_is_no_zip_is_refused(load, content):
    assert "no zip at all" in load(content).refused


def test_a_member_with_changed_bytes_is_refused_as_damaged(load):
    content = packed(("optimizers.py", CODE), compression=zipfile.ZIP_STORED)
    assert load(content.replace(b"adam", b"eve!")).refused.startswith("optimizers.py in the zip is damaged")


def test_a_zip_of_too_many_members_is_refused(load):
    members = [(f"f{n}", b"") for n in range(10_000)]
    assert load(packed(*members, ("optimizers.py", CODE))).refused.startswith("The zip holds more than 10,000 files")
    assert load(packed(*members[:-1], ("optimizers.py", CODE))).refused == ""


def test_members_are_counted_before_a_table_of_contents_is_built(monkeypatch):
    monkeypatch.setattr(zipfile, "ZipFile", lambda file: pytest.fail("the table was built"))
    with pytest.raises(RefusedError, match="more than 10,000 files"):
        open_zip(b"PK\x01\x02" * 10_001)


def test_a_signature_across_two_reads_is_counted(tmp_path):
    path = tmp_path / "x.zip"
    path.write_bytes(b"." * ((1 << 20) - 2) + b"PK\x01\x02")
    with pytest.raises(RefusedError, match="more than 0 files"):
        open_zip(path, 0)


def test_a_zip_that_says_it_unpacks_to_more_than_64_mb_is_refused(load):
    zeros = bytes(16 << 20)
    members = [(f"data{n}.bin", zeros) for n in range(4)]
    assert load(packed(("optimizers.py", b""), *members)).refused == ""
    assert load(packed(("optimizers.py", CODE), *members)).refused.startswith("The zip unpacks to more than 64 MB")


def test_a_zip_file_larger_than_64_mb_is_refused_without_reading_it_all(tmp_path):
    path = tmp_path / "ada.zip"
    with path.open("wb") as file:
        file.truncate(10 << 30)
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "optimizers.py").write_bytes(CODE)
    tracemalloc.start()
    ada, bob = discover(tmp_path, MODULES)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ada.refused == "ada.zip is larger than 64 MB, which is more than will be read."
    assert bob.files
    assert peak < 300 << 20


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_is_read(load):
    """40 MB of zeros that claim to be 100 bytes: neither believed nor unpacked."""
    content = packed(("optimizers.py", bytes(40 << 20)))
    real = struct.pack("<L", 40 << 20)
    assert content.count(real) == 2
    tracemalloc.start()
    taken = load(content.replace(real, struct.pack("<L", 100)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken.refused.startswith("optimizers.py in the zip is damaged")
    assert peak < 4 << 20


def test_a_bomb_that_tells_its_size_is_stopped_while_it_is_read(load):
    content = packed(("optimizers.py", bytes(40 << 20)))
    tracemalloc.start()
    taken = load(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert taken.refused == "optimizers.py is larger than 1 MB, which is more than will be read."
    assert peak < 4 << 20


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_python_unpacks_in_one_go_are_refused(load, compression):
    taken = load(packed(("optimizers.py", CODE), compression=compression))
    assert "packed in an unusual way" in taken.refused


def test_a_bomb_inside_an_inner_zip_is_refused(load):
    inner = packed(("optimizers.py", bytes(2 << 20)))
    assert "larger than 1 MB" in load(packed(("hw.zip", inner))).refused


def test_an_inner_zip_that_is_damaged_is_refused(load):
    assert "no zip at all" in load(packed(("hw.zip", b"nonsense"))).refused


def test_folders_nested_without_end_are_refused(load):
    assert "more than 32 deep" in load(packed(("optimizers.py", CODE), ("a/" * 5000 + "x", b""))).refused


def test_a_name_too_long_for_a_file_is_refused(load):
    assert "too long for a file" in load(packed(("optimizers.py", CODE), ("x" * 300, b""))).refused


def test_a_nul_character_in_a_name_is_refused(load):
    content = packed(("optimizers.py_txt", CODE)).replace(b"optimizers.py_txt", b"optimizers.py\0txt")
    assert "a NUL character" in load(content).refused


def test_names_in_utf_8_that_do_not_say_so_are_read_as_utf_8(load):
    content = packed(("übung/optimizers.py", CODE))
    flagged = content.index(b"PK\x01\x02") + 8
    silent = bytearray(content)
    silent[7] &= ~0x08
    silent[flagged + 1] &= ~0x08
    assert load(bytes(silent)).notes == load(content).notes == ["read optimizers.py from the folder übung"]


def test_names_that_say_they_are_utf_8_are_taken_at_their_word(load):
    assert load(packed(("├╝bung/optimizers.py", CODE))).notes == ["read optimizers.py from the folder ├╝bung"]


def test_names_in_code_page_437_are_read_as_such(load):
    name = "übung/optimizers.py"
    content = packed((name, CODE)).replace(name.encode(), b"_" + name.encode("cp437"))
    silent = bytearray(content)
    silent[7] &= ~0x08
    silent[content.index(b"PK\x01\x02") + 9] &= ~0x08
    assert load(bytes(silent)).notes == ["read optimizers.py from the folder _übung"]


def test_backslashes_of_old_windows_programs_are_folders(load):
    content = packed(("hw3/optimizers.py", CODE)).replace(b"hw3/optim", b"hw3\\optim")
    assert load(content).notes == ["read optimizers.py from the folder hw3"]


def test_a_folder_entry_called_like_a_module_is_refused(load):
    assert load(packed(("optimizers.py/", b""))).refused == "optimizers.py is a folder, not a file."


@pytest.mark.parametrize("member", [zipfile.ZipInfo("hw3/"), with_mode("hw3", stat.S_IFDIR | 0o755)])
def test_a_folder_is_known_by_its_slash_or_by_its_mode(load, member):
    assert load(packed((member, b""))).refused.endswith("In it: hw3/.")


def test_empty_folders_in_a_zip_do_no_harm(load):
    assert load(packed(("hw3/", b""), ("hw3/empty/", b""), ("hw3/optimizers.py", CODE))).files


def test_a_zip_behind_other_bytes_is_read(load):
    assert load(b"#!/bin/sh\n" + packed(("optimizers.py", CODE))).files == {"optimizers.py": CODE}


def test_a_zip_whose_bytes_are_changed_at_random_is_read_or_refused_but_never_raises(tmp_path):
    import random

    content = packed(("hw3/optimizers.py", CODE), ("hw3/ü.txt", b"x" * 200), ("hw3/data/", b""))
    chance = random.Random(0)
    for _ in range(500):
        changed = bytearray(content)
        for _ in range(chance.randrange(1, 5)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path = tmp_path / "ada.zip"
        path.write_bytes(changed)
        taken = load_one(path, MODULES)
        assert bool(taken.refused) != bool(taken.files)


def test_one_students_bad_zip_leaves_the_others_alone(tmp_path):
    good, bad = packed(("optimizers.py", CODE)), packed(("../optimizers.py", CODE))
    for name, content in {"ada": good, "bob": bad, "cyd": good[:50], "dan": good}.items():
        (tmp_path / f"{name}.zip").write_bytes(content)
    found = list(discover(tmp_path, MODULES))
    assert [item.id for item in found] == ["ada", "bob", "cyd", "dan"]
    assert [bool(item.refused) for item in found] == [False, True, True, False]


def test_in_the_zip_of_a_class_a_bad_member_costs_only_the_student_it_belongs_to(tmp_path):
    path = tmp_path / "class.zip"
    link = with_mode("cyd/optimizers.py", stat.S_IFLNK | 0o777)
    path.write_bytes(
        packed(
            ("ada/optimizers.py", CODE),
            ("bob/../ada/optimizers.py", b"x"),
            ("bob/optimizers.py", CODE),
            (link, b"/etc"),
        )
    )
    ada, bob, cyd = discover(path, MODULES)
    assert ada.files == {"optimizers.py": CODE}
    assert "leads out of it" in bob.refused
    assert "is a link" in cyd.refused


def test_in_the_zip_of_a_class_the_limits_are_each_students_own(tmp_path, monkeypatch):
    monkeypatch.setattr(in_zip, "ZIP_MEMBERS", 5)
    monkeypatch.setattr(in_zip, "ZIP_BYTES", 1000)
    path = tmp_path / "class.zip"
    members = [(f"{name}/optimizers.py", CODE) for name in ("ada", "bob", "cyd")]
    members += [(f"bob/data/{n}", b"") for n in range(5)] + [("cyd/data", bytes(1000))]
    path.write_bytes(packed(*members))
    ada, bob, cyd = discover(path, MODULES)
    assert ada.files
    assert "more than 5 files" in bob.refused
    assert "unpacks to more than" in cyd.refused


def test_a_file_with_a_password_in_a_download_of_canvas_is_refused(tmp_path):
    content = bytearray(packed(("ada_1_2_optimizers.py", CODE), ("bob_3_4_optimizers.py", CODE)))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "class.zip").write_bytes(content)
    ada, bob = discover(tmp_path / "class.zip", MODULES)
    assert "protected by a password" in ada.refused
    assert bob.files


def test_a_folder_of_a_zip_lists_no_more_than_asked_for():
    root = open_zip(packed(("a.py", CODE), ("b.py", CODE)))
    assert [entry.name for entry in root.entries(2)] == ["a.py", "b.py"]
    with pytest.raises(RefusedError, match="more than 1 files"):
        root.entries(1)


def test_a_folder_of_a_zip_cannot_be_read_as_a_file_nor_a_file_opened_as_a_folder():
    file, folder = sorted(open_zip(packed(("a.py", CODE), ("hw/b.py", CODE))).entries(9), key=lambda entry: entry.kind)
    with pytest.raises(RefusedError, match="hw is a folder"):
        folder.read(100)
    with pytest.raises(RefusedError, match=r"a\.py is no folder"):
        file.open()


def test_a_zip_in_the_folder_of_a_class_that_cannot_be_opened_is_refused(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "optimizers.py").write_bytes(CODE)
    os.mkfifo(tmp_path / "bob.zip")
    ada, bob = discover(tmp_path, MODULES)
    assert ada.files
    assert bob.refused == "bob.zip is no ordinary file."


def test_reading_a_class_never_writes(tmp_path, monkeypatch):
    path = tmp_path / "class.zip"
    path.write_bytes(packed(("ada/optimizers.py", CODE), ("bob/optimizers.py", CODE)))
    monkeypatch.setattr(zipfile.ZipFile, "extract", lambda *_, **__: pytest.fail("extracted"))
    monkeypatch.setattr(zipfile.ZipFile, "extractall", lambda *_, **__: pytest.fail("extracted"))
    assert len(list(discover(path, MODULES))) == 2
    assert [item.name for item in Path(tmp_path).iterdir()] == ["class.zip"]
