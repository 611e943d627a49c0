package io.ssld.weights;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;

/**
 * A program that loads each file it is given, and tells how that went in one line: milliseconds of
 * the processor, which do not depend on what else the machine does, the name of the file, and
 * {@code loaded} or the exception.
 */
final class LoadFiles {

    private LoadFiles() {}

    public static void main(String[] files) {
        for (String file : files) {
            long begin = processorNanos();
            String outcome = load(Path.of(file));
            long millis = (processorNanos() - begin) / 1_000_000;
            System.out.println(millis + "\t" + Path.of(file).getFileName() + "\t" + outcome);
        }
        System.out.println(ProcessHandle.current().children().count() + "\tchildren");
    }

    /** All threads of the process, those of the collector and the compiler among them. */
    private static long processorNanos() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }

    private static String load(Path file) {
        try {
            PdParams.read(file);
            return "loaded";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
