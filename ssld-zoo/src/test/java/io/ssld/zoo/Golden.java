package io.ssld.zoo;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/** The reference values of one network: resources/io/ssld/zoo/golden. */
record Golden(Values values, List<Row> manifest) {

    /** The JSON file; names as there. */
    record Values(
            long globalSeed,
            Gains gains,
            String classifier,
            long weightsCrc32,
            long inputCrc32,
            long paramCount,
            long macs,
            String inputName,
            List<Long> inputShape,
            List<Double> logits,
            List<Double> logits2Head,
            double toleranceMaxAbs,
            List<Extra> extra,
            Train train) {}

    record Gains(double conv, double classifier) {}

    record Extra(
            String inputName,
            List<Long> inputShape,
            List<Double> logitsHead,
            long inputCrc32,
            double toleranceMaxAbs) {}

    record Train(
            List<Integer> labels,
            double loss,
            List<List<Double>> logitsHead,
            Tolerance tolerance,
            Map<String, Double> gradNorm,
            Statistics firstBnMean,
            Statistics firstBnVarianceBiased) {}

    record Tolerance(double lossAbs, double logitsMaxAbs, double gradNormRel) {}

    record Statistics(String name, List<Double> values) {}

    /** A tensor of the state, its shape as in Paddle. */
    record Row(String name, List<Long> shape, boolean trainable, String role, String type) {

        static Row parse(String line) {
            String[] cells = line.split("\t", -1);
            List<Long> shape = Arrays.stream(cells[1].split(",", -1)).map(Long::valueOf).toList();
            return new Row(cells[0], shape, cells[2].equals("trainable"), cells[3], cells[4]);
        }
    }

    static Golden of(SsldModel model) {
        try (BufferedReader json = open(model.modelName() + ".json.gz");
                BufferedReader table = open(model.modelName() + ".tsv.gz")) {
            List<Row> rows =
                    table.lines().filter(line -> !line.startsWith("#")).map(Row::parse).toList();
            return new Golden(new Gson().fromJson(json, Values.class), rows);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedReader open(String name) throws IOException {
        @Nullable InputStream file = Golden.class.getResourceAsStream("golden/" + name);
        if (file == null) {
            throw new IOException("golden/" + name + " is missing");
        }
        return new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.UTF_8));
    }
}
