package io.ssld.weights;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program that answers: how much longer does a .pdparams file take to load than to read, and how
 * much heap does it need? It prints the best of several rounds of both, in seconds of the
 * processor, which those of the clock exceed on a machine that does something else too, and the
 * peak of the heap's pools over all loads.
 *
 * <p>Run with the class path of the tests: {@code java -XX:+UseSerialGC -Xmx1g
 * io.ssld.weights.LoadTime FILE [ROUNDS] [load]}; {@code load} leaves out the plain reading, which
 * takes as much heap as the file has bytes.
 */
final class LoadTime {

    private LoadTime() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 7;
        boolean loadOnly = args.length > 2;
        double read = Double.NaN;
        double load = Double.POSITIVE_INFINITY;
        double first = Double.NaN;
        for (int i = 0; i < rounds; i++) {
            if (!loadOnly) {
                long begin = processorNanos();
                int bytes = Files.readAllBytes(file).length;
                double seconds = (processorNanos() - begin) / 1e9;
                read = bytes > 0 && !(read < seconds) ? seconds : read;
            }
            long begin = processorNanos();
            int tensors = PdParams.read(file).tensors().size();
            double seconds = (processorNanos() - begin) / 1e9;
            load = tensors > 0 ? Math.min(load, seconds) : load;
            first = i == 0 ? seconds : first;
        }
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == java.lang.management.MemoryType.HEAP) {
                peak += pool.getPeakUsage().getUsed();
            }
        }
        System.out.printf(
                "%s: read %.3f s, load %.3f s (first %.3f s), ratio %.2f, peak heap %.2f of the"
                        + " file's %.0f MB%n",
                file.getFileName(),
                read,
                load,
                first,
                load / read,
                (double) peak / Files.size(file),
                Files.size(file) / 1e6);
    }

    /** All threads of the process, the collector's among them. */
    private static long processorNanos() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }
}
