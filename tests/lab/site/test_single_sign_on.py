"""Sign-in by the firm's own accounts, against a provider that runs here: real code flow, PKCE and signed tokens."""

from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from simulator.errors import InputError
from simulator.lab.site.single_sign_on import Provider, SingleSignOn, read_provider
from simulator.records.staff.accounts import change_account
from simulator.records.staff.people import find_person, set_account
from tests.lab.rig import answering

pytestmark = pytest.mark.unit
TARA = "tara@firm.example"
USERS = [
    oidc_provider_mock.User(sub="t", claims={"email": TARA}),
    oidc_provider_mock.User(sub="s", claims={"email": "stranger@firm.example"}),
    oidc_provider_mock.User(sub="u", claims={"email": TARA, "email_verified": False}),
    oidc_provider_mock.User(sub="n", claims={}),
]


@pytest.fixture(scope="module")
def issuer():
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=USERS) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def site(people, issuer):
    people.site.single_sign_on = SingleSignOn(Provider(issuer=issuer, client_id="room", client_secret="s3cret"))
    with people.site.records.writing() as session:
        set_account(session, find_person(session, "Tara Trainee"), TARA)
    return people


def at_provider(client, who):
    """Go to the provider, sign in there as somebody, and return where it sends them back."""
    away = client.get("/signin/provider")
    assert away.status_code == 303
    back = httpx.post(away.headers["location"], data={"sub": who}).headers["location"]
    assert urlsplit(back).path == "/signin/back"
    return f"/signin/back?{urlsplit(back).query}"


def test_who_has_an_account_in_the_records_is_signed_in(site):
    client = site.client()
    assert "sign in with your firm&#39;s account" in client.get("/signin").text
    answer = client.get(at_provider(client, "t"))
    assert 'content="0;url=/"' in answer.text
    assert "samesite=strict" in answer.headers.get_list("set-cookie")[0].lower()
    assert "Tara Trainee" in client.get("/").text


@pytest.mark.parametrize(
    ("who", "why"),
    [("s", "stranger@firm.example is nobody"), ("u", "has not verified"), ("n", "says no email")],
)
def test_nobody_else_is(site, who, why):
    client = site.client()
    answer = client.get(at_provider(client, who))
    assert answer.status_code == 403
    assert why in answer.text
    assert client.get("/").headers["location"] == "/signin"


def test_a_closed_account_of_the_room_stays_closed(site):
    with site.site.records.writing() as session:
        change_account(session, "Tara Trainee", role="trainee", active=False, by=site.member("Ada Admin"))
    client = site.client()
    assert client.get(at_provider(client, "t")).status_code == 403


def test_a_sign_in_is_finished_once_and_only_by_the_browser_that_began_it(site):
    tara, other = site.client(), site.client()
    back = at_provider(tara, "t")
    assert other.get(back).status_code == 403  # a link that was sent to somebody else
    assert tara.get(back).status_code == 403  # and it is used up
    back = at_provider(tara, "t")
    assert tara.get(back).status_code == 200
    assert tara.get(back).status_code == 403
    assert site.client().get("/signin/back?state=&code=").status_code == 403


def test_a_token_for_another_room_or_another_try_is_refused(site, issuer):
    client = site.client()
    state = parse_qs(urlsplit(back := at_provider(client, "t")).query)["state"][0]
    begun = site.site.single_sign_on._begun
    object.__setattr__(begun[state], "nonce", "another")
    assert client.get(back).status_code == 403
    back = at_provider(client, "t")
    site.site.single_sign_on.provider = Provider(issuer=issuer, client_id="another")
    assert client.get(back).status_code == 403


def away(people, issuer):
    people.site.single_sign_on = SingleSignOn(Provider(issuer=issuer, client_id="room"))
    return people.client().get("/signin/provider")


def test_a_provider_that_is_not_there_is_said(people, issuer):
    for address in ("http://localhost:9", f"{issuer}/elsewhere"):
        answer = away(people, address)
        assert answer.status_code == 400
        assert "cannot be reached" in answer.text


def test_a_provider_that_calls_itself_otherwise_is_not_trusted(people):
    page = Route("/.well-known/openid-configuration", lambda _: JSONResponse({"issuer": "https://other.example"}))
    with answering(Starlette(routes=[page])) as address:
        answer = away(people, address.rstrip("/"))
    assert answer.status_code == 400
    assert "calls itself" in answer.text


@pytest.mark.parametrize("issuer", ["http://login.firm.example", "ftp://localhost", "login.firm.example"])
def test_the_file_names_a_provider_by_https(tmp_path, issuer):
    path = tmp_path / "oidc.toml"
    path.write_text(f'issuer = "{issuer}"\nclient_id = "room"\n', "utf-8")
    with pytest.raises(InputError, match="must be an https address"):
        read_provider(path)
