"""Garden tasks of the allotment plots."""
import json
from datetime import date

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from .models import Plot, Task


def _as_json(task: Task) -> dict:
    return {
        "id": task.pk,
        "title": task.title,
        "due": task.due.isoformat(),
        "done": task.done,
    }


@login_required
@require_GET
def plot_tasks(request: HttpRequest, plot_id: int) -> HttpResponse:
    plot = get_object_or_404(Plot, pk=plot_id, gardeners=request.user)
    tasks = plot.tasks.order_by("due", "pk")[:200]
    return JsonResponse({"plot": plot.number, "tasks": [_as_json(t) for t in tasks]})


@login_required
@require_http_methods(["GET", "PATCH", "DELETE"])
def plot_task(request: HttpRequest, plot_id: int, task_id: int) -> HttpResponse:
    plot = get_object_or_404(Plot, pk=plot_id, gardeners=request.user)
    task = get_object_or_404(plot.tasks, pk=task_id)

    if request.method == "DELETE":
        task.delete()
        return HttpResponse(status=204)

    if request.method == "PATCH":
        try:
            changes = json.loads(request.body)
            due = date.fromisoformat(changes["due"])
            done = changes["done"]
        except (ValueError, KeyError, TypeError):
            return JsonResponse({"error": "due and done are needed"}, status=400)
        if not isinstance(done, bool):
            return JsonResponse({"error": "done must be true or false"}, status=400)
        task.due = due
        task.done = done
        task.save(update_fields=["due", "done"])

    return JsonResponse({"plot": plot.number, "task": _as_json(task)})


@login_required
@permission_required("plots.inspect_any_plot", raise_exception=True)
@require_GET
def inspect_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """For the wardens, who look after all plots of the site."""
    task = get_object_or_404(Task.objects.select_related("plot"), pk=task_id)
    return JsonResponse({"plot": task.plot.number, "task": _as_json(task)})
