package io.ssld.core.plan.internal;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks at the memory of this process a hundred times a second, from another thread, and remembers
 * the peaks.
 */
final class MemoryWatch implements AutoCloseable {

    /** Where Linux tells the resident size. */
    static final Path STATUS = Path.of("/proc/self/status");

    private static final String RESIDENT = "VmRSS:";
    private static final long PERIOD_MILLIS = 10;

    private final Device device;
    private final OptionalLong before;
    private final ScheduledExecutorService timer;
    private final Future<?> looks;
    private long peak;
    private long devicePeak;
    private long heapPeak;

    /**
     * Starts to look.
     *
     * @param device of the student
     */
    MemoryWatch(Device device) {
        this.device = device;
        this.before = resident(STATUS);
        this.timer =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = new Thread(task, "ssld-memory");
                            thread.setDaemon(true);
                            return thread;
                        });
        this.looks = timer.scheduleAtFixedRate(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes the present sizes into account; also called between steps. */
    synchronized void look() {
        peak = Math.max(peak, resident(STATUS).orElse(0));
        Runtime java = Runtime.getRuntime();
        heapPeak = Math.max(heapPeak, java.totalMemory() - java.freeMemory());
        if (device.isGpu()) {
            devicePeak = Math.max(devicePeak, CudaUtils.getGpuMemory(device).getUsed());
        }
    }

    /**
     * The resident size of the process at the start.
     *
     * @return bytes; empty where the system does not tell
     */
    OptionalLong before() {
        return before;
    }

    /** The largest resident size so far; empty where the system does not tell. */
    synchronized OptionalLong peak() {
        return before.isEmpty() ? before : OptionalLong.of(Math.max(peak, before.getAsLong()));
    }

    /** The largest memory in use on the device so far; empty on the CPU. */
    synchronized OptionalLong devicePeak() {
        return device.isGpu() ? OptionalLong.of(devicePeak) : OptionalLong.empty();
    }

    /** The most Java heap in use so far. */
    synchronized long heapPeak() {
        return heapPeak;
    }

    /**
     * Reads a resident size.
     *
     * @param status in the form of {@link #STATUS}
     * @return bytes; empty if there is no such file, or it does not tell
     */
    static OptionalLong resident(Path status) {
        if (!Files.isReadable(status)) {
            return OptionalLong.empty();
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .map(line -> line.substring(RESIDENT.length()).strip().split("\\s+", -1))
                    .filter(words -> words.length == 2 && words[1].equals("kB"))
                    .mapToLong(words -> Long.parseLong(words[0]) * 1024)
                    .findFirst();
        } catch (IOException e) {
            // Not Linux, or hidden from this process: then the figure is absent, as documented.
            return OptionalLong.empty();
        }
    }

    @Override
    public void close() {
        looks.cancel(true);
        timer.shutdownNow();
    }
}
