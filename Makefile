# demo: set everything up and serve it. test, check, bench, prove: see README.md.
PORT ?= 8000
DATA_DIR ?= $(CURDIR)/data
DATABASE_URL ?= sqlite:///$(DATA_DIR)/portal.sqlite3
export PORT DATA_DIR

UV := .uv/bin/uv
# Trust whom the machine trusts, where it says so: an office may have a proxy of its own.
SYSTEM_CERTS := $(if $(wildcard /etc/ssl/certs/ca-certificates.crt),1,0)
BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
# What the demonstration is served with: as in production, but over http on this machine.
SERVED := PLAIN_HTTP=1 ALLOWED_HOSTS='localhost,127.0.0.1,[::1]' \
	DATABASE_URL='$(DATABASE_URL)' SECRET_KEY="$$(cat '$(DATA_DIR)/secret')"
# What `check --deploy` judges; no database is asked.
PRODUCTION := ALLOWED_HOSTS=portaal.example \
	DATABASE_URL=postgres://portal@localhost/portal \
	SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))')"

.PHONY: help demo test check bench prove html

help:
	@echo 'make demo    set up, load reference and demonstration data, serve on 127.0.0.1:$(PORT)'
	@echo 'make test    every test: on SQLite, and on PostgreSQL when it is installed'
	@echo 'make check   lint, types, imports, templates, migrations, production settings'
	@echo 'make bench   the benchmark table'
	@echo 'make prove   the long proofs, with their counts'
	@echo 'make html    every page through the Nu HTML checker (needs java)'

demo: .venv/synced staticfiles/staticfiles.json $(DATA_DIR)/secret
	@$(SERVED) $(MANAGE) migrate --verbosity 0
	@$(SERVED) $(MANAGE) load_reference
	@$(SERVED) $(MANAGE) load_demo
	@echo; echo 'The portal is at http://127.0.0.1:$(PORT)/  Ctrl-C stops it.'
	@$(SERVED) exec $(BIN)/gunicorn parkstad.wsgi --bind 127.0.0.1:$(PORT) \
		--workers 2 --threads 4 --timeout 120 --log-level warning

$(DATA_DIR)/secret: .venv/synced
	@mkdir -p -m 700 '$(DATA_DIR)'
	@test -s $@ || (umask 077; $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(60))' >$@)

# Compressing takes half a minute, so only when something changed.
staticfiles/staticfiles.json: .venv/synced $(wildcard static/*/*) | $(DATA_DIR)/secret
	@$(SERVED) $(MANAGE) collectstatic --no-input --verbosity 0
	@touch $@

# A process a core; each takes the next test when it is ready for one.
PARALLEL := --numprocesses auto --dist loadgroup

test: .venv/synced
	@status=0; \
	echo '--- tests on SQLite'; $(BIN)/python -m pytest $(PARALLEL) || status=1; \
	echo '--- tests on PostgreSQL'; \
	$(BIN)/python -m tests.postgres $(BIN)/python -m pytest $(PARALLEL) || status=1; \
	exit $$status

check: .venv/synced
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	DEBUG=1 $(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	DEBUG=1 $(MANAGE) makemigrations --check --dry-run
	@echo 'check --deploy on production settings'
	@$(PRODUCTION) $(MANAGE) check --deploy --fail-level WARNING

bench: .venv/synced
	$(BIN)/python -m pytest tests/benchmarks -m benchmark --capture no

prove: .venv/synced
	$(BIN)/python -m pytest -m long --capture no

html: .venv/synced
	@UV_PYTHON_DOWNLOADS=never UV_PROJECT_ENVIRONMENT=.venv UV_SYSTEM_CERTS=$(SYSTEM_CERTS) \
		$(UV) sync --frozen --quiet --group html
	$(BIN)/python -m pytest tests/browser/test_html.py -m html --capture no

.venv/synced: $(UV) pyproject.toml uv.lock
	@UV_PYTHON_DOWNLOADS=never UV_PYTHON="$$(command -v python3)" UV_PROJECT_ENVIRONMENT=.venv \
		UV_SYSTEM_CERTS=$(SYSTEM_CERTS) $(UV) sync --frozen --quiet
	@touch $@

$(UV):
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'The portal needs python3 of version 3.11 or later.'; exit 1; }
	@python3 -m venv .uv >/dev/null \
		|| { rm -rf .uv; echo 'python3 cannot make a virtual environment here: install its venv module (on Debian and Ubuntu: apt-get install python3-venv).'; exit 1; }
	@.uv/bin/pip install --quiet --disable-pip-version-check 'uv>=0.13,<1'
