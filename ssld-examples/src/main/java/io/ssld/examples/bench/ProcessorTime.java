package io.ssld.examples.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What the processors have done for this process, which the system counts in hundredths of a
 * second.
 */
final class ProcessorTime {

    private ProcessorTime() {}

    /** Nanoseconds of all threads, garbage collection and engine included. */
    static long nanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
