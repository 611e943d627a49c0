package io.ssld.examples.bench;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.selection.duplicates.DuplicateResult;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How many images a second go through the first two stages of finding near-duplicates: reading,
 * digests, decoding, describing with windows and mirrored, and the nearest neighbours; at the end,
 * once, with verification, and how many pairs it verified.
 *
 * <p>Every second image is the pool, the others are the reference. Without candidates (a cosine of
 * 1) nothing is verified: these are stages 1 and 2. Counted is wall time, and the processor time of
 * the whole process, since cores may be shared.
 *
 * <pre>
 * mvn -B -ntp -DskipTests package
 * java -Dai.djl.offline=true -cp ssld-examples/target/classes:$(cat ssld-examples/target/classpath.txt) \
 *     io.ssld.examples.bench.DescriptorBenchmark FOLDER [WORKERS] [ROUNDS]
 * </pre>
 *
 * <p>FOLDER holds images; {@code ImagePipelineBenchmark --make FOLDER} makes some.
 */
public final class DescriptorBenchmark {

    private static final int DEFAULT_ROUNDS = 3;

    private final ImageList pool;
    private final ImageList reference;
    private final int workers;

    private DescriptorBenchmark(ImageList pool, ImageList reference, int workers) {
        this.pool = pool;
        this.reference = reference;
        this.workers = workers;
    }

    /**
     * Runs the benchmark.
     *
     * @param args see above
     * @throws IOException if the folder cannot be read
     */
    public static void main(String[] args) throws IOException {
        if (args.length < 1 || args.length > 3) {
            throw new IllegalArgumentException(
                    "arguments must be FOLDER [WORKERS] [ROUNDS], but were "
                            + Arrays.toString(args));
        }
        Path folder = Path.of(args[0]);
        int workers =
                args.length > 1
                        ? Integer.parseInt(args[1])
                        : Runtime.getRuntime().availableProcessors();
        int rounds = args.length > 2 ? Integer.parseInt(args[2]) : DEFAULT_ROUNDS;
        DescriptorBenchmark benchmark =
                new DescriptorBenchmark(every(folder, 0), every(folder, 1), workers);
        // The first round is the compiler's.
        for (int round = 0; round <= rounds; round++) {
            benchmark.measure(
                    (round == 0 ? "warm-up" : "round " + round) + ", stages 1 and 2",
                    NearDuplicateFinder.against(benchmark.reference).optMinSimilarity(1));
        }
        benchmark.measure("all stages", NearDuplicateFinder.against(benchmark.reference));
    }

    /** Every second image of a folder. */
    private static ImageList every(Path folder, int remainder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        List<ImageEntry> entries =
                Stream.iterate(remainder, i -> i < files.size(), i -> i + 2)
                        .map(i -> ImageEntry.unlabelled(folder.relativize(files.get(i))))
                        .toList();
        return new ImageList(folder, entries);
    }

    private void measure(String name, NearDuplicateFinder.Builder finder) throws IOException {
        long wall = System.nanoTime();
        long cpu = ProcessorTime.nanos();
        DuplicateResult result = finder.optWorkers(workers).build().find(pool);
        double seconds = (System.nanoTime() - wall) / 1e9;
        double used = (ProcessorTime.nanos() - cpu) / 1e9;
        int images = pool.size() + reference.size();
        System.out.printf(
                Locale.ROOT,
                "%s: %d images, %d threads: %.0f images/s, %.2f ms of CPU an image (%.0f images a"
                        + " CPU second); %d candidates verified, %d removed%n",
                name,
                images,
                workers,
                images / seconds,
                1e3 * used / images,
                images / used,
                result.pairs(),
                result.removed().size());
    }
}
