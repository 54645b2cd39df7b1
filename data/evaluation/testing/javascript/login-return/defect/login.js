'use strict';

const express = require('express');
const { checkPassword } = require('../accounts/passwords');
const { csrfProtection, loginThrottle } = require('../middleware');
const { ORIGIN } = require('../settings');

const HOME = '/events';

/** Where a visitor goes after logging in: the page that sent them here, or the events. */
function landingPage(next) {
  if (typeof next !== 'string' || !next.startsWith('/')) {
    return HOME;
  }
  return next;
}

const router = express.Router();

router.get('/login', csrfProtection, (req, res) => {
  res.render('login', { csrfToken: req.csrfToken(), next: landingPage(req.query.next) });
});

router.post('/login', loginThrottle, csrfProtection, async (req, res, next) => {
  try {
    const account = await checkPassword(req.body.email, req.body.password);
    if (!account) {
      const page = landingPage(req.body.next);
      res.status(401).render('login', { csrfToken: req.csrfToken(), next: page, failed: true });
      return;
    }
    req.session.regenerate((error) => {
      if (error) {
        next(error);
        return;
      }
      req.session.accountId = account.id;
      res.redirect(303, landingPage(req.body.next));
    });
  } catch (error) {
    next(error);
  }
});

module.exports = router;
