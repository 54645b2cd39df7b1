"""Sends the night's frames to the archive and clears them from the camera disk."""
import asyncio
import logging
import os
import sys
from pathlib import Path
from urllib.parse import quote

import httpx

log = logging.getLogger("frames.upload")

PARALLEL = 4
SUFFIX = ".fits"


def _frames(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix == SUFFIX and p.is_file())


async def _send(client: httpx.AsyncClient, gate: asyncio.Semaphore, frame: Path) -> None:
    async with gate:
        content = await asyncio.to_thread(frame.read_bytes)
        response = await client.put(f"/frames/{quote(frame.name, safe='')}", content=content)
        response.raise_for_status()


async def upload_night(client: httpx.AsyncClient, folder: Path) -> None:
    frames = _frames(folder)
    gate = asyncio.Semaphore(PARALLEL)
    # One bad frame must not keep the others from being sent.
    await asyncio.gather(
        *(_send(client, gate, frame) for frame in frames),
        return_exceptions=True,
    )
    for frame in frames:
        frame.unlink()
        log.info("archived %s", frame.name)


async def main(folder: Path) -> int:
    async with httpx.AsyncClient(
        base_url=os.environ["ARCHIVE_URL"],
        headers={"Authorization": f"Bearer {os.environ['ARCHIVE_TOKEN']}"},
        timeout=httpx.Timeout(60.0, connect=5.0),
    ) as client:
        await upload_night(client, folder)
    left = len(_frames(folder))
    log.info("%d frames left on the camera disk", left)
    return 1 if left else 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("usage: upload.py FOLDER")
    sys.exit(asyncio.run(main(Path(sys.argv[1]))))
