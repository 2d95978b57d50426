"""The role the site connects as: it can read and write rows that policies allow, and nothing more."""

from django.db import connections
from psycopg import sql

from nearhome.website import installation

# Written once, read for ever.
APPEND_ONLY = (
    "audit_event",
    "audit_rowchange",
    "settlement_charge",
    "settlement_posting",
    "settlement_linedispute",
    "settlement_disputestep",
    "settlement_disputecredit",
    "settlement_linerule",
    "settlement_budget",
    "settlement_budgetpart",
    "settlement_spotbenchmark",
    "settlement_invoicetolerance",
    "settlement_invoiceline",
    "settlement_paidnights",
    "settlement_contractrulesshare",
    "settlement_rulesconsent",
    "settlement_leadcostshare",
    "settlement_monthmove",
    "settlement_hostclose",
    "settlement_fundingsplit",
    "settlement_fundingshare",
    "settlement_ledgercode",
    "settlement_budgetentry",
    "settlement_pricepath",
    "settlement_stageprice",
    "placements_signature",
    "sufficiency_keptanalysis",
    "matching_regionalplan",
    "procurement_calloffskip",
    "procurement_frameworktier",
    "procurement_frameworkextension",
    "procurement_tiermove",
    "procurement_suppliertransfer",
    "procurement_reopeningwindow",
    "procurement_frameworkapplication",
    "procurement_applicationdecision",
    "procurement_upliftmove",
    "procurement_upliftline",
    "procurement_upliftcost",
    "procurement_upliftvote",
    "partnership_agreementacceptance",
    "partnership_ballotvoter",
    "partnership_matterstep",
    "partnership_decisionmove",
    "tendering_procurementmove",
    "tendering_conflictdeclaration",
    "tendering_score",
    "tendering_scoringclosed",
    "tendering_consensus",
    "tendering_qualitylock",
    "tendering_disqualification",
    "tendering_lotresult",
    "tendering_notice",
    "tendering_lotdecision",
    "tendering_awardextension",
    "tendering_abandonment",
    "tendering_bidoutcome",
    "tendering_completedappraisal",
    "procurement_blockterms",
    "procurement_blockcapacity",
    "procurement_blockfee",
    "procurement_blocknomination",
    "procurement_blockbenchmark",
    "procurement_blockreadiness",
    "procurement_blockrelease",
    "procurement_blockadjustment",
    "procurement_blockadjustmentanswer",
    "procurement_blockending",
    "procurement_blockendingplace",
    "procurement_blockendingdecision",
    "tendering_tendertimetable",
    "tendering_deadlineextension",
)
# What only the owner changes.
READ_ONLY = ("django_migrations",)


def make_web_role() -> None:
    """Create or refresh the web role's sign-in; harmless to repeat."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [installation.WEB_ROLE])
        verb = "ALTER" if cursor.fetchone() else "CREATE"
        cursor.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {}").format(
                sql.SQL(verb), sql.Identifier(installation.WEB_ROLE), sql.Literal(installation.web_password())
            )
        )


def grant_web_role() -> None:
    """After every migration: the tables as they are now, less what must never change."""
    role = installation.WEB_ROLE
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")
        # The last number of a table would say how many bids there are before their time.
        cursor.execute(f"REVOKE SELECT ON ALL SEQUENCES IN SCHEMA public FROM {role}")
        for table in APPEND_ONLY:
            cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {role}")
        for table in READ_ONLY:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}")
    look_past_temporary_tables()


def look_past_temporary_tables() -> None:
    """The web role may make temporary tables: none may stand in for a real one in a function that acts as the owner.

    Without pg_temp in its search path PostgreSQL would look there first.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace"
            " AND proowner = current_user::regrole"
        )
        for (function,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {function} SET search_path = public, pg_temp")
