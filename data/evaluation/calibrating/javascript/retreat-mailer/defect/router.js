import Router from "@koa/router";
import { bodyParser } from "@koa/bodyparser";
import template from "lodash/template.js";

const MAX_NOTE = 2000;

const OPENING = "Dear <%= guest.name %>,\n\nyour stay at <%= retreat.house %> begins on <%= retreat.arrival %>.\n";
const CLOSING = "\nSee you soon,\n<%= retreat.hostName %>\n";

function readNote(ctx) {
  const note = ctx.request.body?.note ?? "";
  if (typeof note !== "string" || note.length > MAX_NOTE) {
    ctx.throw(400, `a note is a text of at most ${MAX_NOTE} characters`);
  }
  return note;
}

function readId(ctx) {
  const id = Number(ctx.params.id);
  if (!Number.isSafeInteger(id) || id < 1) {
    ctx.throw(404, "no such retreat");
  }
  return id;
}

/** Lets a host write to the guests of one of their own retreats. */
export function reminderRouter({ retreats, bookings, mailer, requireHost }) {
  const router = new Router();

  router.post("/retreats/:id/reminders", requireHost, bodyParser(), async (ctx) => {
    const retreat = await retreats.findForHost(readId(ctx), ctx.state.host.id);
    if (!retreat) {
      ctx.throw(404, "no such retreat");
    }
    const note = readNote(ctx);
    const guests = await bookings.guestsOf(retreat.id);

    const letter = template(`${OPENING}\n${note}\n${CLOSING}`);
    const sent = await Promise.allSettled(
      guests.map((guest) =>
        mailer.sendMail({
          to: guest.email,
          subject: "Your stay with us",
          text: letter({ guest, retreat }),
        }),
      ),
    );

    const failed = sent.filter((result) => result.status === "rejected");
    for (const { reason } of failed) {
      ctx.app.emit("error", reason, ctx);
    }
    ctx.body = { sent: sent.length - failed.length, failed: failed.length };
  });

  return router;
}
