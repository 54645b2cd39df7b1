import { Router } from 'express';
import type { NextFunction, Request, Response } from 'express';
import { requireStaff } from '../auth/require-staff';
import type { GuestLists } from '../guests/guest-lists';

type Handler = (req: Request, res: Response) => Promise<void>;

function handled(handler: Handler) {
  return (req: Request, res: Response, next: NextFunction): void => {
    handler(req, res).catch(next);
  };
}

/** Pages of the back office under /admin/guests; staff are logged in by the venue's portal. */
export function guestListRouter(lists: GuestLists): Router {
  const router = Router();

  router.get('/health', (_req, res) => {
    res.json({ status: 'up' });
  });

  router.use(requireStaff);

  router.get('/:eventId/guests.csv', handled(async (req, res) => {
    const csv = await lists.exportCsv(String(req.params.eventId));
    if (csv === undefined) {
      res.sendStatus(404);
      return;
    }
    res.type('text/csv').send(csv);
  }));

  router.get('/:eventId', handled(async (req, res) => {
    const list = await lists.find(String(req.params.eventId));
    if (list === undefined) {
      res.sendStatus(404);
      return;
    }
    res.render('guest-list', { list });
  }));

  return router;
}
