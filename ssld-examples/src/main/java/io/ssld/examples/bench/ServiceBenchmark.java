package io.ssld.examples.bench;

import io.ssld.cli.service.LoadGenerator;
import io.ssld.cli.service.PredictionService;
import io.ssld.cli.service.PredictionService.Limits;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Prints the latency of a saved model over loopback: {@code ServiceBenchmark FOLDER IMAGE [REQUESTS
 * [CONCURRENCY]]}, by default 2,000 requests, 16 at a time, after 200 to warm up.
 */
public final class ServiceBenchmark {

    private static final int WARM_UP = 200;

    private ServiceBenchmark() {}

    /**
     * Runs the benchmark.
     *
     * @param args folder, image, and perhaps requests and concurrency
     * @throws Exception if the service fails
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            System.err.println("ServiceBenchmark FOLDER IMAGE [REQUESTS [CONCURRENCY]]");
            System.exit(2);
        }
        int requests = args.length > 2 ? Integer.parseInt(args[2]) : 2000;
        int concurrency = args.length > 3 ? Integer.parseInt(args[3]) : 16;
        try (PredictionService service =
                PredictionService.start(Path.of(args[0]), 0, Limits.USUAL)) {
            URI address = URI.create("http://localhost:" + service.port() + "/predict");
            LoadGenerator load = new LoadGenerator(address, Files.readAllBytes(Path.of(args[1])));
            load.run(WARM_UP, concurrency);
            LoadGenerator.Result result = load.run(requests, concurrency);
            System.out.printf(
                    Locale.ROOT,
                    "%d of %d answered, %d at a time, %d worker(s): %.0f requests/s; latency p50"
                            + " %.1f ms, p95 %.1f ms, p99 %.1f ms%n",
                    result.ok(),
                    requests,
                    concurrency,
                    Limits.USUAL.workers(),
                    result.ok() / result.seconds(),
                    result.percentile(50),
                    result.percentile(95),
                    result.percentile(99));
        }
    }
}
