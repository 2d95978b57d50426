import pytest
from cast import NOW, make_cast, make_person, PASSWORD
from nearhome.audit.record import record
from nearhome.privacy.acting import acting, acting_for
from nearhome.placements.models import Booking
from nearhome.placements.actions.booking import book_place
from scenes_placements import make_scene
pytestmark = pytest.mark.django_db

def test_inhouse(client):
    s = make_scene()
    with acting(s.cast.olive):
        b = book_place(decision=s.decision, by=s.cast.olive, now=NOW)
        record("choice.refused", "Refused the choice of a home: SECRET-REASON", about=s.decision, by=s.cast.april, at=NOW, thread=b.thread)
        record("offer.made", "Rival offered at SECRET-PRICE", about=s.offer, by=s.cast.olive, at=NOW, thread=b.thread)
        Booking.objects.filter(pk=b.pk).update(provider=s.cast.kent)
    ines = make_person("Ines Madeup", s.cast.kent, "provider")
    client.force_login(ines)
    r = client.get(f"/placements/{b.key}/")
    print("INHOUSE", r.status_code, "SECRET-REASON" in r.text, "SECRET-PRICE" in r.text)

def test_nul(client):
    c = make_cast()
    client.raise_request_exception = False
    for who, urls in ((c.olive, ["/market/homes/?kind=%00", "/market/homes/?area=%00", "/market/homes/?search=%00", "/placements/?search=%00", "/placements/?stage=%00", "/referrals/start/?child=%00", "/referrals/?search=%00&state=%00", "/?x=%00", "/market/homes/?page=99999999999999999999999"]),
                      (c.fiona, ["/settlement/?download=%00", "/settlement/payments/"]), (c.mona, ["/market/homes/?kind=%00", "/placements/?search=%00"])):
        client.force_login(who)
        for u in urls:
            r = client.get(u)
            print("NUL", u, r.status_code)
    client.logout()
    r = client.post("/sign-in/", {"login": "a\0b@x.example", "password": "x\0"}); print("LOGIN NUL", r.status_code)
    r = client.get("/sign-in/?next=%00"); print("next nul", r.status_code)

def test_redirect(client, settings):
    c = make_cast()
    client.force_login(c.olive)
    client.get("/")
    s = client.session; s["last_seen"] = 1; s.save()
    r = client.get("//evil.example/x?a=1&b=2"); print("OUT", r.status_code, r["Location"])
    loc = r["Location"]
    g = client.get(loc); print("form has next?", "evil" in g.text)
    r = client.post(loc, {"login": c.olive.email, "password": PASSWORD, "next": "//evil.example/x"}); print("IN", r.status_code, r.get("Location"))
    r = client.get("/sign-in/?next=//evil.example"); print("IN2", r.status_code, r.get("Location"))
    r = client.get("/sign-in/?next=https:evil.example"); print("IN3", r.status_code, r.get("Location"))
    r = client.get("/sign-in/?next=/%5Cevil.example"); print("IN4", r.status_code, r.get("Location"))
    for p in ("/second-factor/settings/", "/second-factor/settings/recovery-codes/", "/second-factor/settings/totp/deactivate/", "/components/", "/health/", "/static/../nearhome/website/settings.py", "/static/%2e%2e/x"):
        print(p, client.get(p).status_code)
    client.logout()
    for p in ("/components/", "/second-factor/", "/second-factor/settings/", "/second-factor/settings/trust/", "/confirm-it-is-you/"):
        r = client.get(p); print("ANON", p, r.status_code, r.get("Location"))
    for p in ("/components/?download=csv&table=%00",):
        r = client.get(p); print("ANON", p, r.status_code, r.headers)
