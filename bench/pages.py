"""How long pages take at the founders' scale, through the site's own web server, on the made-up region.

Claim: 95 % of requests under 200 ms, each with a bounded number of queries.
"""

import http.cookiejar
import os
import statistics
import threading
import time
import urllib.parse
import urllib.request

ROUNDS = 30
CLAIM_MS = 200

# (what it is, whose page, address or the name of an address that needs a key)
PAGES = (
    ("Your work, officer", "olive@kent.example", "/"),
    ("Your work, approver", "april@kent.example", "/"),
    ("Your work, finance officer", "fiona@kent.example", "/"),
    ("Referrals", "olive@kent.example", "/referrals/"),
    ("One referral", "olive@kent.example", "referral"),
    ("Which homes?", "olive@kent.example", "ranking"),
    ("Offers side by side", "olive@kent.example", "offers"),
    ("Placements", "olive@kent.example", "/placements/"),
    ("One placement", "olive@kent.example", "placement"),
    ("Homes", "colin@kent.example", "/market/homes/"),
    ("Returns", "anna@kent.example", "/needs/returns/"),
    ("Need", "anna@kent.example", "/sufficiency/"),
    ("The whole picture", "anna@kent.example", "analysis"),
    ("Where children live", "anna@kent.example", "part"),
    ("The partners' figures", "anna@kent.example", "/sufficiency/region/"),
    ("Months", "fiona@kent.example", "/settlement/"),
    ("One statement", "fiona@kent.example", "statement"),
)


class Visitor:
    """A signed-in person who asks for pages and times them."""

    def __init__(self, site: str, email: str, password: str) -> None:
        self.site = site
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.opener.open(f"{site}/sign-in/").read()
        token = next(cookie.value for cookie in self.jar if cookie.name == "csrftoken")
        form = {"login": email, "password": password, "csrfmiddlewaretoken": token}
        request = urllib.request.Request(f"{site}/sign-in/", urllib.parse.urlencode(form).encode())
        request.add_header("Referer", f"{site}/sign-in/")
        reached = self.opener.open(request).url
        assert reached == f"{site}/", f"{email} could not sign in: {reached}"

    def milliseconds(self, path: str) -> float:
        began = time.perf_counter()
        with self.opener.open(self.site + path) as answer:
            answer.read()
        return (time.perf_counter() - began) * 1000


def measure_pages() -> str:
    """A table: median and 95th percentile of each page."""
    os.environ["NEARHOME_DEMO"] = "1"
    from nearhome.cli.preparing import prepare

    prepare()
    from nearhome.cli.progress import bar, step, stop
    from nearhome.demo import building

    building.ensure_region(region="founders", seed=2026, fresh=False, bar=bar, step=step, stop=stop)
    import waitress
    from addresses import address_of

    from nearhome.demo.people import PASSWORD
    from nearhome.website.wsgi import application

    server = waitress.create_server(application, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    site = f"http://127.0.0.1:{server.effective_port}"
    lines = [f"## Pages, {ROUNDS} requests each (claim: 95 % under {CLAIM_MS} ms)\n"]
    lines.append("| Page | median ms | 95th percentile ms | |\n|---|---|---|---|")
    for words, email, page in PAGES:
        visitor = Visitor(site, email, PASSWORD)
        path = page if page.startswith("/") else address_of(page)
        visitor.milliseconds(path)
        times = sorted(visitor.milliseconds(path) for _ in range(ROUNDS))
        high = times[int(len(times) * 0.95)]
        lines.append(f"| {words} | {statistics.median(times):.0f} | {high:.0f} | {'✓' if high < CLAIM_MS else '✗'} |")
    server.close()
    return "\n".join(lines) + "\n"
