# The commands that people and CI use. `make` alone lists them.
SHELL := /bin/bash
export CGO_ENABLED ?= 0
GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X main.version=$(VERSION)
LINT    := bin/golangci-lint

.PHONY: help demo build console test check race fmt-check test-all fuzz lint fmt tools e2e bench clean

help: ## list the commands
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

demo: build ## build everything, play a company's day with one intrusion, print where to look
	bin/vedette demo

build: console bin/vedette ## build the console and the binary

bin/vedette: FORCE
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./cmd/vedette
FORCE:

console: console/dist/index.html ## build the web console

console/node_modules/.package-lock.json: console/package-lock.json
	cd console && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

console/dist/index.html: console/node_modules/.package-lock.json $(shell find console/src console/index.html console/vite.config.ts -type f 2>/dev/null)
	cd console && npm run build

# One line a package; a test that failed says everything, one that was skipped says why.
REPORT = set -o pipefail; $(GO) test -json $(1) ./... | $(GO) run ./test/report

test: console/node_modules/.package-lock.json ## Go tests, console unit tests, type check: no root, no C compiler needed
	$(GO) vet ./...
	$(call REPORT,)
	cd console && npm run check

check: test fmt-check lint race ## test, plus formatting, lint and the race detector (needs a C compiler)

race:
	CGO_ENABLED=1 $(GO) test -race -short -timeout 20m ./...

test-all: build ## everything, including what needs root, PostgreSQL, Chromium and namespaces; without them those tests say why they skip
	export VEDETTE_TEST_ALL=1; $(call REPORT,-count=1 -timeout 40m)

FUZZTIME ?= 5s
fuzz: ## every fuzz target for FUZZTIME each; all run, whatever one finds
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | sed -E 's#^(.*)/[^/]+:func #\1 #' | sort | { failed=0; while read -r package target; do \
	  if $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x "$$package" >.fuzz.log 2>&1; \
	  then echo "ok    $$package $$target $$(grep -o 'execs: [0-9]*' .fuzz.log | tail -1)"; \
	  else failed=1; echo "FAIL  $$package $$target"; cat .fuzz.log; fi; \
	done; rm -f .fuzz.log; exit $$failed; }

lint: $(LINT) ## golangci-lint with the house's set
	$(LINT) run --allow-parallel-runners ./...

fmt: ## format Go sources
	gofmt -w $$(git ls-files '*.go')

fmt-check:
	@out=$$(gofmt -l $$(git ls-files '*.go')); test -z "$$out" || { echo "not formatted:"; echo "$$out"; exit 1; }

tools: $(LINT) ## install the pinned tools into bin/
$(LINT):
	GOBIN=$(CURDIR)/bin $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0

e2e: build ## drive the real binary in Chromium and take the screenshots
	$(GO) test -count=1 -v -timeout 15m ./test/browser/...

bench: bin/vedette ## the figures of the README's table; those of detection need rules and recordings: docs/explanation/detection-speed.md
	bin/vedette bench ingest
	bin/vedette bench latency
	bin/vedette bench respond

clean: ## remove what was built
	rm -rf bin console/dist/assets console/dist/index.html
