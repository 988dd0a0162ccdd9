# The ways to build, check and try drover. Run `make` alone for a list.

DROVER_LAB ?= $(CURDIR)/.lab
export DROVER_LAB
# More builds than the machine has room for only slow it down; e.g. SWIFT="nice swift".
SWIFT ?= swift
SWIFT_SOURCES = Package.swift Plugins Sources Tests

PREFIX ?= /usr/local
ANSIBLE_NAMES = ansible-playbook ansible ansible-inventory ansible-vault ansible-doc ansible-config ansible-galaxy

.PHONY: help demo build release install install-ansible-names test lint format docs bench lab-up lab-down clean \
	dependencies

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 24

demo: ## provisions a lab of four servers, deploys to it, and shows it answering
	scripts/demo

build: dependencies ## debug build
	$(SWIFT) build

release: dependencies ## release build, standard library inside: .build/release/drover
	$(SWIFT) build -c release --static-swift-stdlib --product drover

install: ## puts what `make release` has built, and completions, below PREFIX (/usr/local)
	@[ -x .build/release/drover ] || { echo "nothing is built yet: make release" >&2; exit 1; }
	install -D -m 755 .build/release/drover "$(DESTDIR)$(PREFIX)/bin/drover"
	@for file in bash:bash-completion/completions/drover zsh:zsh/site-functions/_drover \
		fish:fish/vendor_completions.d/drover.fish; do \
		path="$(DESTDIR)$(PREFIX)/share/$${file#*:}"; echo "completion: $$path"; mkdir -p "$${path%/*}" && \
		.build/release/drover --generate-completion-script "$${file%%:*}" >"$$path" || exit 1; \
	done

install-ansible-names: ## links Ansible's names to the installed drover, where nothing has them yet
	@for name in $(ANSIBLE_NAMES); do \
		link="$(DESTDIR)$(PREFIX)/bin/$$name"; \
		if [ "$$(readlink "$$link")" = drover ]; then :; \
		elif [ -e "$$link" ] || [ -L "$$link" ]; then echo "left alone: $$link is something else" >&2; exit 1; \
		else ln -s drover "$$link" && echo "$$link -> drover"; fi || exit 1; \
	done

test: ## checks the style, builds, starts the lab, runs every test, stops the lab
	scripts/test

lint: ## format, sizes and import rules
	$(SWIFT) format lint --strict --recursive --parallel $(SWIFT_SOURCES)
	scripts/check-size
	scripts/check-imports

format: ## formats the sources in place
	$(SWIFT) format format --in-place --recursive --parallel $(SWIFT_SOURCES)

docs: build ## writes docs/reference from the declarations
	mkdir -p docs/reference
	for page in modules filters tests lookups; do \
		.build/debug/drover doc --markdown $$page >docs/reference/$$page.md || exit 1; \
	done

bench: release ## drover beside ansible-core on 50 light hosts, its templates beside Jinja2
	Benchmarks/run
	$(SWIFT) build -c release --product template-benchmark
	"$${XDG_CACHE_HOME:-$$HOME/.cache}/drover/ansible-core-2.19/bin/python3" Benchmarks/templates/measure.py \
		.build/release/template-benchmark

lab-up: ## starts the lab fleet
	scripts/install-dependencies lab
	Tests/Fleet/fleet up

lab-down: ## removes everything that the lab made
	Tests/Fleet/fleet down

clean: lab-down ## removes the lab and what was built
	rm -rf .build

dependencies:
	scripts/install-dependencies build
