package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.core.run.RunStatus;
import io.ssld.images.internal.TestImages;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that are killed without a warning, again and again, until they are done.
 *
 * <p>{@code -Dssld.kills=20} kills twenty times instead of three.
 */
class KillTest {

    private static final Color[] COLOURS = {Color.RED, Color.GREEN, Color.BLUE};

    @TempDir private Path folder;

    @Test
    void distill_killedAtRandomMoments_endsAsTheRunInOneGo() throws Exception {
        Path images = images(folder.resolve("images"));
        Path whole = folder.resolve("whole");
        List<String> told = new ArrayList<>();
        assertThat(run(images, whole, Integer.MAX_VALUE, 0, told)).as("%s", told).isTrue();
        RunTrace expected = RunTrace.of(whole);
        int steps = (int) told.stream().filter(line -> line.startsWith("step ")).count();
        assertThat(steps).isEqualTo(6 * 7);

        int kills = Integer.getInteger("ssld.kills", 3);
        Random random = new Random(7);
        List<Integer> moments = new ArrayList<>();
        for (int number = 0; moments.size() < kills; number++) {
            Path run = folder.resolve("run" + number);
            told.clear();
            int step = 1 + random.nextInt(steps / 2);
            boolean done = false;
            while (!done) {
                // Into the step, the evaluation or the checkpoint that follows.
                long delay = random.nextInt(20_000_000);
                done =
                        run(
                                images,
                                run,
                                moments.size() < kills ? step : Integer.MAX_VALUE,
                                delay,
                                told);
                if (!done) {
                    moments.add(step);
                    step += 1 + random.nextInt(steps / 2);
                }
            }
            assertThat(RunTrace.of(run))
                    .as("killed after steps %s: %s", moments, told)
                    .isEqualTo(expected);
            assertThat(RunStatus.read(run).state()).isEqualTo(RunStatus.State.COMPLETE);
        }
        System.out.println("killed after steps " + moments);
    }

    /** Trains in a process of its own; returns false if that was killed. */
    private static boolean run(
            Path images, Path run, int lastStep, long delayNanos, List<String> told)
            throws Exception {
        Process process = start(images, run);
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                told.add(line);
                if (line.equals("step " + lastStep)) {
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

    private static Process start(Path images, Path run) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dai.djl.offline=true",
                        "-Dai.djl.pytorch.num_threads=1",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRun.class.getName(),
                        images.toString(),
                        run.toString());
        builder.redirectErrorStream(true);
        return builder.start();
    }

    /** Coloured squares on grey; one file is no image. */
    private static Path images(Path folder) throws IOException {
        Random random = new Random(3);
        for (int i = 0; i < 84; i++) {
            BufferedImage image = new BufferedImage(40, 36, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.setColor(Color.GRAY);
            graphics.fillRect(0, 0, 40, 36);
            graphics.setColor(COLOURS[i % 3]);
            graphics.fillRect(random.nextInt(8), random.nextInt(8), 24, 24);
            graphics.dispose();
            Path file = folder.resolve("class" + i % 3).resolve(i + ".png");
            Files.createDirectories(file.getParent());
            Files.write(file, TestImages.encoded(image, "png"));
        }
        Files.writeString(folder.resolve("class1/broken.png"), "no image");
        return folder;
    }
}
