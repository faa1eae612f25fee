"""What an instructor is told about a file `assignment.toml` that is not in order."""

import pytest

from autograder.assignment import AssignmentError, load

GOOD = 'title = "Steps"\norder = 1\nmodules = ["steps"]\npoints = 10\n'


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('sumary = "Steps."', "unknown field `sumary`; did you mean `summary`?"),
        ("[limits]\ncall_second = 5.0", "unknown field `call_second` - at `$.limits`; did you mean `call_seconds`?"),
        ("call_seconds = 5.0", "unknown field `call_seconds`; it belongs under [limits]"),
        ("[late]\nallowed = []", "unknown field `allowed` - at `$.late`; it belongs under [imports]"),
        ("[late]\nxyz = 1", "; there are grace_days, percent_per_day, cut_off_days"),
    ],
)
def test_an_unknown_field_comes_with_the_nearest_known_one(tmp_path, more, said):
    (tmp_path / "assignment.toml").write_text(f"{GOOD}{more}\n")

    with pytest.raises(AssignmentError) as error:
        load(tmp_path)

    assert said in str(error.value)


def test_a_file_in_order_is_read(tmp_path):
    (tmp_path / "assignment.toml").write_text(GOOD)

    assert load(tmp_path).modules == ["steps"]
