'use strict';

/**
 * Sends the invoices of a month. A run is finished once its last invoice is with the mail
 * service; a run that broke off is taken up again by the next start.
 */
class InvoiceRun {
  constructor({ invoices, mailer, runs, log }) {
    this.invoices = invoices;
    this.mailer = mailer;
    this.runs = runs;
    this.log = log;
  }

  async start(month) {
    const run = await this.runs.open(month);
    const due = await this.invoices.unsent(month);
    let cents = 0;
    for (const invoice of due) {
      await this.send(invoice);
      cents += invoice.cents;
    }
    await this.runs.finish(run.id, { count: due.length, cents });
    this.log.info({ month, count: due.length, cents }, 'invoices sent');
    return cents;
  }

  async send(invoice) {
    const pdf = await this.invoices.render(invoice.id);
    await this.mailer.send({
      to: invoice.address,
      subject: `Invoice ${invoice.number}`,
      attachments: [{ filename: `${invoice.number}.pdf`, content: pdf }],
    });
    await this.invoices.markSent(invoice.id);
  }
}

module.exports = { InvoiceRun };
