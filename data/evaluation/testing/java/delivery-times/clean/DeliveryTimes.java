package com.deliveryeta.eta;

import java.time.Duration;
import java.util.List;

/** Says from which depot an address is served and how long that takes. */
public class DeliveryTimes {
    private static final Duration LOADING = Duration.ofMinutes(12);
    private static final String NOT_SERVED = "not served";

    private final List<Depot> depots;

    public DeliveryTimes(List<Depot> depots) {
        this.depots = List.copyOf(depots);
    }

    /** What the shop shows beside the address. */
    public String label(Point address) {
        Depot depot = nearest(address);
        if (depot == null) {
            return NOT_SERVED;
        }
        return "from " + depot.name();
    }

    /** What the shop shows beside the button. */
    public String duration(Point address, double kilometresPerHour) {
        if (!(kilometresPerHour > 0)) {
            throw new IllegalArgumentException("Speed must be positive: " + kilometresPerHour);
        }
        Depot depot = nearest(address);
        if (depot == null) {
            return NOT_SERVED;
        }
        double hours = depot.place().distance(address) / kilometresPerHour;
        Duration driving = Duration.ofSeconds(Math.round(hours * 3600));
        return LOADING.plus(driving).toMinutes() + " minutes";
    }

    private Depot nearest(Point address) {
        Depot nearest = null;
        double shortest = Double.POSITIVE_INFINITY;
        for (Depot depot : depots) {
            double distance = depot.place().distance(address);
            if (distance <= depot.reach() && distance < shortest) {
                nearest = depot;
                shortest = distance;
            }
        }
        return nearest;
    }

    /** A place on the city's grid, in kilometres. */
    public record Point(double east, double north) {
        double distance(Point other) {
            return Math.hypot(east - other.east, north - other.north);
        }
    }

    /** A depot and how many kilometres its vans go. */
    public record Depot(String name, Point place, double reach) {}
}
