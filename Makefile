# Two commands run everything: `make demo` and `make test`. Each sets up .venv by itself.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# Most tests wait for servers and clocks, so three run at once on two processors (tests/conftest.py).
# One after the other, as a debugger wants them: make test ARGS='-n 0'.
WORKERS := -n 3

.DEFAULT_GOAL := help
.PHONY: help demo crawl test check lint docs bench bench-archives bench-frontier bench-related proofs kills training pywb checkers s3 clean

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*##\(.*\)/  make \1 \t\2/p' $(MAKEFILE_LIST) | expand -t 24

demo: $(READY)  ## Crawl the sample news site that ships with the project, without a network
	$(BIN)/python tests/site/demo.py

crawl: $(READY)  ## Crawl your own article: make crawl SEEDS=https://... OPERATOR='name, contact'
	@test -n "$(SEEDS)" || { echo "make crawl: say what: SEEDS=https://... OPERATOR='name, contact'" >&2; exit 2; }
	$(BIN)/scrapy crawl story -a seeds='$(SEEDS)' -s OPERATOR='$(OPERATOR)' $(ARGS)

test: $(READY)  ## Run all tests
	$(BIN)/python -m pytest $(WORKERS) $(ARGS)

check: lint  ## Lint, types, layers and the fast tests
	$(BIN)/python -m pytest $(WORKERS) -q -m "not slow" $(ARGS)

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(READY)  ## Write the reference pages anew from the code
	$(BIN)/python tests/house/reference.py

bench: .peers/.ready  ## Measure what capturing costs, beside its peers: make bench ARGS='writer --runs 3'
	.peers/bin/python -m benchmarks.capture $(ARGS)

bench-archives: $(READY) pywb s3  ## Walk an archive through pywb and from files, and compare: make bench-archives ARGS=FILE.warc.gz
	$(BIN)/python -m benchmarks.archives $(ARGS)

bench-frontier: .peers/.ready  ## Measure what the frontier costs, beside scrapy-redis: make bench-frontier ARGS='cpu --runs 3'
	.peers/bin/python -m benchmarks.frontier $(ARGS)

bench-related: .peers/.ready  ## Measure what reading a page costs, beside Scrapy's link extractor: make bench-related ARGS='FOLDER'
	.peers/bin/python -W ignore -m benchmarks.related --others $(ARGS)

proofs: $(READY)  ## Kill, starve, cut off and put back a crawl's workers and server: make proofs ARGS='power --short'
	$(BIN)/python -m benchmarks.proofs $(ARGS)

kills: $(READY)  ## Kill writers at random, 300 rounds, and read everything back: make kills ARGS='--rounds 50'
	$(BIN)/python -m benchmarks.kills $(ARGS)

training: .training/bin/python  ## Install what training the scorer of related links needs (training/README.md)

pywb: .pywb/bin/wayback  ## Install pywb, the viewer of `scrapy replay`, in an environment of its own

checkers: .checkers/bin/wacz  ## Install others' checkers of WARC, CDXJ and WACZ, for the tests that ask them

s3: .s3/bin/moto_server  ## Install an S3 server, for the tests that read files from one

clean:  ## Remove the environments and the demo's collection
	rm -rf $(VENV) .pywb .checkers .peers .s3 .training collections/demo

$(READY): pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Clew needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

.pywb/bin/wayback:
	$(PYTHON) -m venv .pywb
	.pywb/bin/python -m pip install --quiet "pywb>=2.9,<3" "setuptools<81"

.training/bin/python:
	$(PYTHON) -m venv .training
	.training/bin/python -m pip install --quiet --editable . "lightgbm>=4.5,<5" "scikit-learn>=1.5"

.checkers/bin/wacz:
	$(PYTHON) -m venv .checkers
	.checkers/bin/python -m pip install --quiet warcio fastwarc "wacz>=0.5" cdxj-indexer cryptography requests brotli zstandard "setuptools<81"

.s3/bin/moto_server:
	$(PYTHON) -m venv .s3
	.s3/bin/python -m pip install --quiet "moto[server,s3]>=5,<6"

# Clew and its peers share one environment, so one Scrapy and one Python. scrapy-webarchive asks for a Scrapy
# below 2.12, which does not start with today's w3lib; without its pins it runs on Clew's (docs/benchmarks.md).
.peers/.ready: pyproject.toml Makefile
	$(PYTHON) -m venv .peers
	.peers/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	.peers/bin/python -m pip install --quiet --editable . "aiohttp>=3.10"
	.peers/bin/python -m pip install --quiet "cdxj-indexer==1.5.0" && \
	  .peers/bin/python -m pip install --quiet --no-deps scrapy-webarchive==0.5.3 warc-knot==0.2.5 || \
	  echo "scrapy-webarchive cannot be installed: the benchmarks leave it out"
	.peers/bin/python -m pip install --quiet "scrapy-redis==0.9.1" || \
	  echo "scrapy-redis cannot be installed: of bench-frontier only worker and gaps run"
	.peers/bin/python -m pip install --quiet "trafilatura>=2,<3" "newspaper4k>=0.9,<1" || \
	  echo "trafilatura and newspaper4k cannot be installed: bench-related leaves them out"
	@touch $@
