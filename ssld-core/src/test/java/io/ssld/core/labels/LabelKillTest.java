package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.core.data.ImageList;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Recordings that are killed without a warning, again and again, until they are done.
 *
 * <p>{@code -Dssld.kills=20} kills twenty times instead of three.
 */
class LabelKillTest {

    @TempDir private Path folder;

    @Test
    void record_killedAtRandomMoments_endsAsInOneGo() throws Exception {
        Path images = folder.resolve("images");
        ImageList list = LabelFixtures.images(images, 60, 10);
        java.nio.file.Files.writeString(images.resolve("30.png"), "no image");
        list.write(folder.resolve("list.txt"));
        Path whole = folder.resolve("whole");
        List<String> told = new ArrayList<>();
        assertThat(run(whole, Integer.MAX_VALUE, 0, told)).as("%s", told).isTrue();
        Map<String, String> expected = LabelFixtures.bytes(whole);
        int batches = (int) told.stream().filter(line -> line.startsWith("batch ")).count();
        assertThat(batches).isBetween(40, 60);

        int kills = Integer.getInteger("ssld.kills", 3);
        Random random = new Random(7);
        List<Integer> moments = new ArrayList<>();
        for (int number = 0; moments.size() < kills; number++) {
            Path store = folder.resolve("run" + number);
            boolean done = false;
            while (!done) {
                told.clear();
                int batch = moments.size() < kills ? 1 + random.nextInt(25) : Integer.MAX_VALUE;
                // Into a batch, a group, or the sealing of a segment.
                done = run(store, batch, random.nextInt(3_000_000), told);
                if (!done) {
                    moments.add(batch);
                }
            }
            assertThat(LabelFixtures.bytes(store))
                    .as("killed after batches %s", moments)
                    .isEqualTo(expected);
        }
        System.out.println("killed after batches " + moments);
    }

    /** Records in a process of its own; returns false if that was killed. */
    private boolean run(Path store, int lastBatch, long delayNanos, List<String> told)
            throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRecording.class.getName(),
                        folder.toString(),
                        store.toString());
        builder.redirectErrorStream(true);
        Process process = builder.start();
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.add(line);
                if (line.equals("batch " + lastBatch)) {
                    TimeUnit.NANOSECONDS.sleep(delayNanos);
                    // SIGKILL on Linux: nothing of the process runs any more.
                    process.destroyForcibly();
                    break;
                }
            }
        }
        int exit = process.waitFor();
        if (exit != 0 && exit != 137) {
            throw new AssertionError("exit code " + exit + ": " + told);
        }
        return exit == 0;
    }
}
