"""A small made-up return for tests, as the files an authority would send."""

from collections.abc import Iterable

HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
REVIEWS = "CHILD,DOB,REVIEW,REVIEW_CODE"
UASC = "CHILD,SEX,DOB,DUC"

BLUE = "BLUE-KITE,M,14/05/2013,WBRI,A123456789012,,"
RED = "RED-FOX,F,02/11/2010,WBRI,UN1,0,"
BLUE_FIRST = "BLUE-KITE,01/06/2025,S,C2,N1,U6,PR1,01/09/2025,X1,CARPL,ME14 1XX,ME14 1XX,1234567"
BLUE_NOW = "BLUE-KITE,01/09/2025,P,C2,N1,U6,PR4,,,,ME14 1XX,BN1 1EE,1234568"
RED_NOW = "RED-FOX,10/01/2026,S,V2,N1,K2,PR4,,,,ME14 1XX,CT9 1QQ,SC123456"
BLUE_REVIEW = "BLUE-KITE,14/05/2013,01/07/2025,PN1"
RED_REVIEW = "RED-FOX,02/11/2010,01/02/2026,PN1"


def table(headings: str, rows: Iterable[str]) -> bytes:
    """A CSV file."""
    return "\n".join([headings, *rows, ""]).encode()


def made_up_return(
    *,
    header: Iterable[str] = (BLUE, RED),
    episodes: Iterable[str] = (BLUE_FIRST, BLUE_NOW, RED_NOW),
    reviews: Iterable[str] = (BLUE_REVIEW, RED_REVIEW),
) -> dict[str, bytes]:
    """Two made-up children, three episodes, two reviews; each table can be given other rows."""
    return {
        "header.csv": table(HEADER, header),
        "episodes.csv": table(EPISODES, episodes),
        "reviews.csv": table(REVIEWS, reviews),
    }
