"""A second opinion on SD-JWT, by PyPI's `sd-jwt`.

Reads a list of tasks as JSON from standard input and writes an answer for each: what was asked for, or {"error"}.
"""

import json
import sys

from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier


def key_of(key):
    return JWK(**key["jwk"])


def marked(value, disclosable, place=""):
    """The claims, with those at the given JSON pointers marked as the library wants it."""
    if isinstance(value, dict):
        return {
            SDObj(name) if f"{place}/{name}" in disclosable else name: marked(inner, disclosable, f"{place}/{name}")
            for name, inner in value.items()
        }
    if isinstance(value, list):
        elements = [marked(inner, disclosable, f"{place}/{number}") for number, inner in enumerate(value)]
        return [
            SDObj(inner) if f"{place}/{number}" in disclosable else inner for number, inner in enumerate(elements)
        ]
    return value


def issue(task):
    issuer = SDJWTIssuer(
        marked(task["payload"], task["disclosable"]),
        key_of(task["key"]),
        sign_alg=task["key"]["alg"],
        add_decoy_claims=task["decoys"],
        extra_header_parameters=task["header"],
    )
    return {"token": issuer.sd_jwt_issuance}


def present(task):
    holder = SDJWTHolder(task["token"])
    key = task["holder"]
    holder.create_presentation(task["claims"], task["nonce"], task["aud"], key_of(key), key["alg"])
    return {"token": holder.sd_jwt_presentation}


def verify(task):
    verifier = SDJWTVerifier(
        task["token"], lambda issuer, header: key_of(task["key"]), task.get("aud"), task.get("nonce")
    )
    return {"payload": verifier.get_verified_payload()}


answers = []
for task in json.load(sys.stdin):
    try:
        answers.append({"issue": issue, "present": present, "verify": verify}[task["do"]](task))
    except Exception as error:
        answers.append({"error": repr(error)})
json.dump(answers, sys.stdout)
