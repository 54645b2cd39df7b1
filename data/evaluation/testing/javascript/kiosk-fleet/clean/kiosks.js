'use strict';

const express = require('express');
const { requireOperator } = require('../auth/operator');

const KIOSK_ID = /^k-[0-9]{4}$/;

function kioskId(req, res, next, id) {
  if (!KIOSK_ID.test(id)) {
    res.status(404).json({ error: 'no such kiosk' });
    return;
  }
  next();
}

function handle(action) {
  return async (req, res, next) => {
    try {
      const result = await action(req);
      if (result === undefined) {
        res.status(404).json({ error: 'no such kiosk' });
        return;
      }
      res.json(result);
    } catch (error) {
      next(error);
    }
  };
}

/**
 * The control desk's interface. Kiosks in the street fetch their opening hours from it too,
 * without an account.
 */
function kioskRouter(fleet) {
  const api = express.Router();
  api.param('id', kioskId);

  api.get('/kiosks/:id/hours', handle((req) => fleet.openingHours(req.params.id)));

  api.get('/kiosks/:id', requireOperator, handle((req) => fleet.state(req.params.id)));
  api.post('/kiosks/:id/restart', requireOperator, handle((req) => fleet.restart(req.params.id)));
  api.post('/kiosks/:id/unlock', requireOperator, handle((req) => fleet.unlock(req.params.id)));

  return api;
}

module.exports = { kioskRouter };
