package com.loyaltypoints.members;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Joins the point accounts of a member who signed up twice. */
public class AccountMerge {

    /**
     * The bookings of both accounts in the order of their days. A booking that both accounts carry,
     * as happens with purchases during the change of systems, is kept once.
     */
    public List<Booking> merge(List<Booking> kept, List<Booking> closed) {
        List<Booking> merged = new ArrayList<>(kept);
        for (Booking booking : closed) {
            if (!contains(kept, booking)) {
                merged.add(booking);
            }
        }
        merged.sort((a, b) -> a.day().compareTo(b.day()));
        return merged;
    }

    public int balance(List<Booking> bookings) {
        int points = 0;
        for (Booking booking : bookings) {
            points = Math.addExact(points, booking.points());
        }
        return points;
    }

    private static boolean contains(List<Booking> bookings, Booking wanted) {
        for (Booking booking : bookings) {
            if (booking.receipt() == wanted.receipt() && booking.day().equals(wanted.day())) {
                return true;
            }
        }
        return false;
    }

    /** Points for one purchase, by the number on its receipt. */
    public record Booking(Long receipt, LocalDate day, int points) {}
}
