"""A need and a call as Valueflows says it: each member by the name, and of the type, that its schemas give.

The schemas are those of the specification of Valueflows 1.0 (`Proposal.json`, `Intent.json`, `Measure.json`,
`Unit.json`, `ResourceSpecification.json`, `SpatialThing.json`, https://www.valueflo.ws/specification/json-schemas/).
Written here is what they say of types and of what has to be there, and not the files.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given

from mutualaid.partners import wire
from mutualaid.partners.messages import Call, Message, ReferralAsk
from tests.support.partner_messages import EXAMPLES, asks_and_calls

OURS = "mutualaid:"
TEXT, NUMBER, YES_OR_NO, MOMENT = "text", "number", "yes or no", "moment"
SCHEMAS: Mapping[str, Mapping[str, Any]] = {
    "Proposal": {
        "name": TEXT, "purpose": ("offer", "request"), "hasBeginning": MOMENT, "hasEnd": MOMENT,
        "eligibleLocation": "SpatialThing", "created": MOMENT, "unitBased": YES_OR_NO, "note": TEXT,
        "publishes": ["Intent"], "reciprocal": ["Intent"],
    },
    "Intent": {
        "name": TEXT, "action": TEXT, "resourceQuantity": "Measure", "effortQuantity": "Measure",
        "availableQuantity": "Measure", "minimumQuantity": "Measure",
        "resourceConformsTo": "ResourceSpecification", "hasBeginning": MOMENT, "hasEnd": MOMENT,
        "hasPointInTime": MOMENT, "due": MOMENT, "finished": YES_OR_NO, "image": TEXT, "state": TEXT,
        "note": TEXT,
    },
    "Measure": {"hasNumericalValue": NUMBER, "hasUnit": "Unit"},
    "Unit": {"omUnitIdentifier": TEXT, "label": TEXT, "symbol": TEXT},
    "ResourceSpecification": {
        "name": TEXT, "image": TEXT, "substitutable": YES_OR_NO, "defaultUnitOfResource": "Unit",
        "defaultUnitOfEffort": "Unit", "note": TEXT,
    },
    "SpatialThing": {
        "lat": NUMBER, "long": NUMBER, "alt": NUMBER, "mappableAddress": TEXT, "name": TEXT, "note": TEXT,
    },
}  # fmt: skip
REQUIRED = {
    "Intent": {"action"},
    "Measure": {"hasNumericalValue", "hasUnit"},
    "Unit": {"label"},
    "ResourceSpecification": {"name"},
}
ACTIONS = {
    "accept", "cite", "combine", "consume", "copy", "deliverService", "dropoff", "lower", "modify", "move",
    "pickup", "produce", "raise", "separate", "transfer", "transferAllRights", "transferCustody", "use",
    "work",
}  # fmt: skip


def faults(value: Any, wanted: Any, at: str = "") -> list[str]:
    """What does not fit, each by where it stands."""
    match wanted:
        case [one]:
            return [
                fault
                for place, each in enumerate(value)
                for fault in faults(each, one, f"{at}/{place}")
            ]
        case str() if wanted in SCHEMAS:
            return _faults_of_object(value, wanted, at)
        case tuple():
            fits = value in wanted
        case "text":
            fits = isinstance(value, str)
        case "number":
            fits = isinstance(value, int | float) and not isinstance(value, bool)
        case "yes or no":
            fits = isinstance(value, bool)
        case "moment":
            fits = datetime.fromisoformat(value).tzinfo is not None
    return [] if fits else [at]


def _faults_of_object(value: dict[str, Any], name: str, at: str) -> list[str]:
    schema = SCHEMAS[name]
    ours = {key for key in value if key.startswith((OURS, "@"))}
    strange = [f"{at}/{key}" for key in value.keys() - schema.keys() - ours]
    missing = [f"{at}/{key} is missing" for key in REQUIRED.get(name, set()) - value.keys()]
    inside = [
        fault
        for key in value.keys() & schema.keys()
        for fault in faults(value[key], schema[key], f"{at}/{key}")
    ]
    return strange + missing + inside


def proposal_of(message: Message) -> dict[str, Any]:
    proposal: dict[str, Any] = json.loads(wire.write(message, message_id=uuid4()))["proposal"]
    return proposal


@pytest.mark.parametrize("kind", [ReferralAsk, Call])
def test_each_is_a_proposal_with_one_intent(kind: type[Message]):
    (example,) = (message for message in EXAMPLES if isinstance(message, kind))
    proposal = proposal_of(example)
    assert faults(proposal, "Proposal") == []
    assert proposal["@type"] == "Proposal"
    (intent,) = proposal["publishes"]
    assert intent["@type"] == "Intent"
    assert intent["action"] in ACTIONS


@given(asks_and_calls())
def test_whatever_they_hold(message: Message):
    assert faults(proposal_of(message), "Proposal") == []


def test_what_does_not_fit_is_found():
    proposal = proposal_of(EXAMPLES[0])
    del proposal["publishes"][0]["action"]
    proposal["publishes"][0]["due"] = "2026-12-01T12:00:00"
    proposal["publishes"][0]["effortQuantity"]["hasNumericalValue"] = "1"
    proposal |= {"purpose": "wish", "who": "Rosa"}
    assert set(faults(proposal, "Proposal")) == {
        "/purpose",
        "/who",
        "/publishes/0/action is missing",
        "/publishes/0/due",
        "/publishes/0/effortQuantity/hasNumericalValue",
    }
