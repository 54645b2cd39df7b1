package parcels.tracking;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Asks the carrier's service where a parcel is. */
public final class TrackingClient {

    public enum Stage { ANNOUNCED, IN_TRANSIT, AT_DEPOT, DELIVERED }

    private static final Pattern PARCEL_CODE = Pattern.compile("[A-Z]{2}[0-9]{9}");
    private static final int ATTEMPTS = 3;
    private static final Duration PAUSE = Duration.ofMillis(400);

    private final HttpClient http;
    private final URI service;

    /** @param service the configured address of the carrier; it ends with a slash */
    public TrackingClient(URI service) {
        if (!"https".equals(service.getScheme()) || service.getHost() == null
                || !service.getPath().endsWith("/")) {
            throw new IllegalArgumentException("Not a usable service address: " + service);
        }
        this.service = service;
        this.http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    }

    /** Empty if the carrier does not know the parcel. */
    public Optional<Stage> stageOf(String parcelCode) throws IOException, InterruptedException {
        if (!PARCEL_CODE.matcher(parcelCode).matches()) {
            throw new IllegalArgumentException("Not a parcel code");
        }
        HttpRequest request = HttpRequest.newBuilder(service.resolve("stage/" + parcelCode))
                .timeout(Duration.ofSeconds(10))
                .header("Accept", "text/plain")
                .build();
        for (int attempt = 1; ; attempt++) {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            int status = response.statusCode();
            if (status == 200) {
                return Optional.of(stage(response.body().strip()));
            }
            if (status == 404) {
                return Optional.empty();
            }
            if (status < 500 || attempt >= ATTEMPTS) {
                throw new IOException("The carrier answered with status " + status);
            }
            Thread.sleep(PAUSE.multipliedBy(attempt).toMillis());
        }
    }

    private static Stage stage(String answer) throws IOException {
        try {
            return Stage.valueOf(answer);
        } catch (IllegalArgumentException e) {
            throw new IOException("The carrier answered with an unknown stage", e);
        }
    }
}
