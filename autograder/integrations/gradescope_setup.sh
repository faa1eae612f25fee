#!/usr/bin/env bash
# Gradescope runs this once, as root, while it builds the image. A failing build is shown to the instructor.
set -euo pipefail
umask 022
root="${AUTOGRADER_ROOT:-/autograder}"
source="$root/source"
export DEBIAN_FRONTEND=noninteractive

# Python 3.11 or newer, the system's: student code runs as another user, who could not enter a home folder.
make_environment() {
    for version in 3.11 3.12 3.13; do
        if command -v "/usr/bin/python$version" > /dev/null \
            && "/usr/bin/python$version" -m venv --clear "$root/env" 2> /dev/null; then
            return 0
        fi
    done
    return 1
}

if ! make_environment; then
    apt-get update
    for version in 3.11 3.12 3.13; do
        apt-get install -y --no-install-recommends "python$version" "python$version-venv" && break
    done
    make_environment || { echo "This image has no Python 3.11 or newer: choose a newer Ubuntu on Gradescope."; exit 1; }
fi

# With CUDA, which is never used here, torch makes the image some gigabytes larger. PyTorch has an index of builds without
# it: its address, from "Get Started" on pytorch.org with Linux, Pip and CPU chosen, may be written between the quotes.
torch_index=""
if [ -n "$torch_index" ]; then
    export PIP_EXTRA_INDEX_URL="$torch_index"
fi
"$root/env/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check -r "$source/requirements.txt"

# The engine's student side must be readable for everybody; checks and solutions for root alone.
chmod 755 "$root" "$source"
chmod -R a+rX "$source/autograder" "$root/env"
chmod -R go-rwx "$source/assignments" "$source/solutions" "$source/gradescope.json"

# The solutions must pass their own checks here, too; what is wrong is better seen now than by a student.
cd "$source"
PYTHONPATH="$source" "$root/env/bin/python" -m autograder.integrations.gradescope_entry --self-test "$root"
