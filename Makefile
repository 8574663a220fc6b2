# make run       open Timeslice
# make test      everything that has to pass
# make help      the rest

BIN := bin/timeslice$(shell go env GOEXE 2>/dev/null)
STEP := .ci/step

# The rooms without a window are tested for races too; the others draw with a software painter
# that a race detector makes ten times slower. Counts are smaller there (-short): what runs in one
# goroutine has no races, and has had its full count in the tests before.
RACED := $(patsubst %,./%/...,$(wildcard sim app/host app/run app/words))

.DEFAULT_GOAL := help
.PHONY: run build test bench package lint fonts clean help

run: build ## install what is missing, build, open the window
	$(BIN)

build: ## build bin/timeslice
	@.ci/setup build
	@[ -e $(BIN) ] || echo "The first build compiles the window system's bindings: a few minutes. The next ones take seconds."
	go build -o $(BIN) ./app

test: ## format, vet, lint, tests, races, end to end, other systems
	@.ci/setup test
	@$(STEP) "format" .ci/fmt
	@$(STEP) "build" go build -o $(BIN) ./app
	@$(STEP) "vet" go vet ./...
	@$(STEP) "lint" .ci/lint
	@$(STEP) "tests" .ci/display go test ./...
	@$(STEP) "races" go test -race -short $(RACED)
	@$(STEP) "other systems" .ci/cross

bench: ## measure, beside C, the same by hand and the least there can be
	go test -run '^$$' -bench . ./...

package: ## pack for this system into dist/
	@.ci/setup package
	go build -ldflags "-s -w" -o $(BIN) ./app
	@.ci/package

lint: ## format, vet and lint only
	@$(STEP) "format" .ci/fmt
	@$(STEP) "vet" go vet ./...
	@$(STEP) "lint" .ci/lint

fonts: ## make the Chinese fonts in assets/ anew
	@.ci/setup fonts
	assets/fonts/subset

clean: ## remove what was built
	rm -rf bin dist .tools

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1	\2/p' $(MAKEFILE_LIST) | expand -t 16
