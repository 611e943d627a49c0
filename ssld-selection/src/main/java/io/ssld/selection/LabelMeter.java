package io.ssld.selection;

import java.util.List;

/** Counts images and tells listeners. */
final class LabelMeter {

    private final long total;
    private final List<LabelListener> listeners;
    private final long start = System.nanoTime();
    private long skipped;
    private long labelled;
    private long quarantined;

    LabelMeter(long total, List<LabelListener> listeners) {
        this.total = total;
        this.listeners = listeners;
    }

    /** Counts images that an earlier run did. */
    void skip(long images, long bad) {
        skipped += images;
        quarantined += bad;
    }

    void add(long images, long bad) {
        labelled += images + bad;
        quarantined += bad;
        double seconds = Math.max(seconds(), 1e-9);
        double rate = labelled / seconds;
        long done = skipped + labelled;
        LabelProgress progress =
                new LabelProgress(
                        done, total, quarantined, rate, (total - done) / Math.max(rate, 1e-9));
        listeners.forEach(listener -> listener.onProgress(progress));
    }

    long skipped() {
        return skipped;
    }

    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }
}
