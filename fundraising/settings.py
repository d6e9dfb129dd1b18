"""Settings from the environment (or `.env`); a start with nonsense is refused in one sentence that names the setting.

Everybody reads settings, nobody writes them: the object is frozen.
"""

import re
import secrets
from email.utils import parseaddr
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

STRIPE_API = "https://api.stripe.com"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class SettingsRefused(Exception):
    """A setting is missing or makes no sense; the message is one sentence that names it."""


class Settings(BaseSettings):
    """What an operator decides; `.env.example` lists every field with its default."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", frozen=True, extra="ignore")

    database_url: str = Field("", description="PostgreSQL 15 or newer; empty: an embedded one under DATA_DIR")
    data_dir: Path = Field(Path(".data"), description="where the embedded database and unsent letters are kept")
    base_url: str = Field("http://127.0.0.1:8000", description="how the world reaches this site; used in every link")
    secret_key: str = Field("", description="at least 32 characters; empty: made once and kept under DATA_DIR")
    allowed_hosts: str = Field("", description="comma-separated; empty: the host of BASE_URL")
    trusted_proxies: str = Field("", description="comma-separated addresses or networks whose X-Forwarded-* count")
    stripe_secret_key: str = Field("", description="sk_test_… or sk_live_…")
    stripe_api_base: str = Field(STRIPE_API, description="Stripe, or a sandbox")
    stripe_webhook_secret: str = Field("", description="whsec_…; several, comma-separated, while one is rolled over")
    stripe_connect_webhook_secret: str = Field("", description="the same for events of connected accounts")
    smtp_url: str = Field("", description="smtp://user:password@host:587, or smtps://; empty: letters stay in DATA_DIR")
    mail_from: str = Field("UK Backward Run <hello@example.org>", description="sender of every letter")
    time_zone: str = Field("Europe/London", description="in which times are shown")
    metrics_token: str = Field("", description="bearer token for /metrics; empty: /metrics does not exist")

    @field_validator("base_url", "stripe_api_base")
    @classmethod
    def _must_be_an_origin(cls, value: str) -> str:
        value = value.strip().rstrip("/")
        parts = _split(value)
        if not parts or parts.scheme not in ("http", "https") or parts.query or parts.fragment or parts.username:
            raise ValueError(f"must be an address such as https://run.example.org, not {value!r}")
        return value

    @field_validator("base_url")
    @classmethod
    def _must_have_no_path(cls, value: str) -> str:
        if urlsplit(value).path:
            raise ValueError(
                f"must be a host of its own such as https://run.example.org, without a path, not {value!r}"
            )
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _must_be_hosts(cls, value: str) -> str:
        for part in _list(value):
            if not re.fullmatch(r"[\w.-]+|[0-9a-fA-F:]+", part, re.ASCII) or re.search(r"\w:\d+\Z", part):
                raise ValueError(f"must list host names without ports, not {part!r}")
        return value

    @field_validator("mail_from")
    @classmethod
    def _must_hold_an_address(cls, value: str) -> str:
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+|[^@\s]+@localhost", parseaddr(value)[1]):
            raise ValueError("must be a sender such as UK Backward Run <hello@example.org>")
        return value

    @field_validator("time_zone")
    @classmethod
    def _must_be_a_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"must be a time zone such as Europe/London, not {value!r}") from None
        return value

    @field_validator("database_url")
    @classmethod
    def _must_be_postgresql(cls, value: str) -> str:
        if value and (not re.match(r"(postgres|postgresql|asyncpg)://", value) or not _has_sound_port(value)):
            raise ValueError("must begin with postgresql:// and lead to a server")
        return re.sub(r"^(postgres|asyncpg)://", "postgresql://", value)

    @field_validator("secret_key")
    @classmethod
    def _must_be_long(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _must_be_smtp(cls, value: str) -> str:
        if value and (not re.match(r"smtps?://", value) or not _split(value)):
            raise ValueError("must begin with smtp:// or smtps:// and name a host")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _must_be_networks(cls, value: str) -> str:
        for part in _list(value):
            try:
                ip_network(part, strict=False)
            except ValueError:
                raise ValueError(f"must list addresses or networks, not {part!r}") from None
        return value

    @field_validator("stripe_secret_key")
    @classmethod
    def _must_be_a_secret_key(cls, value: str) -> str:
        if value and not re.fullmatch(r"(sk|rk)_(test|live)_\w+", value, re.ASCII):
            raise ValueError("must begin with sk_test_, sk_live_, rk_test_ or rk_live_")
        return value

    @field_validator("stripe_webhook_secret", "stripe_connect_webhook_secret")
    @classmethod
    def _must_be_signing_secrets(cls, value: str) -> str:
        for part in _list(value):
            if not part.startswith("whsec_"):
                raise ValueError("must begin with whsec_")
        return value

    @model_validator(mode="after")
    def _live_money_is_never_mixed_with_play_money(self) -> "Settings":
        if self.livemode and self.stripe_api_base != STRIPE_API:
            raise ValueError("STRIPE_API_BASE must be Stripe's own while STRIPE_SECRET_KEY is a live key")
        if self.livemode and not self.secure:
            raise ValueError("BASE_URL must begin with https:// while STRIPE_SECRET_KEY is a live key")
        return self

    @property
    def livemode(self) -> bool:
        """True when real money moves."""
        return "_live_" in self.stripe_secret_key

    @property
    def secure(self) -> bool:
        """True when the world reaches us by https."""
        return self.base_url.startswith("https://")

    @cached_property
    def hosts(self) -> frozenset[str]:
        """Host names we answer to, lower case, without a port."""
        own = urlsplit(self.base_url).hostname or ""
        hosts = {host.lower() for host in _list(self.allowed_hosts)} or {own}
        return frozenset(hosts | set(LOOPBACK) if own in LOOPBACK else hosts)

    @cached_property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks whose X-Forwarded-For and X-Forwarded-Proto are believed."""
        return tuple(ip_network(part, strict=False) for part in _list(self.trusted_proxies))

    @cached_property
    def webhook_secrets(self) -> tuple[str, ...]:
        """Signing secrets of `/webhooks/stripe`; any of them will do."""
        return tuple(_list(self.stripe_webhook_secret))

    @cached_property
    def connect_webhook_secrets(self) -> tuple[str, ...]:
        """Signing secrets of `/webhooks/stripe/connect`; any of them will do."""
        return tuple(_list(self.stripe_connect_webhook_secret))

    @cached_property
    def key(self) -> bytes:
        """The secret for keyed hashes: SECRET_KEY, or one made once and kept under DATA_DIR."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / "secret_key"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            made = path.with_suffix(f".{secrets.token_hex(4)}")
            made.touch(mode=0o600)
            made.write_bytes(secrets.token_hex(32).encode())
            try:
                path.hardlink_to(made)  # two starting machines agree on the first one
            except FileExistsError:
                pass
            finally:
                made.unlink()
            return path.read_bytes()

    def must_take_payments(self) -> None:
        """Before the site is served: without these, gifts would be taken and never booked.

        Raises:
            SettingsRefused: naming the setting that is missing.
        """
        for name in ("stripe_secret_key", "stripe_webhook_secret"):
            if not getattr(self, name):
                raise SettingsRefused(f"{name.upper()} is not set: the site cannot take or book a gift without it.")


def _split(value: str) -> SplitResult | None:
    """The parts of an address, or None when it has no host, an odd port, or blanks in it."""
    parts = urlsplit(value)
    return parts if parts.hostname and _has_sound_port(value) and not re.search(r"\s", value) else None


def _has_sound_port(value: str) -> bool:
    try:
        return (urlsplit(value).port or 1) > 0
    except ValueError:
        return False


def _list(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def load_settings(**given: object) -> Settings:
    """Read the environment and `.env`; what is given in code comes first.

    Raises:
        SettingsRefused: with one sentence per setting that makes no sense.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as refused:
        said = []
        for error in refused.errors():
            name = ".".join(str(part) for part in error["loc"]).upper()
            said.append(f"{name} {error['msg'].removeprefix('Value error, ')}".strip() + ".")
        raise SettingsRefused(" ".join(said)) from None
