"""Which authorities does a pooled regional file name?"""

from nearhome.geography.authorities import all_authorities, gss_codes_of
from nearhome.needs.importers.return_files import Source
from nearhome.tables.csv_files import UnreadableFileError, csv_headings, csv_rows, sent_files


def authorities_named(source: Source) -> tuple[str, ...]:
    """The DfE codes of every authority in the LA column of these files, in order; none if they are not pooled."""
    named: set[str] = set()
    for sent in sent_files(source):
        if not sent.name.lower().endswith(".csv"):
            continue
        try:
            headings = csv_headings(sent)
            if {"LA", "YEAR"} <= set(headings):
                at = headings.index("LA")
                named |= {row.cells[at].casefold() for row in csv_rows(sent) if len(row.cells) > at}
        except UnreadableFileError:
            continue  # the reading itself says what is wrong with the file
    known = {one.dfe_code: {one.name, one.dfe_code, *gss_codes_of(one.dfe_code)} for one in all_authorities()}
    return tuple(sorted(code for code, names in known.items() if named & {name.casefold() for name in names}))
