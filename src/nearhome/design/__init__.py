"""The ground floor of pages: form fields, macros, tables and assets in the GOV.UK style. Knows no stage."""
