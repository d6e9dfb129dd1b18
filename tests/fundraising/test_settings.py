"""Settings: nonsense is refused in one sentence that names the setting, lists are understood, a made key is kept."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_network
from pathlib import Path

import pytest
from pydantic import ValidationError

from fundraising.settings import Settings, SettingsRefused, load_settings

LIVE = {"stripe_secret_key": "sk_live_real", "base_url": "https://run.example.org"}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own settings is seen."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


NONSENSE = [
    ("base_url", ""),
    ("base_url", "run.example.org"),
    ("base_url", "ftp://run.example.org"),
    ("base_url", "https://"),
    ("base_url", "https://run.example.org/?from=mail"),
    ("base_url", "https://run.example.org/#top"),
    ("base_url", "http://[::1"),
    ("base_url", "http://run.example.org:port"),
    ("base_url", "https://run example.org"),
    ("base_url", "https://run.example.org/backward"),
    ("base_url", "https://ada@run.example.org"),
    ("allowed_hosts", "run.example.org:443"),
    ("allowed_hosts", "https://run.example.org"),
    ("mail_from", ""),
    ("mail_from", "Backward Run"),
    ("database_url", "postgresql://db.example.org:port/run"),
    ("smtp_url", "smtp://mail.example.org:port"),
    ("stripe_secret_key", "sk_test_x\n"),
    ("stripe_api_base", "api.stripe.com"),
    ("secret_key", "k" * 31),
    ("time_zone", "Manchester"),
    ("time_zone", "../../etc/passwd"),
    ("time_zone", "/etc/localtime"),
    ("database_url", "mysql://db.example.org/run"),
    ("database_url", "db.example.org"),
    ("smtp_url", "mail.example.org"),
    ("smtp_url", "http://mail.example.org"),
    ("smtp_url", "smtp://"),
    ("trusted_proxies", "everybody"),
    ("trusted_proxies", "10.0.0.1, 10.0.0.300"),
    ("trusted_proxies", "10.0.0.0/33"),
    ("stripe_secret_key", "pk_test_public"),
    ("stripe_secret_key", "sk_test_"),
    ("stripe_secret_key", "sk_test_two words"),
    ("stripe_webhook_secret", "secret"),
    ("stripe_webhook_secret", "whsec_one, two"),
    ("stripe_connect_webhook_secret", "sk_test_in_the_wrong_place"),
]


@pytest.mark.parametrize(("setting", "value"), NONSENSE)
def test_nonsense_is_refused_in_one_sentence_that_begins_with_the_setting(setting: str, value: str) -> None:
    """Whoever reads it knows which line of the environment to mend."""
    with pytest.raises(SettingsRefused) as refused:
        load_settings(**{setting: value})
    said = str(refused.value)
    assert said.startswith(f"{setting.upper()} ")
    assert said.endswith(".")
    assert "\n" not in said
    assert "Value error" not in said
    assert re.findall(r"\b[A-Z]+_[A-Z_]+\b", said) == [setting.upper()]


def test_each_of_several_mistakes_is_named_at_once() -> None:
    """Nobody mends one only to be told of the next."""
    with pytest.raises(SettingsRefused) as refused:
        load_settings(time_zone="Manchester", secret_key="short", smtp_url="mail")
    for name in ("TIME_ZONE", "SECRET_KEY", "SMTP_URL"):
        assert f"{name} must " in str(refused.value)


@pytest.mark.parametrize("setting", ["secret_key", "stripe_secret_key", "stripe_webhook_secret", "smtp_url"])
def test_what_may_be_a_secret_is_not_repeated(setting: str) -> None:
    """A refusal ends up in logs."""
    with pytest.raises(SettingsRefused) as refused:
        load_settings(**{setting: "hush-hush"})
    assert "hush-hush" not in str(refused.value)


def test_a_live_key_goes_with_stripe_itself_and_with_https_only() -> None:
    """Live money is never mixed with play money, nor sent in the open."""
    assert load_settings(**LIVE).livemode
    assert load_settings(**LIVE | {"stripe_secret_key": "rk_live_real"}).livemode
    assert not load_settings(**LIVE | {"stripe_secret_key": "sk_test_play"}).livemode
    with pytest.raises(
        SettingsRefused, match=r"^STRIPE_API_BASE must be Stripe's own while STRIPE_SECRET_KEY is .*\.$"
    ):
        load_settings(**LIVE, stripe_api_base="http://127.0.0.1:8000/sandbox")
    with pytest.raises(SettingsRefused, match=r"^BASE_URL must begin with https:// while STRIPE_SECRET_KEY is .*\.$"):
        load_settings(**LIVE | {"base_url": "http://run.example.org"})


def test_without_a_key_or_a_signing_secret_no_payment_is_taken() -> None:
    """It would never be booked; everything else may start without them."""
    given = {"stripe_secret_key": "sk_test_play", "stripe_webhook_secret": "whsec_one"}
    load_settings(**given).must_take_payments()
    for missing in given:
        settings = load_settings(**given | {missing: ""})
        with pytest.raises(SettingsRefused, match=rf"^{missing.upper()} is not set: .*\.$"):
            settings.must_take_payments()


def test_the_environment_comes_before_the_file_and_code_before_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`.env` is read where the command is run; what it holds for other programs does not matter."""
    (tmp_path / ".env").write_text("TIME_ZONE=Europe/Paris\nMAIL_FROM=Café <a@example.org>\nOTHER_PROGRAM=1\n", "utf-8")
    assert load_settings().time_zone == "Europe/Paris"
    assert load_settings().mail_from == "Café <a@example.org>"
    monkeypatch.setenv("TIME_ZONE", "Europe/Berlin")
    assert load_settings().time_zone == "Europe/Berlin"
    assert load_settings(time_zone="Europe/Rome").time_zone == "Europe/Rome"


