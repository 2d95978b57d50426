"""Used by ``make test``: page assets and postcodes ready, before several test processes want them at once."""

from nearhome.cli.preparing import build_postcodes, fetch_page_assets

if __name__ == "__main__":
    fetch_page_assets()
    build_postcodes()
