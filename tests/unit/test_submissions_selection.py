"""What is taken from one student's hand-in, and what the student is told about the rest."""

import zipfile
from pathlib import Path

import pytest

from autograder.submissions import load_one

MODULES = ["optimizers", "schedules"]
CODE = b"def adam_step():\n    return 1\n"


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


@pytest.fixture(params=["folder", "zip"])
def hand_in(request, tmp_path):
    """Builds the same hand-in as a folder or as a zip and loads it."""

    def load(files: dict[str, bytes], modules=MODULES):
        if request.param == "zip":
            return load_one(make_zip(tmp_path / "ada.zip", files), modules)
        return load_one(make_folder(tmp_path / "ada", files), modules)

    return load


def test_the_modules_are_taken_byte_for_byte(hand_in):
    content = b"\xef\xbb\xbfx = 1\r\ny = 2\r\n"
    taken = hand_in({"optimizers.py": content, "schedules.py": CODE})
    assert taken.files == {"optimizers.py": content, "schedules.py": CODE}
    assert (taken.id, taken.name, taken.refused, taken.notes, taken.submitted_at) == ("ada", "ada", "", [], None)


def test_modules_one_folder_deep_are_found_and_the_folder_is_named(hand_in):
    taken = hand_in({"hw3/optimizers.py": CODE, "hw3/schedules.py": CODE, "__MACOSX/hw3/._optimizers.py": b"\0"})
    assert sorted(taken.files) == ["optimizers.py", "schedules.py"]
    assert taken.notes == [
        "read optimizers.py from the folder hw3",
        "read schedules.py from the folder hw3",
    ]


def test_modules_at_the_top_win_over_older_ones_in_a_folder(hand_in):
    taken = hand_in({"optimizers.py": CODE, "old/optimizers.py": b"old", "schedules.py": CODE})
    assert taken.files["optimizers.py"] == CODE
    assert taken.refused == ""


def test_modules_two_folders_deep_are_not_looked_for(hand_in):
    taken = hand_in({"a/b/optimizers.py": CODE})
    assert "None of the files this assignment asks for (optimizers.py and schedules.py)" in taken.refused
    assert "In it: a/, a/b/." in taken.refused


def test_a_missing_module_is_noted_and_the_other_one_is_taken(hand_in):
    taken = hand_in({"optimizers.py": CODE})
    assert list(taken.files) == ["optimizers.py"]
    assert taken.notes == ["schedules.py is not in the hand-in"]


def test_a_module_in_other_case_is_taken_under_its_right_name(hand_in):
    taken = hand_in({"Optimizers.PY": CODE, "schedules.py": CODE})
    assert taken.files["optimizers.py"] == CODE
    assert taken.notes == ["read Optimizers.PY as optimizers.py: this is what the file should be called"]


@pytest.mark.parametrize(
    "name",
    ["optimizers (1).py", "optimizers(2).py", "optimizers-1.py", "optimizers copy.py", "optimizers - Copy (2).py"],
)
def test_the_only_copy_of_a_module_is_taken_with_a_note(hand_in, name):
    taken = hand_in({name: CODE, "schedules.py": CODE})
    assert taken.files["optimizers.py"] == CODE
    assert taken.notes == [f"read {name} as optimizers.py: this is what the file should be called"]


def test_beside_the_module_itself_a_copy_is_ignored(hand_in):
    taken = hand_in({"optimizers.py": CODE, "optimizers (1).py": b"copy", "schedules.py": CODE})
    assert taken.files["optimizers.py"] == CODE
    assert taken.notes == ["ignored optimizers (1).py: only the assignment's modules are taken"]


def test_two_copies_without_the_module_itself_are_refused_because_nobody_knows_which_counts(hand_in):
    taken = hand_in({"optimizers (1).py": CODE, "optimizers (2).py": b"x"})
    assert taken.refused == (
        "optimizers.py is there 2 times (optimizers (1).py and optimizers (2).py): hand in the one that counts."
    )


@pytest.mark.parametrize("name", ["optimizers_old.py", "my_optimizers.py", "optimizers2.py", "optimizers.py.bak"])
def test_files_that_only_resemble_a_module_are_not_taken(hand_in, name):
    assert list(hand_in({name: CODE, "schedules.py": CODE}).files) == ["schedules.py"]


def test_the_same_module_in_two_folders_is_refused(hand_in):
    taken = hand_in({"v1/optimizers.py": CODE, "v2/optimizers.py": CODE})
    assert taken.refused == (
        "optimizers.py is there 2 times (v1/optimizers.py and v2/optimizers.py): hand in the one that counts."
    )
    assert taken.files == {}


def test_names_that_differ_in_case_only_are_the_same_module_twice(hand_in):
    assert "is there 2 times" in hand_in({"optimizers.py": CODE, "Optimizers.py": CODE}).refused


