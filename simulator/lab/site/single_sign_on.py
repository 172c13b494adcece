"""Sign-in by the firm's own accounts: OpenID Connect, code flow with PKCE, through Authlib.

Who comes back is let in only if a person of the records has that account and an account of the room in some role; the
provider says who somebody is, the records say what they may.
"""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from simulator.datafile import DataModel, read_toml
from simulator.errors import InputError

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Of signatures that are taken; none that is made with a shared secret."""
TIMEOUT_S = 10.0
LASTS_S = 600.0
"""How long somebody has to sign in at the provider."""
MOST_BEGUN = 1_000
LOCAL = ("localhost", "127.0.0.1", "::1")
COOKIE = "hotseat-sso"


class Provider(DataModel):
    """The file of `hotseat lab --oidc`: the firm's provider, and this room as it is registered there."""

    issuer: str = Field(description="its address, without a slash at the end")
    client_id: str = Field(min_length=1)
    client_secret: str = Field(default="", description="none for a public client; the file is then yours alone")
    claim: str = Field(default="email", description="what of its claims is the account of a person in the records")
    title: str = Field(default="your firm's account", description="on the page to sign in")

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, issuer: str) -> str:
        parts = urlsplit(issuer)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
            raise ValueError("the issuer must be an https address")
        return issuer.rstrip("/")


@dataclass(frozen=True, slots=True)
class _Begun:
    nonce: str
    verifier: str
    back: str
    at: float


class SingleSignOn:
    """Sends people to the provider, and says who came back.

    Parameters
    ----------
    provider : Provider
    """

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._begun: dict[str, _Begun] = {}
        self._known: dict[str, Any] = {}
        self._lock = threading.Lock()

    def begin(self, back: str) -> tuple[str, str]:
        """Return where somebody signs in, and the state that their browser has to bring back.

        Parameters
        ----------
        back : str
            The address of this room to which the provider sends them.

        Raises
        ------
        InputError
            If the provider cannot be reached, or is not the one that the file names.
        """
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client(back) as client:
            url, _ = client.create_authorization_url(
                self._at("authorization_endpoint"), state=state, nonce=nonce, code_verifier=verifier
            )
        now = time.monotonic()
        with self._lock:
            self._begun = {key: each for key, each in self._begun.items() if now - each.at < LASTS_S}
            while len(self._begun) >= MOST_BEGUN:
                self._begun.pop(next(iter(self._begun)))
            self._begun[state] = _Begun(nonce, verifier, back, now)
        return str(url), state

    def finish(self, *, state: str, kept: str, code: str) -> str:
        """Return the account of who came back; a state works once.

        Parameters
        ----------
        state, code : str
            From the provider.
        kept : str
            The state that the browser kept.

        Raises
        ------
        InputError
            If this browser did not begin it, it took too long, or what the provider says does not hold.
        """
        with self._lock:
            begun = self._begun.pop(state, None)
        if begun is None or time.monotonic() - begun.at > LASTS_S or not hmac.compare_digest(state, kept):
            raise InputError("this sign-in was not begun here, or took too long; begin it again")
        claims = self._claims(begun, code)
        account = claims.get(self.provider.claim)
        if not isinstance(account, str) or not account:
            raise InputError(f"the provider says no {self.provider.claim} of yours; ask an administrator of this room")
        if self.provider.claim == "email" and claims.get("email_verified") is False:
            raise InputError("the provider has not verified your e-mail address, so it says nothing of who you are")
        return account

    def _claims(self, begun: _Begun, code: str) -> dict[str, Any]:
        """Return what the provider says of somebody, after a check of its signature and of whom and when it is for."""
        import httpx
        from authlib.common.errors import AuthlibBaseError
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        try:
            with self._client(begun.back) as client:
                token = client.fetch_token(self._at("token_endpoint"), code=code, code_verifier=begun.verifier)
            keys = KeySet.import_key_set({"keys": self._fetch(self._at("jwks_uri"))["keys"]})
            claims = jwt.decode(str(token["id_token"]), keys, algorithms=list(ALGORITHMS)).claims
            jwt.JWTClaimsRegistry(
                leeway=60,
                iss={"essential": True, "value": self.provider.issuer},
                aud={"essential": True, "value": self.provider.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": begun.nonce},
            ).validate(claims)
        except (AuthlibBaseError, JoseError, KeyError, ValueError, httpx.HTTPError) as error:
            raise InputError("the provider refused this sign-in, or what it says does not hold; try again") from error
        return dict(claims)

    def _client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        secret = self.provider.client_secret
        return OAuth2Client(
            self.provider.client_id,
            secret or None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            scope="openid email profile",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
        )

    def _at(self, name: str) -> str:
        if not self._known:
            found = self._fetch(f"{self.provider.issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self.provider.issuer:
                raise InputError(
                    f"{self.provider.issuer} calls itself {found.get('issuer')!r}; give that as the issuer"
                )
            self._known = found
        return str(self._known.get(name, ""))

    def _fetch(self, address: str) -> dict[str, Any]:
        import httpx

        try:
            found: dict[str, Any] = httpx.get(address, timeout=TIMEOUT_S).raise_for_status().json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise InputError(
                f"the provider {self.provider.issuer} cannot be reached just now; sign in otherwise"
            ) from error
        return found


def read_provider(path: Path) -> SingleSignOn:
    """Return the sign-in by the provider of a file.

    Raises
    ------
    InputError
        If the file cannot be read, or what OpenID Connect needs is not installed.
    """
    try:
        import authlib.integrations.httpx_client  # noqa: F401
    except ImportError:
        raise InputError('OpenID Connect needs two more packages; type: pip install "hotseat[oidc]"') from None
    return SingleSignOn(read_toml(path, Provider))
