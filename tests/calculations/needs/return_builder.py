"""Small made-up returns for the tests."""

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = (
    "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
)


def header(*rows: str) -> bytes:
    return _csv(HEADER, rows or ("TEST1,M,12/05/2012,WBRI,UN1,,",))


def episodes(*rows: str) -> bytes:
    return _csv(EPISODES, rows or ("TEST1,01/06/2025,S,C2,N1,U6,PR1,,,,ME14 1XQ,ME14 1XX,1234567",))


def small_return(**others: bytes) -> dict[str, bytes]:
    files = {"Header.csv": header(), "Episodes.csv": episodes()}
    return files | {f"{name}.csv": content for name, content in others.items()}


def _csv(headings: str, rows: tuple[str, ...]) -> bytes:
    return "\r\n".join((headings, *rows, "")).encode("utf-8-sig")