def test_what_python_would_pick_up_beside_a_module_is_ignored_with_a_note(hand_in):
    strays = ["conftest.py", "numpy.py", "sitecustomize.py", "evil.pth", "optimizers.pyc"]
    taken = hand_in({"optimizers.py": CODE, "schedules.py": CODE, "README.md": b"hi", **dict.fromkeys(strays, b"x")})
    assert sorted(taken.files) == ["optimizers.py", "schedules.py"]
    assert taken.notes == [
        "ignored conftest.py, evil.pth, numpy.py, optimizers.pyc, sitecustomize.py: "
        "only the assignment's modules are taken"
    ]


def test_a_long_list_of_ignored_files_is_cut_short(hand_in):
    taken = hand_in({"optimizers.py": CODE, "schedules.py": CODE, **{f"part{n}.py": b"" for n in range(9)}})
    assert taken.notes[0].startswith("ignored part0.py, ")
    assert "part7.py and 1 more:" in taken.notes[0]


def test_a_notebook_is_not_taken_and_the_note_says_what_to_hand_in(hand_in):
    taken = hand_in({"homework.ipynb": b"{}", "schedules.py": CODE})
    assert "homework.ipynb is a notebook, which is not taken: copy your functions into optimizers.py" in taken.notes


def test_the_notebook_of_the_handout_is_no_news_when_all_modules_are_there(hand_in):
    assert hand_in({"notebook.ipynb": b"{}", "optimizers.py": CODE, "schedules.py": CODE}).notes == []


def test_only_a_notebook_is_refused_and_the_reason_says_what_to_hand_in(hand_in):
    refused = hand_in({"optimizers.ipynb": b"{}"}).refused
    assert "In it: optimizers.ipynb." in refused
    assert "optimizers.ipynb is a notebook, which is not taken: copy your functions into optimizers.py" in refused


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("optimizers.py.txt", "is a text file: rename it to optimizers.py"),
        ("optimizers.txt", "is a text file: rename it to optimizers.py"),
        ("optimizers.pyc", "is a compiled file, which is never run: hand in optimizers.py"),
    ],
)
def test_a_module_under_a_wrong_ending_is_not_taken_and_the_note_says_what_to_do(hand_in, name, advice):
    taken = hand_in({name: CODE, "schedules.py": CODE})
    assert list(taken.files) == ["schedules.py"]
    assert f"{name} {advice}" in taken.notes


def test_a_text_file_with_another_name_is_nothing_to_talk_about(hand_in):
    assert hand_in({"requirements.txt": b"numpy", "schedules.py": CODE}).notes == [
        "optimizers.py is not in the hand-in"
    ]


def test_an_empty_hand_in_is_refused(hand_in, tmp_path):
    (tmp_path / "ada").mkdir()
    assert hand_in({}).refused.endswith("In it: nothing.")


def test_what_was_found_instead_is_listed_up_to_eight_names(hand_in):
    refused = hand_in({f"file{n}.csv": b"" for n in range(10)}).refused
    assert "file0.csv, " in refused
    assert refused.endswith("file7.csv and 2 more.")


def test_hidden_files_caches_and_environments_are_not_looked_at(hand_in):
    strays = [".git/optimizers.py", "venv/optimizers.py", "__pycache__/optimizers.py", "node_modules/optimizers.py"]
    assert "In it: nothing." in hand_in(dict.fromkeys(strays, CODE)).refused


def test_a_zip_inside_the_hand_in_is_opened_when_there_is_nothing_else(hand_in, tmp_path):
    inner = make_zip(tmp_path / "inner", {"hw3/optimizers.py": CODE, "hw3/schedules.py": CODE}).read_bytes()
    taken = hand_in({"hw3.zip": inner})
    assert sorted(taken.files) == ["optimizers.py", "schedules.py"]
    assert taken.notes[0] == "read from hw3.zip"


def test_a_zip_in_a_zip_in_the_hand_in_is_not_opened(hand_in, tmp_path):
    inner = make_zip(tmp_path / "inner", {"optimizers.py": CODE}).read_bytes()
    middle = make_zip(tmp_path / "middle", {"inner.zip": inner}).read_bytes()
    assert "In it: inner.zip." in hand_in({"middle.zip": middle}).refused


def test_two_zips_are_refused_because_nobody_knows_which_counts(hand_in, tmp_path):
    inner = make_zip(tmp_path / "inner", {"optimizers.py": CODE}).read_bytes()
    assert hand_in({"a.zip": inner, "b.zip": inner}).refused == "There are 2 zips (a.zip and b.zip): hand in one."


def test_a_module_of_one_megabyte_is_taken_and_a_larger_one_is_refused(hand_in):
    largest = b"#" * (1 << 20)
    assert hand_in({"optimizers.py": largest, "schedules.py": CODE}).files["optimizers.py"] == largest
    taken = hand_in({"optimizers.py": largest + b"#", "schedules.py": CODE})
    assert taken.refused == "optimizers.py is larger than 1 MB, which is more than will be read."
    assert taken.files == {}


