import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';

const SESSION_COOKIE = 'tp_session';
const LANGUAGE_COOKIE = 'tp_language';
const LANGUAGES = new Set(['de', 'en', 'fr']);
const SESSION_MILLIS = 8 * 60 * 60 * 1000;
const YEAR_MILLIS = 365 * 24 * 60 * 60 * 1000;

export interface SessionStore {
  create(token: string, accountId: number, expiresAt: Date): Promise<void>;
  remove(token: string): Promise<void>;
}

/** Opens a session after the password was checked. */
export async function openSession(
  store: SessionStore,
  accountId: number,
  res: Response,
): Promise<void> {
  const token = randomBytes(32).toString('base64url');
  await store.create(token, accountId, new Date(Date.now() + SESSION_MILLIS));
  res.cookie(SESSION_COOKIE, token, {
    httpOnly: true,
    sameSite: 'lax',
    path: '/',
    maxAge: SESSION_MILLIS,
  });
}

export async function closeSession(
  store: SessionStore,
  req: Request,
  res: Response,
): Promise<void> {
  const token: unknown = req.cookies[SESSION_COOKIE];
  if (typeof token === 'string') {
    await store.remove(token);
  }
  res.clearCookie(SESSION_COOKIE, { path: '/' });
}

/** Read by the page's own script to choose its texts before the first request. */
export function rememberLanguage(res: Response, language: string): void {
  if (LANGUAGES.has(language)) {
    res.cookie(LANGUAGE_COOKIE, language, { secure: true, sameSite: 'lax', maxAge: YEAR_MILLIS });
  }
}
