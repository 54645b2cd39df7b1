"""Import of sheet music from the two libraries the choir subscribes to."""
import logging
import uuid

import urllib3
from django.contrib.auth.decorators import login_required, permission_required
from django.core.files.base import ContentFile
from django.http import JsonResponse
from django.views.decorators.http import require_POST

from .models import Score

log = logging.getLogger(__name__)

LIBRARIES = (
    "https://scores.cantoria.example/",
    "https://archive.psalter.example/",
)
MAX_BYTES = 15 * 1024 * 1024

http = urllib3.PoolManager(
    timeout=urllib3.Timeout(connect=3.0, read=15.0),
    retries=False,
)


class ImportRefused(Exception):
    """The reason is shown to the librarian."""


def _download(url):
    if not url.startswith(LIBRARIES):
        raise ImportRefused("scores can only be imported from a subscribed library")
    response = http.request("GET", url, redirect=False, preload_content=False)
    try:
        if response.status != 200:
            raise ImportRefused(f"the library answered with status {response.status}")
        data = response.read(MAX_BYTES + 1)
    finally:
        response.close()
    if len(data) > MAX_BYTES:
        raise ImportRefused("the score is too large")
    if not data.startswith(b"%PDF-"):
        raise ImportRefused("the library did not send a PDF")
    return data


@require_POST
@login_required
@permission_required("scores.add_score", raise_exception=True)
def import_score(request):
    title = request.POST.get("title", "").strip()
    if not 0 < len(title) <= 200:
        return JsonResponse({"error": "a title of at most 200 characters is needed"}, status=400)
    try:
        data = _download(request.POST.get("url", ""))
    except ImportRefused as exc:
        return JsonResponse({"error": str(exc)}, status=422)
    except urllib3.exceptions.HTTPError:
        log.exception("score import failed")
        return JsonResponse({"error": "the library cannot be reached"}, status=502)

    score = Score(title=title, added_by=request.user)
    score.sheet.save(f"{uuid.uuid4().hex}.pdf", ContentFile(data), save=False)
    score.save()
    return JsonResponse({"id": score.pk}, status=201)
