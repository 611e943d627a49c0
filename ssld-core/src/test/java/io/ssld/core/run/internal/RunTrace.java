package io.ssld.core.run.internal;

import io.ssld.base.internal.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What a finished run folder holds that must not depend on where the run was interrupted. */
record RunTrace(String arrays, List<String> metrics) {

    static RunTrace of(Path folder) throws IOException {
        Path last;
        try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
            last = files.sorted().reduce((a, b) -> b).orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(last);
        // The header holds durations; behind it lie weights, statistics and optimiser state.
        int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] data = Arrays.copyOfRange(bytes, 8 + header, bytes.length);
        List<String> metrics =
                Files.readAllLines(folder.resolve("metrics.csv")).stream()
                        // Without speed and seconds.
                        .map(row -> row.replaceAll(",[^,]*,[^,]*$", ""))
                        .toList();
        return new RunTrace(HexFormat.of().formatHex(Digests.sha256().digest(data)), metrics);
    }
}
