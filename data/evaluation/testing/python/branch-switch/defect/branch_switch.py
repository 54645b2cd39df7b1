"""Lets staff who work at several branches switch between them."""
from __future__ import annotations

from flask import Blueprint, abort, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from tutor_desk.audit import record_event
from tutor_desk.auth import staff_required
from tutor_desk.forms import valid_csrf_token

blueprint = Blueprint("branch_switch", __name__, url_prefix="/branch")

RECENT_BRANCHES = 5


def current_branch() -> str:
    """The branch whose pupils, bills and reports every page shows."""
    return session.get("branch", g.staff.home_branch)


def _remember(branch: str) -> None:
    recent = [name for name in session.get("recent_branches", []) if name != branch]
    session["recent_branches"] = [branch, *recent][:RECENT_BRANCHES]


@blueprint.post("/")
@staff_required
def switch() -> ResponseReturnValue:
    if not valid_csrf_token(request.form.get("csrf_token", "")):
        abort(400)
    branch = request.form.get("branch", "")
    if not branch:
        abort(400)
    session["branch"] = branch
    _remember(branch)
    record_event("branch-switched", staff=g.staff.id, branch=branch)
    return redirect(url_for("dashboard.index"))


@blueprint.post("/home")
@staff_required
def home() -> ResponseReturnValue:
    if not valid_csrf_token(request.form.get("csrf_token", "")):
        abort(400)
    session.pop("branch", None)
    return redirect(url_for("dashboard.index"))
