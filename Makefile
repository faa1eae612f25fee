# make grade   set everything up and grade the bundled sample class on every assignment
# make test    set everything up and run the tests
# make check   lint, types, the skeleton and the pictures of the handouts in step with the solutions
# make figures draw the pictures of the handouts by the solutions
# make audit   try known mistakes, right answers and mutants on the checks; SEEDS=50 in full, MUTANTS=40 for a sample
# make interop a class through otter, nbgrader and Gradescope's entry: the same points? Some hours on two cores; STUDENTS=8 for less
# make bench   what grading costs, beside a plain pytest process for each hand-in
PYTHON ?= python3
BIN := .venv/bin
STUDENTS ?= 40
SEED ?= 0
SEEDS ?= 3
MUTANTS ?=

.PHONY: grade test check figures audit interop bench install everything sandbox browser clean

grade: install sandbox
	$(BIN)/autograder sample-class --students $(STUDENTS) --seed $(SEED) grades/sample-class
	@status=0; for assignment in $$($(BIN)/autograder list); do \
	    $(BIN)/autograder grade $$assignment grades/sample-class/$$assignment --out grades/$$assignment --seed $(SEED) \
	        || status=1; \
	done; \
	echo; echo "Open these in a browser:"; \
	for assignment in $$($(BIN)/autograder list); do echo "  $(CURDIR)/grades/$$assignment/report/index.html"; done; \
	exit $$status

test: everything sandbox browser
	$(BIN)/pytest

check: everything
	$(BIN)/ruff check
	$(BIN)/ruff format --check autograder solutions
	$(BIN)/mypy
	$(BIN)/autograder skeleton --check
	$(BIN)/python docs/draw_figures.py --check
	$(BIN)/pytest -q tests/unit/test_import_directions.py

figures: everything
	$(BIN)/python docs/draw_figures.py

audit: install sandbox
	$(BIN)/autograder audit --out grades/audits --seeds $(SEEDS) $(if $(MUTANTS),--mutants $(MUTANTS))

interop: everything sandbox
	$(BIN)/python tests/interop/compare.py --students $(STUDENTS) --seed $(SEED)

bench: install sandbox
	$(BIN)/python benchmarks/grading_cost.py

install: .venv/.installed

everything: .venv/.everything

.venv/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	    { echo "The venv module is missing; on Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	@echo "Installing the course's packages (torch and scikit-learn among them): some minutes the first time"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[grading,bees]'
	@$(BIN)/python -m compileall -q autograder  # or every start would, where Python may write no bytecode
	@touch $@

# What the tests need besides: the programs that instructors and students may use with the course.
.venv/.everything: .venv/.installed
	@echo "Installing what the tests try the course with (JupyterLab, otter, nbgrader, Dask)"
	@$(BIN)/python -m pip install --quiet --constraint constraints.txt \
	    --editable '.[grading,bees,cluster,notebook,nbgrader,otter,similarity,dev]'
	@touch $@

# Installs a package of the system where that needs no password. $(1): its name. $(2): which programs show that it is there.
define system_package
	@for one in $(2); do command -v $$one > /dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ]; then run=; elif sudo -n true 2> /dev/null; then run="sudo -n"; else run=none; fi; \
	if [ "$$run" != none ] && command -v apt-get > /dev/null; then \
	    echo "Installing $(1)"; $$run apt-get update -qq && $$run apt-get install -y -qq $(1) > /dev/null; \
	elif [ "$$run" != none ] && command -v dnf > /dev/null; then $$run dnf install -y -q $(1); \
	elif [ "$$run" != none ] && command -v pacman > /dev/null; then $$run pacman -S --noconfirm $(1); \
	fi; \
	for one in $(2); do command -v $$one > /dev/null && exit 0; done; \
	echo "$(1) is needed, and cannot be installed from here. Ask for:"; \
	echo "    Debian, Ubuntu:  sudo apt-get install $(1)"; \
	echo "    Fedora:          sudo dnf install $(1)"; \
	echo "    Arch:            sudo pacman -S $(1)"; \
	exit 1
endef

# Student code runs behind bubblewrap.
sandbox:
	$(call system_package,bubblewrap,bwrap)

# The explorables are tried in a real browser.
browser:
	$(call system_package,chromium,chromium chromium-browser google-chrome)

clean:
	rm -rf .venv grades build *.egg-info
