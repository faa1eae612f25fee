"""A class as teachers, Gradescope, Canvas, Moodle and nbgrader hand it over: in a folder, or in one zip."""

import os
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.submissions import Submission, discover, load_one, roll_call
from autograder.submissions.on_disk import DiskFolder

MODULES = ["optimizers", "schedules"]
CODE = b"def adam_step():\n    return 1\n"
BOTH = {"optimizers.py": CODE, "schedules.py": CODE}


def make_folder(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def make_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def in_folder(name: str, files: dict[str, bytes]) -> dict[str, bytes]:
    return {f"{name}/{file}": content for file, content in files.items()}


@pytest.fixture(params=["folder", "zip"])
def a_class(request, tmp_path) -> Callable[..., list[Submission]]:
    """Builds the same class as a folder or as one zip and reads it."""

    def read(files: dict[str, bytes], modules=MODULES) -> list[Submission]:
        if request.param == "zip":
            return list(discover(make_zip(tmp_path / "class.zip", files), modules))
        return list(discover(make_folder(tmp_path / "class", files), modules))

    return read


def test_a_folder_per_student(a_class):
    ada, bob = a_class({**in_folder("bob", {"optimizers.py": b"2"}), **in_folder("ada", BOTH)})
    assert (ada.id, ada.name, ada.files) == ("ada", "ada", BOTH)
    assert (bob.id, bob.name, bob.files) == ("bob", "bob", {"optimizers.py": b"2"})


def test_a_zip_per_student(a_class, tmp_path):
    inner = make_zip(tmp_path / "inner", in_folder("hw3", BOTH)).read_bytes()
    ada, bob = a_class({"ada.zip": inner, "bob.ZIP": inner})
    assert (ada.id, ada.name, ada.files) == ("ada", "ada", BOTH)
    assert (bob.id, bob.name, bob.files) == ("bob", "bob", BOTH)


def test_a_module_per_student_with_the_students_name_before_or_behind(a_class):
    found = a_class({"ada_optimizers.py": CODE, "ada_schedules.py": CODE, "optimizers-bob.py": CODE})
    assert {item.id: sorted(item.files) for item in found} == {
        "ada": ["optimizers.py", "schedules.py"],
        "bob": ["optimizers.py"],
    }


def test_a_file_per_student_when_the_assignment_has_one_module(tmp_path):
    found = list(discover(make_folder(tmp_path, {"ada.py": CODE, "bob.py": b"2"}), ["losses"]))
    assert [(item.id, item.files) for item in found] == [("ada", {"losses.py": CODE}), ("bob", {"losses.py": b"2"})]


def test_one_students_module_twice_under_different_names_is_refused(tmp_path):
    (ada,) = discover(make_folder(tmp_path, {"ada_optimizers.py": CODE, "optimizers_ada.py": b"2"}), MODULES)
    assert "optimizers.py is there 2 times" in ada.refused


def test_a_python_file_of_unclear_meaning_is_refused_rather_than_lost(tmp_path):
    (found,) = discover(make_folder(tmp_path, {"ada.py": CODE}), MODULES)
    assert found.id == "ada"
    assert "In it: ada.py." in found.refused


def test_a_students_notebook_is_refused_with_what_to_hand_in(a_class):
    ada, bob = a_class({"ada_optimizers.ipynb": b"{}", **in_folder("bob", BOTH)})[:2]
    assert "optimizers.ipynb is a notebook, which is not taken" in ada.refused
    assert bob.files == BOTH


def test_what_is_nobodys_in_the_folder_of_a_class_is_passed_over(a_class):
    strays = ["README", "README.md", ".DS_Store", "results.csv", "grades.xlsx", "conftest.py", "test_all.py"]
    strays += ["__MACOSX/._ada", ".git/config", "__pycache__/x.pyc", "Thumbs.db"]
    found = a_class({**dict.fromkeys(strays, b"x"), **in_folder("ada", BOTH), **in_folder("bob", BOTH)})
    assert [item.id for item in found] == ["ada", "bob"]
    assert not any(item.refused or item.notes for item in found)


def test_a_folder_of_ones_own_with_numbers_in_its_name_is_no_canvas_file(a_class):
    found = a_class(in_folder("ada_1_2_hw", BOTH) | in_folder("bob", BOTH))
    assert [item.name for item in found] == ["ada_1_2_hw", "bob"]


def test_a_folder_called_like_a_zip_is_a_folder(a_class):
    ada, bob, _ = a_class({"ada.zip/optimizers.py": CODE, "bob/hw3.zip/readme.txt": b"", **in_folder("cyd", BOTH)})
    assert ada.files == {"optimizers.py": CODE}
    assert "In it: hw3.zip/, hw3.zip/readme.txt." in bob.refused


def test_a_link_that_is_no_hand_in_is_passed_over(tmp_path):
    make_folder(tmp_path, in_folder("ada", BOTH))
    (tmp_path / "notes.txt").symlink_to(tmp_path / "ada")
    assert [item.id for item in discover(tmp_path, MODULES)] == ["ada"]


def test_an_archive_that_is_no_zip_is_refused(tmp_path):
    ada, bob = discover(make_folder(tmp_path, {"ada.rar": b"x", "bob.tar.gz": b"x"}), MODULES)
    assert ada.refused == "ada.rar cannot be read: hand in a zip."
    assert bob.refused == "bob.tar.gz cannot be read: hand in a zip."


def test_a_pipe_in_the_folder_of_a_class_stops_nobody(tmp_path):
    make_folder(tmp_path, in_folder("ada", BOTH))
    os.mkfifo(tmp_path / "pipe")
    os.mkfifo(tmp_path / "bob_optimizers.py")
    ada, bob = discover(tmp_path, MODULES)
    assert ada.files == BOTH
    assert bob.refused.startswith("optimizers.py is no ordinary file")


def test_an_empty_class_is_nobody(tmp_path):
    assert list(discover(tmp_path, MODULES)) == []


GRADESCOPE = {
    "submission_101/optimizers.py": CODE,
    "submission_101/schedules.py": CODE,
    "submission_22/hw3/optimizers.py": b"2",
    "submission_7/notes.txt": b"",
    "submission_metadata.yml": b"""\
---
submission_101:
  :submitters:
  - :name: Ada Lovelace
    :sid: '4711'
    :email: ada@example.org
  :created_at: 2024-05-03 17:01:12.123456000 Z
  :score: 9.0
submission_22:
  :submitters:
  - :name: "Zo\\u00EB \\"Z\\" O'Hara"
  - :name: 'Bob O''Hara'
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: &1 2024-05-04 00:00:00.000000000 Z
    zone: &2 !ruby/object:ActiveSupport::TimeZone
      name: America/Los_Angeles
    time: *1
""",
}


@pytest.mark.parametrize("wrapper", ["assignment_99_export/", ""])
def test_an_export_of_gradescope(a_class, wrapper):
    files = {f"{wrapper}{name}": content for name, content in GRADESCOPE.items()}
    ada, zoe, unknown = a_class(files)
    assert (ada.id, ada.name, ada.files) == ("ada-lovelace-101", "Ada Lovelace", BOTH)
    assert ada.submitted_at == "2024-05-03T17:01:12+00:00"
    assert (zoe.id, zoe.name) == ("zoe-z-o-hara-bob-o-hara-22", "Zoë \"Z\" O'Hara, Bob O'Hara")
    assert zoe.submitted_at == "2024-05-04T00:00:00+00:00"
    assert (unknown.id, unknown.submitted_at) == ("submission_7", None)
    assert "In it: notes.txt." in unknown.refused


def test_an_export_of_gradescope_beside_other_files_is_found(tmp_path):
    make_folder(tmp_path / "down", {f"assignment_9_export/{name}": content for name, content in GRADESCOPE.items()})
    (tmp_path / "down" / "roster.csv").write_text("")
    assert next(discover(tmp_path / "down", MODULES)).id == "ada-lovelace-101"


def test_a_submission_without_number_or_names_in_an_export_is_called_by_its_folder(a_class):
    metadata = (
        b"submission_solo:\n  :submitters:\n  - :name: Ada\nsubmission_7:\n  :created_at: 2024-05-03 00:00:00 Z\n"
    )
    seven, solo = a_class(
        {"submission_solo/optimizers.py": CODE, "submission_7/optimizers.py": CODE, "submission_metadata.yml": metadata}
    )
    assert (solo.id, solo.name, solo.submitted_at) == ("submission_solo", "submission_solo", None)
    assert (seven.id, seven.name, seven.submitted_at) == ("submission_7", "submission_7", "2024-05-03T00:00:00+00:00")


def test_a_student_alone_in_a_class_cannot_pose_as_an_export(tmp_path):
    make_folder(tmp_path / "class", in_folder("eve", GRADESCOPE))
    (found,) = discover(tmp_path / "class", MODULES)
    assert found.id == "eve"


def test_a_students_own_metadata_does_not_name_anybody(tmp_path):
    forged = GRADESCOPE["submission_metadata.yml"]
    (found,) = discover(
        make_folder(tmp_path, {"submission_22/submission_metadata.yml": forged, **in_folder("submission_22", BOTH)}),
        MODULES,
    )
    assert (found.id, found.submitted_at) == ("submission_22", None)


CANVAS = {
    "lovelaceada_12345_900_optimizers.py": b"first",
    "lovelaceada_LATE_12345_1001_optimizers-1.py": CODE,
    "lovelaceada_12345_901_schedules.py": CODE,
    "obrienbob_777_55_Optimizers.py": CODE,
    "li_777777_text.html": b"<p>see my mail</p>",
}


def test_a_download_of_canvas(a_class):
    li, ada, bob = sorted(a_class(CANVAS), key=lambda item: item.name != "li")
    assert (ada.id, ada.name, ada.files) == ("lovelaceada-12345", "lovelaceada", BOTH)
    assert ada.notes == ["optimizers.py was handed in more than once: the last one is graded"]
    assert (bob.id, bob.files) == ("obrienbob-777", {"optimizers.py": CODE})
    assert li.id == "li-777777"
    assert "In it: text.html." in li.refused


def test_a_stray_module_in_a_download_of_canvas_makes_it_nobodys_folder(a_class):
    assert [item.id for item in a_class({"optimizers.py": CODE, **CANVAS})] == [
        "li-777777",
        "lovelaceada-12345",
        "obrienbob-777",
    ]


def test_a_resubmission_to_canvas_needs_no_note_when_it_is_the_only_one(a_class):
    ada, bob = a_class({f"{name}_1_{n}_{file}-3.py": CODE for name in ("ada", "bob") for n, file in enumerate(MODULES)})
    assert (ada.files, ada.notes, bob.notes) == (BOTH, [], [])


def test_a_zip_handed_in_on_canvas(a_class, tmp_path):
    inner = make_zip(tmp_path / "inner", in_folder("hw3", BOTH)).read_bytes()
    ada, bob = a_class({"ada_1_2_hw3-1.zip": inner, "bob_3_4_hw3.zip": inner})
    assert (ada.id, ada.files, bob.id, bob.files) == ("ada-1", BOTH, "bob-3", BOTH)


def test_two_students_of_one_name_on_canvas_are_two(a_class):
    found = a_class({"li_1_10_optimizers.py": CODE, "li_2_11_optimizers.py": CODE})
    assert [item.id for item in found] == ["li-1", "li-2"]


@pytest.mark.parametrize("ending", ["_assignsubmission_file_", "_assignsubmission_file"])
def test_a_download_of_moodle_in_folders(a_class, ending, tmp_path):
    inner = make_zip(tmp_path / "inner", in_folder("hw3", BOTH)).read_bytes()
    ada, jose, zoe = a_class(
        {
            **in_folder(f"Ada Lovelace_12{ending}", BOTH),
            f"José Ñandú_34{ending}/abgabe.zip": inner,
            f"Zoë_56{ending}/hw3/optimizers.py": CODE,
        }
    )
    assert (ada.id, ada.name, ada.files, ada.notes) == ("ada-lovelace-12", "Ada Lovelace", BOTH, [])
    assert (jose.id, jose.name, jose.files) == ("jose-nandu-34", "José Ñandú", BOTH)
    assert (zoe.id, list(zoe.files)) == ("zoe-56", ["optimizers.py"])


def test_a_download_of_moodle_without_folders(a_class):
    ada, bob = a_class({f"{name}_assignsubmission_file_{file}": CODE for name in ("Ada_1", "Bob_2") for file in BOTH})
    assert (ada.id, ada.files, bob.id, bob.files) == ("ada-1", BOTH, "bob-2", BOTH)


def test_text_typed_into_moodle_is_refused_with_what_was_expected(a_class):
    ada, bob = a_class(
        {
            "Ada_1_assignsubmission_onlinetext_/onlinetext.html": b"hello",
            "Bob_2_assignsubmission_comments_/comments.txt": b"hello",
            "Bob_2_assignsubmission_file_/optimizers.py": CODE,
            "Bob_2_assignsubmission_onlinetext_/onlinetext.html": b"hello",
        }
    )
    assert "In it: onlinetext.html." in ada.refused
    assert bob.files == {"optimizers.py": CODE}


def test_what_nbgrader_collected_has_a_time(tmp_path):
    files = in_folder("submitted/ada/ps3", {**BOTH, "timestamp.txt": b"2024-05-03 10:00:00.500000 America/New_York\n"})
    files |= in_folder("submitted/ada/other-assignment", {"timestamp.txt": b"2000-01-01 00:00:00 UTC"})
    files |= in_folder("submitted/bob/ps3", BOTH)
    files |= in_folder("submitted/cyd", {**BOTH, "timestamp.txt": b"2024-05-03 10:00:00 UTC"})
    files |= in_folder("submitted/dan/ps3", {**BOTH, "timestamp.txt/x": b"2024-05-03 10:00:00 UTC"})
    ada, *others = discover(make_folder(tmp_path, files) / "submitted", MODULES)
    assert (ada.id, ada.files, ada.submitted_at) == ("ada", BOTH, "2024-05-03T14:00:00+00:00")
    assert [(other.id, other.files, other.submitted_at) for other in others] == [
        (name, BOTH, None) for name in ("bob", "cyd", "dan")
    ]


def test_a_time_that_a_student_could_have_written_is_not_believed(a_class):
    forged = {**BOTH, "timestamp.txt": b"2000-01-01 00:00:00 UTC"}
    found = a_class({**in_folder("ada/hw", forged), **in_folder("bob/hw", forged)})
    assert [item.submitted_at for item in found] == [None, None]


def test_what_has_modules_at_its_top_is_one_students_whatever_else_is_in_it(tmp_path):
    files = {**BOTH, **in_folder("old", BOTH), **in_folder("older", BOTH), "scratch.py": b"", "me_optimizers.py": b""}
    for path in (make_folder(tmp_path / "ada", files), make_zip(tmp_path / "ada.zip", files)):
        (found,) = discover(path, MODULES)
        assert (found.id, found.files) == ("ada", BOTH)


@pytest.mark.parametrize("prefix", ["", "hw3/"])
def test_a_zip_with_one_students_modules_is_a_class_of_one(tmp_path, prefix):
    path = make_zip(tmp_path / "ada.zip", {f"{prefix}{name}": content for name, content in BOTH.items()})
    (found,) = discover(path, MODULES)
    assert (found.id, found.files) == ("ada", BOTH)


def test_a_zip_of_one_students_modules_beside_data_is_a_class_of_one(tmp_path):
    files = {**in_folder("hw3", BOTH), "data/a/x.csv": b"", "plots/x.png": b"", "notes.txt": b""}
    (found,) = discover(make_zip(tmp_path / "ada.zip", files), MODULES)
    assert (found.id, found.files) == ("ada", BOTH)


@pytest.mark.parametrize("stray", ["submission_metadata.yml", "submission_notes/x.txt"])
def test_half_of_what_makes_an_export_makes_none(tmp_path, stray):
    (found,) = discover(make_zip(tmp_path / "ada.zip", {**BOTH, stray: b""}), MODULES)
    assert (found.id, found.files) == ("ada", BOTH)


def test_a_single_module_is_a_class_of_one(tmp_path):
    (found,) = discover(make_folder(tmp_path, BOTH) / "optimizers.py", MODULES)
    assert (found.id, found.files) == ("optimizers", {"optimizers.py": CODE})


def test_a_zip_of_a_class_packed_with_its_folder_is_a_class(tmp_path):
    path = make_zip(tmp_path / "class.zip", {**in_folder("hw3/ada", BOTH), **in_folder("hw3/bob/x", BOTH)})
    assert [item.id for item in discover(path, MODULES)] == ["ada", "bob"]


def test_the_zip_of_one_student_is_the_same_hand_in_alone_and_in_a_class(tmp_path):
    path = make_zip(tmp_path / "Ada Lovelace.zip", BOTH)
    make_zip(tmp_path / "bob.zip", BOTH)
    assert load_one(path, MODULES) == next(discover(tmp_path, MODULES)) == next(discover(path, MODULES))


def test_the_order_is_that_of_the_names(a_class):
    names = ["zoe", "ada", "Bob", "cyd", "10", "9"]
    assert [item.name for item in a_class({f"{name}/optimizers.py": CODE for name in names})] == sorted(names)


def test_the_roll_call_reads_nothing(tmp_path, monkeypatch):
    make_folder(tmp_path, {**in_folder("ada", BOTH), "bob.zip": b"broken"})
    read = []
    really_read = DiskFolder._read
    monkeypatch.setattr(DiskFolder, "_read", lambda *args: read.append(args) or really_read(*args))
    known = roll_call(tmp_path, MODULES)
    assert read == []
    assert [(item.id, item.name) for item in known] == [("ada", "ada"), ("bob", "bob")]
    assert known[0].load().files == BOTH
    assert known[1].load().refused


def test_a_class_is_read_one_by_one(tmp_path):
    make_folder(tmp_path, in_folder("ada", BOTH) | in_folder("bob", BOTH))
    submissions = discover(tmp_path, MODULES)
    assert next(submissions).id == "ada"
    (tmp_path / "bob" / "optimizers.py").write_bytes(b"later")
    assert next(submissions).files["optimizers.py"] == b"later"


def test_memory_does_not_grow_with_the_bytes_of_a_class(tmp_path):
    make_folder(tmp_path, {f"s{n:03}/optimizers.py": b"#" * 1_000_000 for n in range(40)})
    tracemalloc.start()
    for _ in discover(tmp_path, MODULES):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


STRANGE = [
    "Ada Lovelace",
    "ada-lovelace",
    "ADA",
    "ada",
    "José",
    "Jose",
    "李小龙",
    "حياة",
    "a\nb",
    "<b onclick=x>",
    "=HYPERLINK(x)",
    "\u202eevil",
    "--help",
    "con",
    "CON",
    "x.",
    "x" * 200,
]


def test_strange_names_become_different_safe_ids_and_are_kept_as_they_are(tmp_path):
    make_folder(tmp_path, {f"{name}/optimizers.py": CODE for name in STRANGE})
    found = list(discover(tmp_path, MODULES))
    assert sorted(item.name for item in found) == sorted(STRANGE)
    ids = [item.id for item in found]
    assert len({item.lower() for item in ids}) == len(STRANGE)
    for item in ids:
        assert set(item) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
        assert item[0] not in ".-"
        assert len(item) <= 80
        assert item.partition(".")[0] != "con"


def test_an_id_depends_on_nobody_else_in_the_class(tmp_path):
    alone = {}
    for number, name in enumerate(STRANGE):
        (found,) = discover(make_folder(tmp_path / f"alone{number}", {f"{name}/optimizers.py": CODE}), MODULES)
        alone[name] = found.id
    together = discover(make_folder(tmp_path / "all", {f"{name}/optimizers.py": CODE for name in STRANGE}), MODULES)
    assert {item.name: item.id for item in together} == alone


def test_composed_and_decomposed_accents_are_the_same_name_and_still_two_hand_ins(tmp_path):
    composed, decomposed = unicodedata.normalize("NFC", "Zoë"), unicodedata.normalize("NFD", "Zoë")
    make_folder(tmp_path, {f"{name}/optimizers.py": name.encode() for name in (composed, decomposed)})
    one, two = discover(tmp_path, MODULES)
    assert one.name == two.name == composed
    assert one.id != two.id
    assert one.files != two.files
    (again,) = discover(make_folder(tmp_path / "x", {f"{decomposed}/optimizers.py": CODE}), MODULES)
    assert again.id in (one.id, two.id)


def test_a_name_that_is_no_text_can_still_be_written_as_json(tmp_path):
    path = os.path.join(os.fsencode(tmp_path), b"ad\xff")
    os.mkdir(path)
    Path(os.fsdecode(path), "optimizers.py").write_bytes(CODE)
    (found,) = discover(tmp_path, MODULES)
    assert found.name == "ad\\udcff"
    assert found.files == {"optimizers.py": CODE}


def test_a_folder_and_a_zip_of_one_name_are_two_hand_ins(tmp_path):
    make_folder(tmp_path, in_folder("ada", {"optimizers.py": b"1"}))
    make_zip(tmp_path / "ada.zip", {"optimizers.py": b"2"})
    one, two = discover(tmp_path, MODULES)
    assert (one.id, one.files["optimizers.py"]) == ("ada", b"1")
    assert two.id.startswith("ada-")
    assert two.files["optimizers.py"] == b"2"
