'use strict';

/** Seats of a hall. Rows and seats are numbered from 1, as on the tickets. */
class HallPlan {
  constructor(rows, seatsPerRow) {
    if (!Number.isInteger(rows) || !Number.isInteger(seatsPerRow) || rows < 1 || seatsPerRow < 1) {
      throw new RangeError('a hall has at least one row and one seat');
    }
    this.rows = rows;
    this.seatsPerRow = seatsPerRow;
    this.sold = new Set();
  }

  sell(row, seat) {
    if (!this.has(row, seat)) {
      throw new RangeError(`no seat ${seat} in row ${row}`);
    }
    const key = `${row}/${seat}`;
    if (this.sold.has(key)) {
      return false;
    }
    this.sold.add(key);
    return true;
  }

  has(row, seat) {
    return Number.isInteger(row) && Number.isInteger(seat)
      && row >= 1 && row <= this.rows && seat >= 1 && seat <= this.seatsPerRow;
  }

  freeInRow(row) {
    this.requireRow(row);
    let free = 0;
    for (let seat = 1; seat <= this.seatsPerRow; seat += 1) {
      free += this.sold.has(`${row}/${seat}`) ? 0 : 1;
    }
    return free;
  }

  /** The first seat of a group of neighbouring free ones in a row, or undefined. */
  neighbours(row, count) {
    this.requireRow(row);
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError('a group has at least one seat');
    }
    let run = 0;
    for (let seat = 1; seat <= this.seatsPerRow; seat += 1) {
      run = this.sold.has(`${row}/${seat}`) ? 0 : run + 1;
      if (run === count) {
        return seat - count + 1;
      }
    }
    return undefined;
  }

  requireRow(row) {
    if (!this.has(row, 1)) {
      throw new RangeError(`no row ${row}`);
    }
  }
}

module.exports = { HallPlan };
