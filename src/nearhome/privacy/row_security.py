"""Write row-security policies in migrations, all in one way.

``OWN`` reads as in a sentence: ``protect("needs_child", "authority_id = " + OWN)``.
"""

from django.db.migrations import RunSQL

# Each is evaluated once for a query, not once for a row, because of the sub-select.
OWN = "(SELECT nearhome_organisation())"
PARTNERS = "ANY ((SELECT nearhome_partners())::bigint[])"
AN_AUTHORITY_ACTS = "(SELECT nearhome_is_authority())"

FUNCTIONS = """
CREATE FUNCTION nearhome_organisation() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('nearhome.organisation', true), '')::bigint $$;
CREATE FUNCTION nearhome_person() RETURNS bigint LANGUAGE sql STABLE AS
$$ SELECT nullif(current_setting('nearhome.person', true), '')::bigint $$;
"""
DROP_FUNCTIONS = "DROP FUNCTION nearhome_organisation(); DROP FUNCTION nearhome_person();"


def protect(table: str, visible: str, *, added: str | None = None, changed: str | None = None) -> RunSQL:
    """Show only rows for which ``visible`` is true; accept new ones if ``added`` is, changes if ``changed`` is."""
    added, changed = added or visible, changed or visible
    return RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
        f"CREATE POLICY seen ON {table} FOR SELECT USING ({visible});"
        f"CREATE POLICY added ON {table} FOR INSERT WITH CHECK ({added});"
        f"CREATE POLICY changed ON {table} FOR UPDATE USING ({changed}) WITH CHECK ({changed});"
        f"CREATE POLICY removed ON {table} FOR DELETE USING ({changed});",
        f"DROP POLICY seen ON {table}; DROP POLICY added ON {table};"
        f"DROP POLICY changed ON {table}; DROP POLICY removed ON {table};"
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )


def keep_history(table: str) -> RunSQL:
    """Record every change of a row of this table, whoever makes it and however."""
    return RunSQL(
        f"CREATE TRIGGER keep_history AFTER INSERT OR UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION audit_keep_row();",
        f"DROP TRIGGER keep_history ON {table};",
    )


def append_only(table: str) -> RunSQL:
    """Refuse to change or remove rows once written, whoever asks."""
    return RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();",
        f"DROP TRIGGER append_only ON {table};",
    )
