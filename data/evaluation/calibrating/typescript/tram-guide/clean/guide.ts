import Router from "@koa/router";

export interface Stop {
  id: string;
  name: string;
}

export interface GuideOptions {
  /** The address under which riders see the guide. */
  site: URL;
  stopsBySign: ReadonlyMap<string, Stop>;
}

const LANGUAGES: ReadonlySet<string> = new Set(["en", "cy", "br", "ga"]);
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

function firstOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** The page to show next: one of the guide's own, else its start page. */
function pageOf(site: URL, raw: string | undefined): string {
  if (raw === undefined || !URL.canParse(raw, site.href)) {
    return site.href;
  }
  const page = new URL(raw, site.href);
  return page.protocol === site.protocol && page.host === site.host ? page.href : site.href;
}

export function guideRouter({ site, stopsBySign }: GuideOptions): Router {
  const router = new Router();

  // riders switch the language on any page and come back to it
  router.get("/language/:code", (ctx) => {
    const code = ctx.params.code;
    if (!LANGUAGES.has(code)) {
      return ctx.throw(404, "language not offered");
    }
    ctx.cookies.set("lang", code, { maxAge: YEAR_MS, sameSite: "lax", httpOnly: true, secure: true });
    ctx.redirect(pageOf(site, firstOf(ctx.query.back)));
  });

  // the short address printed on the sign of each stop
  router.get("/s/:sign", (ctx) => {
    const stop = stopsBySign.get(ctx.params.sign.toUpperCase());
    if (stop === undefined) {
      return ctx.throw(404, "no such stop");
    }
    ctx.redirect(`/stops/${encodeURIComponent(stop.id)}`);
  });

  return router;
}
