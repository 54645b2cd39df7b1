'use strict';

const express = require('express');
const { requireMember } = require('../auth/session');

const MEMBER_ID = /^[1-9]\d{0,8}$/;
const COLUMNS = [
  'id', 'nickname', 'home_hall', 'grade', 'password_hash', 'reset_token_hash', 'joined_on',
];

/** What other members see of a member. */
function publicProfile(member) {
  const { password_hash: hash, ...profile } = member;
  return profile;
}

/** Rows of the members table; also used by the log-in, which compares the hashes. */
class Members {
  constructor(pool) {
    this.pool = pool;
  }

  async byId(id) {
    const { rows } = await this.pool.query(
      `SELECT ${COLUMNS.join(', ')} FROM members WHERE id = $1 AND left_on IS NULL`,
      [id],
    );
    return rows[0];
  }
}

function profileRouter(members) {
  const router = express.Router();
  router.use(requireMember);

  router.get('/members/:id', async (req, res, next) => {
    try {
      const id = MEMBER_ID.test(req.params.id) ? Number(req.params.id) : 0;
      const member = await members.byId(id);
      if (!member) {
        res.sendStatus(404);
        return;
      }
      res.json(publicProfile(member));
    } catch (error) {
      next(error);
    }
  });

  return router;
}

module.exports = { Members, profileRouter };