def test_settings_are_read_and_never_written() -> None:
    """The object is frozen."""
    settings = load_settings()
    with pytest.raises(ValidationError):
        settings.base_url = "https://elsewhere.example.org"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("base_url", "allowed", "hosts"),
    [
        ("https://Run.Example.org", "", {"run.example.org"}),
        ("https://run.example.org:8443/", "", {"run.example.org"}),
        ("https://run.example.org", "A.example.org, b.example.org ,", {"a.example.org", "b.example.org"}),
        ("http://127.0.0.1:8000", "", {"127.0.0.1", "localhost", "::1"}),
        ("http://[::1]:8000", "", {"127.0.0.1", "localhost", "::1"}),
        ("http://localhost", "run.test", {"run.test", "127.0.0.1", "localhost", "::1"}),
    ],
)
def test_hosts_are_those_listed_or_that_of_the_address(base_url: str, allowed: str, hosts: set[str]) -> None:
    """In lower case, without a port; at home every name of home will do."""
    assert load_settings(base_url=base_url, allowed_hosts=allowed).hosts == hosts


def test_lists_are_parted_by_commas_and_blanks_do_not_count() -> None:
    """Proxies as networks, each webhook with the secrets of its own."""
    settings = load_settings(
        trusted_proxies="10.1.2.3/8, 192.0.2.7,2001:db8::/32,",
        stripe_webhook_secret=" whsec_old , whsec_new ",
        stripe_connect_webhook_secret="whsec_connect",
    )
    assert settings.proxies == tuple(map(ip_network, ("10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32")))
    assert settings.webhook_secrets == ("whsec_old", "whsec_new")
    assert settings.connect_webhook_secrets == ("whsec_connect",)
    bare_ones = load_settings()
    assert (bare_ones.proxies, bare_ones.webhook_secrets, bare_ones.connect_webhook_secrets) == ((), (), ())


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "asyncpg"])
def test_every_usual_name_of_postgresql_is_understood(scheme: str) -> None:
    """Hosting companies write it in several ways."""
    assert load_settings(database_url=f"{scheme}://u:p@db/run").database_url == "postgresql://u:p@db/run"


def test_a_slash_at_the_end_of_an_address_is_dropped() -> None:
    """So that links never hold two."""
    assert load_settings(base_url="https://run.example.org/").base_url == "https://run.example.org"


def test_a_given_key_is_the_key_and_none_is_kept(tmp_path: Path) -> None:
    """What the operator holds is not written down."""
    settings = load_settings(secret_key="k" * 32, data_dir=tmp_path / "data")
    assert settings.key == b"k" * 32
    assert not settings.data_dir.exists()


def test_a_made_key_is_kept_for_its_owner_alone_and_the_same_next_time(tmp_path: Path) -> None:
    """Under DATA_DIR, long enough, and another one elsewhere."""
    here, there = tmp_path / "deep" / "here", tmp_path / "there"
    made = load_settings(data_dir=here).key
    assert len(made) >= 32
    assert load_settings(data_dir=here).key == made == (here / "secret_key").read_bytes()
    assert stat.S_IMODE((here / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in here.iterdir()] == ["secret_key"]
    assert load_settings(data_dir=there).key != made


def test_machines_that_start_at_the_same_time_agree_on_one_key(tmp_path: Path) -> None:
    """Whoever is second takes the key of the first."""
    with ThreadPoolExecutor(16) as starting:
        keys = list(starting.map(lambda _: load_settings(data_dir=tmp_path).key, range(64)))
    assert len(set(keys)) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]
