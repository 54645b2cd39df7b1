"""Public catalogue of the seed bank (aiohttp and asyncpg)."""
from aiohttp import web

from seedbank.keys import DB_POOL

routes = web.RouteTableDef()

SORT_COLUMNS = {
    "taxon": "a.taxon",
    "collected": "a.collected_on",
    "viability": "a.germination_pct",
}
MAX_PAGE_SIZE = 100
MAX_PAGE = 10_000


def _number(request: web.Request, name: str, default: int, highest: int) -> int:
    raw = request.query.get(name)
    if raw is None:
        return default
    try:
        value = int(raw)
    except ValueError:
        raise web.HTTPBadRequest(text=f"{name} must be a number") from None
    if not 1 <= value <= highest:
        raise web.HTTPBadRequest(text=f"{name} must be between 1 and {highest}")
    return value


def _ordering(request: web.Request) -> str:
    """Turn `sort=collected:desc` into the ORDER BY terms."""
    key, _, direction = request.query.get("sort", "taxon").partition(":")
    column = SORT_COLUMNS.get(key)
    if column is None or direction not in ("", "asc", "desc"):
        raise web.HTTPBadRequest(text="unknown sort order")
    return f"{column} {direction or 'asc'}, a.id"


@routes.get("/catalogue/{family}")
async def list_accessions(request: web.Request) -> web.Response:
    size = _number(request, "size", 25, MAX_PAGE_SIZE)
    page = _number(request, "page", 1, MAX_PAGE)
    ordering = _ordering(request)

    rows = await request.app[DB_POOL].fetch(
        "SELECT a.id, a.taxon, a.collected_on, a.germination_pct FROM accession a "
        f"WHERE a.family = $1 AND a.published ORDER BY {ordering} LIMIT $2 OFFSET $3",
        request.match_info["family"],
        size,
        (page - 1) * size,
    )
    return web.json_response(
        [
            {
                "id": row["id"],
                "taxon": row["taxon"],
                "collected": row["collected_on"].isoformat() if row["collected_on"] else None,
                "viability": row["germination_pct"],
            }
            for row in rows
        ]
    )
