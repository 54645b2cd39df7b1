import { Router, type Request, type RequestHandler, type Response } from "express";
import type { GramLedger } from "./gram-ledger.js";

const MAX_GRAMS = 5000;
const MEMBER_ID = /^m[0-9]{1,9}$/;

export interface SwapServices {
  ledger: GramLedger;
  requireMember: RequestHandler;
}

function recipientOf(req: Request, own: string): string | null {
  const raw: unknown = req.body?.to;
  return typeof raw === "string" && MEMBER_ID.test(raw) && raw !== own ? raw : null;
}

/** Members of the knitting circle pay each other in grams of yarn (Express 5). */
export function swapRouter({ ledger, requireMember }: SwapServices): Router {
  const router = Router();
  router.use(requireMember);

  router.get("/balance", async (_req: Request, res: Response) => {
    const grams = await ledger.balanceOf(res.locals.memberId);
    res.json({ grams, most: MAX_GRAMS });
  });

  router.post("/gifts", async (req: Request, res: Response) => {
    const from: string = res.locals.memberId;
    const to = recipientOf(req, from);
    if (to === null) {
      res.status(400).json({ error: "name another member" });
      return;
    }
    // a single statement; false if the giver has less than that or nobody goes by the other id
    const moved = await ledger.move(from, to, Number(req.body.grams));
    if (!moved) {
      res.status(409).json({ error: "not enough yarn, or no such member" });
      return;
    }
    res.status(201).json({ grams: await ledger.balanceOf(from) });
  });

  return router;
}
