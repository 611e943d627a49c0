package io.ssld.examples.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.data.internal.ImageBatches;
import io.ssld.engine.internal.Engines;
import io.ssld.images.view.ViewSampler;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How many images does one core get ready for training in a second? Decode, random resized crop to
 * 224, flip, normalise, batches of 32; nothing is kept from pass to pass.
 *
 * <p>Counted is the processor time of the whole process, garbage collection and engine included.
 * {@code benchmarks/python/image_pipeline.py} runs this and torchvision with Pillow in turns.
 *
 * <pre>
 * mvn -B -ntp -DskipTests package
 * java -Dai.djl.offline=true -cp ssld-examples/target/classes:$(cat ssld-examples/target/classpath.txt) \
 *     io.ssld.examples.bench.ImagePipelineBenchmark FOLDER [ROUNDS]
 * </pre>
 *
 * <p>FOLDER holds images. {@code --make FOLDER} fills it with 200 photograph-like JPEG files of 500
 * x 375 first. With {@code -} for ROUNDS, one round follows each line of the standard input.
 */
public final class ImagePipelineBenchmark {

    private static final int SIZE = 224;
    private static final int BATCH = 32;
    private static final int DEFAULT_ROUNDS = 15;
    private static final int WARM_UP_ROUNDS = 10;

    private final ImageBatches source;
    private final NDManager manager;
    private final int count;
    private int pass;

    private ImagePipelineBenchmark(ImageBatches source, NDManager manager, int count) {
        this.source = source;
        this.manager = manager;
        this.count = count;
    }

    /**
     * Runs the benchmark.
     *
     * @param args see above
     * @throws IOException if the images cannot be read
     * @throws TranslateException never: images are not translated
     */
    public static void main(String[] args) throws IOException, TranslateException {
        if (args.length == 2 && args[0].equals("--make")) {
            SyntheticPhotos.write(Path.of(args[1]), 200);
            return;
        }
        if (args.length < 1 || args.length > 2) {
            throw new IllegalArgumentException(
                    "arguments must be FOLDER [ROUNDS] or --make FOLDER, but were "
                            + Arrays.toString(args));
        }
        Path folder = Path.of(args[0]);
        List<ImageEntry> entries = entries(folder);
        ImageBatches source =
                ImageBatches.builder()
                        .setImages(new ImageList(folder, entries))
                        .setSize(SIZE)
                        .setBatchSize(BATCH)
                        .optViews(ViewSampler.builder().build())
                        .optWorkers(1)
                        .optCacheBytes(0)
                        .build();
        try (NDManager manager = Engines.newManager()) {
            ImagePipelineBenchmark benchmark =
                    new ImagePipelineBenchmark(source, manager, entries.size());
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                benchmark.round();
            }
            System.out.println(source.decoderName());
            if (args.length == 2 && args[1].equals("-")) {
                benchmark.onRequest();
            } else {
                benchmark.rounds(args.length == 2 ? Integer.parseInt(args[1]) : DEFAULT_ROUNDS);
            }
        }
    }

    private static List<ImageEntry> entries(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted()
                    .map(file -> ImageEntry.unlabelled(folder.relativize(file)))
                    .toList();
        }
    }

    private void onRequest() throws IOException, TranslateException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (lines.readLine() != null) {
            System.out.printf(Locale.ROOT, "%.1f%n", round());
        }
    }

    private void rounds(int rounds) throws IOException, TranslateException {
        double[] rates = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            rates[i] = round();
            System.out.printf(Locale.ROOT, "round %d: %.1f images a CPU-second%n", i + 1, rates[i]);
        }
        Arrays.sort(rates);
        System.out.printf(
                Locale.ROOT, "median %.1f images a CPU-second%n", rates[rates.length / 2]);
    }

    /**
     * One pass over all images; returns images a second of processor time. Those that fill no batch
     * are decoded and rendered, too.
     */
    private double round() throws IOException, TranslateException {
        long start = ProcessorTime.nanos();
        try (BatchIterator batches = source.pass(manager, pass++)) {
            for (ExampleBatch batch = batches.next(); batch != null; batch = batches.next()) {
                batch.close();
            }
        }
        return count * 1e9 / (ProcessorTime.nanos() - start);
    }
}
