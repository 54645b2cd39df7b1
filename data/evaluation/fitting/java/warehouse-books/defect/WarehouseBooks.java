package com.stocktransfer.core;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Quantities on the shelves and the value that the ledger shows for them. */
public class WarehouseBooks {
  private final Lock shelfLock = new ReentrantLock();
  private final Lock ledgerLock = new ReentrantLock();
  private final Map<String, Integer> shelf = new HashMap<>();
  private final Map<String, BigDecimal> ledger = new HashMap<>();

  /** Books goods that came in; called by the dock's workers. */
  public void receive(String article, int pieces, BigDecimal price) {
    shelfLock.lock();
    try {
      shelf.merge(article, pieces, Integer::sum);
      post(article, price.multiply(BigDecimal.valueOf(pieces)));
    } finally {
      shelfLock.unlock();
    }
  }

  /** Writes off what the yearly count did not find; called by the auditor's page. */
  public void writeOff(String article, int missing, BigDecimal price) {
    ledgerLock.lock();
    try {
      take(article, missing);
      post(article, price.multiply(BigDecimal.valueOf(missing)).negate());
    } finally {
      ledgerLock.unlock();
    }
  }

  /** Takes goods from the shelf for an order. */
  public void take(String article, int pieces) {
    shelfLock.lock();
    try {
      int there = shelf.getOrDefault(article, 0);
      if (pieces > there) {
        throw new IllegalStateException(article + ": only " + there + " on the shelf");
      }
      shelf.put(article, there - pieces);
    } finally {
      shelfLock.unlock();
    }
  }

  private void post(String article, BigDecimal value) {
    ledgerLock.lock();
    try {
      ledger.merge(article, value, BigDecimal::add);
    } finally {
      ledgerLock.unlock();
    }
  }
}
