"""Page previews of the PDF files that customers upload for printing."""
import subprocess
from pathlib import Path

PREVIEW_DPI = 96
TIMEOUT_SECONDS = 60


class RenderError(Exception):
    """A preview could not be made."""


def _run(step: str, arguments: list[str]) -> None:
    result = subprocess.run(
        " ".join(arguments),
        shell=True,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    if result.returncode != 0:
        raise RenderError(f"{step} ended with {result.returncode}: {result.stderr.strip()}")


class ProofRenderer:
    def __init__(self, inbox: Path, previews: Path) -> None:
        self._inbox = inbox.resolve()
        self._previews = previews.resolve()

    def render(self, upload_name: str, page: int) -> Path:
        """Renders a page of an upload, which keeps the file name its customer gave it."""
        if upload_name in ("", ".", "..") or Path(upload_name).name != upload_name:
            raise RenderError("an upload is named without its folder")
        source = self._inbox / upload_name
        if not source.is_file():
            raise RenderError(f"no upload named {upload_name}")
        target = self._previews / f"{upload_name}-{page}"
        _run(
            "rendering",
            [
                "pdftoppm",
                "-png",
                "-singlefile",
                "-r", str(PREVIEW_DPI),
                "-f", str(page),
                "-l", str(page),
                str(source),
                str(target),
            ],
        )
        return target.with_name(target.name + ".png")
