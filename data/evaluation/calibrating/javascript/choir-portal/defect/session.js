import { Router } from "express";

const SESSION_NAME = "choir_sid";
const SESSION_MS = 8 * 60 * 60 * 1000;
const RENEW_BELOW_MS = 2 * 60 * 60 * 1000;
const SESSION_COOKIE = Object.freeze({ httpOnly: true, secure: true, sameSite: "lax", path: "/" });

/** Sign-in and sign-out (Express 5: rejected handlers reach the error middleware). */
export function sessionRoutes(members, sessions) {
  const router = Router();

  router.post("/sign-in", async (req, res) => {
    const { email, password } = req.body ?? {};
    if (typeof email !== "string" || typeof password !== "string") {
      return res.status(400).json({ error: "email and password are needed" });
    }
    const member = await members.verifyPassword(email, password);
    if (!member) {
      return res.status(401).json({ error: "unknown email or wrong password" });
    }
    const session = await sessions.create(member.id, SESSION_MS);
    res.cookie(SESSION_NAME, session.id, { ...SESSION_COOKIE, maxAge: SESSION_MS });
    // the score viewer's script reads this one to pick its notation
    res.cookie("clef", member.clef, { secure: true, sameSite: "lax", path: "/scores" });
    return res.status(204).end();
  });

  router.post("/sign-out", async (req, res) => {
    const id = req.cookies[SESSION_NAME];
    if (id) {
      await sessions.remove(id);
    }
    res.clearCookie(SESSION_NAME, SESSION_COOKIE);
    return res.status(204).end();
  });

  return router;
}

/** Finds the caller's session and prolongs it while the member is active. */
export function withSession(sessions) {
  return async (req, res, next) => {
    const id = req.cookies[SESSION_NAME];
    const session = id ? await sessions.findLive(id) : null;
    if (!session) {
      return next();
    }
    if (session.expiresAt - Date.now() < RENEW_BELOW_MS) {
      await sessions.extend(session.id, SESSION_MS);
      res.cookie(SESSION_NAME, session.id, { sameSite: "lax", path: "/", maxAge: SESSION_MS });
    }
    req.memberId = session.memberId;
    return next();
  };
}
