package io.ssld.core.labels;

import java.util.List;

/** Counts views and tells listeners. */
final class RecordingMeter {

    private final long total;
    private final List<RecordingListener> listeners;
    private final long start = System.nanoTime();
    private long skipped;
    private long done;
    private long quarantined;

    RecordingMeter(long total, List<RecordingListener> listeners) {
        this.total = total;
        this.listeners = listeners;
    }

    /** Counts what an earlier run did. */
    void skip(long views, long bad) {
        skipped += views;
        quarantined += bad;
    }

    /** Counts views of this run, those of images that could not be used among them. */
    void add(long views, long bad) {
        done += views;
        quarantined += bad;
        double rate = done / Math.max(seconds(), 1e-9);
        long all = skipped + done;
        RecordingProgress progress =
                new RecordingProgress(
                        all, total, quarantined, rate, (total - all) / Math.max(rate, 1e-9));
        listeners.forEach(listener -> listener.onProgress(progress));
    }

    long skipped() {
        return skipped;
    }

    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }
}
