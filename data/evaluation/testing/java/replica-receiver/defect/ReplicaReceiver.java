package io.basketreplica.node;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;

/** Takes copies of baskets that franchise shops send; each connects with its own certificate. */
public class ReplicaReceiver {
    private static final int READ_TIMEOUT_MILLIS = 5_000;

    private final Map<String, Basket> baskets = new ConcurrentHashMap<>();

    /** Reads one basket and closes the connection. */
    public void receive(SSLSocket shop) throws IOException {
        try (shop) {
            shop.setSoTimeout(READ_TIMEOUT_MILLIS);
            Basket basket = read(shop.getInputStream());
            baskets.put(basket.customer(), basket);
        }
    }

    static Basket read(InputStream bytes) throws IOException {
        try (ObjectInputStream in = new ObjectInputStream(new BufferedInputStream(bytes))) {
            in.setObjectInputFilter(ObjectInputFilter.Config.createFilter("maxdepth=4"));
            Object sent = in.readObject();
            if (sent instanceof Basket basket) {
                return basket;
            }
            throw new InvalidClassException("A basket was expected");
        } catch (ClassNotFoundException e) {
            throw new IOException("A shop sent an unknown class", e);
        }
    }

    public Basket basketOf(String customer) {
        return baskets.getOrDefault(customer, new Basket(customer, "", 0));
    }

    /**
     * What a customer put in the basket.
     *
     * @param articles numbers of articles, with spaces between
     */
    public record Basket(String customer, String articles, int pieces) implements Serializable {
        public Basket {
            Objects.requireNonNull(customer);
            Objects.requireNonNull(articles);
        }
    }
}
