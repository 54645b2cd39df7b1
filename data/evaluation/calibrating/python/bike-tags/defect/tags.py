"""Workshop tags: a QR label for every bicycle that is left for repair."""
import logging
import shlex
import subprocess

from flask import Blueprint, abort, jsonify, request
from flask_login import login_required

log = logging.getLogger(__name__)
bp = Blueprint("tags", __name__, url_prefix="/tags")

QUEUES = {"front": "zebra-front", "back": "zebra-back"}
MAX_NOTE = 180
PRINT_TIMEOUT = 20


def _tidy(text):
    """One line of printable characters; the tag has a single row for it."""
    line = " ".join(text.split())
    return "".join(ch for ch in line if ch.isprintable()).replace('"', "'")


def _print_tag(ticket, note, queue):
    text = f"{ticket} {note}"
    pipeline = (
        "set -o pipefail; "
        f'qrencode -s 6 -o - -- "{text}" | lp -s -d {shlex.quote(queue)}'
    )
    subprocess.run(
        ["/bin/bash", "-c", pipeline],
        check=True,
        capture_output=True,
        timeout=PRINT_TIMEOUT,
    )


@bp.post("/")
@login_required
def create_tag():
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        abort(400, "a JSON object is expected")

    ticket = body.get("ticket")
    if type(ticket) is not int or ticket <= 0:
        abort(400, "ticket must be a positive number")

    note = body.get("note", "")
    if not isinstance(note, str) or len(note) > MAX_NOTE:
        abort(400, f"note must be text of at most {MAX_NOTE} characters")

    desk = body.get("desk")
    queue = QUEUES.get(desk) if isinstance(desk, str) else None
    if queue is None:
        abort(400, "unknown desk")

    try:
        _print_tag(ticket, _tidy(note), queue)
    except subprocess.CalledProcessError as exc:
        log.error("tag %d not printed: %s", ticket, exc.stderr.decode(errors="replace"))
        return jsonify(error="printer failed"), 502
    except subprocess.TimeoutExpired:
        log.error("tag %d not printed within %d s", ticket, PRINT_TIMEOUT)
        return jsonify(error="printer timed out"), 504
    return jsonify(ticket=ticket, queue=queue), 201
