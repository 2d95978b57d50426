"""Pages rendered with the site's own engines, and the browser for the components page. No database is needed."""
