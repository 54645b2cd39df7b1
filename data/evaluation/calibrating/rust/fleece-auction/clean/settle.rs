//! Settlement of a wool sale: what each buyer owes for the lots that were knocked down.

use std::collections::BTreeMap;
use std::fmt;

/// A bale of more than five tonnes cannot be weighed in the yard.
const MAX_GRAMS: u32 = 5_000_000;
const MAX_CENTS_PER_KG: u32 = 500_000;

#[derive(Debug, Clone)]
pub struct Lot {
    pub number: u32,
    pub buyer: String,
    pub grams: u32,
    pub cents_per_kg: u32,
}

#[derive(Debug, PartialEq, Eq)]
pub enum SettleError {
    Weight { lot: u32, grams: u32 },
    Price { lot: u32, cents_per_kg: u32 },
}

impl fmt::Display for SettleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettleError::Weight { lot, grams } => write!(f, "lot {lot}: weight {grams} g"),
            SettleError::Price { lot, cents_per_kg } => {
                write!(f, "lot {lot}: price {cents_per_kg} ct/kg")
            }
        }
    }
}

impl std::error::Error for SettleError {}

fn check(lot: &Lot) -> Result<(), SettleError> {
    if lot.grams == 0 || lot.grams > MAX_GRAMS {
        return Err(SettleError::Weight { lot: lot.number, grams: lot.grams });
    }
    if lot.cents_per_kg == 0 || lot.cents_per_kg > MAX_CENTS_PER_KG {
        return Err(SettleError::Price { lot: lot.number, cents_per_kg: lot.cents_per_kg });
    }
    Ok(())
}

/// The price of a lot in cents, rounded down.
fn lot_cents(lot: &Lot) -> u64 {
    u64::from(lot.grams) * u64::from(lot.cents_per_kg) / 1000
}

/// Adds up the lots of each buyer, in the order of the buyers' names.
pub fn settle(lots: &[Lot]) -> Result<BTreeMap<String, u64>, SettleError> {
    let mut owed: BTreeMap<String, u64> = BTreeMap::new();
    for lot in lots {
        check(lot)?;
        *owed.entry(lot.buyer.clone()).or_default() += lot_cents(lot);
    }
    Ok(owed)
}
