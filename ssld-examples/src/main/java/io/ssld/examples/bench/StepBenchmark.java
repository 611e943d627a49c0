package io.ssld.examples.bench;

import ai.djl.translate.TranslateException;
import com.google.gson.GsonBuilder;
import io.ssld.core.teacher.CompiledTeacher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How long does a step of distillation take: ResNet50_vd teaches MobileNetV3_small_x1_0, random
 * weights, one batch of random pixels.
 *
 * <p>Counted is the processor time of the whole process. The kinds of step follow one another in
 * each round; told are the medians of the rounds. {@code benchmarks/python/step.py} runs this and
 * PyTorch with timm in turns.
 *
 * <pre>
 * mvn -B -ntp -DskipTests package
 * java -Dai.djl.offline=true -Dai.djl.pytorch.num_threads=1 \
 *     -cp ssld-examples/target/classes:$(cat ssld-examples/target/classpath.txt) \
 *     io.ssld.examples.bench.StepBenchmark SIDE BATCH ROUNDS [FILE.json]
 * </pre>
 *
 * <p>With {@code -} for ROUNDS, one round follows each line of the standard input, as a line of
 * {@code kind=milliseconds}. {@code -Dssld.kernels=plain} times the plain kernels.
 */
public final class StepBenchmark {

    private static final String TEACHER = "ResNet50_vd";
    private static final String STUDENT = "MobileNetV3_small_x1_0";

    /**
     * The JVM compiles what a step calls during the first hundred; with fewer, students look slow.
     */
    private static final int WARM_UP_ROUNDS = 5;

    private static final double NANOS = 1e6;

    /** Steps a round, as the system counts processor time in hundredths of a second. */
    private static final int REPEATS = 4;

    private final StepPair pair;

    private StepBenchmark(StepPair pair) {
        this.pair = pair;
    }

    /**
     * Runs the benchmark.
     *
     * @param args see above
     * @throws IOException if the file cannot be written
     * @throws TranslateException never: nothing is translated
     */
    public static void main(String[] args) throws IOException, TranslateException {
        if (args.length < 3 || args.length > 4) {
            throw new IllegalArgumentException(
                    "arguments must be SIDE BATCH ROUNDS [FILE.json], but were "
                            + Arrays.toString(args));
        }
        int side = Integer.parseInt(args[0]);
        int batch = Integer.parseInt(args[1]);
        try (StepPair pair = new StepPair(TEACHER, STUDENT, side, batch)) {
            StepBenchmark benchmark = new StepBenchmark(pair);
            for (int i = 0; i < WARM_UP_ROUNDS; i++) {
                benchmark.round();
            }
            pair.requireCompiled();
            if (args[2].equals("-")) {
                benchmark.onRequest();
            } else {
                Map<String, Double> medians = benchmark.medians(Integer.parseInt(args[2]));
                print(medians);
                if (args.length == 4) {
                    write(Path.of(args[3]), side, batch, medians, pair);
                }
            }
        }
    }

    /** Milliseconds of processor time of each kind of step, in the order in which they ran. */
    private Map<String, Double> round() throws IOException, TranslateException {
        Map<String, Double> times = new LinkedHashMap<>();
        time(times, "teacher, network", () -> pair.teach(pair.plain()));
        time(times, "teacher, compiled", () -> pair.teach(pair.compiled()));
        time(times, "teacher, bfloat16", () -> pair.teach(pair.half()));
        time(times, "student", pair::learn);
        time(times, "step, network", () -> pair.distill(pair.plain()));
        time(times, "step, compiled", () -> pair.distill(pair.compiled()));
        time(times, "step, bfloat16", () -> pair.distill(pair.half()));
        double[] loops = pair.loops(ProcessorTime::nanos);
        times.put("loop, ours", loops[0] / NANOS);
        times.put("loop, bare", loops[1] / NANOS);
        return times;
    }

    private static void time(Map<String, Double> times, String name, Runnable step) {
        long start = ProcessorTime.nanos();
        for (int i = 0; i < REPEATS; i++) {
            step.run();
        }
        times.put(name, (ProcessorTime.nanos() - start) / NANOS / REPEATS);
    }

    private Map<String, Double> medians(int rounds) throws IOException, TranslateException {
        Map<String, List<Double>> all = new LinkedHashMap<>();
        for (int i = 0; i < rounds; i++) {
            round().forEach(
                            (name, ms) ->
                                    all.computeIfAbsent(name, n -> new ArrayList<>()).add(ms));
        }
        Map<String, Double> medians = new LinkedHashMap<>();
        all.forEach((name, list) -> medians.put(name, median(list)));
        return medians;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private void onRequest() throws IOException, TranslateException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        while (lines.readLine() != null) {
            System.out.println(
                    round().entrySet().stream()
                            .map(
                                    e ->
                                            String.format(
                                                    Locale.ROOT,
                                                    "%s=%.2f",
                                                    e.getKey(),
                                                    e.getValue()))
                            .collect(Collectors.joining(";")));
        }
    }

    private static void print(Map<String, Double> medians) {
        medians.forEach((name, ms) -> System.out.printf(Locale.ROOT, "%-18s %8.1f ms%n", name, ms));
        ratio(medians, "teacher, compiled", "teacher, network");
        ratio(medians, "teacher, bfloat16", "teacher, network");
        ratio(medians, "step, compiled", "step, network");
        ratio(medians, "step, bfloat16", "step, network");
        ratio(medians, "loop, ours", "loop, bare");
    }

    private static void ratio(Map<String, Double> medians, String what, String of) {
        double ratio =
                medians.getOrDefault(what, Double.NaN) / medians.getOrDefault(of, Double.NaN);
        System.out.printf(Locale.ROOT, "%s / %s: %.2f%n", what, of, ratio);
    }

    private static void write(
            Path file, int side, int batch, Map<String, Double> medians, StepPair pair)
            throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("teacher", TEACHER);
        result.put("student", STUDENT);
        result.put("side", side);
        result.put("batch", batch);
        result.put("threads", System.getProperty("ai.djl.pytorch.num_threads", "all"));
        result.put("kernels", System.getProperty("ssld.kernels", "compiled"));
        result.put("processorMilliseconds", medians);
        result.put(
                "compiledTeacher", pair.compiled().check().map(StepBenchmark::told).orElseThrow());
        result.put("bfloat16Teacher", pair.half().check().map(StepBenchmark::told).orElseThrow());
        Files.writeString(file, new GsonBuilder().setPrettyPrinting().create().toJson(result));
    }

    private static Map<String, Object> told(CompiledTeacher.Check check) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("used", check.used());
        told.put("precision", check.precision().name());
        told.put("agreement", check.agreement());
        told.put("difference", check.difference());
        told.put("cuts", check.cuts());
        told.put("reason", check.reason());
        return told;
    }
}
