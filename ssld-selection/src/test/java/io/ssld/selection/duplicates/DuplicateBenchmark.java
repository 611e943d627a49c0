package io.ssld.selection.duplicates;

import ai.djl.ndarray.NDManager;
import io.ssld.base.internal.CounterRandom;
import io.ssld.images.internal.ImageDecoder;
import io.ssld.selection.duplicates.VectorIndex.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The figures of docs/selection.md on speed; run by hand, never by a build.
 *
 * <p>{@code index POOL REFERENCE}: synthetic vectors of 196 numbers, the nearest five of each,
 * checked against Java's own products for 50 queries. {@code describe FOLDER}: reading, digesting,
 * decoding and describing the images of a folder.
 */
final class DuplicateBenchmark {

    private static final int LENGTH = 196;

    private DuplicateBenchmark() {}

    public static void main(String[] args) throws IOException {
        if (args[0].equals("index")) {
            index(Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        } else {
            describe(Path.of(args[1]));
        }
    }

    private static float[] vector(CounterRandom random) {
        byte[] v = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            v[i] = (byte) (random.nextInt(255) - 127);
        }
        return Vectors.unit(v);
    }

    private static void index(int pool, int reference) {
        CounterRandom random = CounterRandom.of(1);
        try (NDManager manager = NDManager.newBaseManager();
                VectorIndex index = new VectorIndex(manager, LENGTH)) {
            List<float[]> held = new ArrayList<>();
            for (int i = 0; i < reference; i++) {
                held.add(vector(random));
                index.add(held.get(i));
            }
            long start = System.nanoTime();
            Duration cpu = cpu();
            int checked = 0;
            int right = 0;
            for (int done = 0; done < pool; done += VectorIndex.QUERIES) {
                List<float[]> queries = new ArrayList<>();
                for (int i = 0; i < Math.min(VectorIndex.QUERIES, pool - done); i++) {
                    queries.add(vector(random));
                }
                List<Nearest> found = index.nearest(queries, 5);
                if (checked < 50) {
                    checked++;
                    right += isExact(queries.get(0), held, found.get(0)) ? 1 : 0;
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d against %d: %.0f s, %.0f s of CPU, %.1f MB of vectors; %d of %d queries as"
                            + " by comparing all%n",
                    pool,
                    reference,
                    (System.nanoTime() - start) / 1e9,
                    cpu().minus(cpu).toMillis() / 1e3,
                    VectorIndex.bytes(reference, LENGTH) / 1e6,
                    right,
                    checked);
        }
    }

    private static boolean isExact(float[] query, List<float[]> held, Nearest found) {
        double[] scores = held.stream().mapToDouble(v -> Vectors.dot(query, v)).toArray();
        int best =
                IntStream.range(0, scores.length)
                        .reduce((a, b) -> scores[b] > scores[a] ? b : a)
                        .orElseThrow();
        double fifth = found.scores()[4];
        long better =
                IntStream.range(0, scores.length).filter(i -> scores[i] > fifth + 1e-6).count();
        return found.ids()[0] == best && better <= 4;
    }

    private static void describe(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        ImageDecoder decoder = new ImageDecoder(100_000_000);
        ViewDescriber describer = new ClassicalViews(Windows.ALL);
        // Twice: the first pass is the compiler's.
        for (int pass = 0; pass < 2; pass++) {
            long start = System.nanoTime();
            Duration cpu = cpu();
            for (Path file : files) {
                ImageFile.load(file, decoder, describer, DescriptorCache.none());
            }
            double wall = (System.nanoTime() - start) / 1e9;
            double used = cpu().minus(cpu).toMillis() / 1e3;
            System.out.printf(
                    Locale.ROOT,
                    "%d images, one thread: %.1f images/s, %.2f ms of CPU an image%n",
                    files.size(),
                    files.size() / wall,
                    1e3 * used / files.size());
        }
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
