//! Finds the quietest hours of a canal lock, so that the gates can be greased.

/// Boats counted in one hour, in the order of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    pub hour: u8,
    pub boats: u16,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub first_hour: u8,
    pub last_hour: u8,
    pub boats: u32,
}

/// Returns the run of `width` neighbouring hours with the fewest boats, the
/// earliest one if several are equal. `None` if the day is too short for it.
pub fn quietest(day: &[Hour], width: usize) -> Option<Slot> {
    if width == 0 || day.len() < width {
        return None;
    }
    let boats = |h: &Hour| u32::from(h.boats);
    let mut sum: u32 = day[..width].iter().map(boats).sum();
    let mut best = slot(&day[..width], sum);

    for start in 1..day.len() - width {
        // the hour that falls out on the left, the one that comes in on the right
        sum = sum - boats(&day[start - 1]) + boats(&day[start + width - 1]);
        if sum < best.boats {
            best = slot(&day[start..start + width], sum);
        }
    }
    Some(best)
}

fn slot(hours: &[Hour], boats: u32) -> Slot {
    Slot {
        first_hour: hours.first().map_or(0, |h| h.hour),
        last_hour: hours.last().map_or(0, |h| h.hour),
        boats,
    }
}

/// One line for the notice board at the lock.
pub fn notice(slot: &Slot) -> String {
    format!(
        "Gates closed from {:02}:00 to {:02}:59 ({} boats expected)",
        slot.first_hour, slot.last_hour, slot.boats
    )
}
