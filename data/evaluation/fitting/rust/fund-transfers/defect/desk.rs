use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

const KEPT_MOVEMENTS: usize = 1000;

#[derive(Clone, Debug)]
pub struct Movement {
    pub account: String,
    pub cents: i64,
}

/// Balances and the latest movements, shared by all worker threads.
#[derive(Default)]
pub struct Desk {
    balances: Mutex<BTreeMap<String, i64>>,
    movements: Mutex<VecDeque<Movement>>,
}

#[derive(Debug, PartialEq)]
pub enum DeskError {
    UnknownAccount,
    Overdrawn,
}

fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    pub fn open(&self, account: &str) {
        hold(&self.balances).entry(account.to_string()).or_insert(0);
    }

    /// Books a movement; a balance never falls below zero.
    pub fn book(&self, movement: Movement) -> Result<i64, DeskError> {
        let mut balances = hold(&self.balances);
        let balance = balances
            .get_mut(&movement.account)
            .ok_or(DeskError::UnknownAccount)?;
        let after = balance
            .checked_add(movement.cents)
            .filter(|cents| *cents >= 0)
            .ok_or(DeskError::Overdrawn)?;
        let mut movements = hold(&self.movements);
        if movements.len() == KEPT_MOVEMENTS {
            movements.pop_front();
        }
        movements.push_back(movement);
        *balance = after;
        Ok(after)
    }

    /// Balance and latest movements of one account, both of the same moment.
    pub fn statement(&self, account: &str) -> Result<(i64, Vec<Movement>), DeskError> {
        let movements = hold(&self.movements);
        let balances = hold(&self.balances);
        let balance = balances.get(account).ok_or(DeskError::UnknownAccount)?;
        let own = movements
            .iter()
            .filter(|movement| movement.account == account)
            .cloned()
            .collect();
        Ok((*balance, own))
    }
}
