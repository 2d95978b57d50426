# make demo   a made-up region at a local address      (FRESH=1 starts over, REGION=south-east, PORT=8001)
# make test   every test, on a real PostgreSQL and in a real browser
# make check  lint, format, types, import rules, migrations, documentation examples
# make bench  what is claimed about speed              (ONLY=planning for one part)
PYTHON ?= python3
READY = .venv/.ready

.PHONY: demo test check bench migrations clean

demo: $(READY)
	@.venv/bin/nearhome demo $(if $(FRESH),--fresh) $(if $(REGION),--region $(REGION)) $(if $(PORT),--port $(PORT))

test: $(READY)
	@.venv/bin/python setup/browser.py
	@.venv/bin/python setup/peer.py
	@.venv/bin/python setup/ocds_schemas.py
	@.venv/bin/python setup/ocds_check.py
	@.venv/bin/python -m nearhome.cli.prepared
	@.venv/bin/pytest -n 2 --dist loadgroup $(ONLY)

check: $(READY)
	@.venv/bin/python setup/check.py

bench: $(READY)
	@.venv/bin/python bench/run.py $(ONLY)

migrations: $(READY)
	@DJANGO_SETTINGS_MODULE=nearhome.website.settings .venv/bin/python -m django makemigrations

$(READY): requirements.lock pyproject.toml setup/environment.py
	@$(PYTHON) setup/environment.py

clean:
	rm -rf .venv .nearhome
