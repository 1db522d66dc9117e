"""The kit itself: two model providers pass every check, and for each check there is a provider that is bad in just that."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

import msgspec
import pytest

from despacho_ports.conformance import ProviderConformance
from despacho_ports.errors import ProviderError
from despacho_ports.providers import PORTS, Provider, ProviderKind, RateLimit
from tests.conformance import bad_places, bad_settings
from tests.conformance import bad_providers as bad
from tests.conformance.model_cases import CARRIER, INVOICING, CarrierCase, InvoicingCase
from tests.conformance.model_providers import ModelCarrier
from tests.examples import THOROUGH


class TestModelCarrier(CarrierCase):
    """The carrier that the bad ones below differ from."""


class TestModelInvoicing(InvoicingCase):
    """The invoicing system that the bad ones below differ from."""


METHODS = {name for port in PORTS.values() for name in (*vars(port), *port.__annotations__) if not name.startswith("_")}
PUSHED = {"push_headers", "check_push", "decode_tracking"}
ALWAYS = {"check_account", "buy_shipment", "find_shipment"}


def carrier(connector: type = ModelCarrier, **changes: object) -> Provider:
    """A bad carrier; of the ports that have nothing to do with what is bad it keeps few, so that all checks are quick."""
    own = set() if connector is ModelCarrier else set(vars(connector))
    if own & {"event", "batch_size", "track_shipments"}:
        own |= {"track_shipments", "batch_size"}
    if own & PUSHED:
        own |= PUSHED
    given_up = dict.fromkeys(METHODS - ALWAYS - own)
    return msgspec.structs.replace(CARRIER, connector=type(connector.__name__, (connector,), given_up), **changes)


def invoicing(connector: type) -> Provider:
    return msgspec.structs.replace(INVOICING, connector=connector)


BAD = {
    "an id with spaces": (carrier(id="Model Carrier"), "the_declaration_is_sound"),
    "a country's name": (carrier(countries=("Portugal",)), "the_declaration_is_sound"),
    "a limit of no calls": (carrier(rate_limits=(RateLimit(0, 1.0),)), "the_declaration_is_sound"),
    "a page without a number": (carrier(tracking_page="https://x.example/"), "the_carriers_own_page_can_be_linked_to"),
    "another kind": (carrier(kind=ProviderKind.INVOICING), "the_ports_fit_the_kind"),
    "an own parameter name": (carrier(bad.OwnParameterName), "every_method_has_its_ports_signature"),
    "a plain method": (carrier(bad.PlainMethod), "every_method_has_its_ports_signature"),
    "half a port": (carrier(bad.HalfATracker), "every_method_has_its_ports_signature"),
    "an unmarked secret": (carrier(settings=bad_settings.Open), "the_settings_explain_themselves"),
    "an unmarked address": (carrier(settings=bad_settings.Astray), "the_settings_explain_themselves"),
    "a setting without help": (carrier(settings=bad_settings.Silent), "the_settings_explain_themselves"),
    "settings that break": (carrier(settings=bad_settings.Stumbling), "settings_are_checked"),
    "settings that repeat secrets": (carrier(settings=bad_settings.Repeating), "settings_are_checked"),
    "calls at once": (carrier(bad.CallsAtOnce), "opening_an_account_asks_nobody"),
    "a good account found bad": (carrier(bad.FindsItselfBroken), "the_account_can_be_tested"),
    "a foreign currency": (carrier(bad.QuotesDollars), "rates_are_quoted"),
    "a service without a name": (carrier(bad.NamelessService), "services_are_listed_without_a_call"),
    "a code for no place": (carrier(bad_places.GoesNowhere), "places_are_known_by_heart"),
    "another code each time": (carrier(bad_places.ChangesItsMind), "places_are_known_by_heart"),
    "only plain places": (carrier(bad_places.StumblesOverPlaces), "places_are_known_by_heart"),
    "pieces from 0": (carrier(bad.CountsFromZero), "a_shipment_is_bought"),
    "a label that is none": (carrier(bad.PrintsPages), "a_label_is_printed_again"),
    "voiding only once": (carrier(bad.VoidsOnce), "labels_are_voided_and_may_be_voided_again"),
    "times without a zone": (carrier(bad.LocalTime), "labels_are_tracked"),
    "a return service twice": (carrier(bad.ListsAReturnTwice), "a_return_is_bought"),
    "a return under another reference": (carrier(bad.ForgetsTheReference), "a_return_is_bought"),
    "forged pushes": (carrier(bad.BelievesAnybody), "forged_pushes_are_refused"),
    "reading what is not kept": (carrier(bad.ReadsWhatIsNotKept), "pushes_are_read_from_what_is_kept"),
    "keeping the key of a push": (carrier(bad.KeepsTheKey), "nothing_secret_of_a_push_is_kept"),
    "scans that never arrive": (carrier(bad.NeverArrives), "scans_have_something_to_say"),
    "points without codes": (carrier(bad.NamelessPoints), "pickup_points_are_listed"),
    "nothing found as something": (carrier(bad.FindsNothingAsSomething), "what_was_made_is_found_and_nothing_else"),
    "a close that changes": (carrier(bad.ClosesAnew), "closing_again_gives_the_same_close_out"),
    "a close that is lost": (carrier(bad.RemembersItsCloses), "a_close_whose_answer_was_lost_can_be_repeated"),
    "401 as a refusal": (carrier(bad.KeyIsARefusal), "refused_credentials_are_unauthorized"),
    "the world's refusal": (carrier(bad.WordsAreARefusal), "refused_credentials_of_the_world_are_unauthorized"),
    "429 as unavailable": (carrier(bad.TooManyIsUnavailable), "too_many_requests_are_rate_limited"),
    "429 without a wait": (carrier(bad.ComesBackAtOnce), "too_many_requests_are_rate_limited"),
    "unsent as uncertain": (carrier(bad.DoubtsEverything), "what_was_never_sent_is_unavailable"),
    "a foreign exception": (carrier(bad.KnowsNoTeapots), "odd_answers_give_only_the_five_errors"),
    "a sixth error": (carrier(bad.OwnError), "odd_answers_give_only_the_five_errors"),
    "a failure as nothing": (carrier(bad.TakesFailureForNothing), "nonsense_is_never_taken_for_an_answer"),
    "doubt about questions": (carrier(bad.DoubtsQuestions), "nonsense_is_never_taken_for_an_answer"),
    "a time-out as unavailable": (carrier(bad.LostIsUnavailable), "a_lost_answer_is_uncertain"),
    "a 500 as unavailable": (carrier(bad.FailedIsUnavailable), "a_lost_answer_is_uncertain"),
    "a blind repetition": (carrier(bad.RepeatsBlindly), "a_lost_answer_is_uncertain"),
    "a lost document as unavailable": (invoicing(bad.LosesDocuments), "a_lost_answer_is_uncertain"),
    "a find from memory": (carrier(bad.FindsWhatItRemembers), "finding_settles_what_is_uncertain"),
    "a shared request": (carrier(bad.KeepsTheRequest), "twenty_at_once_get_what_is_theirs"),
    "a shared cart": (carrier(bad.KeepsTheCart), "twenty_quotes_at_once_are_those_of_their_carts"),
    "a key in representations": (carrier(settings=bad_settings.Talkative), "secrets_stay_out_of_representations"),
    "a key in the log": (carrier(bad.LogsTheKey), "secrets_stay_out_of_logs"),
    "a key in an error's cause": (carrier(bad.TellsTheKey), "secrets_stay_out_of_errors"),
    "only plain letters": (carrier(bad.WritesAscii), "odd_names_and_addresses_are_survived"),
    "trust in times": (carrier(bad.TrustsTimes), "odd_values_in_answers_are_survived"),
    "issuing without looking": (invoicing(bad.IssuesWithoutLooking), "documents_are_issued_once"),
    "one credit note for each document": (invoicing(bad.CreditsOnceForEach), "a_document_is_credited_in_parts"),
    "credit notes over everything": (invoicing(bad.CreditsEverything), "a_document_is_credited_in_parts"),
    "a number with a slash": (invoicing(bad.SlashedNumber), "documents_are_issued_once"),
    "a page for a PDF": (invoicing(bad.FetchesPages), "documents_are_fetched"),
}


def checks() -> list[str]:
    return [name for name, _ in inspect.getmembers(ProviderConformance, inspect.isfunction) if name.startswith("test_")]


def failing(provider: Provider, tried: Iterable[str]) -> set[str]:
    """Those checks, of the ones tried, that a provider does not pass."""
    base = CarrierCase if provider.name == CARRIER.name else InvoicingCase
    case = type("Case", (base,), {"provider": provider, "examples": 1})()
    failed = set()
    for name in tried:
        try:
            getattr(case, name)()
        except (AssertionError, ProviderError):
            failed.add(name.removeprefix("test_"))
        except pytest.skip.Exception:
            continue
    return failed


@pytest.mark.parametrize("name", BAD)
def test_what_is_bad_in_one_thing_fails_its_check_and_no_other(name: str) -> None:
    """Every day its own check alone is tried; all of them take CI a quarter of a minute."""
    provider, check = BAD[name]
    assert failing(provider, checks() if THOROUGH else [f"test_{check}"]) == {check}


def test_each_check_is_known_to_fail_something() -> None:
    assert {f"test_{check}" for _, check in BAD.values()} == set(checks())
