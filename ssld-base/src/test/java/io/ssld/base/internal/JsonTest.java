package io.ssld.base.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {

    private record Inner(String text, List<Float> numbers) {}

    private record Everything(
            int whole,
            double real,
            Path path,
            Instant instant,
            Duration duration,
            Optional<Inner> inner,
            Optional<String> nothing,
            OptionalInt optInt,
            OptionalLong optLong,
            OptionalDouble optDouble,
            TimeUnit unit,
            Map<String, Inner> map) {}

    private static final Everything EVERYTHING =
            new Everything(
                    7,
                    0.1,
                    Path.of("runs", "first", "metrics.csv"),
                    Instant.parse("2026-01-02T03:04:05.006Z"),
                    Duration.ofSeconds(90),
                    Optional.of(new Inner("<a> & \"b\" = ü", List.of(0.1f, 2f))),
                    Optional.empty(),
                    OptionalInt.of(3),
                    OptionalLong.empty(),
                    OptionalDouble.of(0.25),
                    TimeUnit.DAYS,
                    Map.of("k", new Inner("x", List.of())));

    @TempDir Path folder;

    @Test
    void read_writtenRecord_isEqual() throws IOException {
        Path file = folder.resolve("value.json");
        Json.write(file, EVERYTHING);

        assertThat(Json.read(file, Everything.class)).isEqualTo(EVERYTHING);
        assertThat(Files.readString(file))
                .contains("\"path\": \"runs/first/metrics.csv\"")
                .contains("\"instant\": \"2026-01-02T03:04:05.006Z\"")
                .contains("\"duration\": \"PT1M30S\"")
                .contains("\"text\": \"<a> & \\\"b\\\" = ü\"")
                .contains("\"nothing\": null")
                .endsWith("}\n");
    }

    @Test
    void toString_mapOfAnyOrder_sortsKeys() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", Map.of("z", 1, "y", 2, "x", Optional.of(3)));
        map.put("a", List.of(Path.of("p"), Duration.ZERO));

        assertThat(Json.toString(map))
                .isEqualTo(
                        """
                        {
                          "a": [
                            "p",
                            "PT0S"
                          ],
                          "b": {
                            "x": 3,
                            "y": 2,
                            "z": 1
                          }
                        }\
                        """);
    }

    @Test
    void toString_numbersThatAreNotFinite_areNull() {
        assertThat(
                        Json.toString(
                                List.of(
                                        Double.NaN,
                                        Double.NEGATIVE_INFINITY,
                                        Float.NaN,
                                        OptionalDouble.of(Double.NaN))))
                .isEqualToIgnoringWhitespace("[null,null,null,null]");
    }

    @Test
    void read_nullNumber_isNaN() throws IOException {
        record Loss(double loss, Map<String, Double> others) {}
        Path file = folder.resolve("loss.json");
        Json.write(file, new Loss(Double.NaN, Map.of("a", Double.POSITIVE_INFINITY)));

        assertThat(Json.read(file, Loss.class))
                .isEqualTo(new Loss(Double.NaN, Map.of("a", Double.NaN)));
    }

    @Test
    void plain_mixedMap_holdsJsonTypesOnly() {
        Map<String, @Nullable Object> plain =
                Json.plain(
                        Map.of("epochs", 5, "rate", 0.1f, "unit", TimeUnit.DAYS, "ids", Set.of(1)));

        assertThat(plain)
                .isEqualTo(Map.of("epochs", 5L, "rate", 0.1, "unit", "DAYS", "ids", List.of(1L)));
    }

    @Test
    void read_otherContent_namesFile() throws IOException {
        for (String text : List.of("", "null", "{", "[1]", "{\"duration\": \"long\"}", "{} {}")) {
            Path file = Files.writeString(folder.resolve("broken.json"), text);

            assertThatThrownBy(() -> Json.read(file, Everything.class))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("broken.json must hold Everything as JSON, but was ");
        }
    }
}
