# make demo    builds a stick from the seed spec with a phony image, checks it, boots it
# make test    lint, types, layers, unit: everything that CI runs
# make docs    the documentation as a site, in out/site
# make bench   the benchmarks (many minutes; make bench QUICK=--quick is a short look)
# make clean   removes what these made, .venv included

PYTHON ?= python3
VENV ?= .venv
DEMO := out/demo
BIN := $(VENV)/bin
SPEC := specs/hyperv-server-2008-r2-usb.yaml
REACHED := hvsbuild phony bootmgr: reached

SHELL := /bin/bash
.SHELLFLAGS := -eu -c
.NOTPARALLEL:
.PHONY: help demo test lint types layers unit docs bench clean

help:
	@sed -n 's/^# make/make/p' Makefile

# --- setting up: nothing is done when nothing is missing ---

.PHONY: packages-demo packages-tests
packages-demo packages-tests:
	@PYTHON=$(PYTHON) scripts/install-system-packages.sh $(@:packages-%=%)

$(VENV)/.ready: pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"
	@touch $@

# The language server of editors, beside the Python packages: tests/editor talks to it.
.PHONY: editor
editor: $(VENV)/node_modules/.ready
$(VENV)/node_modules/.ready: tests/editor/package.json $(VENV)/.ready
	cp $< $(VENV)/package.json
	npm install --prefix $(VENV) --silent --no-audit --no-fund --no-package-lock
	@touch $@

# --- the demo: make prints each command as it can be typed in this folder ---

demo: packages-demo $(VENV)/.ready
	rm -rf $(DEMO) && mkdir -p $(DEMO)
	$(BIN)/python -m phony $(DEMO)/phony.wim
	$(BIN)/hvsbuild build $(SPEC) --var wim=$(DEMO)/phony.wim -o $(DEMO)
	$(BIN)/hvsbuild check $(SPEC) --var wim=$(DEMO)/phony.wim --disk $(DEMO)/stick.img
	timeout 60 qemu-system-x86_64 -accel tcg -m 256 -nic none -display none -monitor none -serial stdio -no-reboot \
	  -device isa-debug-exit,iobase=0xf4 -device usb-ehci -device usb-storage,drive=stick \
	  -drive if=none,id=stick,file=$(DEMO)/stick.img,format=raw,snapshot=on </dev/null | grep -a '$(REACHED)'
	@echo 'The line above was printed by the phony bootmgr on the stick: SeaBIOS, GRUB'"'"'s boot code, NTFS, \bootmgr.'

# --- the tests; `test` goes on after a failing part, so that one run shows all, and pytest comes last ---

test: packages-tests $(VENV)/.ready editor
	@failed=; for part in lint types layers; do \
	  $(MAKE) --no-print-directory $$part || failed="$$failed $$part"; done; \
	[ -z "$$failed" ] || echo "FAILED:$$failed"; \
	$(MAKE) --no-print-directory unit && [ -z "$$failed" ]

lint: $(VENV)/.ready
	$(BIN)/ruff check .

types: $(VENV)/.ready
	$(BIN)/mypy

layers: $(VENV)/.ready
	$(BIN)/lint-imports --no-logo

unit: $(VENV)/.ready
	$(BIN)/python -m pytest -n auto -rs

docs: $(VENV)/.ready
	$(BIN)/mkdocs build --strict
	@echo 'Open out/site/index.html'

bench: packages-demo $(VENV)/.ready
	$(BIN)/python -m benchmarks.run $(QUICK)

clean:
	rm -rf $(VENV) out build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
