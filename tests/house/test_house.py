"""The rules of the house, guarded: what the documents promise is what the code has."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.convertors import IntegerConvertor
from starlette.routing import Mount, Route

from fundraising.funds.slugs import RESERVED
from fundraising.settings import Settings
from fundraising.web.numbers import Short
from tests.conftest import Site
from tests.makers import make_family

ROOT = Path(__file__).parents[2]
SOURCES = [
    p
    for room in ("fundraising", "teams", "charities")
    for p in (ROOT / room).rglob("*.py")
    if "migrations" not in p.parts
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# Who may come in, by the name of the route. A new route has to be placed here before it lands.
ANYBODY = "anybody"
STRIPE = "who is signed by Stripe"
TOKEN = "who holds the token in the address"
OPERATOR = "who holds METRICS_TOKEN"
SIGNED_IN = "who is signed in, about themselves"
JUST_SIGNED_IN = "who has just signed in by letter"
ORGANISER = "organisers"
OWNER = "the runner whose page it is, or a child's parent or guardian"
MEMBER = "who sits in the team, about themselves"
LEADER = "the captain of the team alone"
CAPTAIN = "the captain and co-captain of the team"
INSIDER = "who sits in the team, looks after a child who does, or leads it"
PARTNER = "partners of the charity"
FINANCE = "finance partners of the charity, after a second step"
FRESH = "finance partners of the charity, who have just shown it again"
KEY = "who holds an API key of a charity"
ACCESS = {
    "webhook": STRIPE, "webhook_connect": STRIPE, "metrics": OPERATOR, "receipt": TOKEN, "receipt_state": TOKEN,
    **{f"receipt_{what}": TOKEN for what in ("manage", "words", "gift_aid", "cancel_gift_aid", "refund", "pdf")},
    **dict.fromkeys(["organiser_refunds", "organiser_refund", "grant_refund", "refuse_refund"], ORGANISER),
    **dict.fromkeys(["my_gifts", "my_gifts_csv", "my_gifts_pdf"], SIGNED_IN),
    **dict.fromkeys(["home", "event", "event_teams", "event_results", "team", "runner", "charities", "charity"], ANYBODY),
    **dict.fromkeys(["fees", "privacy", "terms", "static", "picture", "favicon.ico", "robots.txt", "healthz", "readyz", "big_screen"], ANYBODY),
    **{f"{kind}_{below}": ANYBODY for kind in ("runner", "team", "charity", "event")
       for below in ("total", "live", "widget", "widget_svg", "widget_png", "donate", "costs", "gifts", "preview", "poster", "qr", "qr_png", "donate_qr", "donate_qr_png")},
    **dict.fromkeys(["team_several", "team_split"], ANYBODY),
    **dict.fromkeys(["sponsor_form", "badge", "badge_svg", "runner_news", "guidance"], ANYBODY),
    **dict.fromkeys(["edit_page", "change_page", "preview_page", "photo", "take_photo", "remove_photo"], OWNER),
    **dict.fromkeys(["share", "news", "send_news", "one_news", "change_news", "delete_news", "supporters", "thank"], OWNER),
    **dict.fromkeys(["sign_in", "ask_for_link", "link_sent", "sign_out"], ANYBODY),
    **dict.fromkeys(["sign_in_link", "use_sign_in_link"], TOKEN),
    **dict.fromkeys(["letters_stop", "letters_start"], TOKEN),
    **dict.fromkeys(["organiser_letters", "organiser_letter", "organiser_letter_html"], ORGANISER),
    **dict.fromkeys(["account", "details", "change_name", "change_email", "security", "end_session", "end_others"], SIGNED_IN),
    **dict.fromkeys(["ask_for_passkey", "take_passkey"], ANYBODY),
    **dict.fromkeys(["step", "take_code"], JUST_SIGNED_IN),
    **dict.fromkeys(["ask_for_new_passkey", "add_passkey", "passkey", "rename_passkey", "remove_passkey"], SIGNED_IN),
    **dict.fromkeys(["code_app", "confirm_code_app", "remove_code_app"], SIGNED_IN),
    **dict.fromkeys(["enter", "send_entry", "waiting_list", "join_waiting_list", "joined_waiting_list", "handover_taken"], ANYBODY),
    **dict.fromkeys(["party", "party_state", "let_go", "calendar", "waiting", "leave_waiting_list"], TOKEN),
    **dict.fromkeys(["handover", "take_handover", "guardian", "answer_guardian"], TOKEN),
    **dict.fromkeys(["organiser", "organiser_new", "organiser_event", "organiser_preview", "organiser_stage"], ORGANISER),
    **dict.fromkeys(["organiser_basics", "organiser_rules", "organiser_waiver"], ORGANISER),
    **{f"organiser_{part}{end}": ORGANISER for part in ("days", "races", "prices", "questions", "records")
       for end in ("", "_new", "_one", "_remove")},
    **{f"organiser_{part}_{way}": ORGANISER for part in ("races", "questions", "records") for way in ("up", "down")},
    **dict.fromkeys(["organiser_entries", "give_numbers", "organiser_entry", "open_note", "organiser_withdraws"], ORGANISER),
    **dict.fromkeys(["organiser_enquiries", "mark_enquiry"], ORGANISER),
    **dict.fromkeys(["organiser_pots", "organiser_pots_new", "organiser_pot", "organiser_pot_close", "organiser_pot_reopen"], ORGANISER),
    **dict.fromkeys(["organiser_results", "organiser_race_results", "organiser_publish", "organiser_result"], ORGANISER),
    **dict.fromkeys(["record_results", "list_results", "publish_results", "correct_result", "remove_result"], ORGANISER),
    **dict.fromkeys(["my_entry", "change_entry", "withdraw_entry", "defer_entry", "offer_entry", "call_back_entry", "my_calendar"], SIGNED_IN),
    **dict.fromkeys(["my_data", "my_data_json", "my_data_zip", "show_erasing", "erase_me", "stop_series", "start_series"], SIGNED_IN),
    **dict.fromkeys(["ask_for_passkey", "take_passkey"], ANYBODY),
    **dict.fromkeys(["step", "take_code"], JUST_SIGNED_IN),
    **dict.fromkeys(["ask_for_new_passkey", "add_passkey", "passkey", "rename_passkey", "remove_passkey"], SIGNED_IN),
    **dict.fromkeys(["code_app", "confirm_code_app", "remove_code_app"], SIGNED_IN),
    **dict.fromkeys(["found_team", "send_team", "team_founded", "join_declined", "join_asked"], ANYBODY),
    **dict.fromkeys(["join", "take_seat", "decline_seat", "join_form", "send_join_form", "ask_to_join"], TOKEN),
    **dict.fromkeys(["team_desk", "publish_team", "open_seats", "let_seats_go", "make_team_link", "end_team_link"], CAPTAIN),
    **dict.fromkeys(["show_move", "move_place"], TOKEN),
    **dict.fromkeys(["show_leave_team", "leave_team"], MEMBER),
    **dict.fromkeys(["show_remove_member", "remove_member"], CAPTAIN),
    **dict.fromkeys(["team_endings", "ask_to_merge", "stop_merging", "answer_merge", "dissolve_team"], LEADER),
    **dict.fromkeys(["answer_request", "seat", "invite", "send_invitation", "revoke_invitation", "close_seat"], CAPTAIN),
    **dict.fromkeys(["team_runners", "charity_runners", "event_runners", "team_history"], ANYBODY),
    "send_team_with_photo": SIGNED_IN,
    **dict.fromkeys(["team_photo", "take_team_photo", "remove_team_photo"], CAPTAIN),
    **dict.fromkeys(["nudge", "team_settings", "change_team", "captains", "step_down"], CAPTAIN),
    **dict.fromkeys(["hand_team_over", "name_co_captain", "remove_co_captain"], LEADER), "team_inside": INSIDER,
    **{f"{kind}_cash{end}": who for kind, who in (("runner", OWNER), ("team", CAPTAIN))
       for end in ("", "_type", "_line", "_collected", "_drop", "_pay_in", "_take_back")},
    **dict.fromkeys(["sponsor", "send_promise", "promise_example", "promise_sent"], ANYBODY), "hide_sponsor": OWNER,
    **dict.fromkeys(["pledge", "prove_pledge", "withdraw_pledge"], TOKEN),
    **dict.fromkeys(["organiser_cash", "confirm_cash", "refuse_cash", "return_cash"], ORGANISER),
    **dict.fromkeys(["training", "reasons", "reason", "safety", "interest", "interest_noted"], ANYBODY),
    **dict.fromkeys(["charity_desk", "charity_details", "charity_share"], PARTNER), "change_charity_numbers": FRESH,
    **dict.fromkeys(["change_charity", "take_logo", "remove_logo"], FINANCE),
    **{f"charity_words{end}": PARTNER for end in ("", "_hidden", "_message", "_approve", "_news", "_page", "_take_off")},
    **{f"organiser_reports{end}": ORGANISER for end in ("", "_hidden", "_message", "_approve", "_news", "_page", "_take_off", "_wait")},
    **{f"{kind}_report": ANYBODY for kind in ("runner", "team", "charity", "event")},
    **dict.fromkeys(["hide_own_message", "show_own_message", "runner_hidden"], OWNER), "team_hidden": CAPTAIN,
    **dict.fromkeys(["claims", "begin_claim", "claim", "drop_claim", "catch_up_claim", "claim_claimed", "claim_received"], FINANCE),
    **dict.fromkeys(["mend_claim_line", "leave_out_claim_line"], FINANCE), "claim_file": FRESH,
    **dict.fromkeys(["apply", "send_application", "application_sent"], ANYBODY),
    **dict.fromkeys(["application", "answer_application", "application_logo"], TOKEN),
    **dict.fromkeys(["organiser_charities", "organiser_application", "decide_application", "organiser_charity", "organiser_invites"], ORGANISER),
    "desk_stripe": PARTNER, "go_to_stripe": FRESH,
    **dict.fromkeys(["organiser_owed", "organiser_owed_charity", "pay_over", "paid_over_back"], ORGANISER),
    **dict.fromkeys(["exports", "export"], PARTNER), **dict.fromkeys(["export_donors", "suppress"], FRESH),
    "statement": FINANCE, "statement_file": FRESH,
    "partners": FINANCE, **dict.fromkeys(["invite_partner", "revoke_partner", "change_partner", "remove_partner"], FRESH),
    **dict.fromkeys(["partner_invitation", "take_partner_invitation"], TOKEN),
    "desk_api": FINANCE, **dict.fromkeys(["make_api_key", "end_api_key", "make_endpoint", "end_endpoint"], FRESH),
    **dict.fromkeys(["test_endpoint", "try_delivery_again"], FINANCE),
    **dict.fromkeys(["api_guide", "api_document"], ANYBODY),
    **dict.fromkeys(["api_charity", "api_pages", "api_teams", "api_donations"], KEY),
    **dict.fromkeys(["sponsors", "sponsors_sent", "charity_partner", "charity_partner_sent"], ANYBODY),
}  # fmt: skip

FUNDS = ("/events/{event}", "/teams/{team}", "/pages/{page}", "/charities/{charity}")
ADDRESSES = (
    "/", "/favicon.ico", "/robots.txt", "/events/{event}/teams", "/events/{event}/results", "/events/{event}/big-screen", "/charities", "/charities/apply", "/fees", "/privacy", "/terms", "/healthz",
    "/readyz", "/sign-in", "/events/{event}/enter", "/training", "/reasons", "/safety", "/sponsors", *FUNDS, *(fund + below for fund in FUNDS for below in ("/donate", "/total.json", "/widget")),
)  # fmt: skip


async def test_the_addresses_of_the_contract_answer(site: Site) -> None:
    """Every page that the contract names."""
    family = await make_family()
    names = {
        "event": family.event.slug,
        "team": family.team.slug,
        "page": family.runner.slug,
        "charity": family.charity.slug,
    }
    for address in ADDRESSES:
        assert (await site.browser.get(address.format(**names))).status_code == 200, address
    assert (await site.browser.get("/metrics")).status_code == 404
    assert (await site.browser.get("/webhooks/stripe")).status_code == 405


def test_no_route_without_an_entry_in_the_access_table(site: Site) -> None:
    """And no entry without a route."""
    routes = [route for route in site.house.starlette.routes if not isinstance(route, Mount)]
    assert all(isinstance(route, Route) for route in routes)
    assert {route.name for route in routes} == set(ACCESS)  # type: ignore[attr-defined]


def test_no_page_of_the_house_stands_where_somebody_may_have_theirs(site: Site) -> None:
    """A fixed address among those of events, teams, pages and charities is a name that nobody is given."""
    paths = [route.path for route in site.house.starlette.routes if isinstance(route, Route)]
    fixed = {match[1] for path in paths if (match := re.match(r"/(?:events|teams|pages|charities)/([^/{]+)", path))}
    assert "founded" in fixed
    assert fixed - RESERVED == set()


async def test_a_number_that_no_column_holds_is_not_found(site: Site) -> None:
    """On every route with a number, whoever asks: it never comes to the database."""
    routes = [route for route in site.house.starlette.routes if isinstance(route, Route)]
    numbered = [route for route in routes if ":int}" in route.path]
    assert len(numbered) > 30
    for route in routes:
        kinds = {type(kind) for kind in route.param_convertors.values() if isinstance(kind, IntegerConvertor)}
        assert kinds <= {Short}, route.path
    for route in numbered:
        path = re.sub(r"{\w+:int}", "9" * 30, route.path)
        path = re.sub(r"{\w+(?::\w+)?}", "x", path)
        for method in (route.methods or set()) - {"HEAD"}:
            assert (await site.browser.request(method, path)).status_code == 404, (method, route.path)


async def test_who_holds_no_key_gets_in_nowhere_that_needs_one(site: Site) -> None:
    """Webhooks, metrics, receipts."""
    for path in ("/webhooks/stripe", "/webhooks/stripe/connect"):
        assert (await site.browser.post(path, content=b"{}")).status_code == 400
    for path in ("/metrics", f"/donations/{'x' * 32}", f"/donations/{'x' * 32}/state"):
        assert (await site.browser.get(path)).status_code == 404


def test_every_setting_is_in_the_example_with_its_default() -> None:
    """And nothing else is."""
    text = (ROOT / ".env.example").read_text()
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", text, re.MULTILINE))
    defaults = {name.upper(): str(field.default) for name, field in Settings.model_fields.items()}
    assert given == defaults


def test_every_path_on_the_map_of_the_readme_exists() -> None:
    """The map is where a newcomer starts."""
    readme = (ROOT / "README.md").read_text()
    drawn = readme.partition("```map")[2].partition("```")[0]
    paths = re.findall(r"^\s*([\w./-]+)(?:\s{2,}|$)", drawn, re.MULTILINE)
    assert len(paths) > 25
    stack: list[tuple[int, str]] = []
    for line in drawn.strip("\n").splitlines():
        name = line.strip().split()[0]
        depth = len(line) - len(line.lstrip())
        while stack and stack[-1][0] >= depth:
            stack.pop()
        path = "/".join([*(part.rstrip("/") for _, part in stack), name])
        assert (ROOT / path).exists(), path
        if name.endswith("/"):
            stack.append((depth, name))


def test_no_function_is_over_sixty_lines_and_no_file_over_four_hundred() -> None:
    """What is longer is two things."""
    long = []
    for path in SOURCES:
        text = path.read_text()
        if text.count("\n") > 400:
            long.append(f"{path}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 60:
                long.append(f"{path}: {node.name}")
    assert long == []


def test_every_public_function_and_module_says_what_it_is_for() -> None:
    """One sentence at least."""
    silent = []
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        if path.read_text().strip() and not ast.get_docstring(tree):
            silent.append(str(path))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = node.name.startswith("_") or (not ast.get_docstring(node) and any(
                    node in getattr(parent, "body", []) for parent in ast.walk(tree)
                    if isinstance(parent, ast.FunctionDef | ast.AsyncFunctionDef)
                ))  # fmt: skip
                if not inner and not ast.get_docstring(node) and node.name != "Meta":
                    silent.append(f"{path}: {node.name}")
    assert silent == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_has_anything_inline_or_of_another_origin(path: Path) -> None:
    """The policy would block it. Letters are read elsewhere, where no style sheet is known."""
    text = path.read_text()
    if path.parent.name == "mail" and (path.name.startswith("_") or path.with_suffix(".txt").exists()):
        return
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"<(?:script|link|img|iframe|source)[^>]*\s(?:src|href)=[\"']?(?:https?:)?//", text)


def test_the_import_contracts_hold() -> None:
    """The plan of the house."""
    ended = subprocess.run([Path(sys.executable).parent / "lint-imports"], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout


def test_the_locks_name_no_host_and_cover_the_project() -> None:
    """Hashes only, and every dependency that the project names."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, wanted in (
        ("requirements.lock", [*project["dependencies"], *project["optional-dependencies"]["embedded"]]),
        ("requirements-dev.lock", [d for extra in project["optional-dependencies"].values() for d in extra]),
    ):
        text = (ROOT / lock).read_text()
        assert "://" not in text
        locked = {name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", text, re.MULTILINE)}
        named = {re.split(r"[\[<>=;~ ]", one)[0].lower().replace("_", "-") for one in wanted}
        assert named - locked == set()
        assert text.count("--hash=sha256:") > len(locked)