def test_a_folder_called_like_a_module_is_refused(hand_in):
    assert hand_in({"optimizers.py/readme": b"x"}).refused == "optimizers.py is a folder, not a file."


def test_a_module_in_utf_16_is_taken_with_a_note(hand_in):
    taken = hand_in({"optimizers.py": "x = 1".encode("utf-16"), "schedules.py": CODE})
    assert taken.notes == ["optimizers.py is saved as UTF-16, which Python does not read: save it as UTF-8"]


def test_control_and_direction_characters_in_names_are_written_out(hand_in):
    taken = hand_in({"a\x1b[31m\u202e.py": b"", "optimizers.py": CODE, "schedules.py": CODE})
    assert taken.notes == ["ignored a\\x1b[31m\\u202e.py: only the assignment's modules are taken"]


def test_the_hash_depends_on_the_modules_alone(tmp_path):
    files = {"optimizers.py": CODE, "schedules.py": CODE + b"#"}
    folder = load_one(make_folder(tmp_path / "ada", {**files, "conftest.py": b"1"}), MODULES)
    zipped = load_one(
        make_zip(tmp_path / "bob.zip", {f"x/{name}": content for name, content in files.items()}), MODULES
    )
    swapped = dict(zip(files, reversed(files.values()), strict=True))
    other = load_one(make_folder(tmp_path / "eve", swapped), MODULES)
    assert folder.content_hash == zipped.content_hash
    assert folder.content_hash != other.content_hash
    assert len(folder.content_hash) == 64


def test_a_refused_hand_in_hashes_like_its_reason(tmp_path):
    one = load_one(make_folder(tmp_path / "ada", {"a.csv": b""}), MODULES)
    two = load_one(make_folder(tmp_path / "bob", {"b.csv": b""}), MODULES)
    assert one.content_hash != two.content_hash


def test_the_info_for_the_result_holds_everything_but_the_bytes(tmp_path):
    taken = load_one(make_folder(tmp_path / "Ada L", {"optimizers.py": CODE}), MODULES)
    assert (taken.info.id, taken.info.name, taken.info.files) == (taken.id, "Ada L", ["optimizers.py"])
    assert (taken.info.content_hash, taken.info.notes) == (taken.content_hash, taken.notes)
    refused = load_one(make_folder(tmp_path / "bob", {"a.csv": b""}), MODULES)
    assert refused.info.refused == refused.refused != ""


@pytest.mark.parametrize("name", ["optimizers.py", "Optimizers.py", "optimizers (1).py"])
def test_a_single_module_is_a_hand_in(tmp_path, name):
    taken = load_one(make_folder(tmp_path, {name: CODE}) / name, MODULES)
    assert taken.files == {"optimizers.py": CODE}


def test_a_single_file_of_another_name_is_the_module_if_there_is_only_one_to_hand_in(tmp_path):
    make_folder(tmp_path, {"ada.py": CODE})
    assert load_one(tmp_path / "ada.py", ["losses"]).files == {"losses.py": CODE}
    assert "In it: ada.py." in load_one(tmp_path / "ada.py", MODULES).refused


def test_a_single_file_that_is_neither_module_nor_zip_is_refused(tmp_path):
    make_folder(tmp_path, {"ada.docx": CODE})
    taken = load_one(tmp_path / "ada.docx", MODULES)
    assert (taken.id, taken.name) == ("ada", "ada")
    assert "In it: ada.docx." in taken.refused


def test_other_files_that_are_asked_for_are_taken_by_their_names(tmp_path):
    files = {"optimizers.py": CODE, "Trials.csv": b"a,b\n", "weights (1).bin": b"\xff\xfe1", "notes.csv": b""}

    taken = load_one(make_folder(tmp_path / "ada", files), ["optimizers", "trials.csv", "weights.bin", "best.json"])

    assert taken.files == {"optimizers.py": CODE, "trials.csv": b"a,b\n", "weights.bin": b"\xff\xfe1"}
    assert taken.notes == [
        "read Trials.csv as trials.csv: this is what the file should be called",
        "read weights (1).bin as weights.bin: this is what the file should be called",
        "best.json is not in the hand-in",
    ]
    assert taken.only(["optimizers"]) == {"optimizers.py": CODE}
    assert taken.content_hash != load_one(make_folder(tmp_path / "bob", files), ["optimizers"]).content_hash


def test_a_file_that_is_larger_than_will_be_read_is_refused(tmp_path):
    files = {"optimizers.py": CODE, "weights.bin": bytes((8 << 20) + 1)}

    taken = load_one(make_folder(tmp_path / "ada", files), ["optimizers", "weights.bin"])

    assert taken.refused.startswith("weights.bin is larger than 8 MB")
