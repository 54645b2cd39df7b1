"""Status events of the washing machines, pushed by the DrumLine gateway."""
import hashlib
import hmac
import os
import time

from flask import Blueprint, abort, current_app, request

from laundry.machines import MachineStates

bp = Blueprint("drumline", __name__)

SIGNATURE_HEADER = "X-DrumLine-Signature"
TIMESTAMP_HEADER = "X-DrumLine-Timestamp"
TOKEN_EVENT = "machine.token_inserted"
EVENTS = {"machine.started", "machine.finished", "machine.fault", TOKEN_EVENT}
MAX_SKEW_SECONDS = 300
MAX_BODY = 16 * 1024

WEBHOOK_KEY = os.environ.get("DRUMLINE_WEBHOOK_KEY", "dl_whk_8fT2qLr60XcVyZ1nPb7e").encode()


def _fresh(timestamp: str) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(time.time() - int(timestamp)) <= MAX_SKEW_SECONDS


def _signed(timestamp: str, payload: bytes, signature: str) -> bool:
    mac = hmac.new(WEBHOOK_KEY, timestamp.encode() + b"." + payload, hashlib.sha256)
    return hmac.compare_digest(mac.hexdigest().encode(), signature.encode())


@bp.post("/hooks/drumline")
def receive():
    if request.content_length is None or request.content_length > MAX_BODY:
        abort(413)
    timestamp = request.headers.get(TIMESTAMP_HEADER, "")
    signature = request.headers.get(SIGNATURE_HEADER, "")
    payload = request.get_data(cache=True)
    if not _fresh(timestamp) or not _signed(timestamp, payload, signature):
        abort(401)

    event = request.get_json(silent=True)
    if not isinstance(event, dict) or not isinstance(event.get("machine"), str):
        abort(400)
    kind = event.get("type")
    if not isinstance(kind, str) or kind not in EVENTS:
        # Newer gateways send kinds that we do not use yet.
        return "", 204

    states: MachineStates = current_app.extensions["machine_states"]
    if not states.apply(event["machine"], kind, int(timestamp)):
        abort(404)
    return "", 204
